# SPDX-License-Identifier: MIT
# Tells what a recording of the probe (workloads/probe/probe.c) says of the first uses of its buffers' pages in the region of interest.
#
#   awk -f pages.awk -f overwritten.awk INFO CAT       INFO: megavm trace info; CAT: megavm trace cat --snapshot --count 0
#
# Prints a line a buffer: `BUFFER PAGES, OVERWRITTEN of SNAPSHOT`: how many pages it has; how many of them are in the snapshot; and how many of
# these are overwritten whole by their first use.
files == 2 && $1 != "#" {
	buffer = buffer_of[number(substr($2, 3))]
	in_snapshot[buffer]++
	whole[buffer] += $4
}

END {
	for (i = 1; i <= buffers; i++)
		print order[i], pages[order[i]] ",", whole[order[i]] + 0, "of", in_snapshot[order[i]] + 0
}
