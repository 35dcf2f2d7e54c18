/* SPDX-License-Identifier: MIT */
/*
 * Linux's multi-generational LRU (lru_gen/enabled = 7) of anonymous memory under a cgroup's limit, as in 6.1. Kernel
 * files: mm/vmscan.c unless another is named.
 *
 * Generations min to max, at least two. A page has the number of one, and an accessed bit A (of the page table). A page
 * that comes, or is read ahead, enters the youngest (folio_add_lru, mm/swap.c).
 *
 * Reclaim (do_try_to_free_pages): for priorities 12 down to 0, until 32 pages are freed (lru_gen_shrink_lruvec): evict,
 * until pages >> priority were scanned, or enough is freed, or max has grown by two.
 *
 * Aging (get_nr_to_scan, should_run_aging; not at priority 12): when there are two generations, or three of which the
 * youngest holds more than a half of the pages or the oldest less than a quarter. A walk of the page tables
 * (try_to_inc_max_seq) clears A where it is set and gives these pages the number max; then max grows. The walk skips
 * tables that are not in the filter (test_bloom_filter): it has those with an accessed page in a cache line of entries
 * (8), at the previous walk or found since by evictions.
 *
 * Evict (evict_folios): takes pages from the tail of the oldest generation, unless only two are left, until 64 are
 * isolated or 4096 scanned (scan_folios, sort_folio). A page whose number has changed moves to the head of its
 * generation. A refault of the working set (below) moves to the tail of the next one. Of the isolated pages
 * (shrink_folio_list) one with A goes to the youngest, with its neighbours (lru_gen_look_around): A is cleared in the
 * 64 entries around it, and pages that had it go to the youngest. Otherwise a page is freed, or first written, as in
 * linux.c; a written page returns to the tail of the oldest generation (folio_rotate_reclaimable, mm/swap.c).
 * Generations at the end that are empty go (try_to_inc_min_seq).
 *
 * Refault (lru_gen_eviction, lru_gen_refault, mm/workingset.c): a page that comes back while the oldest generation is
 * the one of its eviction belongs to the working set, until a walk finds it accessed.
 *
 * Departs from the kernel: a trace is one mapping that fills its tables. The filter has no false positives. The
 * controller of tiers (read_ctrl_pos) is left out: anonymous pages are evicted from tier 0, so that it never acts.
 * Each walk runs; the kernel skips a process that has not run since the last one. Otherwise as linux.c.
 */
#include <stdlib.h>

#include "base/table.h"
#include "memory/page_list.h"
#include "policy/addresses.h"
#include "policy/kernel.h"

enum {
	GENERATIONS = 4, /* MAX_NR_GENS; the least is 2 */
	LEAST = 2,
	BATCH = 64,       /* MIN_LRU_BATCH */
	BATCH_MAX = 4096, /* MAX_LRU_BATCH */
	LINE = 8,         /* entries in a cache line */
	FEW = 15,         /* PAGEVEC_SIZE */
};

enum store { STORE_ASYNC, STORE_SYNC };

struct params {
	uint64_t kernel_memory;
	int store;
};

static const char *const stores[] = {"async", "sync", NULL};

static const struct option_row options[] = {
	{.name = "store",
	 .type = OPTION_ENUM,
	 .at = offsetof(struct params, store),
	 .def = "async",
	 .allowed = stores,
	 .help = "when a written page is freed: at a later scan (async, a block device) or at once (sync)"},
	KERNEL_MEMORY_ROW(struct params),
};

/* A page's flags. */
enum {
	ACCESSED = 1,
	LOCAL = 2,
	UNMAPPED = 4, /* in the swap cache only */
	DIRTY = 8,    /* the store has no valid copy */
	WORKINGSET = 16,
	ISOLATED = 32, /* in no list */
	KEPT = 64,     /* isolated, and found accessed by the look around another page */
};

struct mglru {
	struct page_links links;
	struct page_list list[GENERATIONS], writing; /* the oldest, the kernel's tail, at the head */
	uint32_t count[GENERATIONS];                 /* pages by their number, wherever they are */
	uint64_t min, max;                           /* modulo GENERATIONS: the index of a generation */
	uint8_t *flags, *number, *place;             /* by page: its generation, and the one in whose list it is */
	uint64_t *evicted;                           /* by page: min at its eviction plus one, 0: none */
	struct addresses addresses;
	bool *filter[2];  /* by table: of an even and of an odd max */
	bool filtered[2]; /* whether that filter is there */
	struct kernel_chosen chosen;
	page_id isolated[BATCH];
	uint32_t isolations, freed;
	bool is_async;
};

