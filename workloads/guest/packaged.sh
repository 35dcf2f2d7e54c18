#!/bin/sh
# Runs a program of an unpacked tree of packages with the libraries of that tree, on this machine.
#
#   packaged.sh TREE PROGRAM [ARGUMENT...]      PROGRAM: as in the tree, or elsewhere if it is there
#   packaged.sh TREE --list PROGRAM             which libraries it would load
set -eu
tree=$1
shift
# lib64 has a link to this, but from the machine's root.
loader=$tree/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2
[ -e "$loader" ] || { echo "packaged.sh: no package brings the loader of dynamic programs (libc6)" >&2; exit 1; }
search=$(find "$tree/lib/x86_64-linux-gnu" "$tree/usr/lib/x86_64-linux-gnu" -name '*.so*' -printf '%h\n' 2>/dev/null | sort -u | tr '\n' ':')
list=
if [ "$1" = --list ]; then
	list=--list
	shift
fi
program=$1
shift
[ ! -e "$tree$program" ] || program=$tree$program
exec "$loader" --library-path "$search" $list "$program" "$@"
