# Into the page cache: the emulated disk's pace is no part of the job (workloads/README.md).
cat train >/dev/null
vm region ./svm_perf_learn -c 20 -l "$LOSS" -e 0.1 --b 0 train model || exit
./svm_perf_classify train model scores
# Another processor may round otherwise in a program that looks for the fastest instructions.
paste scores expected | awk '{ off = $1 - $2; if (off > 1e-3 || off < -1e-3) wrong++ } END { exit wrong || NR != '"$ROWS"' }'
