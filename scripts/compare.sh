#!/bin/sh
# Holds the simulator to the emulator: sweeps configs/compare.yaml and configs/compare-seeds.yaml with both engines and sets the results side by side.
# About 40 minutes on two cores. What is there already (in build/compare) is not done again.
#
#   scripts/compare.sh BUILD OUT      leaves OUT/compare.csv, OUT/results.csv, OUT/table.txt and the figures OUT/figures/*.svg; of the seeds in OUT/seeds
set -eu
[ $# -eq 2 ] || { sed -n '2,5p' "$0"; exit 2; }
build=$1 out=$2

both() { # NAME OUT: the points of configs/NAME.yaml
	work=build/compare/$1
	mkdir -p "$work" "$2"
	"$build/megavm" sweep "configs/$1.yaml" --out "$work/simulated"
	"$build/megavm" sweep "configs/$1.yaml" --set engine=bochs --out "$work/emulated"
	"$build/megavm" compare "$work/simulated" "$work/emulated" --out "$2" | tee "$2/table.txt"
	"$build/megavm" plot "$2" --figure slowdown-local --lines engine,fabric.latency --facet workload --format svg --out "$2/figures"
}

both compare "$out"
both compare-seeds "$out/seeds"
