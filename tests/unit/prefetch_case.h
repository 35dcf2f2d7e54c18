/* SPDX-License-Identifier: MIT */
/* A prefetcher under test, with its parameters set from its own option rows. */
#ifndef TESTS_PREFETCH_CASE_H
#define TESTS_PREFETCH_CASE_H

#include "prefetch/prefetch.h"

struct prefetch_case {
	const struct prefetch_ops *ops;
	gfn frames;
	void *params, *state;
	gfn out[PREFETCH_MAX + 1]; /* of the last fault; the last is never written */
	size_t count;
};

/* `settings` is "name=number name=number ..."; every other parameter has its default. */
void case_open(struct prefetch_case *c, const char *name, gfn frames, const char *settings,
	       const struct prefetch_future *future);
void case_close(struct prefetch_case *c);

/* The value of a parameter. */
uint64_t case_param(const struct prefetch_case *c, const char *name);

/* A fault. Checks conditions that hold for every prefetcher's answer: its length, no frame beyond the guest, no frame
 * twice, never the faulting frame. */
void case_fault(struct prefetch_case *c, gfn frame);

/* Reports that a frame's content went to the store, if the prefetcher has a function for it. */
void case_store(struct prefetch_case *c, gfn frame, bool written);

/* Reports an outcome, if the prefetcher has a function for it. */
void case_tell(struct prefetch_case *c, gfn frame, enum prefetch_outcome outcome);

#endif
