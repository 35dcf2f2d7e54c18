/* SPDX-License-Identifier: MIT */
/*
 * Linux's reclaim of anonymous memory under a cgroup's limit, with its two lists. A page has an accessed bit A (of the
 * page table), a referenced flag R, and is active or inactive. Kernel files: mm/vmscan.c unless another is named.
 *
 * Charge (try_charge, mm/memcontrol.c): when a page needs a frame and none is free, at least `batch` pages are freed.
 *
 * Reclaim (do_try_to_free_pages): for priorities 12 down to 0, until enough is freed, one pass each. Of each list
 * length >> priority pages are to be scanned (get_scan_count), in steps of `batch` pages (shrink_lruvec): first of the
 * inactive list, then of the active one where deactivation is allowed. After a pass one step is deactivated if the
 * inactive list is low.
 *
 * Low (inactive_is_low; in 5.0 inactive_list_is_low): inactive * ratio < active. The ratio is the root of 10 times the
 * GiB of both lists, rounded down, and 1 below 1 GiB; or policies.linux.inactive_ratio.
 *
 * Deactivate (shrink_active_list): clears A, to the head of the inactive list in any case. R stays.
 *
 * Scan of an inactive page (shrink_page_list, page_check_references; in 6.1 shrink_folio_list, folio_check_references):
 * with A, it is cleared and the page stays (below). Without A the page is unmapped. If it has a valid copy in the
 * store, it is freed. Otherwise it is written: with a synchronous store it is freed at once. With a block device it
 * stays: its write ends soon after the step, and it moves to the tail of the list (folio_rotate_reclaimable,
 * mm/swap.c), where a later scan frees it. A touch in between is a minor fault (do_swap_page, mm/memory.c) and maps the
 * page again.
 *
 * In version 5.0 / in version 6.1:
 * - A new page is active (do_anonymous_page, mm/memory.c) / inactive (since 5.9).
 * - A page that was swapped in is active / inactive, unless it is a refault of the working set.
 * - An inactive page with A becomes active / becomes active with R; without R it gets R, and moves to the list's head.
 * - Deactivation is allowed while the inactive list is low / or a refault was activated since the last reclaim
 *   (prepare_scan_count, once a pass).
 * - Lists are scanned whole, since next to nothing is file-backed / 89 of 508: the share of anonymous pages in
 *   get_scan_count at swappiness 60 when all cost is theirs, (60 * 3 / 2) / (60 * 3 / 2 + 140 * 3) rounded as there;
 * whole at priority 0.
 * - Pages read ahead are charged when they are touched (do_swap_page, mm/memory.c) / when they are read
 *   (__read_swap_cache_async, mm/swap_state.c; since 5.8).
 *
 * Refault (6.1; mm/workingset.c): an age counts evictions and activations. An evicted page keeps the age. When it comes
 * back and has missed no more than the active list is long, it is activated.
 *
 * Departs from the kernel: a cgroup has no page cache, and no other cgroup competes. Each processor's batches of list
 * operations (mm/swap.c) and of charges take effect at once. When no pass frees a page, reclaim starts again; the
 * kernel would end a process after 16 such attempts.
 */
#include <math.h>
#include <stdlib.h>

#include "base/table.h"
#include "memory/page_list.h"
#include "policy/kernel.h"

#define PAGES_OF_GIB  (UINT32_C(1) << 18)
#define BATCH_DEFAULT "32" /* SWAP_CLUSTER_MAX */
#define ANON_SHARE    89   /* of ... */
#define ANON_SHARE_OF 508

enum version { V5_0, V6_1 };

enum store { STORE_OF_VERSION, STORE_SYNC, STORE_ASYNC };

struct params {
	uint64_t inactive_ratio, kernel_memory, batch;
	int version, store;
};

static const char *const versions[] = {"5.0", "6.1", NULL};
static const char *const stores[] = {"version", "sync", "async", NULL};

