/* SPDX-License-Identifier: MIT */
/*
 * The Remote Page Map: where each guest page is. A directory of leaves, a leaf allocated when the first of its pages is
 * set, so a sparse guest costs little; 8 bytes a guest page in a leaf.
 *
 *   guest frame   | directory index (up to 20 bits)  | leaf index (12 bits) |
 *                            |                                |
 *   directory   [ leaf  leaf  NULL  leaf ... ]                |        one pointer for 4096 pages (16 MiB)
 *                   \                                         |
 *   leaf             [ entry  entry  ...  entry  ... ]  <-----+        4096 entries, 32 KiB
 *
 *            63  60 59   56 55                 36 35                                     0
 *           +------+-------+---------------------+----------------------------------------+
 *   entry   | state| copies|        node         |                 frame                  |
 *           +------+-------+---------------------+----------------------------------------+
 *
 * node    the hypervisor that holds the page, where the state says that one does
 * frame   the page's frame there, or its block in the backing store
 * copies  further replicas. The k-th has its own entry, under the same guest frame, in the k-th of the guest's further
 * maps: a guest without replicas pays nothing, and one with `replicas: n` pays 8 bytes a page for each.
 *
 * Threads: one thread updates, others may look up at the same time. An entry is one aligned 64-bit word that is stored
 * with release and loaded with acquire order (plain moves on x86-64), so a reader gets the old entry or the new one,
 * never a mixture, and with the new one whatever the updater wrote before it, the page's bytes included. Leaves are
 * published in the same way and stay until rpm_free. Several entries are never read as one; two updaters need a lock of
 * their own.
 */
#ifndef MEMORY_RPM_H
#define MEMORY_RPM_H

#include <assert.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/page.h"

#define RPM_FRAMES_MAX (UINT64_C(1) << 32) /* 16 TiB of 4 KiB pages */
#define RPM_NODE_MAX   ((1 << 20) - 1)
#define RPM_NODE_STORE RPM_NODE_MAX /* the node of a page whose copy is in its own host's backing store */
#define RPM_FRAME_MAX  ((UINT64_C(1) << 36) - 1)
#define RPM_COPIES_MAX 15
#define RPM_LEAF_BITS  12
#define RPM_LEAF_PAGES (1 << RPM_LEAF_BITS)

enum rpm_state {
	RPM_ABSENT,   /* never touched: the first touch is zero-filled and fetches nothing */
	RPM_LOCAL,    /* local, and nowhere else */
	RPM_CACHED,   /* local, and unchanged since it was written to frame of node: can be evicted without a write-back
		       */
	RPM_REMOTE,   /* at frame of node */
	RPM_FETCHING, /* being fetched from frame of node */
	RPM_WRITING,  /* being written to frame of node */
	RPM_STORED,   /* in the backing store, at block frame */
	RPM_LOST,     /* its donor failed and there was no other copy */
};

typedef uint64_t rpm_entry;

struct rpm_leaf {
	_Atomic rpm_entry entry[RPM_LEAF_PAGES];
};

struct rpm {
	struct rpm_leaf *_Atomic *directory;
	gfn frames;    /* guest frames are below this */
	size_t leaves; /* that are allocated */
};

static inline rpm_entry rpm_pack(enum rpm_state state, uint32_t node, uint64_t frame, unsigned copies)
{
	assert(node <= RPM_NODE_MAX && frame <= RPM_FRAME_MAX && copies <= RPM_COPIES_MAX);
	return (uint64_t)state << 60 | (uint64_t)copies << 56 | (uint64_t)node << 36 | frame;
}

static inline enum rpm_state rpm_state(rpm_entry entry)
{
	return (enum rpm_state)(entry >> 60);
}

static inline unsigned rpm_copies(rpm_entry entry)
{
	return entry >> 56 & RPM_COPIES_MAX;
}

static inline uint32_t rpm_node(rpm_entry entry)
{
	return entry >> 36 & RPM_NODE_MAX;
}

static inline uint64_t rpm_frame(rpm_entry entry)
{
	return entry & RPM_FRAME_MAX;
}

/* True if the entry names a copy of the page that `node` holds, will hold, or is being read from. */
static inline bool rpm_is_at(rpm_entry entry, uint32_t node)
{
	return rpm_node(entry) == node && rpm_state(entry) >= RPM_CACHED && rpm_state(entry) <= RPM_WRITING;
}

/* Sets up the map of a guest of `frames` frames (1 to RPM_FRAMES_MAX), all pages absent. Returns 0 or a negative
 * code. */
int rpm_init(struct rpm *rpm, gfn frames, struct err *err);
void rpm_free(struct rpm *rpm);

/* Bytes allocated: the directory and the leaves. */
size_t rpm_bytes(const struct rpm *rpm);

/* The first page at or after guest frame `from` that rpm_is_at node, GFN_NONE when there is none. Pages may be set
 * between calls: for (gfn page = rpm_next(rpm, node, 0); page != GFN_NONE; page = rpm_next(rpm, node, page + 1)) reads
 * every allocated leaf once. A list of pages for each node would touch fewer entries, but costs another 8 bytes a page
 * and two scattered writes at every fetch and write-back; donors leave or fail a few times in a run. */
gfn rpm_next(const struct rpm *rpm, uint32_t node, gfn from);

/* Allocates the leaf of a guest frame that has none. Returns NULL, with `err` set, if memory runs out. */
struct rpm_leaf *rpm_grow(struct rpm *rpm, gfn frame, struct err *err);

static inline struct rpm_leaf *rpm_leaf(const struct rpm *rpm, gfn frame)
{
	return atomic_load_explicit(&rpm->directory[frame >> RPM_LEAF_BITS], memory_order_acquire);
}

/* The entry of the page at guest frame `frame`, which is below rpm->frames. */
static inline rpm_entry rpm_get(const struct rpm *rpm, gfn frame)
{
	struct rpm_leaf *leaf = rpm_leaf(rpm, frame);

	return leaf ? atomic_load_explicit(&leaf->entry[frame % RPM_LEAF_PAGES], memory_order_acquire) : 0;
}

/* For speed alone: fetches an entry that will be read soon into the processor's caches. */
static inline void rpm_soon(const struct rpm *rpm, gfn frame)
{
	struct rpm_leaf *leaf = rpm_leaf(rpm, frame);

	if (leaf)
		__builtin_prefetch(&leaf->entry[frame % RPM_LEAF_PAGES], 1);
}

/* Sets where the page is. Returns 0, or ERR_FAILED if memory runs out, which can happen only for the first page of a
 * leaf. */
static inline int rpm_set(struct rpm *rpm, gfn frame, rpm_entry entry, struct err *err)
{
	struct rpm_leaf *leaf = rpm_leaf(rpm, frame);

	if (!leaf) {
		leaf = rpm_grow(rpm, frame, err);
		if (!leaf)
			return ERR_FAILED;
	}
	atomic_store_explicit(&leaf->entry[frame % RPM_LEAF_PAGES], entry, memory_order_release);
	return 0;
}

#endif
