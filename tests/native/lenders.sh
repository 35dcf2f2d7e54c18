# SPDX-License-Identifier: MIT
# Sourced by what needs lenders on this machine. Ends them when the shell ends.
#
#   lend NAME OPTION...    starts 'megavm lend' with these options, at a port of its own. $NAME is then its process and
#                          $NAME_address where it listens; what it says is in the files NAME.out and NAME.err. It listens at
#                          $LEND_AT (127.0.0.1) and $LEND_PORT (one that is free), in the network namespace $LEND_IN
lend() {
	lend_name=$1; shift
	rm -f "$lend_name.address"
	${LEND_IN:+nsenter --net=/run/netns/$LEND_IN} megavm lend --listen "${LEND_AT:-127.0.0.1}:${LEND_PORT:-0}" --ready "$lend_name.address" "$@" </dev/null >"$lend_name.out" 2>"$lend_name.err" &
	eval "$lend_name=$!"
	lenders="${lenders-} $!"
	disown $!
	for lend_try in $(seq 300); do
		[ -s "$lend_name.address" ] && break
		sleep 0.05
	done
	eval "${lend_name}_address=\$(cat $lend_name.address)"
}
# Waits until a process is gone.
await_end() {
	while kill -0 "$1" 2>/dev/null; do sleep 0.05; done
}
end_lenders() {
	for lender in ${lenders-}; do
		kill -KILL "$lender" 2>/dev/null
	done
	lenders=
}
trap end_lenders EXIT
