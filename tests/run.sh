#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs the unit tests and the golden transcripts against a build and ends with the line `N passed, N failed, N skipped`.
#
#   tests/run.sh BUILD [unit|golden]
#
# A golden transcript (tests/golden/*.t, read by cram) is a list of commands after `  $ `, each with its expected output below it. It runs in
# its own empty folder, with megavm on the PATH and the project's root in $ROOT. A transcript that cannot run here writes the reason into
# $SKIPPED and exits with 80.
set -u
build=$(cd "$1" && pwd)
what=${2:-all}
ROOT=$(cd "$(dirname "$0")/.." && pwd)
export ROOT PATH="$build:$PATH"
unset MEGAVM_FABRICS MEGAVM_FAULTS MEGAVM_WORKLOADS MEGAVM_CACHE
passed=0 failed=0 skipped=0
out=$(mktemp)
SKIPPED=$(mktemp)
export SKIPPED
trap 'rm -f "$out" "$SKIPPED"' EXIT

if [ "$what" != golden ]; then
	"$build/tests/unit" >"$out" 2>&1
	status=$?
	line=$(grep '^unit: [0-9]* passed, [0-9]* failed$' "$out" | tail -n 1)
	if [ -z "$line" ]; then # it died before its last line
		cat "$out"
		echo "unit: ended with status $status before its last line"
		failed=$((failed + 1))
	else
		grep -vE '^ *$|^     CUnit|http' "$out"
		passed=$((passed + $(echo "$line" | cut -d' ' -f2)))
		failed=$((failed + $(echo "$line" | cut -d' ' -f4)))
		[ $status -ne 0 ] && [ "$failed" -eq 0 ] && failed=1
	fi
fi

if [ "$what" != unit ]; then
	cram3 --shell=/bin/bash "$ROOT"/tests/golden/*.t >"$out" 2>&1
	cat "$out"
	summary=$(grep '^# Ran [0-9]* tests\{0,1\}, ' "$out")
	ran=$(echo "$summary" | cut -d' ' -f3)
	bad=$(echo "$summary" | sed 's/.* \([0-9]*\) failed.*/\1/')
	skipped=$(echo "$summary" | sed 's/.* \([0-9]*\) skipped.*/\1/')
	passed=$((passed + ${ran:-0} - ${bad:-0} - ${skipped:-0}))
	failed=$((failed + ${bad:-1}))
	sed 's/^/skipped: /' "$SKIPPED"
fi

echo "$passed passed, $failed failed, ${skipped:-0} skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
