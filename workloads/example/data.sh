# Runs on this machine, in an empty folder that becomes /workload of the guest. It makes the input, and the answer that the guest's is held
# against, by other means where there are any. The same variables must give the same bytes: no dates, no random numbers without a seed.
awk -v lines="$LINES" 'BEGIN {
	for (state = 1; n < lines; n++) {
		state = (state * 48271) % 2147483647 # Park and Miller, CACM 31(10), 1988; minimal standard, revised multiplier
		print n, state, "the quick brown fox jumps over lazy dog number", state % 97
	}
}' >input
sha256sum <input >expected

# What data.sh may use:
#   $WORKLOAD       this folder
#   $DATA           workloads/data: data that several workloads share
#   $PACKAGES       the tree of the unpacked packages
#   $PACKAGED       runs a program of theirs on this machine: $PACKAGED /usr/bin/gzip -k input
#   $GUEST_CC       compiles a static program for the guest: "$GUEST_CC" program "$WORKLOAD/program.c"
#   $GUEST_INCLUDE  flags for another compiler to find vm.h, with which a program marks its own phases
