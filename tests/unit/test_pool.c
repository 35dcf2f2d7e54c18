/* SPDX-License-Identifier: MIT */
#include "placement/pool.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "naive_pool.h"
#include "unit.h"

static uint32_t ring_hops(void *context, uint32_t from, uint32_t to)
{
	uint32_t apart = from > to ? from - to : to - from;

	(void)context;
	return apart % 5 + (from * 7 + to) % 3;
}

static struct pool *make_aged(const char *placement, bool ages, const uint32_t *lent, uint32_t nodes, uint64_t seed,
			      int64_t epoch_ps)
{
	struct pool_config config = {
		.nodes = nodes,
		.lent = lent,
		.placement = placement_find(placement),
		.hops = ring_hops,
		.seed = seed,
		.epoch_ps = epoch_ps,
		.ages = ages,
	};
	struct pool *pool = NULL;
	struct err err;

	CU_ASSERT_PTR_NOT_NULL_FATAL(config.placement);
	CU_ASSERT_EQUAL_FATAL(pool_create(&pool, &config, &err), 0);
	return pool;
}

static struct pool *make(const char *placement, uint32_t nodes, const uint32_t *lent, uint64_t seed, int64_t epoch_ps)
{
	return make_aged(placement, placement_find(placement)->evicts, lent, nodes, seed, epoch_ps);
}

/* Places a page when the displaced page does not matter. */
static bool place_page(struct pool *pool, uint32_t borrower, pool_owner owner, int64_t now_ps, struct lease *lease)
{
	const struct pool_request request = {.borrower = borrower, .owner = owner, .now_ps = now_ps};
	pool_owner displaced;

	return pool_place(pool, &request, lease, &displaced);
}

/* A pool and its naive twin; page i of the twin is owner owner_of(i) of the pool. */
struct twins {
	struct pool *pool;
	struct naive_pool naive;
	struct rng rng;
	int64_t now_ps;
	uint32_t placed, displaced, refused;
};

static pool_owner owner_of(uint32_t page)
{
	return (pool_owner)page << 40 | page;
}

static uint32_t page_of(pool_owner owner)
{
	return (uint32_t)owner;
}

static uint32_t below(struct twins *twins, uint32_t n)
{
	return (uint32_t)rng_below(&twins->rng, n);
}

static void open_twins(struct twins *twins, const struct naive_placement *placement, uint64_t seed)
{
	struct naive_pool *naive = &twins->naive;
	uint32_t most;
	struct err err;

	memset(twins, 0, sizeof(*twins));
	CU_ASSERT_EQUAL_FATAL(rng_init(&twins->rng, seed, &err), 0);
	CU_ASSERT_EQUAL_FATAL(rng_init(&naive->rng, seed, &err), 0);
	naive->placement = placement;
	naive->nodes = seed % 4 ? 1 + below(twins, 6) : NAIVE_NODES - below(twins, 5);
	naive->hops = ring_hops;
	naive->epoch_ps = (int64_t[]){0, 50, 700, 1000000}[below(twins, 4)];
	naive->over = true;
	most = 1 + (seed % 3 ? 600 : 5000) / naive->nodes;
	for (uint32_t node = 0; node < naive->nodes; node++) {
		naive->open[node] = true;
		naive->lent[node] = below(twins, 5) ? below(twins, most) : 0;
		naive->last[node] = node;
	}
	naive->ages = placement->evicts || seed % 2;
	naive->young = naive->retired = UINT64_C(1) << 62;
	twins->pool = make_aged(placement->name, naive->ages, naive->lent, naive->nodes, seed, naive->epoch_ps);
}

static void close_twins(struct twins *twins)
{
	pool_destroy(twins->pool);
	rng_free(&twins->rng);
	rng_free(&twins->naive.rng);
}

static struct naive_request draw_request(struct twins *twins)
{
	struct naive_request request = {.borrower = below(twins, twins->naive.nodes), .now_ps = twins->now_ps};

