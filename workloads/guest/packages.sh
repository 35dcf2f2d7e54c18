#!/bin/sh
# Downloads Debian packages, with all they depend on, and unpacks them into a tree of their own: nothing is installed.
#
#   packages.sh CACHE PATTERN PACKAGE...    keeps those of the packages and their dependencies whose names match PATTERN (awk's)
#
# Prints the folder: root/ (the tree) and list (name and version, one a line). It is kept under CACHE, and with it the versions,
# until it is removed. Versions and addresses are those of the system's own apt. Exit status 77: they cannot be had.
set -eu
cache=$1 pattern=$2
shift 2
folder=$cache/packages/$(printf '%s\n' "$pattern" "$@" | sha256sum | cut -c -16)
if [ ! -d "$folder" ]; then
	work=$folder.$$
	mkdir -p "$work/root" "$work/deb"
	trap 'rm -rf "$work"' EXIT
	trap 'exit 130' INT TERM
	# Against no installed package at all, so that what this machine has does not matter.
	if ! apt-get -s -q -o Dir::State::status=/dev/null --no-install-recommends install "$@" >"$work/log" 2>&1; then
		cat "$work/log" >&2
		echo "packages.sh: apt knows no way to get $* ('apt-get update' first?)" >&2
		exit 77
	fi
	# Inst NAME (VERSION ARCHIVE [ARCHITECTURE])
	awk -v pattern="$pattern" '$1 == "Inst" && $2 ~ pattern { print $2, substr($3, 2) }' "$work/log" | LC_ALL=C sort >"$work/list"
	(cd "$work/deb" && tr ' ' '=' <../list | xargs apt-get -q -o APT::Sandbox::User=root download) >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 77; }
	for deb in "$work"/deb/*.deb; do
		dpkg -x "$deb" "$work/root"
	done
	rm -rf "$work/deb" "$work/log"
	mv -T "$work" "$folder" 2>/dev/null || [ -d "$folder" ] # another build may have been first
fi
echo "$folder"