static void destroy(void *state)
{
	struct mglru *lru = state;

	page_links_free(&lru->links);
	kernel_chosen_free(&lru->chosen);
	addresses_free(&lru->addresses);
	free(lru->flags);
	free(lru->number);
	free(lru->place);
	free(lru->evicted);
	free(lru->filter[0]);
	free(lru->filter[1]);
}

static uint32_t reserved(const void *params)
{
	return kernel_pages(((const struct params *)params)->kernel_memory);
}

static int allocate(struct mglru *lru, const struct policy_env *env, struct err *err)
{
	const uint32_t pages = env->pages;
	int status = addresses_init(&lru->addresses, env->frame, pages, err);

	if (status < 0)
		return status;
	lru->flags = table_alloc(pages, sizeof(*lru->flags));
	lru->number = table_alloc(pages, sizeof(*lru->number));
	lru->place = table_alloc(pages, sizeof(*lru->place));
	lru->evicted = table_alloc(pages, sizeof(*lru->evicted));
	lru->filter[0] = table_alloc(lru->addresses.tables, sizeof(bool));
	lru->filter[1] = table_alloc(lru->addresses.tables, sizeof(bool));
	if (!lru->flags || !lru->number || !lru->place || !lru->evicted || !lru->filter[0] || !lru->filter[1])
		return err_memory(err, "the generations of mglru");
	if (kernel_chosen_init(&lru->chosen, env, err) < 0)
		return ERR_FAILED;
	return page_links_init(&lru->links, pages, GENERATIONS + 1, err);
}

static int init(void *state, const struct policy_env *env, struct err *err)
{
	const struct params *params = env->params;
	struct mglru *lru = state;
	int status = kernel_check("mglru", reserved(params), env->frames, err);

	if (status < 0)
		return status;
	if ((status = allocate(lru, env, err)) < 0) {
		destroy(lru);
		return status;
	}
	for (uint32_t i = 0; i < GENERATIONS; i++)
		page_list_init(&lru->list[i], &lru->links, i);
	page_list_init(&lru->writing, &lru->links, GENERATIONS);
	lru->max = GENERATIONS - 1;
	lru->is_async = params->store == STORE_ASYNC;
	return 0;
}

static bool hit(void *state, page_id page)
{
	struct mglru *lru = state;
	const uint8_t flags = lru->flags[page];

	lru->flags[page] = (uint8_t)((flags | ACCESSED) & ~UNMAPPED);
	return flags & UNMAPPED;
}

/* Puts a page that is in no list into generation `seq`, at the kernel's head, or its tail when it is to go first. */
static void enter(struct mglru *lru, page_id page, uint64_t seq, bool first)
{
	const unsigned at = seq % GENERATIONS;

	lru->number[page] = lru->place[page] = (uint8_t)at;
	lru->count[at]++;
	if (first)
		page_list_prepend(&lru->list[at], page);
	else
		page_list_append(&lru->list[at], page);
}

static void leave(struct mglru *lru, page_id page)
{
	page_list_remove(&lru->list[lru->place[page]], page);
	lru->count[lru->number[page]]--;
}

/* Gives a page another number; it stays where it is (folio_update_gen). */
static void renumber(struct mglru *lru, page_id page, uint64_t seq)
{
	lru->count[lru->number[page]]--;
	lru->number[page] = seq % GENERATIONS;
	lru->count[lru->number[page]]++;
	lru->flags[page] &= (uint8_t)~WORKINGSET;
}

static void fill(void *state, page_id page, enum fill_reason why)
{
	struct mglru *lru = state;

	lru->flags[page] = LOCAL | (why == FILL_PREFETCH ? UNMAPPED : ACCESSED);
	if (lru->evicted[page] == lru->min + 1)
		lru->flags[page] |= WORKINGSET;
	lru->evicted[page] = 0;
	enter(lru, page, lru->max, false);
}

static void dirtied(void *state, page_id page)
{
	struct mglru *lru = state;

	lru->flags[page] |= DIRTY;
}

/* A page that is mapped and was accessed; A is cleared. */
static bool was_accessed(struct mglru *lru, page_id page)
{
	const uint8_t young = LOCAL | ACCESSED;

	if ((lru->flags[page] & (young | UNMAPPED)) != young)
		return false;
	lru->flags[page] &= (uint8_t)~ACCESSED;
	return true;
}

