#include "cuts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS_MAX = 1000000 };

void cuts_init(struct cuts *cuts, double c, size_t dimensions)
{
	*cuts = (struct cuts){.c = c, .dimensions = dimensions};
}

static void *grow(void *array, size_t count, size_t size)
{
	void *more = realloc(array, count * size);

	if (!more)
		abort();
	return more;
}

static double product(const double *x, const double *y, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += x[i] * y[i];
	return sum;
}

void cuts_add(struct cuts *cuts, double *vector, double loss)
{
	size_t k = cuts->count++;

	cuts->vector = grow(cuts->vector, cuts->count, sizeof(double *));
	cuts->gram = grow(cuts->gram, cuts->count, sizeof(double *));
	cuts->loss = grow(cuts->loss, cuts->count, sizeof(double));
	cuts->a = grow(cuts->a, cuts->count, sizeof(double));
	cuts->vector[k] = vector;
	cuts->loss[k] = loss;
	cuts->a[k] = 0;
	cuts->gram[k] = grow(NULL, cuts->count, sizeof(double));
	for (size_t l = 0; l <= k; l++)
		cuts->gram[k][l] = product(vector, cuts->vector[l], cuts->dimensions);
}

static double gram(const struct cuts *cuts, size_t k, size_t l)
{
	return k > l ? cuts->gram[k][l] : cuts->gram[l][k];
}

/*
 * Moves weight between the pair that violates the optimum most (Platt, 'Fast training of support vector machines using sequential
 * minimal optimization', 1998, with the choice of Keerthi et al., Neural Computation 13(3), 2001). The slack C - sum a_k takes
 * part as a constraint of vector and loss 0, which makes the sum an equality.
 */
static int step(struct cuts *cuts, double *gradient, double *slack, double tolerance)
{
	const size_t none = cuts->count;
	size_t up = none, down = none;
	double best = 0, worst = INFINITY, curvature, move;

	if (*slack > 0)
		worst = 0;
	for (size_t k = 0; k < cuts->count; k++) {
		if (gradient[k] > best)
			best = gradient[k], up = k;
		if (cuts->a[k] > 0 && gradient[k] < worst)
			worst = gradient[k], down = k;
	}
	if (best - worst <= tolerance)
		return 0;
	curvature = (up == none ? 0 : gram(cuts, up, up)) + (down == none ? 0 : gram(cuts, down, down)) -
	            (up == none || down == none ? 0 : 2 * gram(cuts, up, down));
	move = fmin(curvature > 0 ? (best - worst) / curvature : INFINITY, down == none ? *slack : cuts->a[down]);
	*(up == none ? slack : &cuts->a[up]) += move;
	*(down == none ? slack : &cuts->a[down]) -= move;
	for (size_t k = 0; k < cuts->count; k++)
		gradient[k] -= move * ((up == none ? 0 : gram(cuts, k, up)) - (down == none ? 0 : gram(cuts, k, down)));
	return 1;
}

double cuts_solve(struct cuts *cuts, double tolerance, double *w)
{
	double *gradient = grow(NULL, cuts->count, sizeof(double)), slack = cuts->c, xi = 0;

	for (size_t k = 0; k < cuts->count; k++) {
		gradient[k] = cuts->loss[k];
		for (size_t l = 0; l < cuts->count; l++)
			gradient[k] -= cuts->a[l] * gram(cuts, k, l);
		slack -= cuts->a[k];
	}
	slack = fmax(slack, 0);
	for (int i = 0; i < STEPS_MAX && step(cuts, gradient, &slack, tolerance); i++)
		;
	free(gradient);
	memset(w, 0, cuts->dimensions * sizeof(*w));
	for (size_t k = 0; k < cuts->count; k++)
		for (size_t i = 0; cuts->a[k] > 0 && i < cuts->dimensions; i++)
			w[i] += cuts->a[k] * cuts->vector[k][i];
	for (size_t k = 0; k < cuts->count; k++)
		xi = fmax(xi, cuts->loss[k] - product(w, cuts->vector[k], cuts->dimensions));
	return xi;
}
