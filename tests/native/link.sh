# SPDX-License-Identifier: MIT
# Sourced after lenders.sh: hosts of our own, each in a network namespace, connected by a link that can be cut. Needs the right to make them.
#
#   can_link               whether this user may
#   make_link              one more host, at $link_host; its name is $link_name
#   lend_over_link NAME OPTION...   as lend, at that host, with the key in the file key
#   cut_link [NAME]        nothing goes over it any more
#   end_links              removes all
can_link() {
	[ "$(id -u)" = 0 ] && ip netns add megavm-try$$ 2>/dev/null && nsenter --net=/run/netns/megavm-try$$ true 2>/dev/null
	link_can=$?
	ip netns delete megavm-try$$ 2>/dev/null
	return $link_can
}
# ip at the host itself. 'ip -n' would also mount its /sys, which is not possible everywhere.
at_host() { nsenter "--net=/run/netns/$link_name" ip "$@"; }
make_link() {
	link_number=$((${link_number-0} + 1))
	link_name=mv$$n$link_number # of the namespace and of our end
	link_net=10.$((77 + $$ / 250 % 100)).$(($$ % 250))
	link_host=$link_net.$((4 * link_number + 2)) link_own=$link_net.$((4 * link_number + 1))
	links="${links-} $link_name"
	ip netns add "$link_name" && ip link add "$link_name" type veth peer name eth0 netns "$link_name" &&
		ip address add "$link_own/30" dev "$link_name" && ip link set "$link_name" up &&
		at_host address add "$link_host/30" dev eth0 && at_host link set eth0 up && at_host link set lo up
}
lend_over_link() {
	link_lender=$1; shift
	LEND_AT=$link_host LEND_IN=$link_name lend "$link_lender" --key key "$@"
}
cut_link() {
	ip link set "${1:-$link_name}" down
}
end_links() {
	for link in ${links-}; do
		ip netns delete "$link" 2>/dev/null
		ip link delete "$link" 2>/dev/null
	done
	links= link_number=0
}
