/* SPDX-License-Identifier: MIT */
#include "policy_trial.h"

#include <stdlib.h>
#include <string.h>

#include <CUnit/CUnit.h>

void script_find_next_uses(struct script *script)
{
	uint64_t next[REFERENCE_PAGES];

	memset(next, 0xff, sizeof(next));
	for (uint32_t i = script->length; i-- > 0;) {
		struct step *step = &script->step[i];

		step->next_use = next[step->page];
		if (step->kind == TOUCH)
			next[step->page] = i;
	}
}

static page_id draw_page(struct rng *rng, uint32_t pages, int pattern, uint32_t i)
{
	uint64_t u = rng_below(rng, 1000);

	switch (pattern) {
	case 0: /* uniform */ return (page_id)rng_below(rng, pages);
	case 1: /* few hot pages, many cold ones */ return (page_id)(u * u * u * pages / 1000000000);
	case 2: /* a loop over everything */ return i % pages;
	case 3: /* hot pages, and occasional scans of all pages */
		return i / 100 % 3 == 0 ? i % pages : (page_id)(u * u * pages / 4000000);
	default: /* phases: a window that moves */
		return (i / 150 * (pages / 3) + (page_id)rng_below(rng, pages / 4 + 1)) % pages;
	}
}

static enum step_kind draw_kind(struct rng *rng)
{
	uint64_t u = rng_below(rng, 40);

	return u < 4 ? PREFETCH : u == 4 ? FORGET : u == 5 ? SHRINK : u == 6 ? GROW : TOUCH;
}

void script_draw(struct script *script, struct rng *rng, bool plain)
{
	static const uint32_t page_limits[] = {3, 10, 40, 300};
	int pattern = (int)rng_below(rng, 5);
	uint32_t snapshot = 0;

	script->pages = 1 + (uint32_t)rng_below(rng, page_limits[rng_below(rng, 4)]);
	script->frames = rng_below(rng, 10) == 0 ? 1 : 1 + (uint32_t)rng_below(rng, script->pages);
	script->length = 1 + (uint32_t)rng_below(rng, STEPS_MAX);
	plain = plain || rng_below(rng, 2) == 0;
	if (!plain && rng_below(rng, 2) == 0)
		snapshot = (uint32_t)rng_below(rng, script->pages + 1);
	for (uint32_t i = 0; i < script->length; i++)
		script->step[i] = (struct step){
			.kind = i < snapshot ? SNAPSHOT
				: plain      ? TOUCH
					     : draw_kind(rng),
			.page = i < snapshot ? i * 7 % script->pages : draw_page(rng, script->pages, pattern, i),
			.write = rng_below(rng, 3) == 0,
		};
	script_find_next_uses(script);
}

void trial_open(struct trial *trial, const struct policy_ops *ops, const struct script *script, const double *params,
		uint64_t seed)
{
	struct policy_env env = {
		.pages = script->pages,
		.frames = script->frames,
		.seed = seed,
		.params = params,
		.next_use = &trial->next_use,
	};
	struct err err;

	memset(trial, 0, sizeof(*trial));
	trial->ops = ops;
	trial->state = calloc(1, ops->state_size);
	trial->frames = trial->capacity = script->frames;
	CU_ASSERT_EQUAL_FATAL(ops->init(trial->state, &env, &err), 0);
	trial->capacity -= policy_reserved(ops, params);
}

void trial_close(struct trial *trial)
{
	trial->ops->destroy(trial->state);
	free(trial->state);
}

static void note(struct event *event, page_id page, bool stays)
{
	event->leaves = rng_mix(event->leaves + RNG_STEP + 2 * page + stays);
}

static void write_back(struct trial *trial, page_id page, struct event *event)
{
	event->write_backs += trial->dirty[page];
	trial->write_backs += trial->dirty[page];
	trial->dirty[page] = false;
}

static void leave(struct trial *trial, page_id page, struct event *event)
{
	CU_ASSERT_FATAL(page < REFERENCE_PAGES && trial->local[page]);
	event->victim = page;
	note(event, page, false);
	write_back(trial, page, event);
	trial->local[page] = false;
	trial->count--;
}

