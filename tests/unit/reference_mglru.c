/* SPDX-License-Identifier: MIT */
/* Linux's multi-generational LRU once more, naively: generations are never reused numbers, their lists one array of
 * pages with the generation whose list each is in, and everything that is counted is counted anew. */
#include <assert.h>
#include <string.h>

#include "reference.h"

struct parameters { /* as sim/policy/mglru.c declares them */
	uint64_t kernel_memory;
	int store;
};

enum { NOWHERE, LISTED, ISOLATED, WRITING };

struct entry {
	int at;             /* of the above */
	int number, listed; /* its generation, and the one in whose list it is */
	bool accessed, unmapped, dirty, workingset, kept;
	int evicted; /* the oldest generation at its eviction; -1: none */
};

struct model {
	struct parameters params;
	uint32_t pages;
	int min, max;
	struct entry page[REFERENCE_PAGES];
	page_id order[REFERENCE_PAGES]; /* of all lists, the kernel's tails first */
	int ordered;
	int walked_at; /* max at the last walk; a table is walked if it was found then, or by an eviction since */
	int found_at[REFERENCE_PAGES / 512 + 1];
	page_id victims[REFERENCE_PAGES], written[REFERENCE_PAGES];
	int victim_count, victim_next, written_count, written_next;
};

static int init(void *state, const struct policy_env *env, struct err *err)
{
	struct model *model = state;

	(void)err;
	assert(env->pages <= REFERENCE_PAGES);
	memcpy(&model->params, env->params, sizeof(model->params));
	assert(model->params.kernel_memory == 0);
	model->pages = env->pages;
	model->max = 3;
	model->walked_at = -1;
	for (int i = 0; i < REFERENCE_PAGES; i++)
		model->page[i].evicted = -1;
	return 0;
}

static void put(struct model *model, page_id page, int generation, bool at_tail)
{
	if (at_tail)
		memmove(model->order + 1, model->order, sizeof(page_id) * (size_t)model->ordered);
	model->order[at_tail ? 0 : model->ordered] = page;
	model->ordered++;
	model->page[page].at = LISTED;
	model->page[page].number = model->page[page].listed = generation;
}

static void take_out(struct model *model, page_id page)
{
	int at = 0;

	while (model->order[at] != page)
		at++;
	model->ordered--;
	memmove(&model->order[at], &model->order[at + 1], sizeof(page_id) * (size_t)(model->ordered - at));
	model->page[page].at = NOWHERE;
}

/* The tail of a generation's list, or PAGE_NONE. */
static page_id tail(const struct model *model, int generation)
{
	for (int at = 0; at < model->ordered; at++)
		if (model->page[model->order[at]].listed == generation)
			return model->order[at];
	return PAGE_NONE;
}

static uint64_t pages_of(const struct model *model, int generation)
{
	uint64_t count = 0;

	for (int at = 0; at < model->ordered; at++)
		count += generation < 0 || model->page[model->order[at]].number == generation;
	return count;
}

static bool hit(void *state, page_id page)
{
	struct model *model = state;
	bool trapped = model->page[page].unmapped;

	model->page[page].accessed = true;
	model->page[page].unmapped = false;
	return trapped;
}

static void fill(void *state, page_id page, enum fill_reason why)
{
	struct model *model = state;
	bool again = model->page[page].evicted == model->min;

	model->page[page] = (struct entry){
		.accessed = why != FILL_PREFETCH, .unmapped = why == FILL_PREFETCH, .workingset = again, .evicted = -1};
	put(model, page, model->max, false);
}

static bool is_young(const struct model *model, page_id page)
{
	const struct entry *entry = &model->page[page];

	return (entry->at == LISTED || entry->at == ISOLATED) && entry->accessed && !entry->unmapped;
}

/* Clears the bits of pages from `begin` to `end`; the pages that had them are promoted as a walk or an eviction does.
 */
static void clear_young(struct model *model, page_id begin, page_id end, bool walk)
{
	page_id others[REFERENCE_PAGES];
	int young = 0, count = 0;

	for (page_id page = begin; page < end && page < model->pages; page++) {
		struct entry *entry = &model->page[page];

		if (!is_young(model, page))
			continue;
		young++;
		entry->accessed = false;
		if (entry->at == ISOLATED)
			entry->kept = true;
		else if (walk || entry->number != model->max)
			others[count++] = page;
	}
	if (young * 8 >= (int)(end - begin))
		model->found_at[begin / 512] = model->max + walk;
	for (int i = 0; i < count; i++) {
		struct entry *entry = &model->page[others[i]];

		if (!walk && count < 15) {
			bool kept = entry->workingset;

			take_out(model, others[i]);
			put(model, others[i], model->max, false);
			entry->workingset = kept;
		} else {
			entry->number = model->max;
			entry->workingset = false;
		}
	}
}

