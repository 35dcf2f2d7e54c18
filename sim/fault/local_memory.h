/* SPDX-License-Identifier: MIT */
/*
 * A guest's local memory: which pages are local, mapped, dirty, prefetched or in flight, and every counter. It drives
 * an eviction policy and a prefetcher, which do not track residency themselves; the caller keeps the time. Every engine
 * uses this module. Other files read and write a page's state only through the functions below.
 */
#ifndef FAULT_LOCAL_MEMORY_H
#define FAULT_LOCAL_MEMORY_H

#include <assert.h>

#include "policy/policy.h"
#include "prefetch/prefetch.h"
#include "trace/frame_map.h"
#include "trace/ref.h"

/*
 * A page's state, one byte: private to this file and local_memory.c. The state of a page that was never touched is 0;
 * that of a remote page is PAGE_KNOWN, perhaps with PAGE_DISPLACED or PAGE_OPENING.
 */
enum {
	PAGE_LOCAL = 1,      /* it has a frame */
	PAGE_DIRTY = 2,      /* written since it arrived or was last written back */
	PAGE_UNMAPPED = 4,   /* it has a frame and is not mapped: in flight, or prefetched and not touched since */
	PAGE_PREFETCHED = 8, /* with PAGE_UNMAPPED: being prefetched, or prefetched already (see the time of arrival) */
	PAGE_KNOWN = 16,     /* touched before, or in the opening snapshot */
	PAGE_DISPLACED = 32, /* evicted to make room for a prefetched page */
	PAGE_OPENING = 64,   /* remote since the opening snapshot */
	PAGE_UNCHARGED = 128, /* with PAGE_PREFETCHED: it takes a frame when it is touched (policy_reclaim) */
};

enum touch {
	TOUCH_HIT,      /* local and mapped: nothing happens */
	TOUCH_MINOR,    /* local and mapped, but the touch trapped (the policy asked for it) */
	TOUCH_UNMAPPED, /* has a frame, but is not mapped: prefetched (local_memory_use_prefetched) or in flight */
	TOUCH_FIRST,    /* first touch: a zero-filled frame, nothing is fetched */
	TOUCH_FAULT,    /* remote: fetched on demand; then call local_memory_prefetch */
};
enum { TOUCH_KINDS = TOUCH_FAULT + 1 };

/* Instead of a prefetched page's time of arrival. */
#define ARRIVAL_UNKNOWN    INT64_MAX       /* in flight */
#define ARRIVAL_AFTER_NEXT (INT64_MAX - 1) /* requested again; ignore the next message, its donor is gone */

struct trace_snapshot_page;

struct local_counts {
	uint64_t first_touches, faults, minor_faults, write_backs;
	uint64_t compulsory; /* of the faults: on pages that were remote at the beginning and not touched since */
	struct {
		uint64_t issued, used, late, unused;
		uint64_t polluted; /* faults on pages that had been evicted to make room for a prefetched page */
		uint64_t dropped;  /* wanted, but the write-back buffer had no place for a dirty victim */
	} prefetch;
};

/* Callbacks, in the order of the events that they report. Each may be NULL. */
struct local_hooks {
	void *context;
	/* A page was evicted; when it is dirty, it is being written back. */
	void (*evicted)(void *context, page_id page, bool dirty);
	/* A page that stays local is being written back (policy_reclaim). */
	void (*cleaned)(void *context, page_id page);
	/* A page is being prefetched. Returns when it arrives, in ps, or ARRIVAL_UNKNOWN. */
	int64_t (*prefetch)(void *context, page_id page);
	/* Whether a dirty page could be evicted now without waiting. Asked before a prefetch evicts a page. */
	bool (*can_evict)(void *context);
	/* The policy wants a local page to trap at its next touch. */
	void (*unmapped)(void *context, page_id page);
};