static const struct option_row options[] = {
	{.name = "version",
	 .type = OPTION_ENUM,
	 .at = offsetof(struct params, version),
	 .def = "6.1",
	 .allowed = versions,
	 .help = "the kernel whose rules are followed"},
	{.name = "store",
	 .type = OPTION_ENUM,
	 .at = offsetof(struct params, store),
	 .def = "version",
	 .allowed = stores,
	 .help = "when a written page is freed: at once (sync, as Fastswap's store) or at a later scan (async, a block "
		 "device); version: sync with 5.0, async with 6.1"},
	{.name = "inactive_ratio",
	 .type = OPTION_COUNT,
	 .at = offsetof(struct params, inactive_ratio),
	 .min = "0",
	 .max = "10000",
	 .def = "0",
	 .help = "active pages to one inactive page; 0: the kernel's rule by size, the root of 10 times the GiB"},
	KERNEL_MEMORY_ROW(struct params),
	{.name = "batch",
	 .type = OPTION_COUNT,
	 .at = offsetof(struct params, batch),
	 .min = "1",
	 .max = "2048",
	 .def = BATCH_DEFAULT,
	 .help = "pages that are freed at least when one is needed, and scanned in a step (SWAP_CLUSTER_MAX)"},
};

/* A page's flags. */
enum {
	ACCESSED = 1,
	REFERENCED = 2,
	ACTIVE = 4,
	UNMAPPED = 8, /* in the swap cache only: read ahead and not touched, or written and not freed */
	DIRTY = 16,   /* the store has no valid copy */
	WRITING = 32, /* written by the present step: in no list */
};

struct linux_lists {
	struct page_links links;
	struct page_list active, inactive, writing; /* the oldest, the kernel's tail, at the head */
	uint8_t *flags;                             /* by page */
	uint64_t *evicted; /* by page: the age at its eviction, plus one; 0: not evicted. NULL in version 5.0 */
	uint64_t age, refaults, refaults_seen; /* refaults that were activated: all, and until the last reclaim */
	struct kernel_chosen chosen;           /* by the present reclaim */
	uint32_t batch, inactive_ratio, freed;
	enum version version;
	bool is_async;
};

static void destroy(void *state)
{
	struct linux_lists *lists = state;

	page_links_free(&lists->links);
	free(lists->flags);
	free(lists->evicted);
	kernel_chosen_free(&lists->chosen);
}

static uint32_t reserved(const void *params)
{
	return kernel_pages(((const struct params *)params)->kernel_memory);
}

static int init(void *state, const struct policy_env *env, struct err *err)
{
	const struct params *params = env->params;
	struct linux_lists *lists = state;
	int status = kernel_check("linux", reserved(params), env->frames, err);

	if (status < 0)
		return status;
	lists->version = (enum version)params->version;
	lists->is_async = params->store == STORE_OF_VERSION ? lists->version != V5_0 : params->store == STORE_ASYNC;
	lists->batch = (uint32_t)params->batch;
	lists->inactive_ratio = (uint32_t)params->inactive_ratio;
	lists->flags = table_alloc(env->pages, sizeof(*lists->flags));
	lists->evicted = lists->version == V5_0 ? NULL : table_alloc(env->pages, sizeof(*lists->evicted));
	if (!lists->flags || !(lists->evicted || lists->version == V5_0)) {
		destroy(lists);
		return err_memory(err, "the lists of linux");
	}
	if (kernel_chosen_init(&lists->chosen, env, err) < 0 ||
	    page_links_init(&lists->links, env->pages, 3, err) < 0) {
		destroy(lists);
		return ERR_FAILED;
	}
	page_list_init(&lists->active, &lists->links, 0);
	page_list_init(&lists->inactive, &lists->links, 1);
	page_list_init(&lists->writing, &lists->links, 2);
	return 0;
}

