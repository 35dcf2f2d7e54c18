/* SPDX-License-Identifier: MIT */
/*
 * A guest's local memory: which pages are local, mapped, dirty, prefetched or in flight, and every counter. It drives
 * an eviction policy and a prefetcher, which keep no residency of their own; its caller keeps the time. Every engine
 * uses this one. No other file reads or writes a page's state: the functions below do.
 */
#ifndef FAULT_LOCAL_MEMORY_H
#define FAULT_LOCAL_MEMORY_H

#include <assert.h>

#include "policy/policy.h"
#include "prefetch/prefetch.h"
#include "trace/frame_map.h"

/*
 * A page's state, one byte: private to this file and local_memory.c. A page that was never touched has 0; a remote one
 * has PAGE_KNOWN alone (and perhaps PAGE_DISPLACED).
 */
enum {
	PAGE_LOCAL = 1,      /* it has a frame */
	PAGE_DIRTY = 2,      /* written since it came or was last written back */
	PAGE_UNMAPPED = 4,   /* it has a frame and is not mapped: in flight, or prefetched and not touched since */
	PAGE_PREFETCHED = 8, /* with PAGE_UNMAPPED: a prefetch brings it, or has brought it (see the time of arrival) */
	PAGE_KNOWN = 16,     /* touched before, or in the opening snapshot */
	PAGE_DISPLACED = 32, /* evicted to make room for a prefetched page */
};

enum touch {
	TOUCH_HIT,      /* local and mapped: nothing happens */
	TOUCH_MINOR,    /* local and mapped, but the touch trapped (the policy asked for it) */
	TOUCH_UNMAPPED, /* it has a frame and is not mapped: prefetched (see local_memory_use_prefetched), or in flight
			 */
	TOUCH_FIRST,    /* first touch: a zero-filled frame, nothing is fetched */
	TOUCH_FAULT,    /* remote: fetched on demand; then call local_memory_prefetch */
};

/* In place of a prefetched page's time of arrival: it is in flight; it was requested again, and the next message that
 * comes is to be ignored, because its donor is gone. */
#define ARRIVAL_UNKNOWN    INT64_MAX
#define ARRIVAL_AFTER_NEXT (INT64_MAX - 1)

struct local_counts {
	uint64_t first_touches, faults, minor_faults, write_backs;
	struct {
		uint64_t issued, used, late, unused;
		uint64_t polluted; /* faults on pages that had been evicted to make room for a prefetched page */
	} prefetch;
};

/* Called in the order in which things happen. Either may be NULL. */
struct local_hooks {
	void *context;
	/* A page has left; when dirty, it is being written back. */
	void (*evicted)(void *context, page_id page, bool dirty);
	/* A page is prefetched. Returns when it arrives, in ps, or ARRIVAL_UNKNOWN. */
	int64_t (*prefetch)(void *context, page_id page);
};

/* What every fault reads comes first. */
struct local_config {
	uint32_t pages;  /* page ids are below this */
	uint32_t frames; /* local size in pages, at least 1 */
	const struct policy_ops *policy;
	struct local_hooks hooks;
	const struct prefetch_ops *prefetch; /* NULL: none */
	bool shared;               /* by several virtual CPUs: a page on demand stays unmapped until local_memory_map */
	const void *policy_params; /* what its option rows fill, NULL when it has none */
	const uint64_t *next_use;  /* for a policy that needs the future (policy.h) */
	const void *prefetch_params;
	const struct prefetch_future *prefetch_future;
	const gfn *frame;                  /* by page id; only for prefetching */
	const struct frame_map *frame_map; /* the page id of a frame; only for prefetching */
	gfn guest_frames;                  /* guest frame numbers are below this; only for prefetching */
	uint64_t seed;
};

/* What every fault reads and writes comes first: in a cluster of many guests each line of it is fetched from memory. */
struct local_memory {
	uint8_t *state; /* by page */
	bool (*hit)(void *state, page_id page);
	void *policy_state;
	struct policy_array array; /* the policy's own; base NULL for none */
	uint32_t free_frames;
	page_id faulting; /* the page whose fault is being handled: it must not leave for a prefetch */
	struct local_config config;
	void *prefetch_state;
	int64_t *arrival_ps; /* by page, of those with PAGE_PREFETCHED; NULL without prefetching */
	struct local_counts counts;
};

/* Empty: every frame free, no page known. On an error nothing is left to free. */
int local_memory_init(struct local_memory *memory, const struct local_config *config, struct err *err);
void local_memory_free(struct local_memory *memory);

/* Before the first touch: a page of the opening snapshot, known, and perhaps local and dirty. From the least to the
 * most recently used. */
void local_memory_restore(struct local_memory *memory, page_id page, bool local, bool dirty);

/* The page has a frame here: mapped, prefetched or in flight. */
static inline bool local_memory_is_local(const struct local_memory *memory, page_id page)
{
	return memory->state[page] & PAGE_LOCAL;
}

