#!/bin/bash
# SPDX-License-Identifier: MIT
# Compares the simulator with a program that really runs on memory of three lenders on this machine: quicksort at 75, 50 and 25 % local, FIFO, pages by shared
# memory and by TCP. Needs Valgrind and what the native engine needs.
#
#   scripts/peers-agreement.sh BUILD WORK      leaves WORK/peers-agreement.csv
#   KEYS=60000 scripts/peers-agreement.sh ...  how many numbers quicksort sorts (200000)
#   RUNS=1 scripts/peers-agreement.sh ...      runs of each point; the one whose slowdown is the middle counts (5)
#
# The trace and the simulator's cpu.ips are those of scripts/native-agreement.sh. The simulator's fabric is what 'megavm calibrate' measures between the same
# processes just before, and the software around it is what the pager measures when the program starts: fault.handler is a first touch, and fabric.post what a
# touch of a remote page takes beyond that and the read (its victim leaves in that time). Restartable sequences are switched off, as there.
set -eu
[ $# -eq 2 ] || { sed -n '3,14p' "$0"; exit 2; }
root=$(cd "$(dirname "$0")/.." && pwd)
build=$(cd "$1" && pwd)
PATH=$build:$PATH
export PATH KEYS=${KEYS:-200000} RUNS=${RUNS:-5} GLIBC_TUNABLES=glibc.pthread.rseq=0
mkdir -p "$2"
cd "$2"
rm -f native-*.json
work=$PWD
[ -e quicksort.mvt ] || "$root/scripts/native-agreement.sh" "$build" "$work" quicksort >/dev/null
. "$root/tests/native/lenders.sh"
lend a --memory 256MiB; lend b --memory 256MiB; lend c --memory 256MiB
peers=$a_address,$b_address,$c_address
command="./quicksort $KEYS"
printf 'policy: fifo\nfault: {buffer: 64}\nvms: [{name: quicksort, trace: quicksort.mvt, command: "%s"}]\n' "$command" >peers.yaml

point() { # WAY SHARE: prints a line of the table
	megavm calibrate --peers "$peers" --transport "$1" -o "fabric-$1.yaml" >&2
	for run in $(seq "$RUNS"); do
		timeout -s KILL 600 megavm emulate --native peers.yaml --set engine=native --peers "$peers" --transport "$1" --set donors.detect=10s --local "$2" \
			--cache cache --output out --json="native-$run.json" </dev/null 2>said || { cat said >&2; return 1; }
	done
	jq -s 'sort_by(.jobs[0].slowdown) | .[length / 2 | floor]' native-*.json >native.json
	pages=$(jq '.jobs[0].local_pages' native.json)
	ips=$(jq --argjson n "$(megavm trace info --json quicksort.mvt | jq .instructions)" '$n / .jobs[0].base_s | floor' native.json)
	# A first touch finds a free frame as long as there is one, and evicts a page later.
	handler=$(jq '.jobs[0] as $j | ([$j.faults.first_touch, $j.local_pages] | min) as $free | .native.touch_ns |
		(.first * $free + .first_evicting * ($j.faults.first_touch - $free)) / $j.faults.first_touch | floor' native.json)
	post=$(jq --argjson handler "$handler" '[.native.touch_ns | .remote - $handler - .read, 0] | max | floor' native.json)
	megavm run peers.yaml --set "vms.local=$((pages * 4))KiB" --set "cpu.ips=$ips" --set "fabric.preset=fabric-$1.yaml" --set "fault.handler=${handler}ns" \
		--set "fabric.post=${post}ns" --json >simulate.json
	jq -rn --slurpfile s simulate.json --slurpfile n native.json --arg way "$1" --arg share "${2%\%}" '
		def percent(a; b): if b == 0 then "" else (a / b - 1) * 1e4 | round / 100 end;
		$n[0].native as $m | $s[0].jobs[0] as $s | $n[0].jobs[0] as $n |
		[$way, $share, $n.local_pages, $s.faults.demand, $n.faults.demand, percent($n.faults.demand; $s.faults.demand), $s.writebacks, $n.writebacks,
		$m.peers.fetched, ($m.touch_ns.read | round), ($m.touch_ns.remote | round), ($s.slowdown * 1e4 | round / 1e4), ($n.slowdown * 1e4 | round / 1e4),
		percent($n.slowdown; $s.slowdown)] | join(",")'
}

{
	echo "transport,local_percent,local_pages,faults_simulate,faults_peers,faults_percent,writebacks_simulate,writebacks_peers,fetched,read_ns,touch_ns,\
slowdown_simulate,slowdown_peers,slowdown_percent"
	for way in shared tcp; do
		for share in 75% 50% 25%; do
			point $way $share
		done
	done
} >peers-agreement.csv
cat peers-agreement.csv
