#!/bin/sh
# SPDX-License-Identifier: MIT
# Makes the reference results, with which the tests compare every change: the results of the experiments on the shipped traces, without the
# columns that depend on the commit.
#
#   scripts/reference.sh BUILD OUT          runs them into OUT (scripts/demo.sh) and writes results/reference
set -eu
[ $# -eq 2 ] || { sed -n '2,5p' "$0"; exit 2; }
scripts/demo.sh "$1" "$2"
mkdir -p results/reference
rm -f results/reference/*.csv results/reference/*.svg
cp "$2/size/size.svg" "$2/size/size.csv" results/reference/
for config in configs/experiments/*.yaml; do
	name=$(basename "$config" .yaml)
	sed 's/,[^,]*$//' "$2/$name/results.csv" >"results/reference/$name.csv" # the last column is the digest of version and configuration
	for figure in "$2/$name"/figures/slowdown*.svg "$2/$name"/figures/prefetch*.svg; do
		[ ! -f "$figure" ] || cp "$figure" "results/reference/$name-$(basename "$figure")"
	done
done
