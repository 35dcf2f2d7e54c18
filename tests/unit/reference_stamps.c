/* SPDX-License-Identifier: MIT */
/* The references that find their victim by comparing time stamps or by looking at every frame. */
#include <assert.h>

#include "reference.h"

struct entry {
	bool local, active, bit;
	int64_t time; /* of arrival or of the last touch, as the policy needs it */
	uint64_t next_use;
};

struct model {
	struct policy_env env;
	struct entry page[REFERENCE_PAGES];
	page_id frame[REFERENCE_PAGES];   /* clock: the page in each frame... */
	int64_t emptied[REFERENCE_PAGES]; /* ...or when it became empty */
	uint32_t hand;
	uint32_t active_max;
	int64_t clock, oldest;
};

static int init_model(void *state, const struct policy_env *env, struct err *err)
{
	struct model *model = state;

	(void)err;
	assert(env->pages <= REFERENCE_PAGES);
	model->env = *env;
	return 0;
}

static void destroy_model(void *state)
{
	(void)state;
}

static bool ignore_hit(void *state, page_id page)
{
	(void)state, (void)page;
	return false;
}

/* ---- policies that compare time stamps: fifo, lru, mru ---- */

static void fill_now(void *state, page_id page, enum fill_reason why)
{
	struct model *model = state;

	(void)why;
	model->page[page].local = true;
	model->page[page].time = ++model->clock;
}

static bool touch_now(void *state, page_id page)
{
	struct model *model = state;

	model->page[page].time = ++model->clock;
	return false;
}

static void forget_entry(void *state, page_id page)
{
	struct model *model = state;

	model->page[page].local = false;
}

static page_id earliest(struct model *model, bool active)
{
	page_id found = PAGE_NONE;

	for (page_id page = 0; page < model->env.pages; page++)
		if (model->page[page].local && model->page[page].active == active)
			if (found == PAGE_NONE || model->page[page].time < model->page[found].time)
				found = page;
	return found;
}

static page_id victim_earliest(void *state, page_id incoming)
{
	struct model *model = state;
	page_id page = earliest(model, false);

	(void)incoming;
	model->page[page].local = false;
	return page;
}

static page_id victim_latest(void *state, page_id incoming)
{
	struct model *model = state;
	page_id found = PAGE_NONE;

	(void)incoming;
	for (page_id page = 0; page < model->env.pages; page++)
		if (model->page[page].local && (found == PAGE_NONE || model->page[page].time > model->page[found].time))
			found = page;
	model->page[found].local = false;
	return found;
}

static void fill_mru(void *state, page_id page, enum fill_reason why)
{
	struct model *model = state;

	fill_now(state, page, why);
	if (why == FILL_PREFETCH)
		model->page[page].time = --model->oldest;
}

/* ---- clock: frames in a circle ---- */

static int init_clock(void *state, const struct policy_env *env, struct err *err)
{
	struct model *model = state;

	init_model(state, env, err);
	for (uint32_t i = 0; i < env->frames; i++) {
		model->frame[i] = PAGE_NONE;
		model->emptied[i] = -(int64_t)i;
	}
	return 0;
}

static bool hit_clock(void *state, page_id page)
{
	struct model *model = state;

	model->page[page].bit = true;
	return false;
}

static void fill_clock(void *state, page_id page, enum fill_reason why)
{
	struct model *model = state;
	uint32_t chosen = model->env.frames;

	for (uint32_t i = 0; i < model->env.frames; i++)
		if (model->frame[i] == PAGE_NONE &&
		    (chosen == model->env.frames || model->emptied[i] > model->emptied[chosen]))
			chosen = i;
	assert(chosen < model->env.frames);
	model->frame[chosen] = page;
	model->page[page].bit = why == FILL_TOUCH;
}

static void forget_clock(void *state, page_id page)
{
	struct model *model = state;

	for (uint32_t i = 0; i < model->env.frames; i++)
		if (model->frame[i] == page) {
			model->frame[i] = PAGE_NONE;
			model->emptied[i] = ++model->clock;
		}
}

