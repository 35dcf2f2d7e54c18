# SPDX-License-Identifier: MIT
# Holds a recording of the probe (workloads/probe/probe.c) to what the guest itself reported: in each phase, which of its buffers' pages were
# touched, in which order, how and by whom.
#
#   awk -f touched.awk INFO CAT       INFO: megavm trace info; CAT: megavm trace cat --from-marker roi-begin
#
# Prints a line a phase: `PHASE COUNT TYPE SOURCE, ...`, for each buffer in the order of the buffers. A page counts when it comes as the next one of its
# buffer; what comes in any other way is printed as stray.
function number(hex,    i, n)
{
	for (i = 1; i <= length(hex); i++)
		n = n * 16 + index("0123456789abcdef", substr(hex, i, 1)) - 1
	return n
}

function add_ranges(buffer, list,    range, part, i, j, n)
{
	n = split(list, range, ",")
	for (i = 1; i <= n; i++) {
		split(range[i], part, "+")
		for (j = 0; j < number(part[2]); j++) {
			buffer_of[number(part[1]) + j] = buffer
			place[number(part[1]) + j] = pages[buffer]++
		}
	}
}

function tell(    i, line)
{
	for (i = 1; i <= buffers; i++)
		if (next_page[order[i]])
			line = line (line ? ", " : "") next_page[order[i]] " " how[order[i]]
	print phase, line
}

FNR == 1 { files++ }

files == 1 && $1 ~ /^frames\./ {
	split($1, part, ".")
	if (!(part[2] in pages))
		order[++buffers] = part[2]
	add_ranges(part[2], $2)
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
