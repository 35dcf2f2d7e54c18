# SPDX-License-Identifier: MIT
# Sourced by what needs lenders on this machine. Ends them when the shell ends.
#
#   lend NAME OPTION...    starts 'megavm lend' with these options, at a port of its own. $NAME is then its process and
#                          $NAME_address where it listens; what it says is in the files NAME.out and NAME.err
lend() {
	lend_name=$1; shift
	rm -f "$lend_name.address"
	megavm lend --listen "${LEND_AT:-127.0.0.1}:0" --ready "$lend_name.address" "$@" </dev/null >"$lend_name.out" 2>"$lend_name.err" &
	eval "$lend_name=$!"
	lenders="${lenders-} $!"
	for lend_try in $(seq 300); do
		[ -s "$lend_name.address" ] && break
		sleep 0.05
	done
	eval "${lend_name}_address=\$(cat $lend_name.address)"
}
end_lenders() {
	for lender in ${lenders-}; do
		kill -KILL "$lender" 2>/dev/null && wait "$lender" 2>/dev/null
	done
	lenders=
}
trap end_lenders EXIT
