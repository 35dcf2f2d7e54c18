/* SPDX-License-Identifier: MIT */
#include "trace/filter.h"

#include <assert.h>
#include <stdlib.h>

struct link {
	uint32_t next, prev;
};

struct page {
	struct trace_ref latest; /* its latest reference, without the hits noted since */
	struct trace_ref held;   /* its last kept record, if `is_held` */
	struct link kept;
	uint64_t again;  /* touches after its last kept record */
	uint64_t queued; /* the number of this record in the queue, NOT_QUEUED if it is complete or still held */
	bool newer;      /* referenced after its last kept record */
	bool write_kept; /* a kept record of this stay has the write flag */
	bool is_held;
	bool divided; /* not referenced since trace_filter_sync: its next reference is kept */
};

/* A kept record in its final place, which waits for what it says of the touches after it. */
struct queued {
	struct trace_ref ref;
	uint32_t slot; /* of its page, COMPLETE when the record is */
};

#define NOT_QUEUED UINT64_MAX
#define COMPLETE   UINT32_MAX

struct trace_filter {
	struct trace_hits hits;
	uint64_t idle_ns[TRACE_VCPUS_MAX]; /* the clocks of these hits */
	struct page *page;                 /* K slots, then the sentinel of `kept` */
	struct link *timeline;             /* K latest references, K held records, the sentinel */
	uint32_t *table;                   /* open addressing: frame to slot + 1, 0 where free */
	uint32_t table_mask, table_shift;
	uint32_t k, used;
	struct queued *queue; /* a ring of `room` places, a power of two */
	uint64_t first, end;  /* the numbers of its first record and of the next one to be added */
	uint64_t room;
	struct trace_sink sink;
};

/*
 * Two orders over the K resident pages, each a doubly linked list.
 *
 *   timeline   by time. A page has one or two nodes in it: its latest reference (node s) and, while it is held,
 *              its last kept record (node K + s), which is never after the latest reference.
 *   kept       the pages whose last kept record has been put out, in the order in which these were put out.
 *
 * A page is either in `kept` or has a held record.
 *
 * Almost every reference is a hit, and the order is not needed until the next miss. So a hit is only noted (hits.h);
 * order_touched() then moves each page once, however often it was hit.
 */
static uint32_t hash(const struct trace_filter *filter, gfn frame)
{
	return (uint32_t)(frame * 0x9E3779B97F4A7C15u >>
			  filter->table_shift); /* Knuth's multiplicative hash, 2^64 / phi */
}

/* The index of a frame in the table, or the free index where it would be added. */
static uint32_t table_find(const struct trace_filter *filter, gfn frame)
{
	uint32_t at = hash(filter, frame);

	while (filter->table[at] && filter->page[filter->table[at] - 1].latest.frame != frame)
		at = (at + 1) & filter->table_mask;
	return at;
}

/* Frees an entry and moves up the entries that had to go after it, so that no search meets a gap. */
static void table_remove(struct trace_filter *filter, uint32_t hole)
{
	uint32_t at = hole;

	for (;;) {
		uint32_t home;

		at = (at + 1) & filter->table_mask;
		if (!filter->table[at])
			break;
		home = hash(filter, filter->page[filter->table[at] - 1].latest.frame);
		if (((at - home) & filter->table_mask) >= ((at - hole) & filter->table_mask)) {
			filter->table[hole] = filter->table[at];
			hole = at;
		}
	}
	filter->table[hole] = 0;
}

static void timeline_remove(struct trace_filter *filter, uint32_t node)
{
	struct link *timeline = filter->timeline;

	timeline[timeline[node].prev].next = timeline[node].next;
	timeline[timeline[node].next].prev = timeline[node].prev;
}

static void timeline_insert_before(struct trace_filter *filter, uint32_t node, uint32_t next)
{
	struct link *timeline = filter->timeline;
	uint32_t prev = timeline[next].prev;

	timeline[node] = (struct link){next, prev};
	timeline[prev].next = node;
	timeline[next].prev = node;
}

static void kept_remove(struct trace_filter *filter, uint32_t slot)
{
	struct page *page = filter->page;

	page[page[slot].kept.prev].kept.next = page[slot].kept.next;
	page[page[slot].kept.next].kept.prev = page[slot].kept.prev;
}