/* Puts a page into the list that its flags say, at the kernel's head. */
static void add(struct linux_lists *lists, page_id page)
{
	page_list_append(lists->flags[page] & ACTIVE ? &lists->active : &lists->inactive, page);
}

static void take(struct linux_lists *lists, page_id page)
{
	page_list_remove(lists->flags[page] & ACTIVE ? &lists->active : &lists->inactive, page);
}

static bool hit(void *state, page_id page)
{
	struct linux_lists *lists = state;
	uint8_t flags = lists->flags[page];

	lists->flags[page] = flags | ACCESSED;
	if (__builtin_expect(!(flags & UNMAPPED), 1))
		return false;
	lists->flags[page] &= (uint8_t)~UNMAPPED;
	if (lists->version == V5_0) {
		take(lists, page);
		lists->flags[page] |= ACTIVE;
		add(lists, page);
	}
	return true;
}

/* workingset_refault: whether a page that was evicted belongs to the working set. */
static bool is_refault(struct linux_lists *lists, page_id page)
{
	const uint64_t evicted = lists->evicted[page];

	lists->evicted[page] = 0;
	return evicted && lists->age - (evicted - 1) <= lists->active.length;
}

static void fill(void *state, page_id page, enum fill_reason why)
{
	struct linux_lists *lists = state;

	lists->flags[page] = why == FILL_PREFETCH ? UNMAPPED : ACCESSED;
	if (lists->version == V5_0 && why != FILL_PREFETCH) {
		lists->flags[page] |= ACTIVE;
	} else if (lists->version == V6_1 && is_refault(lists, page)) {
		lists->flags[page] |= ACTIVE;
		lists->age++;
		lists->refaults++;
	}
	add(lists, page);
}

static void dirtied(void *state, page_id page)
{
	struct linux_lists *lists = state;

	lists->flags[page] |= DIRTY;
}

static uint64_t ratio(const struct linux_lists *lists, uint64_t pages)
{
	if (lists->inactive_ratio)
		return lists->inactive_ratio;
	return pages >= PAGES_OF_GIB ? (uint64_t)sqrt((double)(10 * (pages / PAGES_OF_GIB))) : 1;
}

static bool is_low(const struct linux_lists *lists)
{
	const uint64_t inactive = (uint64_t)lists->inactive.length + lists->writing.length;
	const uint64_t active = lists->active.length;

	return inactive * ratio(lists, inactive + active) < active;
}

static void deactivate(struct linux_lists *lists, uint32_t count)
{
	for (count = count < lists->active.length ? count : lists->active.length; count > 0; count--) {
		page_id page = page_list_pop(&lists->active);

		lists->flags[page] &= (uint8_t) ~(ACCESSED | ACTIVE);
		page_list_append(&lists->inactive, page);
	}
}

static void evict(struct linux_lists *lists, page_id page)
{
	if (lists->evicted)
		lists->evicted[page] = ++lists->age;
	kernel_put(&lists->chosen.victims, page);
	lists->freed++;
}

/* An inactive page that was accessed stays. */
static void keep(struct linux_lists *lists, page_id page)
{
	uint8_t flags = lists->flags[page] & (uint8_t)~ACCESSED;

	if (lists->version == V5_0 || flags & REFERENCED) {
		flags |= ACTIVE;
		lists->age++;
	}
	lists->flags[page] = flags | REFERENCED;
	add(lists, page);
}

static void scan(struct linux_lists *lists, uint32_t count)
{
	for (count = count < lists->inactive.length ? count : lists->inactive.length; count > 0; count--) {
		page_id page = page_list_pop(&lists->inactive);

		if (lists->flags[page] & ACCESSED) {
			keep(lists, page);
		} else if (lists->flags[page] & DIRTY && lists->is_async) {
			lists->flags[page] = (lists->flags[page] & (uint8_t) ~(DIRTY | REFERENCED)) | UNMAPPED |
					     WRITING;
			page_list_append(&lists->writing, page);
		} else {
			evict(lists, page);
		}
	}
}

