# train: the examples; expected: their scores under the model that this machine trains.
"$DATA/fashion-mnist.sh" "$ROWS" >train
if [ -n "${SVM_PERF_LEARN:-}" ]; then
	cp "$SVM_PERF_LEARN" svm_perf_learn
else
	"$GUEST_CC" svm_perf_learn "$WORKLOAD/svm_perf_learn.c" "$WORKLOAD/cuts.c" "$WORKLOAD/examples.c" "$WORKLOAD/loss.c"
fi
"$GUEST_CC" svm_perf_classify "$WORKLOAD/svm_perf_classify.c" "$WORKLOAD/examples.c"
./svm_perf_learn -c 20 -l "$LOSS" -e 0.1 --b 0 train model >learned
./svm_perf_classify train model expected >>learned
rm model learned