static void kept_append(struct trace_filter *filter, uint32_t slot)
{
	struct page *page = filter->page;
	uint32_t sentinel = filter->k, last = page[sentinel].kept.prev;

	page[slot].kept = (struct link){sentinel, last};
	page[last].kept.next = slot;
	page[sentinel].kept.prev = slot;
}

/* The entries with hits, in the order of their latest hits. An insertion sort: there are few, mostly in order
 * already. */
static void sort_touched(struct trace_hits *hits)
{
	for (uint32_t i = 1; i < hits->touched; i++) {
		uint16_t place = hits->which[i];
		uint64_t number = hits->at[place].number;
		uint32_t at = i;

		for (; at > 0 && hits->at[hits->which[at - 1]].number > number; at--)
			hits->which[at] = hits->which[at - 1];
		hits->which[at] = place;
	}
}

/* Updates the timeline: pages hit since then move to its end. */
static void order_touched(struct trace_filter *filter)
{
	struct trace_hits *hits = &filter->hits;
	struct link *timeline = filter->timeline;
	uint32_t end = 2 * filter->k, last;

	sort_touched(hits);
	for (uint32_t i = 0; i < hits->touched; i++)
		timeline_remove(filter, hits->at[hits->which[i]].slot);
	last = timeline[end].prev;
	for (uint32_t i = 0; i < hits->touched; i++) {
		struct trace_hit *hit = &hits->at[hits->which[i]];
		struct page *page = &filter->page[hit->slot];

		page->latest.clock = (struct trace_clock){hit->insn, filter->idle_ns[TRACE_KIND_VCPU(hit->kind)]};
		page->latest.kind = hit->kind;
		page->again += hit->hits;
		page->newer = true;
		hit->touched = false;
		hit->hits = 0;
		timeline[last].next = hit->slot;
		timeline[hit->slot].prev = last;
		last = hit->slot;
	}
	timeline[last].next = end;
	timeline[end].prev = last;
	hits->touched = 0;
}

/* Assigns the page of a slot its entry among the hits, which another page may have had. Returns the entry. */
static uint32_t take_place(struct trace_filter *filter, uint32_t slot)
{
	const struct page *page = &filter->page[slot];
	uint32_t at = page->latest.frame & (TRACE_HITS - 1);
	struct trace_hit *hit = &filter->hits.at[at];

	if (hit->frame == page->latest.frame)
		return at;
	if (hit->touched)
		order_touched(filter);
	*hit = (struct trace_hit){.frame = page->latest.frame, .unwritten = !page->write_kept, .slot = slot};
	return at;
}

static void leave_place(struct trace_filter *filter, gfn frame)
{
	struct trace_hit *hit = &filter->hits.at[frame & (TRACE_HITS - 1)];

	if (hit->frame == frame)
		hit->frame = GFN_NONE;
}

/* Completes the last kept record of a page: `again` touches came after it. */
static void complete(struct trace_filter *filter, struct page *page, uint64_t again)
{
	struct queued *queued = &filter->queue[page->queued & (filter->room - 1)];

	if (page->queued == NOT_QUEUED)
		return;
	queued->ref.kind |= (trace_kind)((again < TRACE_AGAIN_MAX ? again : TRACE_AGAIN_MAX) << TRACE_AGAIN_SHIFT);
	queued->slot = COMPLETE;
	page->queued = NOT_QUEUED;
}

/* Makes the latest reference of a page a kept record, held at its position in time. */
static void keep_latest(struct trace_filter *filter, uint32_t slot)
{
	struct page *page = &filter->page[slot];
	uint64_t after = TRACE_KIND_AGAIN(page->latest.kind);

	complete(filter, page, page->again - 1 - after);
	page->held = page->latest;
	page->held.kind &= (trace_kind) ~(TRACE_AGAIN_MAX << TRACE_AGAIN_SHIFT);
	page->again = after;
	page->is_held = true;
	page->newer = false;
	timeline_insert_before(filter, filter->k + slot, slot);
}

