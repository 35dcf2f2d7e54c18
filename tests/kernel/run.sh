#!/bin/bash
# SPDX-License-Identifier: MIT
# Runs access patterns under a real Linux 6.1: Debian's cloud kernel in QEMU (TCG, one processor), swap on a null block device, a cgroup's
# memory.max. Some minutes; predict.sh then does the same by the policies that model it.
#
#   tests/kernel/run.sh BUILD OUT.csv [PAGES]       PAGES of each pattern (8192)
#
# A row is a run: kind (classic, mglru), store (null_blk), cluster (vm.page-cluster: 0 reads nothing ahead), pattern, its pages and passes, limit and kernel_pages
# (the part of the limit that the kernel and the program take themselves), major and minor faults after the first writes, pages swapped in and
# out.
set -eu
[ $# -ge 2 ] || { sed -n '3,11p' "$0"; exit 2; }
build=$(cd "$1" && pwd) out=$2 pages=${3:-8192}
here=$(cd "$(dirname "$0")" && pwd)
cache=${MEGAVM_CACHE:-$build/guest}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

patterns='stream-copy:1 stream-sum:2 random:2 hot-cold:4 cyclic-scan:4' # with their passes
limits='4 6 8 10 11'                                                     # twelfths of the pattern's pages

mkdir -p "$work/root"/{bin,proc,sys,dev,cg} "$cache"
base=$("$here/../../workloads/guest/packages.sh" "$cache" '^(linux-image-[0-9]|busybox-static)' linux-image-cloud-amd64 busybox-static)/root
modules=$(ls -d "$base"/lib/modules/*/kernel)
cp "$base/bin/busybox" "$work/root/bin/busybox"
cp "$modules/fs/configfs/configfs.ko" "$modules/drivers/block/null_blk/null_blk.ko" "$here/init" "$work/root/"
${CC:-gcc} -O2 -static -o "$work/root/bin/touch-pages" "$here/touch.c"

# The traces that the policies replay, as lists of pages.
for item in $patterns; do
	pattern=${item%:*} size=$pages
	[ "$pattern" != stream-copy ] || size=$((pages / 2))
	"$build/megavm" trace generate "$pattern" --pages "$size" --passes "${item#*:}" -o "$work/$pattern.mvt" >/dev/null
	"$build/megavm" trace export --format csv "$work/$pattern.mvt" -o - |
		awk -F, -v begin="$pages" 'NR > 1 { if (NR - 2 == begin) print "begin"; print $1 - 512, ($2 == "W" ? "w" : "") }' >"$work/root/$pattern"
done
for kind in classic mglru; do
	for cluster in 0 3; do
		for item in $patterns; do
			for limit in $limits; do
				echo "$kind $cluster ${item%:*} ${item#*:} $((pages * limit / 12))"
			done
		done
	done
done >"$work/root/jobs"

(cd "$work/root" && find . | sort | cpio --quiet -o -H newc -R 0:0) >"$work/initrd"
timeout -s KILL "${KERNEL_SECONDS:-3000}" qemu-system-x86_64 -M pc -accel tcg -cpu max -m 1792M -smp 1 -nodefaults -no-user-config -display none \
	-serial stdio -no-reboot -kernel "$base"/boot/vmlinuz-* -initrd "$work/initrd" -append 'console=ttyS0 quiet panic=-1' </dev/null |
	tr -d '\r' >"$work/lines" || true
grep -q '^DONE' "$work/lines" || { tail -n 20 "$work/lines" >&2; echo "$0: the guest did not end" >&2; exit 1; }
awk -v pages="$pages" -v OFS=, '
	BEGIN { print "kind", "store", "cluster", "pattern", "pages", "passes", "limit_pages", "kernel_pages", "major", "minor", "swapped_in", "swapped_out" }
	$1 != "RUN" { next }
	NF != 14 || $14 != 0 { print "a job failed: " $0 >"/dev/stderr"; exit 1 }
	{ print $2, "null_blk", $3, $4, pages, $5, $6, $9 + $10 + $11, $7, $8, $12, $13 }' "$work/lines" >"$out.part"
mv "$out.part" "$out"
