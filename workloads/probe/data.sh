# input: what is read from the disk past the page cache, READ pages that each begin with their number.
awk -v pages="$READ" 'BEGIN { for (i = 0; i < pages; i++) printf "%-4096d", i }' >input
"$GUEST_CC" probe "$WORKLOAD/probe.c"
