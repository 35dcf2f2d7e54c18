/* SPDX-License-Identifier: MIT */
/*
 * Eviction policies. The core (replay/) owns residency, dirty bits and counters; a policy only orders the pages that
 * are local. One file a policy, one line in registry.c.
 */
#ifndef POLICY_POLICY_H
#define POLICY_POLICY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/option.h"
#include "base/page.h"

struct policy_env {
	uint32_t pages;           /* page ids are below this */
	uint32_t frames;          /* local frames, at least one: the core never keeps more pages local */
	uint64_t seed;            /* for a policy that draws random numbers */
	const void *params;       /* the struct that the policy's own option rows fill */
	const uint64_t *next_use; /* for needs_future: during hit and fill, the position of this page's next reference,
				     or UINT64_MAX */
};

enum fill_reason {
	FILL_TOUCH,    /* the guest touched the page: first touch or demand fetch */
	FILL_PREFETCH, /* fetched ahead, not touched yet */
	FILL_SNAPSHOT, /* local when the trace begins, filled from the least to the most recently used */
};

/* Where a touch of a page looks first: `base` + page * `stride`. The core asks for that memory before the touch comes.
 */
struct policy_array {
	const char *base;
	size_t stride;
};

struct policy_ops {
	const char *name;
	const char *summary;              /* one line for `megavm list policies` */
	const char *source;               /* author, title, year */
	bool exact_on_filtered;           /* a filtered trace gives exactly the full trace's counts */
	bool needs_future;                /* env.next_use must be given */
	const struct option_row *options; /* the rows of its parameters, NULL when it has none */
	size_t option_count, params_size;
	size_t state_size;

	/* Sets up an empty, zeroed state of state_size bytes. On an error nothing is left to destroy. */
	int (*init)(void *state, const struct policy_env *env, struct err *err);
	/* The guest touched a local page. True when the touch trapped although the page is local (a minor fault). */
	bool (*hit)(void *state, page_id page);
	/* The page has become local. There is room: the core has called victim when all frames were taken. */
	void (*fill)(void *state, page_id page, enum fill_reason why);
	/* Chooses a local page to leave and drops it from the order. `incoming` is the page that needs the frame, or
	 * PAGE_NONE. */
	page_id (*victim)(void *state, page_id incoming);
	/* The page has left for another reason than victim (its frame was taken back). */
	void (*forget)(void *state, page_id page);
	void (*destroy)(void *state);
	/* For speed alone: an array by page that hit reads, when it is so large that waiting for it counts (lists of
	 * pages); otherwise NULL. */
	struct policy_array (*array)(const void *state);
};

/* Every policy, ended by NULL. */
extern const struct policy_ops *const policies[];

/* The policy of that name, or NULL. */
const struct policy_ops *policy_find(const char *name);

/* The i-th policy's name, NULL beyond the last: the `choice` of an option row. */
const char *policy_name(int i);

#endif