/* The writes of a step end. */
static void finish_writes(struct linux_lists *lists)
{
	while (lists->writing.length > 0) {
		page_id page = page_list_pop(&lists->writing);

		lists->flags[page] &= (uint8_t)~WRITING;
		page_list_prepend(&lists->inactive, page);
		kernel_put_written(&lists->chosen, page);
	}
}

/* How many pages of a list a pass scans at most. */
static uint32_t scan_count(const struct linux_lists *lists, uint32_t length, int priority)
{
	const uint64_t count = length >> priority;

	return (uint32_t)(lists->version == V5_0 || priority == 0 ? count : count * ANON_SHARE / ANON_SHARE_OF);
}

static uint32_t step(uint32_t *left, uint32_t batch)
{
	const uint32_t count = *left < batch ? *left : batch;

	*left -= count;
	return count;
}

static void pass(struct linux_lists *lists, int priority)
{
	uint32_t inactive = scan_count(lists, lists->inactive.length, priority);
	uint32_t active = scan_count(lists, lists->active.length, priority);
	const bool allowed = is_low(lists) || lists->refaults != lists->refaults_seen;

	while (inactive > 0) {
		scan(lists, step(&inactive, lists->batch));
		finish_writes(lists);
		if (active > 0) {
			const uint32_t count = step(&active, lists->batch);

			if (lists->version == V5_0 ? is_low(lists) : allowed)
				deactivate(lists, count);
		}
		if (lists->freed >= lists->batch)
			break;
	}
	if (is_low(lists))
		deactivate(lists, lists->batch);
}

static void reclaim(struct linux_lists *lists)
{
	kernel_chosen_clear(&lists->chosen);
	lists->freed = 0;
	while (!lists->freed) {
		for (int priority = KERNEL_PRIORITY; priority >= 0 && lists->freed < lists->batch; priority--)
			pass(lists, priority);
		lists->refaults_seen = lists->refaults;
	}
}

static page_id victim(void *state, page_id incoming)
{
	struct linux_lists *lists = state;

	(void)incoming;
	if (lists->chosen.victims.first == lists->chosen.victims.end)
		reclaim(lists);
	return kernel_take(&lists->chosen.victims);
}

static void forget(void *state, page_id page)
{
	struct linux_lists *lists = state;

	take(lists, page);
	lists->flags[page] = 0;
}

static bool charges_late(const void *state)
{
	const struct linux_lists *lists = state;

	return lists->version == V5_0;
}

static bool more(const void *state)
{
	const struct linux_lists *lists = state;

	return lists->chosen.victims.first < lists->chosen.victims.end;
}

static page_id written(void *state)
{
	struct linux_lists *lists = state;

	return kernel_take(&lists->chosen.written);
}

static struct policy_array array(const void *state)
{
	const struct linux_lists *lists = state;

	return (struct policy_array){.base = (const char *)lists->flags, .stride = sizeof(*lists->flags)};
}

static const struct policy_reclaim reclaim_ops = {
	.reserved = reserved,
	.charges_late = charges_late,
	.dirtied = dirtied,
	.more = more,
	.written = written,
};

const struct policy_ops policy_linux = {
	.name = "linux",
	.summary = "Linux's active and inactive lists under a cgroup's limit, by the kernel's version",
	.source = "Linux 5.0 and 6.1, mm/vmscan.c, mm/workingset.c, mm/memcontrol.c",
	.filtered = FILTERED_APPROXIMATE,
	.options = options,
	.option_count = sizeof(options) / sizeof(options[0]),
	.params_size = sizeof(struct params),
	.state_size = sizeof(struct linux_lists),
	.init = init,
	.hit = hit,
	.fill = fill,
	.victim = victim,
	.forget = forget,
	.destroy = destroy,
	.array = array,
	.reclaim = &reclaim_ops,
};
