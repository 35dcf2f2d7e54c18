/* Labelled sparse vectors in the format of SVM-light: a line `LABEL INDEX:VALUE INDEX:VALUE ... # comment` each, indices from 1. */
#ifndef SVM_PERF_EXAMPLES_H
#define SVM_PERF_EXAMPLES_H

#include <stddef.h>
#include <stdint.h>

struct feature {
	uint32_t index;
	float value;
};

struct examples {
	size_t rows, positives;
	uint32_t highest;        /* largest index */
	size_t *start;           /* rows + 1: the features of a row are start[row] to start[row + 1] */
	struct feature *feature;
	int8_t *label;           /* +1 or -1 */
};

/* Ends the program with a message when something is wrong with the file. */
void examples_read(struct examples *examples, const char *path);

/* w . x of a row; `w` has highest + 1 elements. */
double examples_score(const struct examples *examples, size_t row, const double *w);

#endif
