Every committed figure of an experiment is in docs/papers.md, and the command that is there makes it:

  $ cd "$ROOT"
  $ for figure in results/reference/*.svg; do grep -q "\`$(basename "$figure")\`" docs/papers.md || echo "docs/papers.md: no $figure"; done
  $ out=$(mktemp -d)
  $ scripts/figure.sh "$(dirname "$(command -v megavm)")" 5-prefetch $out/5-prefetch --style paper > $out/log || cat $out/log
  $ ls $out/5-prefetch/figures | grep -c svg
  10
  $ grep -h 'terminal svg' $out/5-prefetch/figures/slowdown.gp
  set terminal svg size 317,202 dynamic enhanced font 'Helvetica,10.7' background '#ffffff' dashlength 0.6
  $ for figure in $(grep -o '`5-prefetch-[^`]*' docs/papers.md | sed 's/`5-prefetch-//'); do [ -f $out/5-prefetch/figures/$figure ] || echo "no $figure"; done
  $ scripts/figure.sh "$(dirname "$(command -v megavm)")" nothing $out/nothing
  scripts/figure.sh: no experiment 'nothing': allowed are size 1-local-memory 2-latency 3-interconnects 4-eviction 4-placement 5-prefetch 6-networks 7-stranded 8-scale-up 9-joins 
  [2]
  $ rm -r "$out"

CITATION.cff names the release:

  $ grep -c "^version: $(cat VERSION)$" CITATION.cff
  1
