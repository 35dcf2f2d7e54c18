/* SPDX-License-Identifier: MIT */
/*
 * Linux's swap read-ahead by slots, used for rotating disks (a virtio disk counts as one): a fault fetches the pages
 * whose slots lie in the aligned block of `window` slots around the faulting one, in ascending order. The window is
 * hits + 2 rounded up to a power of two of at least 4, where hits are the pages read ahead that were touched since the
 * last fault. With no hits it is 2 if the slot is adjacent to that of the last fault that had no hits either, otherwise
 * 1 (only the faulting page). It is at most 2^cluster, and at least half of the previous window. A page gets the next
 * free slot whenever its content is written to the store.
 *
 * Source: Linux 6.1, mm/swap_state.c: swap_cluster_readahead, swapin_nr_pages, __swapin_nr_pages; mm/swapfile.c: slots
 * are searched from the last one on, around the device. `cluster` is vm.page-cluster.
 * Departs from it: each guest has its own state and device; the kernel has one state a machine. The device is always
 * large enough that at least half of its slots are free. Pages that begin remote have slots in the order of their last
 * use.
 */
#include <stdlib.h>

#include "prefetch/prefetch.h"
#include "prefetch/swapin.h"
#include "trace/frame_map.h"

#define FIRST_SLOT     1 /* slot 0 is the header */
#define FIRST_CAPACITY 1024

struct linux_slots {
	struct frame_map ids;     /* dense ids of the frames that have slots */
	uint32_t *slot;           /* by id; 0: none */
	gfn *frame;               /* by slot; GFN_NONE: free */
	uint32_t slots, capacity; /* elements of `slot`; slots of the device */
	uint32_t next, used;
	uint64_t max_window, window, hits, last_without;
	bool full; /* no memory was left for a larger device: later pages have no slot */
};

static const struct option_row options[] = {SWAPIN_CLUSTER_ROW("8")};

static void destroy(void *state)
{
	struct linux_slots *ahead = state;

	frame_map_free(&ahead->ids);
	free(ahead->slot);
	free(ahead->frame);
}

/* Doubles the device. */
static bool grow(struct linux_slots *ahead)
{
	const uint32_t capacity = ahead->capacity ? 2 * ahead->capacity : FIRST_CAPACITY;
	gfn *frame = capacity > ahead->capacity ? realloc(ahead->frame, capacity * sizeof(*frame)) : NULL;

	if (!frame)
		return false;
	for (uint32_t slot = ahead->capacity; slot < capacity; slot++)
		frame[slot] = GFN_NONE;
	ahead->frame = frame;
	ahead->capacity = capacity;
	return true;
}

static int init(void *state, const struct prefetch_env *env, struct err *err)
{
	const struct swapin_params *params = env->params;
	struct linux_slots *ahead = state;
	int status = frame_map_init(&ahead->ids, err);

	if (status < 0)
		return status;
	if (!grow(ahead)) {
		destroy(ahead);
		return err_memory(err, "a swap device");
	}
	ahead->next = FIRST_SLOT;
	ahead->max_window = UINT64_C(1) << params->cluster;
	ahead->hits = SWAPIN_FIRST_HITS;
	return 0;
}

/* Where the slot of a frame is kept, 0 at first; NULL if memory ran out. */
static uint32_t *slot_of(struct linux_slots *ahead, gfn frame)
{
	struct err ignored;
	page_id id;

	if (frame_map_add(&ahead->ids, frame, &id, &ignored) < 0)
		return NULL;
	if (id >= ahead->slots) {
		const uint32_t slots = ahead->slots ? 2 * ahead->slots : FIRST_CAPACITY;
		uint32_t *slot = realloc(ahead->slot, slots * sizeof(*slot));

		if (!slot)
			return NULL;
		for (uint32_t i = ahead->slots; i < slots; i++)
			slot[i] = 0;
		ahead->slot = slot;
		ahead->slots = slots;
	}
	return &ahead->slot[id];
}

/* The next free slot; 0 without memory. */
static uint32_t allocate(struct linux_slots *ahead)
{
	uint32_t slot = ahead->next;

	while (slot == ahead->capacity || ahead->frame[slot] != GFN_NONE) {
		if (++slot < ahead->capacity)
			continue;
		if (2 * ahead->used >= ahead->capacity) {
			slot = ahead->capacity;
			if (!grow(ahead))
				return 0;
		} else {
			slot = FIRST_SLOT;
		}
	}
	ahead->next = slot + 1;
	return slot;
}

static void on_stored(void *state, gfn frame, bool written)
{
	struct linux_slots *ahead = state;
	uint32_t *slot = ahead->full ? NULL : slot_of(ahead, frame);

	if (!slot || (*slot && !written))
		return;
	if (*slot)
		ahead->frame[*slot] = GFN_NONE;
	else
		ahead->used++;
	*slot = allocate(ahead);
	if (*slot)
		ahead->frame[*slot] = frame;
	else
		ahead->full = true;
}

static size_t on_fault(void *state, gfn frame, gfn *out)
{
	struct linux_slots *ahead = state;
	const page_id id = frame_map_find(&ahead->ids, frame);
	const uint32_t slot = id == PAGE_NONE ? 0 : ahead->slot[id];
	uint64_t start;
	size_t count = 0;

	if (!slot || ahead->max_window == 1)
		return 0;
	ahead->window = swapin_window(
		&(struct swapin){ahead->last_without, ahead->hits, ahead->max_window, ahead->window}, slot);
	if (ahead->hits == 0)
		ahead->last_without = slot;
	ahead->hits = 0;
	start = slot & ~(ahead->window - 1);
	for (uint64_t at = start; at < start + ahead->window && at < ahead->capacity; at++)
		if (at != slot && ahead->frame[at] != GFN_NONE)
			out[count++] = ahead->frame[at];
	return count;
}

static void on_outcome(void *state, gfn frame, enum prefetch_outcome outcome)
{
	struct linux_slots *ahead = state;

	(void)frame;
	ahead->hits += outcome != PREFETCH_UNUSED;
}

const struct prefetch_ops prefetch_linux_slots = {
	.name = "linux-slots",
	.summary = "Linux's swap read-ahead by slots: pages that left together, more after hits",
	.source = "Linux, mm/swap_state.c (swap_cluster_readahead)",
	.options = options,
	.option_count = sizeof(options) / sizeof(*options),
	.params_size = sizeof(struct swapin_params),
	.state_size = sizeof(struct linux_slots),
	.init = init,
	.on_fault = on_fault,
	.on_outcome = on_outcome,
	.on_stored = on_stored,
	.destroy = destroy,
};