	request.n = below(twins, 4);
	request.free_only = below(twins, 4) == 0;
	for (size_t i = 0; i < request.n; i++)
		request.taken[i] = below(twins, twins->naive.nodes); /* perhaps a node twice, perhaps the borrower */
	return request;
}

/* No other page is in that frame, and the pool lists the right owner. */
static void check_frame(const struct twins *twins, uint32_t page, struct lease lease)
{
	uint32_t others = 0;

	for (uint32_t i = 0; i < NAIVE_PAGES; i++) {
		const struct naive_page *other = &twins->naive.page[i];

		others += i != page && other->hosted && other->lease.node == lease.node &&
			  other->lease.frame == lease.frame;
	}
	CU_ASSERT_EQUAL_FATAL(others, 0);
	CU_ASSERT_EQUAL_FATAL(pool_owner_of(twins->pool, lease), owner_of(page));
}

static void check_room(struct twins *twins, const struct naive_request *request, bool placed)
{
	bool room = false;

	for (uint32_t node = 0; node < twins->naive.nodes; node++)
		room = room ||
		       (twins->naive.ages && !request->free_only
				? naive_may_give_up(&twins->naive, request, node)
				: naive_may_take(&twins->naive, request, node) && naive_free(&twins->naive, node));
	CU_ASSERT_EQUAL_FATAL(placed, room);
}

static void forget(struct naive_pool *naive, uint32_t page)
{
	naive->page[page].hosted = false;
	naive->hosted[naive->page[page].lease.node]--;
}

static void place(struct twins *twins, uint32_t page)
{
	struct naive_pool *naive = &twins->naive;
	struct naive_request request = draw_request(twins);
	bool exact = naive->placement->pick;
	uint32_t expected = exact ? naive_pick(naive, &request) : NAIVE_NONE, oldest = NAIVE_NONE;
	struct lease lease;
	pool_owner displaced = 0;
	bool placed = pool_place(twins->pool,
				 &(struct pool_request){.borrower = request.borrower,
							.owner = owner_of(page),
							.now_ps = request.now_ps,
							.taken = request.taken,
							.n = request.n,
							.free_only = request.free_only},
				 &lease, &displaced);

	check_room(twins, &request, placed);
	if (!placed) {
		twins->refused++;
		return;
	}
	CU_ASSERT_FATAL(naive_may_take(naive, &request, lease.node) ||
			(naive->ages && lease.node == naive_globally_oldest(naive, &request)));
	if (exact)
		CU_ASSERT_EQUAL_FATAL(lease.node, expected);
	if (naive_free(naive, lease.node) == 0)
		oldest = naive_oldest(naive, lease.node);
	CU_ASSERT_EQUAL_FATAL(displaced, oldest == NAIVE_NONE ? POOL_NOBODY : owner_of(oldest));
	if (oldest != NAIVE_NONE)
		forget(naive, oldest);
	naive->hosted[lease.node]++;
	naive->page[page] = (struct naive_page){.hosted = true, .lease = lease, .used = ++naive->young};
	check_frame(twins, page, lease);
	twins->displaced += oldest != NAIVE_NONE;
	twins->placed++;
}

static void renew(struct twins *twins, uint32_t page)
{
	twins->naive.page[page].used = ++twins->naive.young;
	pool_renew(twins->pool, twins->naive.page[page].lease);
}

static void retire(struct twins *twins, uint32_t page)
{
	twins->naive.page[page].used = --twins->naive.retired;
	pool_retire(twins->pool, twins->naive.page[page].lease);
}

static void release(struct twins *twins, uint32_t page)
{
	forget(&twins->naive, page);
	pool_release(twins->pool, twins->naive.page[page].lease);
	CU_ASSERT_EQUAL_FATAL(pool_owner_of(twins->pool, twins->naive.page[page].lease), POOL_NOBODY);
}