/* The fields that every fault reads come first. */
struct local_config {
	uint32_t pages;  /* page ids are below this */
	uint32_t frames; /* local size in pages, at least 1 */
	const struct policy_ops *policy;
	struct local_hooks hooks;
	const struct prefetch_ops *prefetch; /* NULL: none */
	bool shared; /* by several virtual CPUs: a page fetched on demand stays unmapped until local_memory_map */
	bool maps_on_arrival;      /* a prefetched page is mapped when it arrives, so that its use is not seen */
	const void *policy_params; /* filled from the policy's option rows; NULL when it has none */
	const uint64_t *next_use;  /* for a policy that needs the future (policy.h) */
	const void *prefetch_params;
	const struct prefetch_future *prefetch_future;
	const gfn *frame;                  /* by page id; only for prefetching and for a policy that uses frames */
	const struct frame_map *frame_map; /* the page id of a frame; only for prefetching */
	gfn guest_frames;                  /* guest frame numbers are below this; only for prefetching */
	uint64_t seed;                     /* of the policy */
};

/* The fields that every fault uses come first: in a cluster of many guests, each of their cache lines is a cache miss.
 */
struct local_memory {
	uint8_t *state; /* by page */
	bool (*hit)(void *state, page_id page);
	void *policy_state;
	struct policy_array array;    /* the policy's own; base NULL for none */
	uint32_t free_frames, frames; /* frames without a page; all that pages may have */
	bool sees_again;              /* of the policy */
	uint8_t writable;             /* a write to a page without any of these bits traps */
	page_id faulting;             /* the page whose fault is being handled: a prefetch must not evict it */
	struct local_config config;
	void *prefetch_state;
	int64_t *arrival_ps; /* by page, valid with PAGE_PREFETCHED; NULL without prefetching */
	struct local_counts counts;
};

/* Sets up an empty memory: every frame is free, no page is known. Returns 0 or a negative code; after an error there is
 * nothing to free. */
int local_memory_init(struct local_memory *memory, const struct local_config *config, struct err *err);
void local_memory_free(struct local_memory *memory);

/* Before the first touch: makes a page known, and perhaps local and dirty. Call it for the least recently used page
 * first. */
void local_memory_restore(struct local_memory *memory, page_id page, bool local, bool dirty);

/* What is local at the beginning. The most recently used pages go first, as many as there are frames. */
enum local_warm {
	WARM_SNAPSHOT,       /* of all pages of the snapshot: what LRU would have left */
	WARM_RESIDENT_FIRST, /* first of those that the region touches, then of the others */
	WARM_ALL,            /* of those that the region touches; and all that it touches, if there are frames for it */
};

struct local_opening {
	const struct trace_snapshot_page *snapshot; /* pages 0 to count - 1, by their last use, the oldest first */
	uint32_t count;
	enum local_warm warm;
	const bool *touched;       /* by page: the region touches it; not needed for WARM_SNAPSHOT */
	const uint64_t *first_use; /* by page, which goes to *next_use before the policy sees it; NULL: not known */
	uint64_t *next_use;
};

/* Before the first touch: restores an opening snapshot. Its pages that do not become local are remote. */
void local_memory_open(struct local_memory *memory, const struct local_opening *opening);

/* The page has a frame here: mapped, prefetched or in flight. */
static inline bool local_memory_is_local(const struct local_memory *memory, page_id page)
{
	return memory->state[page] & PAGE_LOCAL;
}

/* The same, and the frame is one of config.frames: a page that is charged late has none of these before its touch. */
static inline bool local_memory_has_frame(const struct local_memory *memory, page_id page)
{
	return (memory->state[page] & (PAGE_LOCAL | PAGE_UNCHARGED)) == PAGE_LOCAL;
}

/* The page is local and mapped. */
static inline bool local_memory_is_mapped(const struct local_memory *memory, page_id page)
{
	return (memory->state[page] & (PAGE_LOCAL | PAGE_UNMAPPED)) == PAGE_LOCAL;
}

/* A touch of this page needs no fetch and no eviction: it is mapped, or this is its first touch and a frame is free. */
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

