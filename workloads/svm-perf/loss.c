#include "loss.h"

#include <stdlib.h>

/* Joachims 2006, algorithm 2: c_i is 1 where y_i w.x_i < 1. */
static double worst_error_rate(const struct examples *examples, const double *score, double *weight)
{
	const double unit = 100.0 / (double)examples->rows;
	double loss = 0;

	for (size_t row = 0; row < examples->rows; row++) {
		int inside = examples->label[row] * score[row] < 1;

		weight[row] = inside ? examples->label[row] * unit : 0;
		loss += inside ? unit : 0;
	}
	return loss;
}

struct ranked {
	double score;
	size_t row;
};

/* By score, and by row where equal, so that the order is one. */
static int compare_ranked(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->score != y->score)
		return x->score < y->score ? -1 : 1;
	return (x->row > y->row) - (x->row < y->row);
}

/*
 * Joachims 2006, algorithm 3: a positive and a negative are swapped where w.x_i - w.x_j < 1. Sorted by the scores, a positive's less
 * 1/2 and a negative's plus 1/2, a positive has swapped with all negatives behind it, a negative with all positives before it.
 */
static double worst_roc_area(const struct examples *examples, const double *score, double *weight)
{
	const double pairs = (double)examples->positives * (double)(examples->rows - examples->positives), unit = 100 / pairs;
	struct ranked *ranked = malloc(examples->rows * sizeof(*ranked));
	size_t positives = 0, negatives = 0;
	double swapped = 0;

	if (!ranked)
		abort();
	for (size_t row = 0; row < examples->rows; row++)
		ranked[row] = (struct ranked){score[row] - 0.5 * examples->label[row], row};
	qsort(ranked, examples->rows, sizeof(*ranked), compare_ranked);
	for (size_t i = 0; i < examples->rows; i++) {
		size_t row = ranked[i].row;

		if (examples->label[row] > 0) {
			size_t behind = examples->rows - examples->positives - negatives;

			weight[row] = (double)behind * unit;
			swapped += (double)behind;
			positives++;
		} else {
			weight[row] = -(double)positives * unit;
			negatives++;
		}
	}
	free(ranked);
	return swapped * unit;
}

loss_worst *loss_find(int number)
{
	return number == LOSS_ERROR_RATE ? worst_error_rate : number == LOSS_ROC_AREA ? worst_roc_area : NULL;
}
