#!/bin/bash
# SPDX-License-Identifier: MIT
# Peers that die, hang, or are cut off while a program runs on their memory.
#
#   scripts/test-peers.sh BUILD ROUNDS [SEED]
#
# Each round starts three lenders and a program of four threads that checks every byte of its memory (tests/native/stress.c), and does something to
# one of the lenders at a random time: SIGKILL, SIGSTOP, SIGTERM (it leaves), SIGKILL and a new lender at the same address, or a cut link (where this
# user may make network namespaces). In three rounds of four there are two copies of each page: the program must print the right sum. In the fourth there
# is one: it must print the right sum or be ended with the message that names the page, the peer and the time. Pages go by shared memory or TCP in turn;
# every page is held against its checksum. Ends with one line, and status 0 if nothing was wrong and nothing hung.
set -u
build=$(cd "$1" && pwd) rounds=$2 RANDOM=${3:-1}
root=$(cd "$(dirname "$0")/.." && pwd)
PATH=$build:$PATH
work=$(mktemp -d)
cd "$work" || exit 1
. "$root/tests/native/lenders.sh"
. "$root/tests/native/link.sh"
finish() { end_lenders; end_links; rm -rf "$work"; }
trap finish EXIT
export MEGAVM_CACHE=$work/cache
gcc -std=gnu11 -O2 -o stress "$root/tests/native/stress.c" -lpthread || exit 1

(umask 077; head -c 32 /dev/urandom >key)
PAGES=1500 TIMES=20
deeds=(kill stop leave again)
can_link && deeds+=(cut) || echo "no network namespaces here: no link is cut"
missed=0
declare -A count=([right]=0 [lost]=0 [wrong]=0 [hung]=0)
for ((round = 1; round <= rounds; round++)); do
	deed=${deeds[round % ${#deeds[@]}]}
	replicas=$((round % 4 ? 2 : 1))
	way=$([ $((RANDOM % 2)) = 0 ] && echo shared || echo tcp)
	lend b --memory 64MiB --key key; lend c --memory 64MiB --key key
	if [ "$deed" = cut ]; then
		way=tcp
		make_link && lend_over_link a --memory 64MiB || exit 1
	else
		lend a --memory 64MiB --key key
	fi
	rm -f started
	timeout -s KILL 90 megavm emulate --native --local 1MiB --verify --transport $way --peers "$a_address,$b_address,$c_address" --key key \
		--set donors.replicas=$replicas --set donors.detect=800ms --json=result.json -- sh -c "touch started; exec ./stress 4 $PAGES $TIMES" </dev/null >out 2>err &
	program=$!
	until [ -e started ] || ! kill -0 $program 2>/dev/null; do sleep 0.02; done
	sleep "0.$(printf %03d $((RANDOM % 900 + 50)))"
	case $deed in
	kill) kill -KILL $a ;;
	stop) kill -STOP $a ;;
	leave) kill -TERM $a ;;
	again) kill -KILL $a; await_end $a; LEND_PORT=${a_address##*:} lend a --memory 64MiB --key key ;;
	cut) cut_link ;;
	esac
	wait $program
	status=$?
	if [ $status = 137 ]; then
		result=hung
	elif [ $status = 0 ] && [ "$(cat out)" = $((PAGES * TIMES)) ] && [ "$(jq .native.peers.wrong result.json)" = 0 ]; then
		result=right
	elif [ $replicas = 1 ] && [ $status = 1 ] && grep -qE 'page 0x[0-9a-f]+ is lost: peer .* went down after [0-9.]+ s' err; then
		result=lost
	else
		result=wrong
	fi
	count[$result]=$((count[$result] + 1))
	[ $result = right ] && missed=$((missed + $(jq 'if .native.peers.downs + .native.peers.moved > 0 then 1 else 0 end' result.json)))
	case $result in
	wrong | hung) echo "round $round: $deed, $way, $replicas copies: $result (status $status)"; head -c 600 out err ;;
	esac
	end_lenders
	end_links
done
echo "$rounds rounds: ${count[right]} right (in $missed of them the peer went while the program ran), ${count[lost]} ended with the message (one copy), ${count[wrong]} wrong, ${count[hung]} hung"
[ $((count[wrong] + count[hung])) = 0 ]
