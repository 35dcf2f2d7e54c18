#!/bin/sh
# SPDX-License-Identifier: MIT
# Makes a guest for QEMU: Debian's kernel for the cloud, and a first program that sorts, reports and switches the machine off.
#
#   scripts/native-guest.sh CACHE LINES      where downloads and guests are kept; how many numbers the guest sorts
#
# Prints the guest's folder, with vmlinuz and initrd.img. The kernel's line gives the task: `task=boot` only boots, `task=sort` sorts the
# numbers as text. Exit status 77: the packages cannot be had.
set -eu
[ $# -eq 2 ] || { sed -n '3,8p' "$0"; exit 2; }
mkdir -p "$1"
cache=$(cd "$1" && pwd) lines=$2
export LC_ALL=C
base=$("$(dirname "$0")/../workloads/guest/packages.sh" "$cache" '^(linux-image-[0-9]|busybox-static)' linux-image-cloud-amd64 busybox-static)
folder=$cache/native/$(cat "$base/list" "$0" | sha256sum | cut -c -16)-$lines
if [ ! -d "$folder" ]; then
	work=$folder.$$
	mkdir -p "$work/tree/bin" "$work/tree/proc"
	trap 'rm -rf "$work"' EXIT
	cp "$base"/root/boot/vmlinuz-* "$work/vmlinuz"
	cp "$base/root/bin/busybox" "$work/tree/bin/"
	# Park and Miller's generator: exact in awk's numbers, so the same everywhere.
	awk -v lines="$lines" 'BEGIN { x = 20260101; for (i = 0; i < lines; i++) { x = x * 16807 % 2147483647; print x } }' >"$work/tree/numbers"
	cat >"$work/tree/init" <<-'INIT'
		#!/bin/busybox sh
		busybox mount -t proc proc /proc
		up() { read -r seconds rest </proc/uptime; echo "$seconds"; }
		echo "guest: booted at $(up) s"
		[ "$task" = boot ] || echo "guest: sorted $(busybox sort /numbers | busybox md5sum)"
		echo "guest: up $(up) s"
		busybox poweroff -f
	INIT
	chmod +x "$work/tree/init"
	(cd "$work/tree" && find . | sort | cpio --quiet -o -H newc -R 0:0) >"$work/initrd.img"
	rm -rf "$work/tree"
	mv -T "$work" "$folder" 2>/dev/null || [ -d "$folder" ] # another one may have been first
fi
echo "$folder"
