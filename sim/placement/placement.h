/* SPDX-License-Identifier: MIT */
/*
 * Placements: which donor gets a page. The pool (pool.h) keeps the frames and counts them; a placement only names the
 * donor. One file for each placement, one row in registry.c.
 */
#ifndef PLACEMENT_PLACEMENT_H
#define PLACEMENT_PLACEMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/rng.h"

#define NODE_NONE UINT32_MAX

/* The frame counts of one donor. */
struct placement_node {
	uint32_t lent;   /* 0 when it is closed */
	uint32_t hosted; /* more than `lent` when it came back with fewer frames */
	uint32_t free;   /* pages that it can still take */
	bool open;
};

struct ages;

/* What a placement may use. The pointers stay valid as long as its state. */
struct placement_env {
	uint32_t nodes;                    /* numbered from 0; fewer than NODE_NONE */
	const struct placement_node *node; /* by number, kept up to date by the pool */
	struct rng *rng;                   /* for a placement that draws random numbers */
	const struct ages *ages;           /* of the donors' pages; NULL where nobody needs them */
	/* Hops from a borrower to a donor. */
	uint32_t (*hops)(void *context, uint32_t from, uint32_t to);
	void *context;
	int64_t epoch_ps; /* how often a placement that looks at ages compares them again */
};

/* A page needs a donor. */
struct placement_query {
	uint32_t borrower;
	int64_t now_ps;
	const bool *barred; /* by node: it may not take this page */
	uint32_t *bars;     /* the barred nodes, each once */
	uint32_t bar_count;
};

struct placement_ops {
	const char *name;
	bool timed;  /* the choice depends on when pages are placed and used */
	bool evicts; /* it may pick a full donor, which gives up its oldest page; needs the ages */
	size_t state_size;

	/* Sets up a zeroed state of state_size bytes; no frame is lent yet. Returns 0 or a negative code. When it
	 * fails, destroy is called too. */
	int (*init)(void *state, const struct placement_env *env, struct err *err);
	void (*destroy)(void *state);

	/* A node that is not barred and has a free frame or, where `evicts`, a page that it can give up; NODE_NONE when
	 * there is none. */
	uint32_t (*pick)(void *state, const struct placement_query *query);

	/* A node's counts have changed. */
	void (*update)(void *state, uint32_t node);

	/* A node joined or was closed, or ages were set before the run. NULL: does not matter. */
	void (*members)(void *state);
};

/* Every placement, ended by NULL. */
extern const struct placement_ops *const placements[];

/* The placement of that name, or NULL. */
const struct placement_ops *placement_find(const char *name);

/* The i-th placement's name, NULL beyond the last: the `choice` of an option row. */
const char *placement_name(int i);

#endif
