#!/bin/sh
# SPDX-License-Identifier: MIT
# Compares the simulator with the emulator: sweeps configs/compare.yaml and configs/compare-seeds.yaml with the engines simulate and bochs and shows the
# results side by side. Takes about 40 minutes on two cores. Results that exist in build/compare are not computed again.
#
#   scripts/compare.sh BUILD OUT      leaves OUT/compare.csv, OUT/results.csv, OUT/table.txt and the figures OUT/figures/*.svg; of the seeds in OUT/seeds
set -eu
[ $# -eq 2 ] || { sed -n '2,5p' "$0"; exit 2; }
build=$1 out=$2
engines="simulate bochs" # those that manage all memory of the guest

all() { # NAME OUT [OPTION...]: the points of configs/NAME.yaml; options of the figure
	name=$1 to=$2 work=build/compare/$1
	shift 2
	mkdir -p "$work" "$to"
	for engine in $engines; do
		"$build/megavm" sweep "configs/$name.yaml" --set "engine=$engine" --out "$work/$engine"
	done
	"$build/megavm" compare $(printf "$work/%s " $engines) --out "$to" >"$to/table.txt"
	cat "$to/table.txt"
	"$build/megavm" plot "$to" --figure slowdown-local --lines engine,fabric.latency --format svg --out "$to/figures" "$@"
	rm -f "$to"/figures/*.gp "$to"/figures/*.dat
}

all compare "$out" --facet workload
all compare-seeds "$out/seeds"
