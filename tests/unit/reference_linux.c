/* SPDX-License-Identifier: MIT */
/* Linux's two lists once more, naively: two arrays in which every step searches, and a log of evictions that is counted
 * whenever a page comes back. */
#include <assert.h>
#include <string.h>

#include "reference.h"

enum { INACTIVE, ACTIVE, LISTS };

struct parameters { /* as sim/policy/linux.c declares them */
	uint64_t inactive_ratio, kernel_memory, batch;
	int version, store;
};

struct entry {
	bool accessed, referenced, unmapped, dirty;
};

struct model {
	struct parameters params;
	struct entry page[REFERENCE_PAGES];
	page_id list[LISTS][REFERENCE_PAGES]; /* the kernel's tail first */
	int length[LISTS];
	page_id writing[REFERENCE_PAGES], victims[REFERENCE_PAGES], written[REFERENCE_PAGES];
	int writings, victim_count, victim_next, written_count, written_next;
	page_id log[100000]; /* evictions, and PAGE_NONE for activations, in their order */
	int logged;
	bool refaulted; /* since the last reclaim */
};

static bool is_old(const struct model *model)
{
	return model->params.version == 0;
}

static bool is_async(const struct model *model)
{
	return model->params.store == 0 ? !is_old(model) : model->params.store == 2;
}

static void note(struct model *model, page_id page)
{
	assert(model->logged < 100000);
	model->log[model->logged++] = page;
}

static void put(struct model *model, int list, page_id page)
{
	model->list[list][model->length[list]++] = page;
}

static void put_at_tail(struct model *model, page_id page)
{
	memmove(&model->list[INACTIVE][1], model->list[INACTIVE], sizeof(page_id) * (size_t)model->length[INACTIVE]);
	model->list[INACTIVE][0] = page;
	model->length[INACTIVE]++;
}

static page_id cut(struct model *model, int list, int at)
{
	page_id page = model->list[list][at];

	model->length[list]--;
	memmove(&model->list[list][at], &model->list[list][at + 1],
		sizeof(page_id) * (size_t)(model->length[list] - at));
	return page;
}

/* Removes the page from the list that it is in. */
static void take_out(struct model *model, page_id page)
{
	for (int list = 0; list < LISTS; list++)
		for (int at = 0; at < model->length[list]; at++)
			if (model->list[list][at] == page) {
				cut(model, list, at);
				return;
			}
	assert(!"the page is in no list");
}

static int init(void *state, const struct policy_env *env, struct err *err)
{
	struct model *model = state;

	(void)err;
	assert(env->pages <= REFERENCE_PAGES);
	memcpy(&model->params, env->params, sizeof(model->params));
	assert(model->params.kernel_memory == 0);
	return 0;
}

static bool hit(void *state, page_id page)
{
	struct model *model = state;
	bool trapped = model->page[page].unmapped;

	model->page[page].accessed = true;
	model->page[page].unmapped = false;
	if (trapped && is_old(model)) {
		take_out(model, page);
		put(model, ACTIVE, page);
	}
	return trapped;
}

/* Evictions and activations since the page was evicted last, that eviction included; -1: it never was, or has come back
 * since. */
static int missed(struct model *model, page_id page)
{
	for (int at = model->logged - 1; at >= 0; at--)
		if (model->log[at] == page) {
			model->log[at] = PAGE_NONE;
			return model->logged - at;
		}
	return -1;
}

static void fill(void *state, page_id page, enum fill_reason why)
{
	struct model *model = state;
	int distance = missed(model, page);
	bool refault = !is_old(model) && distance >= 0 && distance <= model->length[ACTIVE];

	model->page[page] = (struct entry){.accessed = why != FILL_PREFETCH, .unmapped = why == FILL_PREFETCH};
	if (refault) {
		model->refaulted = true;
		note(model, PAGE_NONE);
	}
	put(model, refault || (is_old(model) && why != FILL_PREFETCH) ? ACTIVE : INACTIVE, page);
}

static bool is_low(const struct model *model)
{
	uint64_t ratio = model->params.inactive_ratio ? model->params.inactive_ratio : 1;

	return (uint64_t)(model->length[INACTIVE] + model->writings) * ratio < (uint64_t)model->length[ACTIVE];
}

static void deactivate(struct model *model, int count)
{
	for (; count > 0 && model->length[ACTIVE]; count--) {
		page_id page = cut(model, ACTIVE, 0);

		model->page[page].accessed = false;
		put(model, INACTIVE, page);
	}
}

static void scan_one(struct model *model)
{
	page_id page = cut(model, INACTIVE, 0);
	struct entry *entry = &model->page[page];

	if (entry->accessed) {
		bool again = is_old(model) || entry->referenced;

		entry->accessed = false;
		entry->referenced = true;
		put(model, again ? ACTIVE : INACTIVE, page);
		if (again)
			note(model, PAGE_NONE);
	} else if (entry->dirty && is_async(model)) {
		*entry = (struct entry){.unmapped = true};
		model->writing[model->writings++] = page;
	} else {
		model->victims[model->victim_count++] = page;
		note(model, page);
	}
}

static int most(const struct model *model, int length, int priority)
{
	int count = length >> priority;

	return is_old(model) || priority == 0 ? count : count * 89 / 508;
}

static int least(int a, int b)
{
	return a < b ? a : b;
}

static void pass(struct model *model, int priority)
{
	const int batch = (int)model->params.batch;
	int inactive = most(model, model->length[INACTIVE], priority);
	int active = most(model, model->length[ACTIVE], priority);
	bool allowed = model->refaulted || is_low(model);

	for (; inactive > 0 && model->victim_count < batch; inactive -= batch, active -= batch) {
		for (int i = least(least(inactive, batch), model->length[INACTIVE]); i > 0; i--)
			scan_one(model);
		for (; model->writings; model->writings--) {
			put_at_tail(model, model->writing[0]);
			model->written[model->written_count++] = model->writing[0];
			memmove(model->writing, model->writing + 1, sizeof(page_id) * (size_t)(model->writings - 1));
		}
		if (is_old(model) ? is_low(model) : allowed)
			deactivate(model, least(active, batch));
	}
	if (is_low(model))
		deactivate(model, batch);
}

static page_id victim(void *state, page_id incoming)
{
	struct model *model = state;

	(void)incoming;
	if (model->victim_next == model->victim_count) {
		model->victim_next = model->victim_count = model->written_next = model->written_count = 0;
		while (model->victim_count == 0) {
			for (int p = 12; p >= 0 && model->victim_count < (int)model->params.batch; p--)
				pass(model, p);
			model->refaulted = false;
		}
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
	return is_old(state);
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

const struct policy_ops reference_linux = {
	.name = "linux",
	.state_size = sizeof(struct model),
	.init = init,
	.hit = hit,
	.fill = fill,
	.victim = victim,
	.forget = forget,
	.destroy = destroy,
	.reclaim = &reclaim,
};
