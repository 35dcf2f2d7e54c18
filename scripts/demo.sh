#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs the experiments: sweeps every configuration under configs/experiments on the shipped traces, draws the figures, and writes one report
# about all of them.
#
#   scripts/demo.sh BUILD OUT
#
# Leaves OUT/NAME/results.csv and OUT/NAME/figures/*.svg for each experiment, OUT/results.csv of all together, and OUT/index.html. Each
# experiment starts from nothing: the folder of an earlier run, perhaps by another version, is removed.
set -eu
[ $# -eq 2 ] || { sed -n '2,8p' "$0"; exit 2; }
build=$1 out=$2
megavm=$build/megavm
mkdir -p "$out"

folders=
for config in configs/experiments/*.yaml; do
	name=$(basename "$config" .yaml)
	scripts/figure.sh "$build" "$name" "$out/$name"
	folders="$folders $out/$name"
done
scripts/figure.sh "$build" size "$out/size"

# One line for each job of each point: the experiment, its keys with their values, and the results.
{
	echo "experiment,keys,job,local_ratio,base_s,time_s,slowdown,faults,writebacks"
	for folder in $folders; do
		awk -F, -v OFS=, -v experiment="$(basename "$folder")" '
			NR == 1 { for (i = 1; i <= NF; i++) { name[i] = $i; at[$i] = i } next }
			{
				keys = ""
				for (i = 1; i < at["job"]; i++)
					keys = keys (i > 1 ? " " : "") name[i] "=" $i
				print experiment, keys, $at["job"], $at["local_ratio"], $at["base_s"], $at["time_s"], $at["slowdown"], $at["faults_demand"], $at["writebacks"]
			}' "$folder/results.csv"
	done
} >"$out/results.csv"
"$megavm" report $folders --size "$out/size" --band results/published.csv -o "$out/index.html"

echo
echo "$out/index.html: the report, with every figure; $out/results.csv: all numbers; $out/*/figures: the figures as SVG, with the scripts that draw them"
