# Into the page cache: the emulated disk's pace is no part of the job (workloads/README.md).
cat train >/dev/null
LD_PRELOAD=/workload/mark.so vm region /usr/bin/liblinear-train -q -s 0 train model || exit
# Line by line: words must be the same, weights nearly, for another processor may round otherwise.
paste model expected | awk '
NF == 2 { off = $1 - $2; if (off > 1e-4 || off < -1e-4) wrong++; weights++; next }
{ for (i = 1; i <= NF / 2; i++) if ($i != $(i + NF / 2)) wrong++ }
END { exit wrong || weights < 700 }'
