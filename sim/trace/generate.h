/* SPDX-License-Identifier: MIT */
/*
 * Traces by rule: the access patterns that paging is studied with. Every pattern first writes each of its pages once,
 * in order (a program that fills its memory), then marks `roi-begin`, makes its touches and marks `roi-end`. The same
 * job gives the same bytes (on every machine, but for the last digit of pow(3) in zipf).
 */
#ifndef TRACE_GENERATE_H
#define TRACE_GENERATE_H

#include "trace/header.h"

#define TRACE_GENERATE_PAGES_MAX  (UINT64_C(1) << 30) /* 4 TiB */
#define TRACE_GENERATE_PASSES_MAX 1000000
#define TRACE_GENERATE_INSN_MAX   1000000000
#define TRACE_GENERATE_SPAN       512 /* pages of a table of pages: 2 MiB, within which Linux reads ahead */

struct trace_generate_job {
	const struct trace_pattern *pattern;
	const char *out, *workload; /* `workload` NULL: the pattern's name */
	uint64_t pages;             /* of the memory, or of each array of a copy */
	uint64_t passes;            /* as often as all pages are touched, or as many touches of random patterns */
	uint64_t seed;
	uint64_t align;          /* the page of its 2 MiB span at which the memory begins, below TRACE_GENERATE_SPAN */
	double hot, hot_touches; /* of hot-cold: the hot pages' share of the pages and of the touches */
	double skew;             /* of zipf: the exponent */
	double writes;           /* the share of the touches that write; not of a copy */
	uint64_t insn_per_touch;
	uint32_t k; /* the filter's pages; 0 keeps every touch */
	int level;  /* zstd's */
};

/* What of a job a pattern uses, beside pages and passes. */
enum trace_pattern_uses {
	TRACE_PATTERN_HOT = 1, /* the share of hot pages */
	TRACE_PATTERN_HOT_TOUCHES = 2,
	TRACE_PATTERN_SKEW = 4,
	TRACE_PATTERN_SEED = 8,
	TRACE_PATTERN_WRITES = 16,
};

struct trace_generator;

struct trace_pattern {
	const char *name, *summary;
	unsigned uses; /* enum trace_pattern_uses */
	/* Makes all touches after the first writes. Returns 0 or a negative code. */
	int (*run)(struct trace_generator *generator, struct err *err);
	unsigned arrays; /* of job.pages pages each; two have an unused page between them */
};

/* All patterns; one without a name ends the array. */
extern const struct trace_pattern trace_patterns[];

/* Writes the trace. Returns 0 or a negative code: also when the pattern needs more pages than job.pages. After a write
 * error OUT.part stays. */
int trace_generate(const struct trace_generate_job *job, struct trace_totals *totals, struct err *err);

#endif