/* Some records after local_memory_soon, for a policy with an array: fetches what the page's element refers to. */
static inline void local_memory_soon_links(const struct local_memory *memory, page_id page)
{
	const struct policy_array *array = &memory->array;
	const uint32_t *link = (const uint32_t *)(array->base + page * array->stride);

	for (unsigned i = 0; i < array->links; i++)
		__builtin_prefetch(array->target + link[i] * array->target_stride, 1);
}

static inline uint8_t page_dirty_if(bool write)
{
	return (uint8_t)(write * PAGE_DIRTY);
}

/* local_memory_touch of a page that is not mapped. */
enum touch local_memory_miss(struct local_memory *memory, page_id page, bool write);

/* local_memory_touch of a page that is mapped for reading only (policy_reclaim). */
enum touch local_memory_first_write(struct local_memory *memory, page_id page);

/* The guest touches a page. */
static inline enum touch local_memory_touch(struct local_memory *memory, page_id page, bool write)
{
	uint8_t state = memory->state[page];

	if (__builtin_expect((state & (PAGE_LOCAL | PAGE_UNMAPPED)) == PAGE_LOCAL, 1)) {
		if (__builtin_expect(write && !(state & memory->writable), 0))
			return local_memory_first_write(memory, page);
		memory->state[page] = state | page_dirty_if(write);
		return memory->hit(memory->policy_state, page) ? memory->counts.minor_faults++, TOUCH_MINOR : TOUCH_HIT;
	}
	return local_memory_miss(memory, page, write);
}

/* local_memory_again for a policy that sees such touches. */
static inline void local_memory_repeat(struct local_memory *memory, page_id page, unsigned times)
{
	for (; times && memory->state[page] & PAGE_LOCAL; times--)
		memory->hit(memory->policy_state, page);
}

/*
 * After the touch that is this record: the touches of the page that the trace's filter has left out after it. They
 * follow soon, so the policy is told of them at once. Nothing is counted: none of them can fault in a memory of K pages
 * or more.
 */
static inline void local_memory_again(struct local_memory *memory, page_id page, trace_kind kind)
{
	if (memory->sees_again)
		local_memory_repeat(memory, page, TRACE_KIND_AGAIN(kind));
}

/* Marks a local page dirty without a touch: the guest's emulator has found that it was written. */
void local_memory_mark_dirty(struct local_memory *memory, page_id page);

/* Reports the use of a local page to the policy without a touch: the guest's emulator has found that it was used.
 * Nothing is counted. */
static inline void local_memory_mark_used(struct local_memory *memory, page_id page)
{
	assert(local_memory_is_local(memory, page));
	memory->hit(memory->policy_state, page);
}

/* The guest has given the page's memory back: its content is no longer needed, and its next touch is a first touch. */
void local_memory_forget(struct local_memory *memory, page_id page);

/* With config.shared: maps a page that was fetched on demand and has arrived. Does nothing if the page has been evicted
 * in the meantime. */
static inline void local_memory_map(struct local_memory *memory, page_id page)
{
	if ((memory->state[page] & (PAGE_LOCAL | PAGE_PREFETCHED)) == PAGE_LOCAL)
		memory->state[page] &= (uint8_t)~PAGE_UNMAPPED;
}

/* When a prefetched page arrives or has arrived, in ps; ARRIVAL_UNKNOWN or ARRIVAL_AFTER_NEXT while that is not known.
 */
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
 * A touch at time `now_ps` of a prefetched page whose time of arrival is known: maps the page. Returns the time in ps
 * until it arrives, 0 when it has arrived. *minor: whether a touch of a page that has arrived was a minor fault.
 */
int64_t local_memory_use_prefetched(struct local_memory *memory, page_id page, bool write, int64_t now_ps, bool *minor);

/* With config.shared, after TOUCH_FIRST: the page stays unmapped until local_memory_map. */
static inline void local_memory_unmap_first(struct local_memory *memory, page_id page)
{
	assert(memory->config.shared && local_memory_is_mapped(memory, page));
	memory->state[page] |= PAGE_UNMAPPED;
}

/* After TOUCH_FAULT on `page`: asks the prefetcher for frames and prefetches those that are remote. */
void local_memory_prefetch(struct local_memory *memory, page_id page);

#endif
