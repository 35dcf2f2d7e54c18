The experiments over the traces that ship give the numbers that they gave (of policies and prefetchers, for one guest of the six): each number that
has moved is told. 'make reference' takes new numbers over when they are meant to move.

  $ cd "$ROOT" && out=$(mktemp -d)
  $ moved() { awk -F, -v name="$1" -v part="$2" -f tests/moved.awk "results/reference/$1.csv" "$out/$1/results.csv"; }
  $ for config in configs/experiments/*.yaml; do
  >   name=$(basename "$config" .yaml) part=0
  >   cp "$config" "$out/$name.yaml"
  >   case $name in
  >   4-eviction | 5-prefetch) part=1; sed -i 's|^  vms.trace: .*|  vms.trace: [workloads/traces/quicksort-small.mvt]|' "$out/$name.yaml" ;;
  >   esac
  >   megavm sweep "$out/$name.yaml" --out "$out/$name" > "$out/log" || cat "$out/log"
  >   moved "$name" $part
  > done

A number that moves, a row and a column that go:

  $ cut -d, -f1-18 results/reference/3-interconnects.csv | sed '2d; 3s/,5852,/,5853,/' > "$out/3-interconnects/results.csv"
  $ moved 3-interconnects 0 | grep -v 'column'
  3-interconnects: vms.trace=workloads/traces/sort-small.mvt fabric.preset=cxl-direct fault.handler=2.17us job=sort-small: local_pages: was 5852, is 5853
  3-interconnects: vms.trace=workloads/traces/sort-small.mvt fabric.preset=cxl-direct fault.handler=0ns job=sort-small: the row is gone
  $ moved 3-interconnects 0 | grep -c 'column .* is gone'
  34
  $ rm -r "$out"
