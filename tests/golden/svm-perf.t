The trainer of workloads/svm-perf against others that solve the same problem: liblinear and, for its bounds, libocas. Two clouds that
overlap, in SVM-light's format:

  $ cp "$ROOT"/workloads/svm-perf/*.[ch] . && gcc -O2 -o svm_perf_learn svm_perf_learn.c cuts.c examples.c loss.c -lm && gcc -O2 -o svm_perf_classify svm_perf_classify.c examples.c
  $ awk 'BEGIN { s = 1; for (i = 0; i < 120; i++) { y = i % 3 ? -1 : 1; printf "%+d", y; for (j = 1; j <= 12; j++) { s = (s * 48271) % 2147483647; if (s % 3) printf " %d:%.4f", j, s / 2147483647 - 0.5 + 0.2 * y * (j % 2) } print " # row " i } }' > clouds

1/2 |w|^2 + C_light times the hinge losses, of weights one a line:

  $ objective() { awk -v c="$1" 'FNR == NR { w[FNR] = $1; q += $1 * $1 / 2; next } { sub(/#.*/, ""); s = 0; for (i = 2; i <= NF; i++) { split($i, f, ":"); s += w[f[1]] * f[2] } if ($1 * s < 1) q += c * (1 - $1 * s) } END { printf "%.6f\n", q }' "$2" "$3"; }
  $ weights() { tail -n 1 "$1" | tr ' ' '\n' | awk -F: 'NF == 2 { w[$1] = $2 } END { for (i = 1; i <= 12; i++) print w[i] + 0 }'; }
  $ near() { awk -v a="$1" -v b="$2" -v most="$3" 'BEGIN { d = a - b; if (d < 0) d = -d; print (d <= most ? "near" : "far: " a " and " b) }'; }

The error rate. Losses are in percent, so that C is C_light times the rows over 100; epsilon bounds how far the objective can be off, C times it:

  $ for c in 0.1 1 20; do
  >   light=$(awk -v c=$c 'BEGIN { print 100 * c / 120 }')
  >   sed 's/ *#.*//' clouds > plain
  >   ./svm_perf_learn -c $c -l 2 -e 0.01 --b 0 clouds model > said
  >   weights model > ours; liblinear-train -q -s 3 -c $light -e 1e-6 plain other && sed 1,6d other > theirs
  >   near $(objective $light ours clouds) $(objective $light theirs clouds) $(awk -v c=$c 'BEGIN { print 0.01 * c }')
  >   near $(objective $light ours clouds) $(sed 's/.*objective //' said) 0.005
  >   svmocas -m 0 -c $light -b 0 -r 0.0001 plain ocas > /dev/null && head -n 12 ocas > theirs
  >   near $(objective $light ours clouds) $(objective $light theirs clouds) $(awk -v c=$c -v o=$(objective $light theirs clouds) 'BEGIN { print 0.01 * c + 0.0001 * o }')
  > done
  near
  near
  near
  near
  near
  near
  near
  near
  near

One minus the ROC area is the error rate over all pairs of a positive and a negative example: liblinear trains on their differences.

  $ awk '{ sub(/#.*/, ""); split("", x); for (i = 2; i <= NF; i++) { split($i, f, ":"); x[f[1]] = f[2] } for (j = 1; j <= 12; j++) v[NR, j] = x[j] + 0; y[NR] = $1 } END { for (a = 1; a <= NR; a++) for (b = 1; b <= NR; b++) if (y[a] > y[b]) { t = n++ % 2 ? -1 : 1; printf "%+d", t; for (j = 1; j <= 12; j++) printf " %d:%.6f", j, t * (v[a, j] - v[b, j]); print "" } }' clouds > pairs
  $ light=$(awk 'END { print 100 * 1 / NR }' pairs)
  $ ./svm_perf_learn -c 1 -l 10 -e 0.01 clouds model > said && weights model > ours
  $ liblinear-train -q -s 3 -c $light -e 1e-6 pairs other && sed 1,6d other > theirs
  $ near $(objective $light ours pairs) $(objective $light theirs pairs) 0.01
  near
  $ near $(objective $light ours pairs) $(sed 's/.*objective //' said) 0.005
  near

The model classifies as its weights say:

  $ ./svm_perf_classify clouds model scores
  accuracy * (glob)
  $ awk 'FNR == NR { w[FNR] = $1; next } { sub(/#.*/, ""); s = 0; for (i = 2; i <= NF; i++) { split($i, f, ":"); s += w[f[1]] * f[2] } print s }' ours clouds | paste - scores | awk '{ d = $1 - $2; if (d * d > 1e-10) wrong++ } END { print NR, wrong + 0 }'
  120 0

Mistakes are reported:

  $ printf '+1 1:2\n-1 0:1\n' > bad && ./svm_perf_learn bad model
  bad:2: expected INDEX:VALUE, indices from 1
  [1]
  $ printf '+1 1:2\n' > bad && ./svm_perf_learn bad model
  bad: examples of one class only
  [1]
  $ ./svm_perf_learn -l 3 bad model
  svm_perf_learn: the loss is 2 (error rate) or 10 (ROC area)
  usage: svm_perf_learn [-c C] [-l 2|10] [-e EPSILON] [--b 0] EXAMPLES MODEL
  [2]
