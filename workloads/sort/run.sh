export LC_ALL=C
# The input is in the page cache and the output goes to memory: how long Bochs's disk seeks, as disks of its time did, is not what this is about.
cat input >/dev/null
vm region /usr/bin/sort --parallel="$(nproc)" -S 512M -o /tmp/output input || exit
/usr/bin/cksum </tmp/output >sum
cmp sum expected
