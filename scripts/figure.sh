#!/bin/sh
# SPDX-License-Identifier: MIT
# Makes one experiment's results and figures anew: OUT/results.csv and OUT/figures of an experiment of configs/experiments, or the answers of
# `megavm size` on the shipped traces, OUT/size.csv, size.json, size.txt and size.svg.
#
#   scripts/figure.sh BUILD NAME OUT [--style paper...]        the rest goes to 'megavm plot'
set -eu
[ $# -ge 3 ] || { sed -n '2,6p' "$0"; exit 2; }
build=$1 name=$2 out=$3
megavm=$build/megavm
shift 3
rm -rf "${out:?}"
mkdir -p "$out"

size() {
	"$megavm" size workloads/traces/*-small.mvt --slowdown 1.1 --fabric ib-edr,kona-rdma --servers 3 --copies 2 "$@"
}

if [ "$name" = size ]; then
	echo "== size: how much local memory keeps each job under a slowdown?"
	size --csv >"$out/size.csv" 2>/dev/null
	size --json >"$out/size.json" 2>/dev/null
	size | tee "$out/size.txt"
	"$megavm" size workloads/traces/*-small.mvt --slowdown 1.05,1.1,1.2 --plot "$out/size.svg" >/dev/null
	exit
fi
config=configs/experiments/$name.yaml
[ -f "$config" ] || { echo "scripts/figure.sh: no experiment '$name': allowed are size $(basename -s .yaml configs/experiments/*.yaml | tr '\n' ' ')" >&2; exit 2; }
echo "== $name: $(sed -n 's/^# Question: //p' "$config")"
"$megavm" sweep "$config" --out "$out"
"$megavm" plot "$out" --band results/published.csv --format svg --out "$out/figures" "$@" >/dev/null
