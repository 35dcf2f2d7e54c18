#!/bin/sh
# SPDX-License-Identifier: MIT
# Writes the manual pages into OUT: megavm.1, and one for each command, made by help2man from what --help prints, which is made of the program's
# tables of commands and options. The date is that of the sources, so that the same sources give the same pages.
#
#   scripts/man.sh MEGAVM OUT
set -eu
[ $# -eq 2 ] || { sed -n '2,6p' "$0"; exit 2; }
megavm=$1 out=$2
here=$(dirname "$0")
command -v help2man >/dev/null || { echo "scripts/man.sh: no help2man (Debian's package): no manual pages" >&2; exit 0; }
version=$("$megavm" --version | cut -d' ' -f2)
rm -rf "$out"
mkdir -p "$out"
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || stat -c %Y VERSION)}
export SOURCE_DATE_EPOCH

page() { # SUMMARY NAME WORDS...
	summary=$1 name=$2
	shift 2
	help2man --no-info --section 1 --source 'Mega-VM' --manual 'User commands' --name "$summary" --version-string "$version" "$*" |
		sed "s|$megavm|megavm|g; s/^\.TH [^ ]*/.TH $(echo "$name" | tr a-z A-Z)/; s/^$name \\\\- /$name \\\\- /" >"$out/$name.1"
}

page 'a simulator of memory disaggregation' megavm "$megavm"
"$here/commands.sh" "$megavm" | while IFS="$(printf '\t')" read -r words summary; do
	page "$summary" "megavm-$(echo "$words" | tr ' ' '-')" "$megavm" $words </dev/null
done
