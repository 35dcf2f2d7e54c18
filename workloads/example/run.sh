# Runs in the guest, in /workload, by busybox's shell, which takes its own applet for every command not called by its path. All that it
# prints is on the guest's serial line, which a failed recording shows. A status other than 0 makes the recording fail.

# A marker is a point in the trace, for 'megavm trace filter --region'.
vm mark compress

# The region of interest: from right before the command to right after it, so that no work of the shell is in it.
vm region /usr/bin/gzip -k input || exit

# A fact about the guest, for the trace's header.
vm report "compressed_bytes=$(stat -c %s input.gz)"

# A wrong answer must fail.
/usr/bin/gzip -dc input.gz | sha256sum >sum
cmp sum expected
