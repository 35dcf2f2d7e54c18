/*
 * svm_perf_classify EXAMPLES MODEL PREDICTIONS: writes each example's score, one a line, and prints the accuracy on the
 * examples. MODEL: a linear one, of svm_perf_learn or SVM-light.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "examples.h"

/* Each line behind the header is a support vector behind its weight. Features beyond the examples' count for nothing. */
static double *read_model(const char *path, uint32_t highest, double *threshold)
{
	double *w = calloc((size_t)highest + 1, sizeof(*w));
	FILE *file = fopen(path, "r");
	char *line = NULL;
	size_t room = 0;
	int is_header = 1;

	if (!w || !file) {
		perror(path);
		exit(1);
	}
	while (getline(&line, &room, file) > 0) {
		char *at = line;
		double weight = strtod(line, &at);

		if (is_header) {
			is_header = !strstr(line, "threshold b");
			*threshold = weight;
			continue;
		}
		for (char *colon; (colon = strchr(at, ':'));) {
			unsigned long index = strtoul(at, NULL, 10);
			double value = strtod(colon + 1, &at);

			if (index <= highest)
				w[index] += weight * value;
		}
	}
	free(line);
	fclose(file);
	if (is_header) {
		fprintf(stderr, "%s: not a model of SVM-light\n", path);
		exit(1);
	}
	return w;
}

int main(int argc, char **argv)
{
	struct examples examples;
	double *w, threshold = 0;
	size_t right = 0;
	FILE *out;

	if (argc != 4) {
		fprintf(stderr, "usage: svm_perf_classify EXAMPLES MODEL PREDICTIONS\n");
		return 2;
	}
	examples_read(&examples, argv[1]);
	w = read_model(argv[2], examples.highest, &threshold);
	out = fopen(argv[3], "w");
	if (!out) {
		perror(argv[3]);
		return 1;
	}
	for (size_t row = 0; row < examples.rows; row++) {
		double score = examples_score(&examples, row, w) - threshold;

		right += examples.label[row] * score > 0;
		fprintf(out, "%.8g\n", score);
	}
	printf("accuracy %.2f%% (%zu of %zu)\n", 100.0 * (double)right / (double)examples.rows, right, examples.rows);
	return fclose(out) != 0;
}
