/* SPDX-License-Identifier: MIT */
/*
 * Eviction policies. Whoever drives a policy (sim/fault) owns residency, dirty bits and counters; a policy only orders
 * the local pages and chooses victims. One file per policy, one line in registry.c.
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
	uint32_t frames;          /* local frames, at least one: never more pages are local */
	uint64_t seed;            /* for a policy that draws random numbers */
	const void *params;       /* the struct that the policy's own option rows fill */
	const uint64_t *next_use; /* for needs_future: during hit and fill, the position of the page's next reference,
				     UINT64_MAX if there is none */
	const gfn *frame;         /* for uses_frames: the guest frame of each page; NULL: the page itself */
	/* Called when a local page is to trap at its next touch, from now on. May be NULL. */
	void (*unmapped)(void *context, page_id page);
	void *context; /* for unmapped */
};

enum fill_reason {
	FILL_TOUCH,    /* the guest touched the page: first touch or demand fetch */
	FILL_PREFETCH, /* prefetched, not touched yet */
	FILL_SNAPSHOT, /* local when the trace begins; filled from the least to the most recently used */
};

/* The memory that a hit of a page reads: first the element at `base` + page * `stride`, then, for each of the `links`
 * 32-bit indexes with which that element begins, the one at `target` + index * `target_stride`. The caller prefetches
 * them before the touch. */
struct policy_array {
	const char *base;
	size_t stride;
	const char *target;
	size_t target_stride;
	unsigned links; /* at most 2 */
};

/* What a trace filtered to K pages says of a policy's faults in a memory of K pages or more (docs/accuracy.md), if its
 * records count the touches that the filter left out. */
enum policy_filtered {
	FILTERED_MISLEADING,  /* the filter removes what the policy looks at: meaningless */
	FILTERED_UNBOUNDED,   /* of a recording with an active set: near in what was measured, but without bounds */
	FILTERED_APPROXIMATE, /* within 3 % of the full trace's where measured, in memories of 4 K pages or more */
	FILTERED_BOUNDED,     /* of a recording with an active set: the full trace's lie between bounds */
	FILTERED_EXACT,       /* the full trace's */
};

/* What a policy that reclaims as a kernel does needs beyond policy_ops: it evicts several pages at once, and writes
 * pages that stay local. */
struct policy_reclaim {
	/* Frames that hold no page of the guest: the kernel's own memory. init refuses env.frames that are no more. */
	uint32_t (*reserved)(const void *params);
	/* A prefetched page takes no frame, and fill is not called, before it is touched. */
	bool (*charges_late)(const void *state);
	/* The local page differs from its remote copy, or has none: it must be written before it can leave. Called
	 * after the fill or the hit of a touch that writes, and after the fill of a first touch. A write to a local
	 * page that has a valid remote copy traps (a minor fault). */
	void (*dirtied)(void *state, page_id page);
	/* After victim: there is one more, to be asked for at once. */
	bool (*more)(const void *state);
	/* After victim: the next page that reclaim has begun to write. It stays local, is clean, and traps at its next
	 * touch. PAGE_NONE when there is none left. */
	page_id (*written)(void *state);
};

struct policy_ops {
	const char *name;
	const char *summary; /* one line for `megavm list policies` */
	const char *source;  /* author, title, year */
	enum policy_filtered filtered;
	bool needs_future;                /* env.next_use must be given */
	bool uses_frames;                 /* env.frame must be given, unless pages are numbered as frames */
	bool sees_again;                  /* a further hit of the page that was filled or hit last changes something */
	bool traps_suffice;               /* hit does nothing unless the touch trapped: a pager can use the policy */
	bool has_curve;                   /* memory/curve computes its counts, at every size in one pass */
	const struct option_row *options; /* the rows of its parameters, NULL when it has none */
	size_t option_count, params_size;
	size_t state_size;

	/* Sets up an empty state; the caller passes state_size bytes of zeros. Returns 0, or a negative code with the
	 * reason in `err`; then nothing is left to destroy. */
	int (*init)(void *state, const struct policy_env *env, struct err *err);
	/* The guest touched a local page. Returns true if the touch trapped although the page is local (a minor
	 * fault). */
	bool (*hit)(void *state, page_id page);
	/* The page has become local. There is a free frame: the caller has called victim if all frames were taken. */
	void (*fill)(void *state, page_id page, enum fill_reason why);
	/* Chooses the local page to evict, removes it from the order and returns it. At least one page is local.
	 * `incoming` is the page that needs the frame, or PAGE_NONE. */
	page_id (*victim)(void *state, page_id incoming);
	/* The local page leaves for another reason than victim (its frame was taken back). */
	void (*forget)(void *state, page_id page);
	void (*destroy)(void *state);
	/* For speed only, may be NULL: the array by page that hit reads, if it is large enough to miss the cache (page
	 * lists). */
	struct policy_array (*array)(const void *state);
	/* For speed alone: writes up to `n` pages that probably leave next; returns how many. NULL when the policy
	 * cannot tell cheaply. */
	size_t (*peek)(const void *state, page_id *out, size_t n);
	const struct policy_reclaim *reclaim; /* NULL: pages leave one at a time, when their frame is needed */
};

/* Every policy; NULL ends the array. */
extern const struct policy_ops *const policies[];

/* The policy of that name, or NULL. */
const struct policy_ops *policy_find(const char *name);

/* Frames that the policy keeps for the kernel's own memory (policy_reclaim). */
uint32_t policy_reserved(const struct policy_ops *policy, const void *params);

/* The i-th policy's name, NULL past the last one: the choices of an option row. */
const char *policy_name(int i);

/*
 * What a policy's counts are worth on a trace that is filtered to its `k` most recently used pages; 0: it has every
 * reference. `again`: its records count the touches that the filter left out (trace_header.again). Without that, a
 * policy that sees them is misled: off by up to a half. With a prefetcher LRU is no longer exact: prefetched pages push
 * pages out that the filter takes for local. Everything that marks results asks this function.
 */
enum policy_filtered policy_counts(const struct policy_ops *policy, uint32_t k, bool again, bool prefetches);

/* The same for a recording with an active set (memory/active.h), with a prefetcher or without. */
enum policy_filtered policy_counts_active(const struct policy_ops *policy, bool prefetches);

/* "exact", "bounded", "approximate", "unbounded" or "misleading". */
const char *policy_filtered_word(enum policy_filtered filtered);

/* What a word of the above means; FILTERED_EXACT for any other. */
enum policy_filtered policy_filtered_find(const char *word);

/* A sentence that begins with that word: what it means and what helps. NULL for exact counts. */
const char *policy_filtered_remedy(enum policy_filtered filtered);

#endif