/* Doubles the queue's room. */
static int grow(struct trace_filter *filter, struct err *err)
{
	struct queued *queue = malloc(2 * filter->room * sizeof(*queue));

	if (!queue)
		return err_memory(err, "a trace filter's queue");
	for (uint64_t at = filter->first; at < filter->end; at++)
		queue[at & (2 * filter->room - 1)] = filter->queue[at & (filter->room - 1)];
	free(filter->queue);
	filter->queue = queue;
	filter->room *= 2;
	return 0;
}

/* Puts a held record into the queue: no other record can come before it any more. */
static int release(struct trace_filter *filter, uint32_t slot, struct err *err)
{
	struct page *page = &filter->page[slot];

	if (filter->end - filter->first == filter->room && grow(filter, err) < 0)
		return ERR_FAILED;
	timeline_remove(filter, filter->k + slot);
	page->is_held = false;
	kept_append(filter, slot);
	page->queued = filter->end++;
	filter->queue[page->queued & (filter->room - 1)] = (struct queued){page->held, slot};
	return 0;
}

/* Puts out the queue's records up to the first that is not complete. */
static int put_out(struct trace_filter *filter, struct err *err)
{
	int status = 0;

	for (; filter->first < filter->end && status == 0; filter->first++) {
		struct queued *queued = &filter->queue[filter->first & (filter->room - 1)];

		if (queued->slot != COMPLETE) {
			struct page *page = &filter->page[queued->slot];

			/* the latest reference may still be kept itself */
			if (page->again < TRACE_AGAIN_MAX + 1 + TRACE_KIND_AGAIN(page->latest.kind))
				break;
			complete(filter, page, page->again);
		}
		status = filter->sink.put(filter->sink.context, &queued->ref, err);
	}
	return status;
}

/* Evicts the page with the oldest latest reference from the K and sets `slot` to its slot. */
static int evict(struct trace_filter *filter, uint32_t *slot, struct err *err)
{
	const uint32_t k = filter->k;
	uint32_t node, victim;

	while ((node = filter->timeline[2 * k].next) >= k) {
		int status = release(filter, node - k, err);

		if (status < 0)
			return status;
	}
	victim = node;
	while ((node = filter->page[k].kept.next) != victim) {
		kept_remove(filter, node);
		keep_latest(filter, node);
	}
	kept_remove(filter, victim);
	complete(filter, &filter->page[victim], filter->page[victim].again);
	timeline_remove(filter, victim);
	table_remove(filter, table_find(filter, filter->page[victim].latest.frame));
	leave_place(filter, filter->page[victim].latest.frame);
	*slot = victim;
	return 0;
}

static int miss(struct trace_filter *filter, const struct trace_ref *ref, struct err *err)
{
	struct page *page;
	uint32_t slot;

	filter->hits.references++;
	order_touched(filter);
	if (filter->used < filter->k) {
		slot = filter->used++;
	} else {
		int status = evict(filter, &slot, err);

		if (status < 0)
			return status;
	}
	filter->table[table_find(filter, ref->frame)] = slot + 1;
	page = &filter->page[slot];
	page->latest = *ref;
	page->write_kept = ref->kind & TRACE_WRITE;
	page->queued = NOT_QUEUED;
	page->divided = false;
	timeline_insert_before(filter, slot, 2 * filter->k);
	keep_latest(filter, slot);
	take_place(filter, slot);
	return put_out(filter, err);
}

/* Keeps a record of the reference just noted; the page's last kept record has been put into the queue. */
static void keep_now(struct trace_filter *filter, uint32_t slot)
{
	order_touched(filter);
	kept_remove(filter, slot);
	keep_latest(filter, slot);
}

/* Sets the write flag for the first write of a page's stay in its kept record, or keeps a record for it: the reference
 * just noted. */
static void keep_write(struct trace_filter *filter, uint32_t slot)
{
	struct page *page = &filter->page[slot];

	page->write_kept = true;
	if (page->is_held)
		page->held.kind |= TRACE_WRITE;
	else
		keep_now(filter, slot);
}

void trace_filter_idle(struct trace_filter *filter, unsigned vcpu, uint64_t idle_ns)
{
	if (filter->idle_ns[vcpu] == idle_ns)
		return;
	order_touched(filter);
	filter->idle_ns[vcpu] = idle_ns;
}

