# SPDX-License-Identifier: MIT
# Holds a recording of the probe (workloads/probe/probe.c) to what the guest itself reported: in each phase, which of its buffers' pages were
# touched, in which order, how and by whom.
#
#   awk -f pages.awk -f touched.awk INFO CAT       INFO: megavm trace info; CAT: megavm trace cat --from-marker roi-begin
#
# Prints a line a phase: `PHASE COUNT TYPE SOURCE, ...`, for each buffer in the order of the buffers. A page counts when it comes as the next one of its
# buffer; what comes in any other way is printed as stray.
function tell(    i, line)
{
	for (i = 1; i <= buffers; i++)
		if (next_page[order[i]])
			line = line (line ? ", " : "") next_page[order[i]] " " how[order[i]]
	print phase, line
}

files == 2 && $1 == "#" && /-begin/ { phase = $0; sub(/-begin.*/, "", phase); sub(/.*[ "]/, "", phase); split("", next_page); split("", seen) }
files == 2 && $1 == "#" && /-end/ { if (phase != "") tell(); phase = "" }

files == 2 && $1 != "#" && phase != "" {
	frame = number(substr($7, 3))
	if (!(frame in buffer_of))
		next
	buffer = buffer_of[frame]
	if (frame in seen)
		next # a page used again within its phase may come again
	seen[frame] = 1
	if (place[frame] != next_page[buffer] + 0 || (next_page[buffer] && how[buffer] != $6 " " $5))
		print phase, "stray", buffer, place[frame], $6, $5
	how[buffer] = $6 " " $5
	next_page[buffer]++
}
