/* SPDX-License-Identifier: MIT */
/*
 * What the page plane is measured against: the same closed loop as in bench_plane.c, as one usually writes it. Events
 * are allocated one by one and ordered by a binary heap of pointers; each link direction is a server that remembers
 * when it comes free. Ties go as in the plane, so that both sides give the same numbers.
 */
#ifndef BENCH_PLAIN_PLANE_H
#define BENCH_PLAIN_PLANE_H

#include <stdint.h>

struct plain_plane;

struct plain_plane_result {
	uint64_t faults;
	int64_t queue_ps;
};

/* `hosts` machines that have not begun. Memory that runs out ends the program. */
struct plain_plane *plain_plane_create(uint32_t hosts);

/* Runs up to this time; the result is that of this call alone. */
struct plain_plane_result plain_plane_run(struct plain_plane *plane, int64_t until_ps);
void plain_plane_destroy(struct plain_plane *plane);

#endif