static page_id victim_clock(void *state, page_id incoming)
{
	struct model *model = state;

	(void)incoming;
	for (;;) {
		page_id page = model->frame[model->hand];

		model->hand = (model->hand + 1) % model->env.frames;
		if (page == PAGE_NONE)
			continue;
		if (!model->page[page].bit) {
			forget_clock(state, page);
			return page;
		}
		model->page[page].bit = false;
	}
}

/* ---- segmented-fifo ---- */

static int init_segmented(void *state, const struct policy_env *env, struct err *err)
{
	struct model *model = state;

	init_model(state, env, err);
	model->active_max = reference_frames(env, "segmented-fifo", "active");
	if (model->active_max == 0)
		model->active_max = 1;
	return 0;
}

static void activate(struct model *model, page_id page)
{
	uint32_t active = 0;

	model->page[page].active = true;
	model->page[page].time = ++model->clock;
	for (page_id other = 0; other < model->env.pages; other++)
		active += model->page[other].local && model->page[other].active;
	if (active > model->active_max) {
		page_id oldest = earliest(model, true);

		model->page[oldest].active = false;
		model->page[oldest].time = ++model->clock;
	}
}

static bool hit_segmented(void *state, page_id page)
{
	struct model *model = state;
	bool trapped = !model->page[page].active;

	if (trapped)
		activate(model, page);
	return trapped;
}

static void fill_segmented(void *state, page_id page, enum fill_reason why)
{
	struct model *model = state;

	fill_now(state, page, why);
	model->page[page].active = false;
	if (why != FILL_PREFETCH)
		activate(model, page);
}

static page_id victim_segmented(void *state, page_id incoming)
{
	struct model *model = state;
	page_id page = earliest(model, false);

	(void)incoming;
	if (page == PAGE_NONE)
		page = earliest(model, true);
	model->page[page].local = false;
	return page;
}

/* ---- opt ---- */

static bool hit_opt(void *state, page_id page)
{
	struct model *model = state;

	model->page[page].next_use = *model->env.next_use;
	return false;
}

static void fill_opt(void *state, page_id page, enum fill_reason why)
{
	fill_now(state, page, why);
	hit_opt(state, page);
}

static page_id victim_opt(void *state, page_id incoming)
{
	struct model *model = state;
	page_id found = PAGE_NONE;

	(void)incoming;
	for (page_id page = 0; page < model->env.pages; page++)
		if (model->page[page].local &&
		    (found == PAGE_NONE || model->page[page].next_use > model->page[found].next_use))
			found = page;
	model->page[found].local = false;
	return found;
}

const struct policy_ops reference_fifo = {
	.name = "fifo",
	.state_size = sizeof(struct model),
	.init = init_model,
	.hit = ignore_hit,
	.fill = fill_now,
	.victim = victim_earliest,
	.forget = forget_entry,
	.destroy = destroy_model,
};

const struct policy_ops reference_lru = {
	.name = "lru",
	.state_size = sizeof(struct model),
	.init = init_model,
	.hit = touch_now,
	.fill = fill_now,
	.victim = victim_earliest,
	.forget = forget_entry,
	.destroy = destroy_model,
};

const struct policy_ops reference_mru = {
	.name = "mru",
	.state_size = sizeof(struct model),
	.init = init_model,
	.hit = touch_now,
	.fill = fill_mru,
	.victim = victim_latest,
	.forget = forget_entry,
	.destroy = destroy_model,
};

const struct policy_ops reference_clock = {
	.name = "clock",
	.state_size = sizeof(struct model),
	.init = init_clock,
	.hit = hit_clock,
	.fill = fill_clock,
	.victim = victim_clock,
	.forget = forget_clock,
	.destroy = destroy_model,
};

const struct policy_ops reference_segmented_fifo = {
	.name = "segmented-fifo",
	.state_size = sizeof(struct model),
	.init = init_segmented,
	.hit = hit_segmented,
	.fill = fill_segmented,
	.victim = victim_segmented,
	.forget = forget_entry,
	.destroy = destroy_model,
};

const struct policy_ops reference_opt = {
	.name = "opt",
	.state_size = sizeof(struct model),
	.init = init_model,
	.hit = hit_opt,
	.fill = fill_opt,
	.victim = victim_opt,
	.forget = forget_entry,
	.destroy = destroy_model,
};
