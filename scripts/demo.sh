#!/bin/sh
# The demonstration: a real program's page trace and its exact curve. Debian's sort runs under Valgrind, whose lackey tool tells every
# memory access; the importer takes them as they come.
#
#   scripts/demo.sh BUILD OUT
set -eu
build=$1 out=$2
mkdir -p "$out"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trace=$out/sort.mvt

echo "== 1 MB of text, the same at every run"
awk 'BEGIN { s = 1; for (i = 0; i < 10000; i++) { line = ""; for (j = 0; j < 11; j++) { s = (s * 48271) % 2147483647; line = line sprintf("%09d", s % 1000000000) } print line } }' >"$work/in.txt"

echo "== sort under Valgrind's lackey, straight into $trace"
rm -f "$trace" "$trace.part"
LC_ALL=C valgrind --tool=lackey --trace-mem=yes --log-fd=9 sort --parallel=1 -S 64M "$work/in.txt" -o "$work/out.txt" 9>&1 >/dev/null |
	"$build/megavm" trace import --format lackey --workload sort - -o "$trace"
LC_ALL=C sort -c "$work/out.txt"

echo "== what it is"
"$build/megavm" trace info "$trace"
"$build/megavm" trace check "$trace"

echo "== LRU, exact at every size, from one pass"
"$build/megavm" curve "$trace"
"$build/megavm" curve "$trace" --csv >"$out/sort.csv"

echo "== other policies, and the bound of them all"
"$build/megavm" curve "$trace" --policy clock,2q,opt --ratios 25%,50%,75%
"$build/megavm" curve "$trace" --policy lru,clock,opt --csv --plot "$out/sort.svg" >"$out/policies.csv"

echo
echo "$out/sort.svg: the figure; $out/sort.csv: LRU at every local size; $out/policies.csv: the figure's numbers"
