#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs every fuzzer in BUILD for SECONDS, two at a time, from its corpus. New inputs stay in BUILD. An input that causes a failure is kept
# there too, and its path is printed. Ends with `N fuzzers clean, N not`.
#
#   tests/fuzz/run.sh BUILD SECONDS
set -u
build=$1 seconds=$2
here=$(dirname "$0")
clean=0 broken=0

run() {
	name=$(basename "$1" | sed 's/^fuzz_//')
	mkdir -p "$build/found/$name"
	"$1" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 -print_final_stats=1 -verbosity=0 -print_funcs=0 -artifact_prefix="$build/broke-$name-" \
		"$build/found/$name" "$here/corpus/$name" >"$build/$name.log" 2>&1
	echo $? >"$build/$name.status"
}

set -- "$build"/fuzz_*
while [ $# -gt 0 ]; do
	run "$1" &
	[ $# -gt 1 ] && { run "$2" & shift; }
	shift
	wait
done
for status in "$build"/*.status; do
	name=$(basename "$status" .status)
	runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$build/$name.log")
	if [ "$(cat "$status")" = 0 ]; then
		echo "$name: clean after ${runs:-0} runs"
		clean=$((clean + 1))
	else
		tail -n 30 "$build/$name.log"
		echo "$name: broken ($(ls "$build"/broke-"$name"-* 2>/dev/null | head -n 1))"
		broken=$((broken + 1))
	fi
done
rm -f "$build"/*.status
echo "$clean fuzzers clean, $broken not"
[ "$broken" -eq 0 ]
