/*
 * svm_perf_learn: trains a linear support vector machine by cutting planes.
 *
 * Source: Joachims, 'Training Linear SVMs in Linear Time', KDD 2006: algorithm 1, with the error rate (2) or the ROC area (3) as loss.
 * Options, losses in percent, and formats are those of the author's program SVM-perf, which may not be redistributed:
 *
 *   svm_perf_learn [-c C] [-l LOSS] [-e EPSILON] [--b 0] EXAMPLES MODEL
 *
 * Departs from it: there is no bias (its `--b 0`); constraints are never dropped again.
 *
 * Each iteration reads all examples twice in order: for their scores, and for the vector of the constraint that they violate most.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cuts.h"
#include "examples.h"
#include "loss.h"

struct options {
	double c, epsilon;
	int loss;
	const char *examples, *model;
};

static void usage(const char *wrong)
{
	fprintf(stderr, "svm_perf_learn: %s\nusage: svm_perf_learn [-c C] [-l 2|10] [-e EPSILON] [--b 0] EXAMPLES MODEL\n", wrong);
	exit(2);
}

static double positive(const char *text)
{
	char *end;
	double number = strtod(text, &end);

	if (end == text || *end || !(number > 0))
		usage("expected a number above 0");
	return number;
}

static void parse(int argc, char **argv, struct options *options)
{
	int i = 1;

	for (; i + 1 < argc && argv[i][0] == '-'; i += 2) {
		const char *value = argv[i + 1];

		if (strcmp(argv[i], "-c") == 0)
			options->c = positive(value);
		else if (strcmp(argv[i], "-e") == 0)
			options->epsilon = positive(value);
		else if (strcmp(argv[i], "-l") == 0)
			options->loss = atoi(value);
		else if (strcmp(argv[i], "--b") != 0 || strcmp(value, "0") != 0)
			usage("unknown option");
	}
	if (argc - i != 2)
		usage("expected two files");
	options->examples = argv[i];
	options->model = argv[i + 1];
}

static double *vector_make(size_t n)
{
	double *vector = calloc(n, sizeof(*vector));

	if (!vector)
		abort();
	return vector;
}

/* The vector of a constraint: the weighted sum of the rows. */
static double *weighted_sum(const struct examples *examples, const double *weight, size_t dimensions)
{
	double *sum = vector_make(dimensions);

	for (size_t row = 0; row < examples->rows; row++)
		for (size_t i = examples->start[row]; weight[row] != 0 && i < examples->start[row + 1]; i++)
			sum[examples->feature[i].index] += weight[row] * examples->feature[i].value;
	return sum;
}

static double product(const double *x, const double *y, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += x[i] * y[i];
	return sum;
}

/* Adds constraints until none is violated by more than epsilon. */
static double *train(const struct examples *examples, const struct options *options, loss_worst *worst)
{
	const size_t dimensions = (size_t)examples->highest + 1;
	double *w = vector_make(dimensions), *score = vector_make(examples->rows), *weight = vector_make(examples->rows);
	double xi = 0, violation;
	struct cuts cuts;

	cuts_init(&cuts, options->c, dimensions);
	do {
		double *vector, loss;

		for (size_t row = 0; row < examples->rows; row++)
			score[row] = examples_score(examples, row, w);
		loss = worst(examples, score, weight);
		vector = weighted_sum(examples, weight, dimensions);
		violation = loss - product(w, vector, dimensions);
		if (violation <= xi + options->epsilon) {
			free(vector);
			break;
		}
		cuts_add(&cuts, vector, loss);
		xi = cuts_solve(&cuts, options->epsilon / 100, w);
	} while (1);
	printf("%zu constraints, xi %.6g, objective %.10g\n", cuts.count, violation, product(w, w, dimensions) / 2 + options->c * violation);
	return w;
}

/* SVM-light's layout of a linear model: w as the only support vector. */
static int write_model(const struct examples *examples, const double *w, const char *path)
{
	FILE *file = fopen(path, "w");

	if (!file)
		return -1;
	fprintf(file, "SVM-light Version V6.20\n0 # kernel type\n3 # kernel parameter -d\n1 # kernel parameter -g\n1 # kernel parameter -s\n"
	              "1 # kernel parameter -r\nempty# kernel parameter -u\n");
	fprintf(file, "%u # highest feature index\n%zu # number of training documents\n2 # number of support vectors plus 1\n", examples->highest,
	        examples->rows);
	fprintf(file, "0 # threshold b, each following line is a SV (starting with alpha*y)\n1");
	for (uint32_t i = 1; i <= examples->highest; i++)
		if (w[i] != 0)
			fprintf(file, " %u:%.8g", i, w[i]);
	fprintf(file, " #\n");
	return fclose(file);
}

int main(int argc, char **argv)
{
	struct options options = {.c = 0.01, .epsilon = 0.1, .loss = LOSS_ERROR_RATE};
	struct examples examples;
	loss_worst *worst;
	double *w;

	parse(argc, argv, &options);
	worst = loss_find(options.loss);
	if (!worst)
		usage("the loss is 2 (error rate) or 10 (ROC area)");
	examples_read(&examples, options.examples);
	if (examples.positives == 0 || examples.positives == examples.rows) {
		fprintf(stderr, "%s: examples of one class only\n", options.examples);
		return 1;
	}
	w = train(&examples, &options, worst);
	if (write_model(&examples, w, options.model) != 0) {
		perror(options.model);
		return 1;
	}
	return 0;
}
