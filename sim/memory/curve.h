/* SPDX-License-Identifier: MIT */
/*
 * LRU at every memory size at once: the faults (demand fetches; first touches are counted apart) and write-backs of a
 * memory of m pages, for every m, from one pass over the trace.
 *
 * Source: Mattson, Gecsei, Slutz, Traiger, 'Evaluation techniques for storage hierarchies', IBM Systems Journal 9(2),
 * 1970; write-backs after Thompson, Smith, 'Efficient (stack) algorithms for analysis of write-back and sector
 * memories', ACM TOCS 7(1), 1989 (a page's dirty level).
 *
 * For a trace of a region of interest, the m most recently used pages of its snapshot are in the memory at first, dirty
 * where the snapshot says so. Pages of the snapshot are not first touches. A write-back counts if the page is evicted
 * after the region's beginning.
 *
 * A recording with an active set (active.h) gives the faults and write-backs of LRU on what was recorded, and bounds of
 * those on everything that was touched.
 */
#ifndef MEMORY_CURVE_H
#define MEMORY_CURVE_H

#include "memory/active.h"
#include "trace/reader.h"

/* Faults and write-backs of every size, as in a curve. */
struct curve_counts {
	uint64_t *faults, *write_backs, *of_vcpu;
};

struct curve {
	uint32_t pages;      /* the largest size: a memory of this size or more never evicts */
	uint32_t min_pages;  /* the smallest size for which the counts are valid: the trace's (trace_min_pages), or the
				sample's resolution */
	uint64_t references; /* records; exact also for a sample */
	uint64_t first_touches;
	uint64_t first_of_vcpu[TRACE_VCPUS_MAX]; /* the same, of each virtual CPU */
	uint64_t *faults;      /* [m], m from 0 to pages: faults without first touches in a memory of m pages */
	uint64_t *write_backs; /* [m] */
	uint64_t *compulsory; /* [m]: of the faults, those on pages that were not local at the beginning and not touched
				 since; NULL for a sample, which does not tell them */
	unsigned vcpus;
	uint64_t *of_vcpu; /* [vcpu * (pages + 1) + m]: faults of each virtual CPU; NULL if there is only one */
	double *error;     /* [m]: standard error of faults[m] / references; NULL if it is not of a sample */
	struct curve_counts low, high; /* bounds, for a recording with an active set; else NULL */
};

/* Called after each batch with the number of records read so far. */
typedef void curve_progress(void *context, uint64_t records);

struct curve_pass;

/* The curve's own counts. */
static inline struct curve_counts curve_counts(const struct curve *curve)
{
	return (struct curve_counts){curve->faults, curve->write_backs, curve->of_vcpu};
}

/* The faults of one virtual CPU in a memory of m pages, in the curve's own counts or in one of its bounds. */
static inline uint64_t curve_faults_of(const struct curve *curve, const struct curve_counts *counts, unsigned vcpu,
				       uint32_t m)
{
	return counts->of_vcpu ? counts->of_vcpu[vcpu * ((size_t)curve->pages + 1) + m] : counts->faults[m];
}

/* What a pass has to know of a trace before its first record. */
struct curve_trace {
	uint32_t pages; /* that it names */
	unsigned vcpus;
	struct active_rule rule; /* of the active set with which it was recorded; {0} for every reference (or K) */
	const struct trace_snapshot_page *snapshot; /* with which it begins */
	uint32_t snapshot_pages;                    /* 0 for a whole trace */
	uint32_t footprint;                         /* pages that it touches */
};

struct curve_trace curve_trace_of(const struct trace_reader *reader);

/* Begins a pass over a trace of `vcpus` virtual CPUs and `pages` pages, with a snapshot of `count` pages (0 for a whole
 * trace). Returns 0 or a negative code. */
int curve_pass_create(struct curve_pass **pass, const struct curve_trace *trace, struct err *err);
void curve_pass_destroy(struct curve_pass *pass);

/* Adds the next records; uses pages and kinds only. */
void curve_pass_add(struct curve_pass *pass, const struct trace_batch *batch);

/* Computes the curve. Nothing can be added afterwards. Returns 0 or a negative code. */
int curve_pass_end(struct curve_pass *pass, struct curve *curve, struct err *err);

/* Computes the exact curve of a trace whose reader is at the first record. `progress` may be NULL. Returns 0 or a
 * negative code. */
int curve_read(struct curve *curve, struct trace_reader *reader, curve_progress *progress, void *context,
	       struct err *err);

void curve_free(struct curve *curve);

/* Allocates a curve of 0 to `pages` pages, with `of_vcpu` for several virtual CPUs and `error` if `sampled`; all counts
 * are 0. Returns 0 or a negative code. */
int curve_init(struct curve *curve, uint32_t pages, unsigned vcpus, bool sampled, struct err *err);

#endif