/* Whether a walk goes through this table. */
static bool is_walked(const struct mglru *lru, uint32_t table)
{
	return !lru->filtered[lru->max % 2] || lru->filter[lru->max % 2][table];
}

static void walk_table(struct mglru *lru, uint32_t table)
{
	const struct addresses *addresses = &lru->addresses;
	uint32_t young = 0;

	for (uint32_t rank = addresses->first[table]; rank < addresses->first[table + 1]; rank++)
		if (was_accessed(lru, addresses->page[rank])) {
			renumber(lru, addresses->page[rank], lru->max);
			young++;
		}
	if (young * LINE >= ADDRESSES_TABLE)
		lru->filter[(lru->max + 1) % 2][table] = true;
}

static void age(struct mglru *lru)
{
	const uint32_t tables = lru->addresses.tables;
	const unsigned next = (lru->max + 1) % 2;

	for (uint32_t table = 0; table < tables; table++)
		lru->filter[next][table] = false;
	lru->filtered[next] = true;
	for (uint32_t table = 0; table < tables; table++)
		if (is_walked(lru, table))
			walk_table(lru, table);
	lru->max++;
}

static uint32_t total(const struct mglru *lru)
{
	uint32_t pages = 0;

	for (int i = 0; i < GENERATIONS; i++)
		pages += lru->count[i];
	return pages;
}

static bool needs_aging(const struct mglru *lru)
{
	const uint64_t pages = total(lru);

	if (lru->max - lru->min + 1 != LEAST + 1)
		return lru->max - lru->min + 1 < LEAST + 1;
	return lru->count[lru->max % GENERATIONS] * (uint64_t)LEAST > pages ||
	       lru->count[lru->min % GENERATIONS] * (uint64_t)(LEAST + 2) < pages;
}

/* Where the look around a page begins, as an address: 64 entries of its table. */
static gfn window_of(gfn address)
{
	const gfn table = address & ~(gfn)(ADDRESSES_TABLE - 1), last = table + ADDRESSES_TABLE - BATCH;

	if (address < table + BATCH / 2)
		return table;
	return address - BATCH / 2 < last ? address - BATCH / 2 : last;
}

/* lru_gen_look_around: the neighbours of an isolated page that was accessed, itself among them. */
static void look_around(struct mglru *lru, page_id page)
{
	const struct addresses *addresses = &lru->addresses;
	const gfn begin = window_of(address_of(addresses, page));
	const uint32_t table = addresses->table[page];
	uint32_t rank = addresses->rank[page], young = 0, others = 0;
	page_id found[BATCH];

	while (rank > addresses->first[table] && address_of(addresses, addresses->page[rank - 1]) >= begin)
		rank--;
	for (; rank < addresses->first[table + 1]; rank++) {
		const page_id at = addresses->page[rank];

		if (address_of(addresses, at) >= begin + BATCH)
			break;
		if (!was_accessed(lru, at))
			continue;
		young++;
		if (lru->flags[at] & ISOLATED)
			lru->flags[at] |= KEPT;
		else if (lru->number[at] != lru->max % GENERATIONS)
			found[others++] = at;
	}
	if (young * LINE >= BATCH && lru->filtered[lru->max % 2])
		lru->filter[lru->max % 2][table] = true;
	for (uint32_t i = 0; i < others; i++)
		if (others < FEW) {
			leave(lru, found[i]);
			enter(lru, found[i], lru->max, false);
		} else {
			renumber(lru, found[i], lru->max);
		}
}

/* Takes pages from the oldest generation. Returns how many were scanned, 0 if that led to nothing. */
static uint32_t isolate(struct mglru *lru)
{
	struct page_list *oldest = &lru->list[lru->min % GENERATIONS];
	uint32_t scanned = 0;

	lru->isolations = 0;
	if (lru->max - lru->min + 1 == LEAST)
		return 0;
	while (oldest->length > 0 && lru->isolations < BATCH && scanned < BATCH_MAX) {
		page_id page = page_list_head(oldest);
		const uint8_t number = lru->number[page];

		scanned++;
		leave(lru, page);
		if (number != lru->min % GENERATIONS) {
			enter(lru, page, number, false);
		} else if (lru->flags[page] & WORKINGSET) {
			lru->flags[page] &= (uint8_t)~WORKINGSET;
			enter(lru, page, lru->min + 1, true);
		} else {
			lru->flags[page] |= ISOLATED;
			lru->isolated[lru->isolations++] = page;
		}
	}
	return lru->isolations > 0 || scanned == BATCH_MAX ? scanned : 0;
}