/* The page is local and mapped. */
static inline bool local_memory_is_mapped(const struct local_memory *memory, page_id page)
{
	return (memory->state[page] & (PAGE_LOCAL | PAGE_UNMAPPED)) == PAGE_LOCAL;
}

/* A touch of this page involves nobody else: it is mapped, or touched for the first time and a frame is free. */
static inline bool local_memory_is_free_touch(const struct local_memory *memory, page_id page)
{
	return local_memory_is_mapped(memory, page) || (!(memory->state[page] & PAGE_KNOWN) && memory->free_frames);
}

/* The page was touched before, or was in the opening snapshot. */
static inline bool local_memory_is_known(const struct local_memory *memory, page_id page)
{
	return memory->state[page] & PAGE_KNOWN;
}

/* The page is remote: known, and without a frame here. */
static inline bool local_memory_is_remote(const struct local_memory *memory, page_id page)
{
	return (memory->state[page] & (PAGE_KNOWN | PAGE_LOCAL)) == PAGE_KNOWN;
}

/* The page is prefetched, in flight or arrived, and not touched since. */
static inline bool local_memory_is_prefetched(const struct local_memory *memory, page_id page)
{
	return memory->state[page] & PAGE_PREFETCHED;
}

static inline bool local_memory_is_dirty(const struct local_memory *memory, page_id page)
{
	return memory->state[page] & PAGE_DIRTY;
}

/* Frames that hold no page. */
static inline uint32_t local_memory_free_frames(const struct local_memory *memory)
{
	return memory->free_frames;
}

/* The page will be touched soon: fetches its state, and the policy's array if it has one, into the processor's caches.
 */
static inline void local_memory_soon(const struct local_memory *memory, page_id page, bool has_array)
{
	__builtin_prefetch(&memory->state[page], 1);
	if (has_array)
		__builtin_prefetch(memory->array.base + page * memory->array.stride, 1);
}

static inline uint8_t page_dirty_if(bool write)
{
	return (uint8_t)(write * PAGE_DIRTY);
}

/* local_memory_touch of a page that is not mapped. */
enum touch local_memory_miss(struct local_memory *memory, page_id page, bool write);

/* The guest touches a page. */
static inline enum touch local_memory_touch(struct local_memory *memory, page_id page, bool write)
{
	uint8_t state = memory->state[page];

	if (__builtin_expect((state & (PAGE_LOCAL | PAGE_UNMAPPED)) == PAGE_LOCAL, 1)) {
		memory->state[page] = state | page_dirty_if(write);
		return memory->hit(memory->policy_state, page) ? memory->counts.minor_faults++, TOUCH_MINOR : TOUCH_HIT;
	}
	return local_memory_miss(memory, page, write);
}

/* Whoever runs the guest has learnt that the page was written, without a touch: a local page becomes dirty. */
static inline void local_memory_mark_dirty(struct local_memory *memory, page_id page)
{
	assert(local_memory_is_local(memory, page));
	memory->state[page] |= PAGE_DIRTY;
}

/* Whoever runs the guest has learnt that a local page was used, without a touch: the policy is told, nothing is
 * counted. */
static inline void local_memory_mark_used(struct local_memory *memory, page_id page)
{
	assert(local_memory_is_local(memory, page));
	memory->hit(memory->policy_state, page);
}

/* The page is gone from the guest (its memory was given back): no copy of it counts any more; its next touch is a first
 * touch. */
void local_memory_forget(struct local_memory *memory, page_id page);

/* With config.shared: the page that was fetched on demand has come and is mapped. Nothing happens when the page has
 * been evicted since. */
static inline void local_memory_map(struct local_memory *memory, page_id page)
{
	if ((memory->state[page] & (PAGE_LOCAL | PAGE_PREFETCHED)) == PAGE_LOCAL)
		memory->state[page] &= (uint8_t)~PAGE_UNMAPPED;
}

/* When a prefetched page arrives or has arrived; ARRIVAL_UNKNOWN or ARRIVAL_AFTER_NEXT while nobody knows. */
static inline int64_t local_memory_arrival_ps(const struct local_memory *memory, page_id page)
{
	assert(local_memory_is_prefetched(memory, page));
	return memory->arrival_ps[page];
}

static inline void local_memory_set_arrival(struct local_memory *memory, page_id page, int64_t at_ps)
{
	assert(local_memory_is_prefetched(memory, page));
	memory->arrival_ps[page] = at_ps;
}

/*
 * A touch at time `now_ps` of a prefetched page whose arrival is known: it is mapped. Returns how long the guest waits
 * for it, 0 when it is there. *minor: the touch was a minor fault as well.
 */
int64_t local_memory_use_prefetched(struct local_memory *memory, page_id page, bool write, int64_t now_ps, bool *minor);

/* After TOUCH_FAULT: lets the prefetcher name frames and fetches those that are remote. */
void local_memory_prefetch(struct local_memory *memory, page_id page);

#endif
