# SPDX-License-Identifier: MIT
# Reads from the first file (megavm trace info) the guest frames that the probe (workloads/probe/probe.c) reported: buffer_of[FRAME],
# place[FRAME] in its buffer, pages[BUFFER], and the buffers in order[1..buffers]. A frame of several buffers is the last one's. `files` is the
# number of the file that is being read.
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

FNR == 1 { files++ }

files == 1 && $1 ~ /^frames\./ {
	split($1, part, ".")
	if (!(part[2] in pages))
		order[++buffers] = part[2]
	add_ranges(part[2], $2)
}
