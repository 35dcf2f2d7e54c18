/* SPDX-License-Identifier: MIT */
/*
 * A measured curve of bandwidth against latency: the latency of a read while a link carries so much. `fabric.curve`.
 *
 * Each line of the file has a bandwidth and a latency, in the two columns of Mess's files (Esmaili-Dokht et al., 'A
 * Mess of Memory System Benchmarking, Simulation and Application Profiling', MICRO 2024): numbers without units are
 * MB/s and ns. The lines are in the order of the bandwidths, rising or falling, and a latency never falls as its
 * bandwidth rises. Between two lines it is interpolated linearly; below the first it is the first's, beyond the last
 * the last's.
 *
 *     # a comment
 *     0      107
 *     21000  120
 *     43600  370      the knee, and the most that it carries
 */
#ifndef FABRIC_LOADED_H
#define FABRIC_LOADED_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct loaded_point {
	double bytes_per_s;
	int64_t ps;
};

struct loaded {
	struct loaded_point *point; /* bandwidths rising */
	size_t count;
};

/* Reads a file. Returns 0, or ERR_USAGE if it cannot be read or is wrong (`err` names file and line). After success,
 * loaded_free releases it. */
int loaded_read(struct loaded *loaded, const char *path, struct err *err);
void loaded_free(struct loaded *loaded);

/* The latency, in ps, while the link carries so many bytes a second. */
int64_t loaded_ps(const struct loaded *loaded, double bytes_per_s);

/* The latency of an idle link, and of a saturated one, in ps; the most that the link carries, in bits a second. */
int64_t loaded_idle_ps(const struct loaded *loaded);
int64_t loaded_most_ps(const struct loaded *loaded);
uint64_t loaded_bandwidth_bps(const struct loaded *loaded);

#endif