static void change_members(struct twins *twins)
{
	struct naive_pool *naive = &twins->naive;
	uint32_t node = below(twins, naive->nodes);
	struct err err;

	naive->open[node] = below(twins, 3) > 0;
	naive->lent[node] = naive->open[node] ? below(twins, 2 + 800 / naive->nodes) : 0;
	naive->over = true;
	if (!naive->open[node])
		pool_close(twins->pool, node);
	else if (pool_join(twins->pool, node, naive->lent[node], &err))
		CU_FAIL_FATAL("cannot join");
}

/* A walk over each node finds the pages that its twin hosts, and the counts agree. */
static void check_nodes(const struct twins *twins)
{
	for (uint32_t node = 0; node < twins->naive.nodes; node++) {
		uint32_t hosted = twins->naive.hosted[node], seen = 0, from = 0;
		struct lease lease;

		for (; pool_next(twins->pool, node, from, &lease); from = lease.frame + 1, seen++) {
			uint32_t page = page_of(pool_owner_of(twins->pool, lease));

			CU_ASSERT_FATAL(lease.node == node && lease.frame >= from && page < NAIVE_PAGES);
			CU_ASSERT_FATAL(twins->naive.page[page].hosted &&
					twins->naive.page[page].lease.frame == lease.frame);
		}
		CU_ASSERT_EQUAL_FATAL(seen, hosted);
		CU_ASSERT_EQUAL_FATAL(pool_hosted(twins->pool, node), hosted);
		CU_ASSERT_EQUAL_FATAL(pool_free(twins->pool, node), naive_free(&twins->naive, node));
		CU_ASSERT_EQUAL_FATAL(pool_is_open(twins->pool, node), twins->naive.open[node]);
	}
}

static void step(struct twins *twins, uint32_t pressure)
{
	uint32_t page = below(twins, NAIVE_PAGES), dice = below(twins, 1000);

	twins->now_ps += below(twins, 20);
	if (dice < 3)
		change_members(twins);
	else if (dice < 6)
		check_nodes(twins);
	else if (!twins->naive.page[page].hosted)
		place(twins, page);
	else if (dice < pressure / 8)
		retire(twins, page);
	else if (dice < pressure)
		renew(twins, page);
	else
		release(twins, page);
}

static void against_naive(const struct naive_placement *placement)
{
	uint32_t placed = 0, displaced = 0, refused = 0;

	for (uint64_t seed = 1; seed <= 36; seed++) {
		static struct twins twins;
		uint32_t pressure = seed / 4 % 2 ? 950 : 300; /* always full, or sometimes */

		open_twins(&twins, placement, seed);
		for (uint32_t i = 0; i < (seed % 3 ? 2500 : 6000); i++)
			step(&twins, pressure);
		check_nodes(&twins);
		placed += twins.placed;
		displaced += twins.displaced;
		refused += twins.refused;
		close_twins(&twins);
	}
	CU_ASSERT(placed > 3000); /* the trial is not empty */
	CU_ASSERT(refused > 100);
	CU_ASSERT(displaced > 1000);
}

static void every_placement(void)
{
	for (int i = 0; placements[i]; i++) {
		const struct naive_placement *naive = naive_placement_find(placements[i]->name);

		if (naive) {
			CU_ASSERT_EQUAL(placements[i]->evicts, naive->evicts);
			against_naive(naive);
			continue;
		}
		printf("%s has no naive counterpart: write one in tests/unit/naive_pool.c and add its row there\n",
		       placements[i]->name);
		CU_FAIL("a placement has no naive counterpart");
	}
}

/* Places and releases one page repeatedly from node 0, and counts how often each node, with 1, 2... free frames, takes
 * it. */