struct trace_hits *trace_filter_hits(struct trace_filter *filter)
{
	return &filter->hits;
}

int trace_filter_touch(struct trace_filter *filter, gfn frame, struct trace_clock clock, trace_kind kind,
		       struct err *err)
{
	uint32_t entry, at;

	assert(frame != GFN_NONE); /* GFN_NONE marks free entries among the hits */
	trace_filter_idle(filter, TRACE_KIND_VCPU(kind), clock.idle_ns);
	if (trace_hits_note(&filter->hits, frame, clock.insn, kind))
		return 0;
	entry = filter->table[table_find(filter, frame)];
	if (!entry)
		return miss(filter, &(struct trace_ref){frame, clock, kind}, err);
	at = take_place(filter, entry - 1);
	trace_hits_add(&filter->hits, at, clock.insn, kind);
	if (filter->page[entry - 1].divided) {
		filter->page[entry - 1].divided = false;
		keep_now(filter, entry - 1);
	}
	if (kind & TRACE_WRITE && filter->hits.at[at].unwritten) {
		filter->hits.at[at].unwritten = false;
		keep_write(filter, entry - 1);
	}
	return 0;
}

void trace_filter_hide(struct trace_filter *filter, gfn frame)
{
	leave_place(filter, frame);
}

bool trace_filter_holds(const struct trace_filter *filter, gfn frame)
{
	return filter->hits.at[frame & (TRACE_HITS - 1)].frame == frame || filter->table[table_find(filter, frame)];
}

int trace_filter_sync(struct trace_filter *filter, struct err *err)
{
	const uint32_t k = filter->k;
	uint32_t node;

	order_touched(filter);
	node = filter->timeline[2 * k].next;
	while (node != 2 * k) {
		uint32_t next = filter->timeline[node].next, slot = node < k ? node : node - k;
		int status = 0;

		if (node < k && filter->page[slot].newer) {
			/* its held record, which is older than this, was put out just before */
			kept_remove(filter, slot);
			keep_latest(filter, slot);
			status = release(filter, slot, err);
		} else if (node >= k) {
			status = release(filter, slot, err);
		}
		if (status < 0)
			return status;
		node = next;
	}
	for (uint32_t slot = 0; slot < filter->used; slot++) {
		struct page *page = &filter->page[slot];

		complete(filter, page, page->again);
		page->divided = true;
		leave_place(filter, page->latest.frame);
	}
	return put_out(filter, err);
}

int trace_filter_create(struct trace_filter **out, uint32_t k, struct trace_sink sink, struct err *err)
{
	struct trace_filter *filter;
	uint32_t bits = 2;

	if (k < 1 || k > TRACE_FILTER_MAX)
		return err_set(err, ERR_USAGE, "a filter of K = %u pages: allowed are 1 to %u", k, TRACE_FILTER_MAX);
	while ((1u << bits) < 4 * k)
		bits++;
	filter = aligned_alloc(_Alignof(struct trace_filter), sizeof(*filter));
	if (!filter)
		return err_memory(err, "a trace filter");
	*filter = (struct trace_filter){.k = k, .sink = sink};
	filter->table_mask = (1u << bits) - 1;
	filter->table_shift = 64 - bits;
	filter->page = calloc(k + 1, sizeof(*filter->page));
	filter->timeline = calloc(2 * (size_t)k + 1, sizeof(*filter->timeline));
	filter->table = calloc(1u << bits, sizeof(*filter->table));
	filter->room = 1u << bits;
	filter->queue = malloc(filter->room * sizeof(*filter->queue));
	if (!filter->page || !filter->timeline || !filter->table || !filter->queue) {
		trace_filter_destroy(filter);
		return err_memory(err, "a trace filter");
	}
	for (uint32_t at = 0; at < TRACE_HITS; at++)
		filter->hits.at[at] = (struct trace_hit){.frame = GFN_NONE};
	filter->page[k].kept = (struct link){k, k};
	filter->timeline[2 * k] = (struct link){2 * k, 2 * k};
	*out = filter;
	return 0;
}

void trace_filter_destroy(struct trace_filter *filter)
{
	if (!filter)
		return;
	free(filter->page);
	free(filter->timeline);
	free(filter->table);
	free(filter->queue);
	free(filter);
}
