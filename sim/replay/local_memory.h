/* SPDX-License-Identifier: MIT */
/*
 * A guest's local memory: which pages are local, dirty, fetched ahead or on their way, and every counter. It drives an
 * eviction policy and a prefetcher, which own no residency of their own; whoever drives it owns time. One for every
 * simulated guest, whatever the engine.
 */
#ifndef REPLAY_LOCAL_MEMORY_H
#define REPLAY_LOCAL_MEMORY_H

#include "policy/policy.h"
#include "prefetch/prefetch.h"
#include "trace/frame_map.h"

/* A page's state, one byte. A page that was never touched has 0; a remote one is PAGE_KNOWN alone (and perhaps
 * PAGE_DISPLACED). */
enum {
	PAGE_LOCAL = 1,      /* it has a frame */
	PAGE_DIRTY = 2,      /* written since it came or was last written back */
	PAGE_AHEAD = 4,      /* fetched ahead and not touched since: local or still on its way (arrival tells) */
	PAGE_KNOWN = 8,      /* touched before, or in the opening snapshot */
	PAGE_DISPLACED = 16, /* evicted to make room for a page fetched ahead */
};

enum touch {
	TOUCH_HIT,   /* local, nothing happens */
	TOUCH_MINOR, /* local, but the touch trapped */
	TOUCH_AHEAD, /* fetched ahead: call local_memory_ahead with the time */
	TOUCH_FIRST, /* first touch: a zero-filled frame, nothing is fetched */
	TOUCH_FAULT, /* remote: fetched on demand; then call local_memory_prefetch */
};

struct local_counts {
	uint64_t first_touches, faults, minor_faults, write_backs;
	struct {
		uint64_t issued, used, late, unused;
		uint64_t polluted; /* faults on pages that had been evicted to make room for a page fetched ahead */
	} ahead;
};

/* Told to the engine, in the order in which things happen. Either may be NULL. */
struct local_hooks {
	void *context;
	/* A page has left; when dirty, it is being written back. */
	void (*evicted)(void *context, page_id page, bool dirty);
	/* A page is fetched ahead. Returns when it arrives, in ps. */
	int64_t (*fetch_ahead)(void *context, page_id page);
};

struct local_config {
	uint32_t pages;  /* page ids are below this */
	uint32_t frames; /* local size in pages, at least 1 */
	const struct policy_ops *policy;
	const void *policy_params;           /* what its rows fill, NULL when it has none */
	const uint64_t *next_use;            /* for a policy that needs the future (policy.h) */
	const struct prefetch_ops *prefetch; /* NULL: none */
	const void *prefetch_params;
	const struct prefetch_future *prefetch_future;
	const gfn *frame;                  /* by page id; only for prefetching */
	const struct frame_map *frame_map; /* the way back; only for prefetching */
	gfn guest_frames;                  /* guest frame numbers are below this; only for prefetching */
	uint64_t seed;
	struct local_hooks hooks;
};

struct local_memory {
	uint8_t *state; /* by page */
	bool (*hit)(void *state, page_id page);
	void *policy_state, *prefetch_state;
	struct policy_array array; /* the policy's own; base NULL for none */
	uint32_t free_frames;
	struct local_counts counts;
	int64_t *arrival_ps; /* by page, of those with PAGE_AHEAD; NULL without prefetching */
	page_id faulting;    /* the page whose fault is being handled: it must not leave for a prefetch */
	struct local_config config;
};

/* Empty: every frame free, no page known. */
int local_memory_init(struct local_memory *memory, const struct local_config *config, struct err *err);
void local_memory_free(struct local_memory *memory);

/* Before the first touch: a page of the opening snapshot, known, and perhaps local and dirty. From the least to the
 * most recently used. */
void local_memory_restore(struct local_memory *memory, page_id page, bool local, bool dirty);

/* This page is touched soon: its state, and the policy's array if it has one, are asked from memory. */
static inline void local_memory_soon(const struct local_memory *memory, page_id page, bool has_array)
{
	__builtin_prefetch(&memory->state[page], 1);
	if (has_array)
		__builtin_prefetch(memory->array.base + page * memory->array.stride, 1);
}

enum touch local_memory_miss(struct local_memory *memory, page_id page, bool write);

/* The guest touches a page. */
static inline enum touch local_memory_touch(struct local_memory *memory, page_id page, bool write)
{
	uint8_t state = memory->state[page];

	if (__builtin_expect((state & (PAGE_LOCAL | PAGE_AHEAD)) == PAGE_LOCAL, 1)) {
		memory->state[page] = (uint8_t)(state | write << 1);
		return memory->hit(memory->policy_state, page) ? memory->counts.minor_faults++, TOUCH_MINOR : TOUCH_HIT;
	}
	return local_memory_miss(memory, page, write);
}

/* After TOUCH_AHEAD at time `now_ps`: how long the guest waits for the page, 0 when it is there. `trapped`: it was a
 * minor fault as well. */
int64_t local_memory_ahead(struct local_memory *memory, page_id page, bool write, int64_t now_ps, bool *trapped);

/* After TOUCH_FAULT: lets the prefetcher name frames and fetches those that are remote. */
void local_memory_prefetch(struct local_memory *memory, page_id page);

/* The page is remote: known, and not local. */
static inline bool local_memory_is_remote(const struct local_memory *memory, page_id page)
{
	return (memory->state[page] & (PAGE_KNOWN | PAGE_LOCAL)) == PAGE_KNOWN;
}

#endif
