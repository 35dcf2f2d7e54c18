/* SPDX-License-Identifier: MIT */
/*
 * An interconnect as it was measured: how long reads took, by their size. From it follow a latency, which is what a
 * read takes without its bytes, as a table of quantiles; and a bandwidth. Both are written as a preset
 * (`--set fabric.preset=FILE`) and a table beside it (fabric/latency.h).
 *
 * The bandwidth, if it was not measured, follows from the medians of the smallest and the largest size: the bytes more
 * over the time more. It is at least that of the quickest read, which takes no less than its bytes do. The latency is
 * the quantiles of the smallest size, each less bytes / bandwidth.
 */
#ifndef FABRIC_MEASURED_H
#define FABRIC_MEASURED_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"

enum { MEASURED_SIZES = 64, MEASURED_QUANTILES = 7 };

/* The quantiles that are kept: 0, 25, 50, 75, 90, 99 and 100 %. */
extern const double measured_quantile[MEASURED_QUANTILES];

struct measured_size {
	uint64_t bytes;
	uint64_t count;                 /* values; 0: only the quantiles are known */
	int64_t ns[MEASURED_QUANTILES]; /* of a read of so many bytes, ascending */
	uint64_t bandwidth_bps;         /* of many such reads at once; 0: not measured */
};

struct measured {
	const char *source; /* what measured it, for the comment */
	struct measured_size size[MEASURED_SIZES];
	size_t sizes;
	int64_t *value_ns; /* the values of the size that is being read */
	size_t values, room;
};

/* Adds a size with `count` values, in any order; they are sorted. Returns 0 or a negative code. */
int measured_add(struct measured *measured, uint64_t bytes, int64_t *ns, size_t count, struct err *err);

/* Reads perftest's output (ib_read_lat, all sizes or one): its lines of bytes, iterations, t_min, t_max, t_typical,
 * t_avg, t_stdev, 99 % and 99.9 %, in us. `name` stands for the file in messages. Returns 0 or a negative code. */
int measured_read_perftest(struct measured *measured, FILE *from, const char *name, struct err *err);

/* Reads a CSV with the header bytes,ns: a line for each read. Returns 0 or a negative code. */
int measured_read_csv(struct measured *measured, FILE *from, const char *name, struct err *err);

void measured_free(struct measured *measured);

/* The bandwidth in bits per second, and the latency's quantiles in ns (at least 1, ascending). Returns 0 or a negative
 * code: nothing was measured, or a larger read took no longer than a small one and no bandwidth was given. */
int measured_fabric(const struct measured *measured, uint64_t *bandwidth_bps, int64_t latency_ns[MEASURED_QUANTILES],
		    struct err *err);

/* Writes the preset and its table; `table` is the table's name beside the preset. Returns 0 or a negative code. */
int measured_write_preset(const struct measured *measured, const char *table, FILE *to, struct err *err);
int measured_write_table(const struct measured *measured, FILE *to, struct err *err);

#endif