static bool drop_empty(struct mglru *lru)
{
	const uint64_t before = lru->min;

	while (lru->min + LEAST <= lru->max && lru->list[lru->min % GENERATIONS].length == 0)
		lru->min++;
	return lru->min != before;
}

static void shrink(struct mglru *lru, page_id page)
{
	uint8_t *flags = &lru->flags[page];
	const bool accessed = (*flags & (ACCESSED | UNMAPPED)) == ACCESSED && !(*flags & KEPT);

	if (accessed)
		look_around(lru, page);
	if (accessed || *flags & KEPT) {
		*flags &= (uint8_t) ~(ISOLATED | KEPT);
		enter(lru, page, lru->max, false);
	} else if (*flags & DIRTY && lru->is_async) {
		*flags = LOCAL | UNMAPPED;
		page_list_append(&lru->writing, page);
	} else {
		*flags = 0;
		lru->evicted[page] = lru->min + 1;
		kernel_put(&lru->chosen.victims, page);
		lru->freed++;
	}
}

/* Writes end. */
static void finish_writes(struct mglru *lru)
{
	while (lru->writing.length > 0) {
		page_id page = page_list_pop(&lru->writing);

		enter(lru, page, lru->min, true);
		kernel_put_written(&lru->chosen, page);
	}
}

/* Returns how many pages were scanned; 0: it makes no progress. */
static uint32_t evict(struct mglru *lru)
{
	uint32_t scanned = isolate(lru);

	scanned += drop_empty(lru);
	if (lru->max - lru->min + 1 == LEAST)
		scanned = 0;
	for (uint32_t i = 0; i < lru->isolations; i++)
		shrink(lru, lru->isolated[i]);
	finish_writes(lru);
	return scanned;
}

/* How many pages to scan; 0: none now. */
static uint32_t to_scan(struct mglru *lru, int priority)
{
	const uint32_t pages = total(lru) >> priority;

	if (!needs_aging(lru))
		return pages;
	if (priority == KERNEL_PRIORITY)
		return lru->min + LEAST <= lru->max ? pages : 0;
	age(lru);
	return pages;
}

static void pass(struct mglru *lru, int priority)
{
	const uint64_t before = lru->max;
	uint32_t scanned = 0, most, count;

	while ((most = to_scan(lru, priority)) > 0 && (count = evict(lru)) > 0) {
		scanned += count;
		if (scanned >= most || lru->max - before > 1 || lru->freed >= KERNEL_SWAP_CLUSTER_MAX)
			break;
	}
}

static page_id victim(void *state, page_id incoming)
{
	struct mglru *lru = state;

	(void)incoming;
	if (lru->chosen.victims.first == lru->chosen.victims.end) {
		kernel_chosen_clear(&lru->chosen);
		lru->freed = 0;
		while (!lru->freed)
			for (int priority = KERNEL_PRIORITY; priority >= 0 && lru->freed < KERNEL_SWAP_CLUSTER_MAX;
			     priority--)
				pass(lru, priority);
	}
	return kernel_take(&lru->chosen.victims);
}

static void forget(void *state, page_id page)
{
	struct mglru *lru = state;

	leave(lru, page);
	lru->flags[page] = 0;
}

static bool charges_late(const void *state)
{
	(void)state;
	return false;
}

static bool more(const void *state)
{
	const struct mglru *lru = state;

	return lru->chosen.victims.first < lru->chosen.victims.end;
}

static page_id written(void *state)
{
	struct mglru *lru = state;

	return kernel_take(&lru->chosen.written);
}

static struct policy_array array(const void *state)
{
	const struct mglru *lru = state;

	return (struct policy_array){.base = (const char *)lru->flags, .stride = sizeof(*lru->flags)};
}

static const struct policy_reclaim reclaim_ops = {
	.reserved = reserved,
	.charges_late = charges_late,
	.dirtied = dirtied,
	.more = more,
	.written = written,
};

const struct policy_ops policy_mglru = {
	.name = "mglru",
	.summary = "Linux's multi-generational LRU under a cgroup's limit (6.1)",
	.source = "Linux 6.1, mm/vmscan.c, mm/workingset.c",
	.filtered = FILTERED_APPROXIMATE,
	.uses_frames = true,
	.options = options,
	.option_count = sizeof(options) / sizeof(options[0]),
	.params_size = sizeof(struct params),
	.state_size = sizeof(struct mglru),
	.init = init,
	.hit = hit,
	.fill = fill,
	.victim = victim,
	.forget = forget,
	.destroy = destroy,
	.array = array,
	.reclaim = &reclaim_ops,
};
