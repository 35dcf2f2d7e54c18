#!/bin/sh
# SPDX-License-Identifier: MIT
# Brings the scripts of others that Mega-VM does not keep a copy of into BUILD/vendor, each of one version with a known checksum: uPlot, which
# makes the charts of a report interactive, and axe-core, which the tests check a report's accessibility with. Without a network, or without npm,
# it says so and does nothing: reports then have their figures alone.
#
#   scripts/vendor.sh BUILD
set -eu
[ $# -eq 1 ] || { sed -n '2,7p' "$0"; exit 2; }
vendor=$1/vendor

# NAME VERSION SHA512 FILE...
bring() {
	name=$1 version=$2 sum=$3
	shift 3
	[ "$(cat "$vendor/$name.version" 2>/dev/null)" = "$version" ] && return
	mkdir -p "$vendor"
	work=$(mktemp -d "$vendor/.$name.XXXXXX")
	if ! (cd "$work" && timeout 120 npm pack "$name@$version" >log 2>&1); then
		echo "scripts/vendor.sh: npm did not bring $name $version: $(tail -n 1 "$work/log")" >&2
	elif ! echo "$sum  $work/$name-$version.tgz" | sha512sum -c --quiet - >/dev/null 2>&1; then
		echo "scripts/vendor.sh: $name $version has another checksum than $sum: not used" >&2
	else
		tar -xzf "$work/$name-$version.tgz" -C "$work"
		for file; do cp "$work/package/$file" "$vendor/"; done
		cp "$work/package/LICENSE" "$vendor/$name.LICENSE"
		echo "$version" >"$vendor/$name.version"
	fi
	rm -rf "$work"
}

command -v npm >/dev/null || { echo "scripts/vendor.sh: no npm: reports will have no interactive charts" >&2; exit 0; }
bring uplot 1.6.32 \
	2883159c6ebccefbb95d751b0b82d010f9e1c0ec41b8bc96d401eda66e882935c89a46cb824332fa369b8cb8122cc6ac36e186cd09bf7a9ded3a4c93c6989023 \
	dist/uPlot.iife.min.js dist/uPlot.min.css
bring axe-core 4.10.3 \
	5e6edba515e70d25f6604d9815f064d859c5d1ea7ab661bbc4f87c88779ef0c21cae0abbeb636471ef39e9d62d2582e4b88a1866f19f4ecfcf6d986275e4dc12 \
	axe.min.js