void trial_evict(struct trial *trial, page_id incoming, struct event *event)
{
	const struct policy_reclaim *reclaim = trial->ops->reclaim;
	page_id page = trial->ops->victim(trial->state, incoming), clean;

	while (reclaim && (clean = reclaim->written(trial->state)) != PAGE_NONE) {
		CU_ASSERT_FATAL(clean < REFERENCE_PAGES && trial->local[clean]);
		note(event, clean, true);
		write_back(trial, clean, event);
	}
	leave(trial, page, event);
	while (reclaim && reclaim->more(trial->state))
		leave(trial, trial->ops->victim(trial->state, PAGE_NONE), event);
}

void trial_fill(struct trial *trial, page_id page, enum fill_reason why, struct event *event)
{
	if (trial->count == trial->capacity)
		trial_evict(trial, page, event);
	trial->ops->fill(trial->state, page, why);
	trial->local[page] = true;
	trial->count++;
}

static void set_dirty(struct trial *trial, page_id page)
{
	trial->dirty[page] = true;
	if (trial->ops->reclaim)
		trial->ops->reclaim->dirtied(trial->state, page);
}

static void touch(struct trial *trial, const struct step *step, struct event *event)
{
	bool first = !trial->known[step->page] && trial->ops->reclaim;

	trial->known[step->page] = true;
	if (trial->local[step->page]) {
		event->minor = trial->ops->hit(trial->state, step->page);
		event->minor |= trial->ops->reclaim && step->write && !trial->dirty[step->page];
	} else {
		event->fault = true;
		trial->faults++;
		trial_fill(trial, step->page, FILL_TOUCH, event);
	}
	if (step->write || first)
		set_dirty(trial, step->page);
}

struct event trial_step(struct trial *trial, const struct step *step)
{
	struct event event = {.victim = PAGE_NONE};
	bool local = trial->local[step->page];

	trial->next_use = step->next_use;
	if (step->kind == TOUCH) {
		touch(trial, step, &event);
	} else if (step->kind == PREFETCH && !local) {
		trial_fill(trial, step->page, FILL_PREFETCH, &event);
	} else if (step->kind == SNAPSHOT && !local && trial->count < trial->capacity) {
		trial_fill(trial, step->page, FILL_SNAPSHOT, &event);
	} else if (step->kind == FORGET && local) {
		trial->ops->forget(trial->state, step->page);
		trial->known[step->page] = trial->local[step->page] = trial->dirty[step->page] = false;
		trial->count--;
	} else if (step->kind == SHRINK && trial->capacity > 1) {
		trial->capacity--;
		if (trial->count > trial->capacity)
			trial_evict(trial, PAGE_NONE, &event);
	} else if (step->kind == GROW && trial->capacity < trial->frames) {
		trial->capacity++;
	}
	return event;
}

/* Sets a parameter in the room of all. */
static void param_draw(const struct option_row *option, struct rng *rng, void *params)
{
	static const double shares[] = {0, 0.1, 0.33, 0.5, 0.9, 1};
	bool other = rng && rng_below(rng, 2) == 0;
	char *at = (char *)params + option->at;
	struct err err;

	CU_ASSERT_EQUAL_FATAL(option_set(option, params, option->def, &err), 0);
	if (!other)
		return;
	switch (option->type) {
	case OPTION_PERCENT:
		memcpy(at, &shares[rng_below(rng, sizeof(shares) / sizeof(shares[0]))], sizeof(shares[0]));
		return;
	case OPTION_COUNT: {
		uint64_t count = strtoull(option->min, NULL, 10) + rng_below(rng, 6);

		memcpy(at, &count, sizeof(count));
		return;
	}
	case OPTION_ENUM: {
		int words = 0, word;

		while (option_word(option, words))
			words++;
		word = (int)rng_below(rng, (uint64_t)words);
		memcpy(at, &word, sizeof(word));
		return;
	}
	default: return; /* a size, which must fit the memory */
	}
}

void params_draw(const struct policy_ops *ops, struct rng *rng, double params[PARAMS_MAX])
{
	CU_ASSERT_FATAL(ops->params_size <= PARAMS_MAX * sizeof(*params));
	for (size_t i = 0; i < ops->option_count; i++)
		param_draw(&ops->options[i], rng, params);
}

struct trial trial_run(const struct policy_ops *ops, const struct script *script)
{
	struct trial trial;
	double params[PARAMS_MAX];

	params_draw(ops, NULL, params);
	trial_open(&trial, ops, script, params, 1);
	for (uint32_t i = 0; i < script->length; i++)
		trial_step(&trial, &script->step[i]);
	trial_close(&trial);
	return trial;
}
