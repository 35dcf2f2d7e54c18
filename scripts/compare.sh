#!/bin/sh
# Holds the simulator to the emulator: records every workload once at full speed, sweeps configs/compare.yaml with both engines and sets the results
# side by side. About 20 minutes on two cores. What is there already is not done again.
#
#   scripts/compare.sh BUILD OUT      leaves OUT/compare.csv, OUT/results.csv, OUT/table.txt and the figures OUT/figures/*.svg
set -eu
[ $# -eq 2 ] || { sed -n '2,5p' "$0"; exit 2; }
build=$1 out=$2
work=build/compare # as configs/compare.yaml has it
mkdir -p "$work" "$out"
for workload in boot sort quicksort svm-perf liblinear mysql; do
	[ -f "$work/$workload-tiny.mvt" ] || "$build/megavm" record "$workload" --size tiny --region -o "$work/$workload-tiny.mvt"
done
"$build/megavm" sweep configs/compare.yaml --out "$work/simulated"
"$build/megavm" sweep configs/compare.yaml --set engine=bochs --out "$work/emulated"
"$build/megavm" compare "$work/simulated" "$work/emulated" --out "$out" | tee "$out/table.txt"
"$build/megavm" plot "$out" --figure slowdown-local --lines engine,fabric.latency --facet workload --format svg --out "$out/figures"
