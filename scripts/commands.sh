#!/bin/sh
# SPDX-License-Identifier: MIT
# Prints every command of megavm, one on a line, with its words and its summary: "trace info<tab>the header of a trace". From the program's own
# help, which is made of its tables.
#
#   scripts/commands.sh MEGAVM
set -eu
[ $# -eq 1 ] || { sed -n '2,6p' "$0"; exit 2; }
list() { "$@" --help | sed -n 's/^  \([a-z][a-z-]*\)  *\(.*\)$/\1\t\2/p'; }
list "$1" | while IFS="$(printf '\t')" read -r command summary; do
	printf '%s\t%s\n' "$command" "$summary"
	"$1" "$command" --help | head -n 1 | grep -q 'COMMAND' || continue
	list "$1" "$command" | sed "s/^/$command /"
done
