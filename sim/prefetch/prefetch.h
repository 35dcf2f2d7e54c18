/* SPDX-License-Identifier: MIT */
/*
 * Prefetchers. At every demand fault a prefetcher names guest frames that may be needed soon. Whoever drives it
 * (sim/fault) skips the frames that the guest does not have, has never touched, or that are local or in flight; it
 * fetches the others and later reports what became of each. A prefetcher sees guest frame numbers, never dense page
 * ids. One file per prefetcher, one line in registry.c.
 */
#ifndef PREFETCH_PREFETCH_H
#define PREFETCH_PREFETCH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/option.h"
#include "base/page.h"

#define PREFETCH_MAX 256 /* frames that one fault can name, at most */

struct prefetch_future {
	void *context;
	/* Writes the next distinct guest frames that the guest will touch and that are remote now, at most `n`; returns
	 * how many. */
	size_t (*next)(void *context, gfn *out, size_t n);
};

struct prefetch_env {
	gfn frames;                           /* guest frame numbers are below this: the size of the guest's memory */
	const void *params;                   /* the struct that the prefetcher's own option rows fill */
	const struct prefetch_future *future; /* for needs_future, otherwise NULL */
};

enum prefetch_outcome {
	PREFETCH_USED,   /* touched after it arrived */
	PREFETCH_LATE,   /* touched while in flight: the guest waited for it */
	PREFETCH_UNUSED, /* evicted without a touch */
};

struct prefetch_ops {
	const char *name;
	const char *summary;
	const char *source;               /* author, title, year */
	bool needs_future;                /* env.future must be given */
	bool is_none;                     /* asks for nothing: a run may leave it out */
	const struct option_row *options; /* the rows of its parameters, NULL when it has none */
	size_t option_count, params_size;
	size_t state_size;

	/* Sets up an empty state; the caller passes state_size bytes of zeros. Returns 0, or a negative code with the
	 * reason in `err`; then nothing is left to destroy. */
	int (*init)(void *state, const struct prefetch_env *env, struct err *err);
	/* The guest faulted on a remote frame. Writes at most PREFETCH_MAX frames to `out`, the most likely ones first,
	 * never `frame` itself; returns how many. */
	size_t (*on_fault)(void *state, gfn frame, gfn *out);
	/* Reports what became of a frame that it named; may be NULL. USED and LATE are reported at the touch itself, in
	 * the order of the guest's touches, so that a prefetcher can learn from them as from the faults that they would
	 * have been. */
	void (*on_outcome)(void *state, gfn frame, enum prefetch_outcome outcome);
	/* A frame leaves, or is written while it stays. `written`: its content is written to where pages go; otherwise
	 * it is there already (or was never written by the guest). May be NULL. */
	void (*on_stored)(void *state, gfn frame, bool written);
	void (*destroy)(void *state);
};

/* Every prefetcher; NULL ends the array. */
extern const struct prefetch_ops *const prefetchers[];

/* The prefetcher of that name, or NULL. */
const struct prefetch_ops *prefetch_find(const char *name);

/* The i-th prefetcher's name, NULL past the last one: the choices of an option row. */
const char *prefetch_name(int i);

#endif
