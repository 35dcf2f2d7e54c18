# SPDX-License-Identifier: MIT
# Sourced by the transcripts of the native engine. Skips a transcript where this machine does not let it run; builds the programs of
# tests/native that are named, into the current folder.
skip() {
	echo "$(basename "$TESTFILE"): $1" >>"${SKIPPED:-/dev/null}"
	exit 80
}

export MEGAVM_CACHE=$PWD/cache
megavm emulate --native --local 1MiB -- true 2>ready.log || skip "$(tail -n 1 ready.log)"
rm -f ready.log
for program; do
	gcc -std=gnu11 -O2 -Wall -Wextra -o "$program" "$ROOT/tests/native/$program.c" -lpthread || exit 1
done
