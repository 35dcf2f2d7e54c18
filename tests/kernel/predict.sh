#!/bin/bash
# SPDX-License-Identifier: MIT
# What the policies linux and mglru say of the runs that run.sh has measured.
#
#   tests/kernel/predict.sh MEASURED.csv > AGREEMENT.csv       (megavm on the PATH)
#
# Read-ahead goes along addresses on a null block device, and along slots on a virtio disk, which counts as a rotating one. A row is a run: policy,
# prefetch, pattern, limit_pages, and of major faults and of pages swapped out: measured, predicted, error in per cent.
set -eu
[ $# -eq 1 ] || { sed -n '3,8p' "$0"; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo policy,prefetch,pattern,limit_pages,major_measured,major_predicted,major_error,out_measured,out_predicted,out_error
sed 1d "$1" | while IFS=, read -r kind store cluster pattern pages passes limit kernel major _ _ swapped_out; do
	policy=linux prefetch=none size=$pages
	[ "$kind" = classic ] || policy=mglru
	case $cluster:$store in 0:*) ;; *:virtio) prefetch=linux-slots ;; *) prefetch=linux-vma ;; esac
	[ "$pattern" != stream-copy ] || size=$((pages / 2))
	[ -e "$work/$pattern.mvt" ] || megavm trace generate "$pattern" --pages "$size" --passes "$passes" -o "$work/$pattern.mvt" >/dev/null
	megavm curve "$work/$pattern.mvt" --policy "$policy" --prefetch "$prefetch" --frames "$limit" --set "policies.$policy.kernel_memory=$((kernel * 4))KiB" \
		--csv >"$work/curve" 2>"$work/messages" || { cat "$work/messages" >&2; exit 1; }
	tail -n 1 "$work/curve" | awk -F, -v row="$policy,$prefetch,$pattern,$limit" -v major="$major" -v swapped="$swapped_out" '
		function error(predicted, measured) { return sprintf("%+.2f", measured ? 100 * (predicted / measured - 1) : 0) }
		{ print row "," major "," $6 "," error($6, major) "," swapped "," $7 "," error($7, swapped) }'
done
