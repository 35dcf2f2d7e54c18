#!/bin/sh
# SPDX-License-Identifier: MIT
# Compares the simulator with the native engine: the same programs at 75, 50 and 25 % local, FIFO, the same pages of both. Needs Valgrind, liblinear-tools and
# what the native engine needs. Takes about 10 minutes on two cores.
#
#   scripts/native-agreement.sh BUILD WORK [PROGRAM...]     leaves WORK/native-agreement.csv, and inputs, traces and results beside it;
#                                                           PROGRAM: sort, quicksort, liblinear, svm-perf (all of them)
#   KEYS=60000 scripts/native-agreement.sh ...              how many numbers quicksort sorts (200000)
#
# The trace is Valgrind's (lackey), with only the memory that the native engine manages (tests/native/managed.c). The simulator's cpu.ips is the program's
# own rate: its instructions over the base that the native engine measured. Each point runs twice natively: as it is, and without restartable sequences
# (rseq), for which the kernel writes into the program's memory whenever it lets the program go on; Valgrind has none. Traces that exist are not made again.
set -eu
[ $# -ge 2 ] || { sed -n '3,13p' "$0"; exit 2; }
root=$(cd "$(dirname "$0")/.." && pwd)
megavm=$(realpath "$1")/megavm work=$2
shift 2
[ $# -gt 0 ] || set -- sort quicksort liblinear svm-perf
mkdir -p "$work"
cd "$work"
gcc -O2 -o managed "$root/tests/native/managed.c"
gcc -O2 -I"$root/tests/native/host" -o quicksort "$root/workloads/quicksort/quicksort.c"
gcc -O2 -o svm_perf_learn "$root"/workloads/svm-perf/svm_perf_learn.c "$root"/workloads/svm-perf/cuts.c "$root"/workloads/svm-perf/examples.c \
	"$root"/workloads/svm-perf/loss.c -lm
awk 'BEGIN { s = 7; for (i = 0; i < 30000; i++) print s = (s * 48271) % 2147483647 }' >numbers
# Two clouds that overlap, in the format of SVM-light and liblinear.
awk 'BEGIN {
	s = 1
	for (i = 0; i < 400; i++) {
		y = i % 3 ? -1 : 1
		printf "%+d", y
		for (j = 1; j <= 60; j++) {
			s = (s * 48271) % 2147483647
			printf " %d:%.2f", j, s / 2147483647 - 0.5 + 0.02 * y * (j % 2)
		}
		print ""
	}
}' >rows

command_of() { # PROGRAM
	case $1 in
	sort) echo "sort --parallel=1 -n numbers" ;;
	quicksort) echo "./quicksort ${KEYS:-200000}" ;;
	liblinear) echo "liblinear-train -q -s 0 rows liblinear.model" ;;
	svm-perf) echo "./svm_perf_learn -c 1 -l 2 -e 0.1 --b 0 rows svm-perf.model" ;;
	*) echo "unknown program '$1': allowed are sort, quicksort, liblinear, svm-perf" >&2; return 2 ;;
	esac
}

trace() { # PROGRAM COMMAND: leaves PROGRAM.mvt. The log goes through a pipe, because it is large.
	[ ! -e "$1.mvt" ] || return 0
	rm -f "$1.log"
	mkfifo "$1.log"
	./managed <"$1.log" >"$1.csv" &
	# shellcheck disable=SC2086
	setarch -R valgrind --tool=lackey --trace-mem=yes --trace-syscalls=yes --log-file="$1.log" $2 >"$1.out" 2>&1 </dev/null
	wait $!
	rm "$1.log"
	"$megavm" trace import -f csv --k 0 --workload "$1" "$1.csv" -o "$1.mvt" >/dev/null
	rm "$1.csv"
}

native() { # PROGRAM LOCAL RESULT
	timeout -s KILL 300 "$megavm" emulate --native "$1.yaml" --set engine=native --set "vms.local=$2" --virtual --cache cache --output "$1.out" \
		--json="$3" </dev/null 2>"$1.said" || { cat "$1.said" >&2; return 1; }
}

point() { # PROGRAM SHARE: prints a line of the table
	native "$1" "$2" "$1-native.json"
	pages=$(jq '.jobs[0].local_pages' "$1-native.json")
	ips=$(jq --argjson n "$("$megavm" trace info --json "$1.mvt" | jq .instructions)" '$n / .jobs[0].base_s | floor' "$1-native.json")
	GLIBC_TUNABLES=glibc.pthread.rseq=0 native "$1" "$((pages * 4))KiB" "$1-no-rseq.json"
	"$megavm" run "$1.yaml" --set "vms.local=$((pages * 4))KiB" --set "cpu.ips=$ips" --json >"$1-simulate.json"
	jq -rn --slurpfile s "$1-simulate.json" --slurpfile n "$1-native.json" --slurpfile o "$1-no-rseq.json" --arg share "${2%\%}" '
		def percent(a; b): if b == 0 then "" else (a / b - 1) * 1e4 | round / 100 end;
		$s[0].jobs[0] as $s | $n[0].jobs[0] as $n | $o[0].jobs[0] as $o |
		[$s.workload, $n.scope, $share, $n.local_pages, $s.footprint_pages, $n.footprint_pages, $s.faults.first_touch, $n.faults.first_touch,
		$s.faults.demand, $n.faults.demand, percent($n.faults.demand; $s.faults.demand), $o.faults.demand, percent($o.faults.demand; $s.faults.demand), $s.writebacks, $n.writebacks,
		percent($n.writebacks; $s.writebacks), ($s.slowdown * 1e4 | round / 1e4), ($n.slowdown * 1e4 | round / 1e4),
		percent($n.slowdown; $s.slowdown), percent($n.slowdown - 1; $s.slowdown - 1)] | join(",")'
}

for program; do
	command=$(command_of "$program")
	printf 'policy: fifo\nfabric: {preset: ib-edr}\nvms: [{name: %s, trace: %s.mvt, command: "%s"}]\n' "$program" "$program" "$command" >"$program.yaml"
	trace "$program" "$command"
	for share in 75% 50% 25%; do
		point "$program" "$share"
	done >"$program.rows"
done
{
	echo "workload,scope,local_percent,local_pages,footprint_simulate,footprint_native,first_touches_simulate,first_touches_native,faults_simulate,\
faults_native,faults_percent,faults_without_rseq,faults_without_rseq_percent,writebacks_simulate,writebacks_native,writebacks_percent,slowdown_simulate,slowdown_native,slowdown_percent,added_time_percent"
	for program; do cat "$program.rows"; done
} >native-agreement.csv
cat native-agreement.csv