static void age(struct model *model)
{
	const bool first = model->walked_at < 0;

	model->walked_at = model->max;
	for (page_id begin = 0; begin < model->pages; begin += 512)
		if (first || model->found_at[begin / 512] == model->max)
			clear_young(model, begin, begin + 512, true);
	model->max++;
}

static bool needs_aging(const struct model *model)
{
	switch (model->max - model->min + 1) {
	case 2: return true;
	case 3:
		return 2 * pages_of(model, model->max) > pages_of(model, -1) ||
		       4 * pages_of(model, model->max - 2) < pages_of(model, -1);
	default: return false;
	}
}

static void shrink(struct model *model, page_id page)
{
	struct entry *entry = &model->page[page];

	if (!entry->kept && is_young(model, page)) {
		page_id begin = page / 512 * 512, end = begin + 512;

		if (page < begin + 32)
			end = begin + 64;
		else if (page > end - 32)
			begin = end - 64;
		else
			begin = page - 32, end = begin + 64;
		clear_young(model, begin, end, false);
	}
	if (entry->kept) {
		entry->kept = false;
		put(model, page, model->max, false);
	} else if (entry->dirty && model->params.store == 0) {
		entry->dirty = entry->accessed = entry->workingset = false;
		entry->unmapped = true;
		entry->at = WRITING;
		model->written[model->written_count++] = page;
	} else {
		*entry = (struct entry){.evicted = model->min};
		model->victims[model->victim_count++] = page;
	}
}

/* Returns the number of pages that were scanned. */
static int evict(struct model *model)
{
	page_id isolated[64], page;
	int count = 0, scanned = 0, written = model->written_count;

	while (model->max - model->min > 1 && count < 64 && (page = tail(model, model->min)) != PAGE_NONE) {
		struct entry *entry = &model->page[page];

		scanned++;
		take_out(model, page);
		if (entry->number != model->min) {
			put(model, page, entry->number, false);
		} else if (entry->workingset) {
			entry->workingset = false;
			put(model, page, model->min + 1, true);
		} else {
			entry->at = ISOLATED;
			isolated[count++] = page;
		}
	}
	scanned = count ? scanned : 0;
	for (int before = model->min; model->max - model->min > 1 && tail(model, model->min) == PAGE_NONE;)
		scanned += model->min++ == before;
	if (model->max - model->min == 1)
		scanned = 0;
	for (int i = 0; i < count; i++)
		shrink(model, isolated[i]);
	for (; written < model->written_count; written++)
		put(model, model->written[written], model->min, true);
	return scanned;
}

static void pass(struct model *model, int priority)
{
	const int before = model->max;

	for (int scanned = 0;;) {
		int most = (int)(pages_of(model, -1) >> priority), count;
		bool aging = needs_aging(model);

		if (aging && priority < 12)
			age(model);
		if (!most || (aging && priority == 12 && model->max - model->min < 2))
			return;
		count = evict(model);
		scanned += count;
		if (!count || scanned >= most || model->max > before + 1 || model->victim_count >= 32)
			return;
	}
}

static page_id victim(void *state, page_id incoming)
{
	struct model *model = state;

	(void)incoming;
	if (model->victim_next == model->victim_count) {
		model->victim_next = model->victim_count = model->written_next = model->written_count = 0;
		while (model->victim_count == 0)
			for (int p = 12; p >= 0 && model->victim_count < 32; p--)
				pass(model, p);
	}
	return model->victims[model->victim_next++];
}

static void forget(void *state, page_id page)
{
	struct model *model = state;

	take_out(model, page);
}

static void destroy(void *state)
{
	(void)state;
}

static uint32_t reserved(const void *params)
{
	(void)params;
	return 0;
}

static bool charges_late(const void *state)
{
	(void)state;
	return false;
}

static void dirtied(void *state, page_id page)
{
	struct model *model = state;

	model->page[page].dirty = true;
}

static bool more(const void *state)
{
	const struct model *model = state;

	return model->victim_next < model->victim_count;
}

static page_id written(void *state)
{
	struct model *model = state;

	return model->written_next < model->written_count ? model->written[model->written_next++] : PAGE_NONE;
}

static const struct policy_reclaim reclaim = {reserved, charges_late, dirtied, more, written};

const struct policy_ops reference_mglru = {
	.name = "mglru",
	.state_size = sizeof(struct model),
	.init = init,
	.hit = hit,
	.fill = fill,
	.victim = victim,
	.forget = forget,
	.destroy = destroy,
	.reclaim = &reclaim,
};
