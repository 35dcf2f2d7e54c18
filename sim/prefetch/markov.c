/* SPDX-License-Identifier: MIT */
/*
 * Markov: prefetches the frames that followed this frame before. For each frame a table keeps the last `degree`
 * different frames that came next, the most recent first. A fault fetches them in that order. The table is
 * direct-mapped and has `entries` rows: frames with the same number modulo `entries` share a row and evict each other
 * from it.
 *
 * Source: Joseph and Grunwald, 'Prefetching using Markov predictors', ISCA 1997: four successors in LRU order. Departs
 * from it: the paper prefetches at every reference of the miss stream, hits in the prefetch buffer included. Here first
 * touches of prefetched frames only train the table, and only faults prefetch, as in every prefetcher here. A frame is
 * never its own successor.
 */
#include <stdlib.h>
#include <string.h>

#include "prefetch/prefetch.h"

struct markov_params {
	uint64_t entries, degree;
};

static const struct option_row options[] = {
	{.name = "entries",
	 .type = OPTION_COUNT,
	 .at = offsetof(struct markov_params, entries),
	 .min = "1",
	 .max = "16777216",
	 .def = "65536",
	 .help = "frames whose successors are kept"},
	{.name = "degree",
	 .type = OPTION_COUNT,
	 .at = offsetof(struct markov_params, degree),
	 .min = "1",
	 .max = "16",
	 .def = "4",
	 .help = "successors kept for each frame, and fetched"},
};

struct markov {
	uint64_t entries;
	size_t degree;
	gfn last;   /* the last access, GFN_NONE before the first */
	gfn *table; /* by row: its frame, then its successors; GFN_NONE if there is none */
};

static int init(void *state, const struct prefetch_env *env, struct err *err)
{
	const struct markov_params *params = env->params;
	struct markov *markov = state;
	size_t cells = params->entries * (1 + params->degree);

	markov->entries = params->entries;
	markov->degree = params->degree;
	markov->last = GFN_NONE;
	markov->table = malloc(cells * sizeof(*markov->table));
	if (!markov->table)
		return err_memory(err, "the Markov prefetcher's table");
	for (size_t i = 0; i < cells; i++)
		markov->table[i] = GFN_NONE;
	return 0;
}

static gfn *row_of(const struct markov *markov, gfn frame)
{
	return &markov->table[frame % markov->entries * (1 + markov->degree)];
}

/* Makes `frame` the first successor of the last access. The others move down to where it was; if it is new, the oldest
 * is dropped. */
static void learn(struct markov *markov, gfn frame)
{
	gfn last = markov->last, *row, *successor;
	size_t place = 0;

	markov->last = frame;
	if (last == GFN_NONE || last == frame)
		return;
	row = row_of(markov, last);
	successor = row + 1;
	if (row[0] != last) {
		row[0] = last;
		for (size_t i = 0; i < markov->degree; i++)
			successor[i] = GFN_NONE;
	}
	while (place < markov->degree - 1 && successor[place] != frame)
		place++;
	memmove(successor + 1, successor, place * sizeof(*successor));
	successor[0] = frame;
}

static size_t on_fault(void *state, gfn frame, gfn *out)
{
	struct markov *markov = state;
	const gfn *row = row_of(markov, frame);
	size_t count = 0;

	learn(markov, frame);
	if (row[0] != frame)
		return 0;
	while (count < markov->degree && row[1 + count] != GFN_NONE) {
		out[count] = row[1 + count];
		count++;
	}
	return count;
}

static void on_outcome(void *state, gfn frame, enum prefetch_outcome outcome)
{
	if (outcome != PREFETCH_UNUSED)
		learn(state, frame);
}

static void destroy(void *state)
{
	struct markov *markov = state;

	free(markov->table);
}

const struct prefetch_ops prefetch_markov = {
	.name = "markov",
	.summary = "the frames that followed this one before, the most recent first",
	.source = "Joseph and Grunwald, Prefetching using Markov predictors, 1997",
	.options = options,
	.option_count = sizeof(options) / sizeof(*options),
	.params_size = sizeof(struct markov_params),
	.state_size = sizeof(struct markov),
	.init = init,
	.on_fault = on_fault,
	.on_outcome = on_outcome,
	.destroy = destroy,
};
