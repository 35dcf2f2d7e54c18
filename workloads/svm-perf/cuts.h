/*
 * The constraints found so far, `w . vector >= loss - xi`, and the best w for them: the dual of min |w|^2 / 2 + C xi, which is
 * max sum a_k loss_k - |sum a_k vector_k|^2 / 2 over a_k >= 0, sum a_k <= C; then w = sum a_k vector_k.
 */
#ifndef SVM_PERF_CUTS_H
#define SVM_PERF_CUTS_H

#include <stddef.h>

struct cuts {
	double c;
	size_t count, dimensions;
	double **vector;
	double **gram;  /* gram[k][l], l <= k: products of two vectors */
	double *loss;
	double *a;
};

void cuts_init(struct cuts *cuts, double c, size_t dimensions);

/* Adds a constraint and takes its vector over. */
void cuts_add(struct cuts *cuts, double *vector, double loss);

/* Solves the dual to within `tolerance` of its gradients, sets w, and returns xi. */
double cuts_solve(struct cuts *cuts, double tolerance, double *w);

#endif
