#!/bin/sh
# SPDX-License-Identifier: MIT
# Builds the emulators that the tests use for recording, or stores the reason why they cannot be built.
#
#   bochs.sh BUILD [SANITIZERS]      leaves BUILD/tests/bochs: empty, or the reason
set -eu
build=$1 sanitizers=${2:-}
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$build/tests"
reason=
if [ -n "$sanitizers" ]; then
	reason="Bochs is not built with sanitizers ($sanitizers)"
else
	for variant in recorder crosscheck smp; do
		status=0
		"$here/../../scripts/build-bochs.sh" "$build" $variant 2>"$build/tests/bochs.log" || status=$?
		if [ $status -eq 77 ]; then
			reason="no source of Bochs: $(tail -n 1 "$build/tests/bochs.log")"
			break
		elif [ $status -ne 0 ]; then
			cat "$build/tests/bochs.log" >&2
			exit $status
		fi
	done
fi
echo "$reason" >"$build/tests/bochs"
