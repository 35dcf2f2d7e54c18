#!/bin/sh
# The results that changes are held to: those of the experiments over the traces that ship, without what depends on the commit.
#
#   scripts/reference.sh BUILD OUT          runs what OUT (as scripts/demo.sh leaves it) lacks, and writes results/reference
set -eu
[ $# -eq 2 ] || { sed -n '2,5p' "$0"; exit 2; }
scripts/demo.sh "$1" "$2"
mkdir -p results/reference
for folder in "$2"/*/; do
	name=$(basename "$folder")
	sed 's/,[^,]*$//' "$folder/results.csv" >"results/reference/$name.csv" # the last column is the digest of version and configuration
	for figure in "$folder"figures/slowdown*.svg "$folder"figures/prefetch*.svg; do
		[ -f "$figure" ] || continue
		cp "$figure" "results/reference/$name-$(basename "$figure")"
	done
done
