/* SPDX-License-Identifier: MIT */
#include "naive_pool.h"

#include <stdlib.h>
#include <string.h>

uint32_t naive_free(const struct naive_pool *naive, uint32_t node)
{
	bool room = naive->open[node] && naive->lent[node] > naive->hosted[node];

	return room ? naive->lent[node] - naive->hosted[node] : 0;
}

uint32_t naive_oldest(const struct naive_pool *naive, uint32_t node)
{
	uint32_t best = NAIVE_NONE;

	for (uint32_t i = 0; i < NAIVE_PAGES; i++)
		if (naive->page[i].hosted && naive->page[i].lease.node == node &&
		    (best == NAIVE_NONE || naive->page[i].used < naive->page[best].used))
			best = i;
	return best;
}

/* With multinode LRU: the free frames, and the pages that can be evicted because the node is open and not overfull. */
static bool offers(const struct naive_pool *naive, uint32_t node)
{
	return naive->open[node] && naive->lent[node] > 0 && naive->hosted[node] <= naive->lent[node];
}

static bool is_barred(const struct naive_request *request, uint32_t node)
{
	for (size_t i = 0; i < request->n; i++)
		if (request->taken[i] == node)
			return true;
	return node == request->borrower;
}

bool naive_may_give_up(const struct naive_pool *naive, const struct naive_request *request, uint32_t node)
{
	return !is_barred(request, node) && offers(naive, node);
}

bool naive_may_take(const struct naive_pool *naive, const struct naive_request *request, uint32_t node)
{
	if (is_barred(request, node))
		return false;
	return naive->placement->evicts && !request->free_only ? offers(naive, node) : naive_free(naive, node) > 0;
}

static uint32_t pick_round_robin(struct naive_pool *naive, const struct naive_request *request)
{
	for (uint32_t step = 1; step <= naive->nodes; step++) {
		uint32_t node = (naive->last[request->borrower] + step) % naive->nodes;

		if (naive_may_take(naive, request, node))
			return naive->last[request->borrower] = node;
	}
	return NAIVE_NONE;
}

static uint32_t pick_most_free(struct naive_pool *naive, const struct naive_request *request)
{
	uint32_t best = NAIVE_NONE;

	for (uint32_t node = 0; node < naive->nodes; node++)
		if (naive_may_take(naive, request, node) &&
		    (best == NAIVE_NONE || naive_free(naive, node) > naive_free(naive, best)))
			best = node;
	return best;
}

static uint32_t pick_nearest(struct naive_pool *naive, const struct naive_request *request)
{
	uint32_t best = NAIVE_NONE, borrower = request->borrower;

	for (uint32_t node = 0; node < naive->nodes; node++)
		if (naive_may_take(naive, request, node) &&
		    (best == NAIVE_NONE || naive->hops(NULL, borrower, node) < naive->hops(NULL, borrower, best)))
			best = node;
	return best;
}

struct aged_frame {
	uint64_t used; /* 0: free */
	uint32_t node;
};

static int by_age(const void *a, const void *b)
{
	const struct aged_frame *left = a, *right = b;

	return (left->used > right->used) - (left->used < right->used);
}

/* Sorts all frames of all nodes by age. The first `m`, and all free ones, which are equally old, give the weights. */
static void begin_epoch(struct naive_pool *naive, int64_t now_ps)
{
	static struct aged_frame frame[1 << 16];
	uint64_t m = 2 * naive->placed, count = 0, lent = 0;

	for (uint32_t node = 0; node < naive->nodes; node++)
		lent += naive->lent[node];
	m = m < 64 ? 64 : m;
	m = m < naive->nodes ? naive->nodes : m;
	m = m > lent / 16 + 1 ? lent / 16 + 1 : m;
	for (uint32_t node = 0; node < naive->nodes; node++)
		for (uint32_t i = naive_free(naive, node); i > 0; i--)
			frame[count++] = (struct aged_frame){0, node};
	for (uint32_t i = 0; i < NAIVE_PAGES; i++)
		if (naive->page[i].hosted && offers(naive, naive->page[i].lease.node))
			frame[count++] = (struct aged_frame){naive->page[i].used, naive->page[i].lease.node};
	qsort(frame, count, sizeof(*frame), by_age);
	memset(naive->weight, 0, sizeof(naive->weight));
	naive->covered = naive->placed = 0;
	for (uint64_t i = 0; i < count && (i < m || frame[i].used == 0); i++) {
		naive->weight[frame[i].node]++;
		naive->covered++;
	}
	naive->end_ps = now_ps + naive->epoch_ps;
	naive->over = false;
}

uint32_t naive_globally_oldest(const struct naive_pool *naive, const struct naive_request *request)
{
	uint32_t best = NAIVE_NONE;
	uint64_t best_used = UINT64_MAX;

	for (uint32_t node = 0; node < naive->nodes; node++) {
		uint64_t used;

		if (request->free_only ? !naive_may_take(naive, request, node)
				       : !naive_may_give_up(naive, request, node))
			continue;
		used = naive_free(naive, node) ? 0 : naive->page[naive_oldest(naive, node)].used;
		if (used < best_used) {
			best = node;
			best_used = used;
		}
	}
	return best;
}

static uint32_t pick_multinode(struct naive_pool *naive, const struct naive_request *request)
{
	uint64_t total = 0, number;
	uint32_t node;

	if (naive->over || request->now_ps >= naive->end_ps || naive->placed >= naive->covered)
		begin_epoch(naive, request->now_ps);
	for (node = 0; node < naive->nodes; node++)
		total += naive_may_take(naive, request, node) ? naive->weight[node] : 0;
	if (total == 0) {
		node = naive_globally_oldest(naive, request);
		naive->placed += node != NAIVE_NONE;
		return node;
	}
	number = rng_below(&naive->rng, total);
	for (node = 0; node < naive->nodes; node++) {
		uint64_t weight = naive_may_take(naive, request, node) ? naive->weight[node] : 0;

		if (number < weight)
			break;
		number -= weight;
	}
	naive->weight[node]--;
	naive->placed++;
	return node;
}

uint32_t naive_pick(struct naive_pool *naive, const struct naive_request *request)
{
	uint32_t node = naive->placement->pick(naive, request);

	return node == NAIVE_NONE && naive->ages && !request->free_only ? naive_globally_oldest(naive, request) : node;
}

static const struct naive_placement naive_placements[] = {
	{"round-robin", pick_round_robin, false},
	{"most-free", pick_most_free, false},
	{"nearest", pick_nearest, false},
	{"two-choices", NULL, false},
	{"random", NULL, false},
	{"multinode-lru", pick_multinode, true},
};

const struct naive_placement *naive_placement_find(const char *name)
{
	for (size_t i = 0; i < sizeof(naive_placements) / sizeof(naive_placements[0]); i++)
		if (strcmp(naive_placements[i].name, name) == 0)
			return &naive_placements[i];
	return NULL;
}
