/* Losses of a whole set of predictions, in percent as in SVM-perf's documentation, and the constraint that each violates most. */
#ifndef SVM_PERF_LOSS_H
#define SVM_PERF_LOSS_H

#include "examples.h"

enum { LOSS_ERROR_RATE = 2, LOSS_ROC_AREA = 10 }; /* SVM-perf's numbers */

/*
 * For the scores of all rows: what each row weighs in the constraint that they violate most, so that its vector is the sum of
 * weight[row] * x[row], and the constraint's loss.
 */
typedef double loss_worst(const struct examples *examples, const double *score, double *weight);

/* NULL: no such loss. */
loss_worst *loss_find(int number);

#endif