static void count_donors(const char *placement, uint32_t draws, uint32_t counts[11])
{
	static const uint32_t lent[11] = {5, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
	struct pool *pool = make(placement, 11, lent, 3, 0);

	memset(counts, 0, 11 * sizeof(*counts));
	for (uint32_t i = 0; i < draws; i++) {
		struct lease lease;

		CU_ASSERT_FATAL(place_page(pool, 0, 1, 0, &lease));
		counts[lease.node]++;
		pool_release(pool, lease);
	}
	CU_ASSERT_EQUAL(counts[0], 0);
	pool_destroy(pool);
}

/* Chi-squared with 9 degrees of freedom: above 33.7 once in 10,000 seeds. */
static void draw_by_their_law(void)
{
	uint32_t counts[11];
	double one = 0, two = 0, by_free = 0;

	count_donors("random", 100000, counts);
	for (int i = 1; i <= 10; i++)
		one += (counts[i] - 10000.0) * (counts[i] - 10000.0) / 10000;
	count_donors("two-choices", 100000,
		     counts); /* the k-th least free wins when both draws are at most k, less both at most k - 1 */
	for (int i = 1; i <= 10; i++) {
		double expected = 100000 * (2 * i - 1) / 100.0;

		two += (counts[i] - expected) * (counts[i] - expected) / expected;
	}
	count_donors(
		"multinode-lru", 100000,
		counts); /* each draw is an epoch (0 ps): weights are the free frames, in all 55 without node 0's */
	for (int i = 1; i <= 10; i++) {
		double expected = 100000 * i / 55.0;

		by_free += (counts[i] - expected) * (counts[i] - expected) / expected;
	}
	CU_ASSERT(one < 33.7);
	CU_ASSERT(two < 33.7);
	CU_ASSERT(by_free < 33.7);
}

/* How far the fullest of 1000 nodes is above the mean of 100 pages. */
static uint32_t excess(const char *placement)
{
	static uint32_t lent[1000];
	uint32_t most = 0;
	struct pool *pool;

	for (uint32_t i = 0; i < 1000; i++)
		lent[i] = 1000;
	pool = make(placement, 1000, lent, 5, 0);
	for (uint32_t i = 0; i < 100000; i++) {
		struct lease lease;

		CU_ASSERT_FATAL(place_page(pool, i % 1000, i, i, &lease));
	}
	for (uint32_t i = 0; i < 1000; i++)
		most = pool_hosted(pool, i) > most ? pool_hosted(pool, i) : most;
	pool_destroy(pool);
	return most - 100;
}

/* One choice: about sqrt(2 * 100 * ln 1000) = 37. Two: log log 1000 / log 2 and a constant, about 3. */
static void two_choices_even_out(void)
{
	uint32_t one = excess("random"), two = excess("two-choices");

	CU_ASSERT(one >= 22 && one <= 55);
	CU_ASSERT(two >= 1 && two <= 6);
	CU_ASSERT(excess("most-free") <= 1);
}

#define DEAD 256 /* pages of an idle job on node 1, and as many pages of a running job on node 2 */

/*
 * A job at node 0 touches `pages` remote pages in turn, twenty times. Returns how many touches go to the backing store.
 * The pool is full: of an idle job's pages on node 1, and of this job's first DEAD pages on node 2.
 */
static uint32_t backing_fetches(const char *placement, uint32_t pages)
{
	static const uint32_t lent[3] = {0, DEAD, DEAD}, first = 1, second = 2;
	struct pool *pool = make(placement, 3, lent, 1, 1000);
	static struct lease lease[2 * DEAD];
	static bool hosted[2 * DEAD];
	pool_owner displaced;
	uint32_t fetches = 0;

	memset(hosted, 0, sizeof(hosted));
	for (uint32_t i = 0; i < DEAD; i++) {
		const struct pool_request on_first = {.owner = 2 * DEAD + i, .taken = &second, .n = 1};
		const struct pool_request on_second = {.owner = i, .taken = &first, .n = 1};
		struct lease dead;

		CU_ASSERT_FATAL(pool_place(pool, &on_first, &dead, &displaced));
		CU_ASSERT_FATAL(pool_place(pool, &on_second, &lease[i], &displaced));
		hosted[i] = true;
	}
	for (uint32_t i = 0; i < 20 * pages; i++) {
		uint32_t page = i % pages;
		const struct pool_request request = {.owner = page, .now_ps = i};

		if (hosted[page]) {
			pool_renew(pool, lease[page]);
			continue;
		}
		fetches++;
		hosted[page] = pool_place(pool, &request, &lease[page], &displaced);
		if (hosted[page] && displaced < 2 * DEAD)
			hosted[displaced] = false;
	}
	pool_destroy(pool);
	return fetches;
}

static void idle_nodes_give_way(void)
{
	const uint32_t pages = DEAD + 150;

	CU_ASSERT_EQUAL(backing_fetches("round-robin", pages), 20 * 150); /* no room: every touch of these pages */
	CU_ASSERT_EQUAL(backing_fetches("multinode-lru", pages),
			150); /* once each: they displace only pages of the idle job */
}

/* A node that joins again and lends fewer frames than it still hosts takes no page until it hosts fewer. */
static void overfull_nodes_wait(void)
{
	static const char *const names[] = {"most-free", "multinode-lru"};

	for (int i = 0; i < 2; i++) {
		static const uint32_t lent[2] = {0, 3};
		static const struct pool_request late = {.owner = 9};
		struct pool *pool = make(names[i], 2, lent, 1, 1000);
		struct lease lease[3], other;
		pool_owner displaced;
		struct err err;

		for (uint32_t page = 0; page < 3; page++)
			CU_ASSERT_FATAL(place_page(pool, 0, page, 0, &lease[page]));
		pool_close(pool, 1);
		CU_ASSERT_FALSE(pool_place(pool, &late, &other, &displaced));
		CU_ASSERT_EQUAL(pool_join(pool, 1, 2, &err), 0);
		CU_ASSERT_FALSE(pool_place(pool, &late, &other, &displaced));
		pool_release(pool, lease[0]);
		pool_release(pool, lease[1]);
		CU_ASSERT_EQUAL(pool_free(pool, 1), 1);
		CU_ASSERT_TRUE(pool_place(pool, &late, &other, &displaced));
		CU_ASSERT_EQUAL(displaced, POOL_NOBODY);
		pool_destroy(pool);
	}
}

static uint64_t resident_bytes(void)
{
	FILE *file = fopen("/proc/self/statm", "r");
	unsigned long pages = 0;

	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	CU_ASSERT_EQUAL_FATAL(fscanf(file, "%*u %lu", &pages), 1);
	fclose(file);
	return (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

/* Lent frames that hold no page take no memory: otherwise 64 nodes of 4 GiB would take 1.9 GB; the limit is 1 GiB. */
static void large_donors_cost_what_they_host(void)
{
	uint64_t before = resident_bytes();
	uint32_t lent[64];
	struct lease lease;
	struct pool *pool;

	for (uint32_t i = 0; i < 64; i++)
		lent[i] = 1 << 20;
	pool = make("multinode-lru", 64, lent, 5, 1000);
	for (uint32_t i = 0; i < 1000; i++)
		CU_ASSERT_FATAL(place_page(pool, i % 64, i, i, &lease));
	CU_ASSERT(resident_bytes() < before + (1u << 30));
	pool_destroy(pool);
}

CU_TestInfo pool_tests[] = {
	{"every placement equals a naive scan, or keeps the pool's rules", every_placement},
	{"random, two-choices and weights follow their laws", draw_by_their_law},
	{"two choices even out what one does not", two_choices_even_out},
	{"multinode LRU displaces an idle node's pages, not a busy one's", idle_nodes_give_way},
	{"a node that hosts more than it lends takes no page", overfull_nodes_wait},
	{"large donors cost what they host", large_donors_cost_what_they_host},
	CU_TEST_INFO_NULL,
};
