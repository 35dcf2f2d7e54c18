/* SPDX-License-Identifier: MIT */
/* The references that keep their pages in queues: arrays with linear search, from which memmove removes entries. */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "reference.h"

struct queue {
	page_id page[REFERENCE_PAGES]; /* oldest first */
	int length;
};

struct entry {
	bool bit, wanted_again, prepared;
	int frequency;
};

struct model {
	struct policy_env env;
	struct entry page[REFERENCE_PAGES];
	struct queue a, b, c, d; /* see each policy */
	page_id hand;
	uint32_t limit_a, limit_b;
	double target;
	struct rng random;
};

static int find(const struct queue *queue, page_id page)
{
	for (int i = 0; i < queue->length; i++)
		if (queue->page[i] == page)
			return i;
	return -1;
}

static void add(struct queue *queue, page_id page)
{
	assert(find(queue, page) < 0);
	queue->page[queue->length++] = page;
}

static page_id take(struct queue *queue, int at)
{
	page_id page = queue->page[at];

	assert(at >= 0 && at < queue->length);
	memmove(&queue->page[at], &queue->page[at + 1], (size_t)(queue->length - at - 1) * sizeof(page_id));
	queue->length--;
	return page;
}

static bool drop(struct queue *queue, page_id page)
{
	int at = find(queue, page);

	if (at >= 0)
		take(queue, at);
	return at >= 0;
}

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

/* ---- 2q: a is A1in, b is A1out, c is Am ---- */

static int init_2q(void *state, const struct policy_env *env, struct err *err)
{
	struct model *model = state;

	init_model(state, env, err);
	model->limit_a = reference_frames(env, "2q", "in");
	model->limit_b = reference_frames(env, "2q", "out");
	return 0;
}

static bool hit_2q(void *state, page_id page)
{
	struct model *model = state;

	if (drop(&model->c, page))
		add(&model->c, page);
	return false;
}

static page_id victim_2q(void *state, page_id incoming)
{
	struct model *model = state;
	page_id page;

	if (incoming != PAGE_NONE)
		model->page[incoming].wanted_again = find(&model->b, incoming) >= 0;
	if (model->a.length <= (int)model->limit_a && model->c.length > 0)
		return take(&model->c, 0);
	page = take(&model->a, 0);
	add(&model->b, page);
	if (model->b.length > (int)model->limit_b)
		take(&model->b, 0);
	return page;
}

static void fill_2q(void *state, page_id page, enum fill_reason why)
{
	struct model *model = state;
	bool again = drop(&model->b, page) || model->page[page].wanted_again;

	(void)why;
	model->page[page].wanted_again = false;
	add(again ? &model->c : &model->a, page);
}

static void forget_queued(void *state, page_id page)
{
	struct model *model = state;

	if (!drop(&model->a, page))
		drop(&model->c, page);
}

/* ---- arc: a is T1, b is B1, c is T2, d is B2; figure 4 of the paper, case by case ---- */

static page_id replace(struct model *model, bool in_b2)
{
	int t1 = model->a.length;
	page_id page;

	if ((t1 >= 1 && ((in_b2 && t1 == model->target) || t1 > model->target)) || model->c.length == 0) {
		page = take(&model->a, 0);
		add(&model->b, page);
	} else {
		page = take(&model->c, 0);
		add(&model->d, page);
	}
	return page;
}

/* Cases II to IV up to the point where the page is fetched. Returns the victim when the memory is full. */
static page_id prepare_arc(struct model *model, page_id page, bool full)
{
	int frames = (int)model->env.frames, b1 = model->b.length, b2 = model->d.length;
	page_id victim = PAGE_NONE;

	model->page[page].prepared = true;
	model->page[page].wanted_again = true;
	if (find(&model->b, page) >= 0) {
		model->target = fmin(frames, model->target + (b1 >= b2 ? 1 : (double)b2 / b1));
		if (full)
			victim = replace(model, false);
		drop(&model->b, page);
		return victim;
	}
	if (find(&model->d, page) >= 0) {
		model->target = fmax(0, model->target - (b2 >= b1 ? 1 : (double)b1 / b2));
		if (full)
			victim = replace(model, true);
		drop(&model->d, page);
		return victim;
	}
	model->page[page].wanted_again = false;
	if (model->a.length + b1 == frames) {
		if (model->a.length == frames)
			return take(&model->a, 0);
		take(&model->b, 0);
	} else if (model->a.length + b1 + model->c.length + b2 == 2 * frames) {
		take(&model->d, 0);
	}
	return full ? replace(model, false) : PAGE_NONE;
}

static bool hit_arc(void *state, page_id page)
{
	struct model *model = state;

	forget_queued(state, page);
	add(&model->c, page);
	return false;
}

static void fill_arc(void *state, page_id page, enum fill_reason why)
{
	struct model *model = state;

	(void)why;
	if (!model->page[page].prepared)
		prepare_arc(model, page, false);
	model->page[page].prepared = false;
	add(model->page[page].wanted_again ? &model->c : &model->a, page);
}

static page_id victim_arc(void *state, page_id incoming)
{
	return incoming == PAGE_NONE ? replace(state, false) : prepare_arc(state, incoming, true);
}

/* ---- sieve: a is the queue; the paper's head is its end, the paper's tail its beginning ---- */

static int init_sieve(void *state, const struct policy_env *env, struct err *err)
{
	struct model *model = state;

	init_model(state, env, err);
	model->hand = PAGE_NONE;
	return 0;
}

static bool hit_sieve(void *state, page_id page)
{
	struct model *model = state;

	model->page[page].bit = true;
	return false;
}

static page_id towards_head(const struct model *model, page_id page)
{
	int at = find(&model->a, page);

	return at + 1 < model->a.length ? model->a.page[at + 1] : PAGE_NONE;
}

static void fill_sieve(void *state, page_id page, enum fill_reason why)
{
	struct model *model = state;

	(void)why;
	model->page[page].bit = false;
	add(&model->a, page);
}

static page_id victim_sieve(void *state, page_id incoming)
{
	struct model *model = state;
	page_id at = model->hand;

	(void)incoming;
	if (at == PAGE_NONE)
		at = model->a.page[0];
	while (model->page[at].bit) {
		model->page[at].bit = false;
		at = towards_head(model, at);
		if (at == PAGE_NONE)
			at = model->a.page[0];
	}
	model->hand = towards_head(model, at);
	drop(&model->a, at);
	return at;
}

static void forget_sieve(void *state, page_id page)
{
	struct model *model = state;

	if (model->hand == page)
		model->hand = towards_head(model, page);
	drop(&model->a, page);
}

/* ---- s3-fifo: a is S, b is G, c is M ---- */

static int init_s3(void *state, const struct policy_env *env, struct err *err)
{
	struct model *model = state;

	init_model(state, env, err);
	model->limit_a = reference_frames(env, "s3-fifo", "small");
	if (model->limit_a == 0)
		model->limit_a = 1;
	return 0;
}

static bool hit_s3(void *state, page_id page)
{
	struct model *model = state;

	model->page[page].frequency = (int)fmin(model->page[page].frequency + 1, 3);
	return false;
}

static void fill_s3(void *state, page_id page, enum fill_reason why)
{
	struct model *model = state;

	(void)why;
	model->page[page].frequency = 0;
	add(drop(&model->b, page) ? &model->c : &model->a, page);
}

static page_id evict_m(struct model *model)
{
	for (;;) {
		page_id page = take(&model->c, 0);

		if (model->page[page].frequency == 0)
			return page;
		model->page[page].frequency--;
		add(&model->c, page);
	}
}

static page_id evict_s(struct model *model)
{
	int main = (int)(model->env.frames - model->limit_a);

	while (model->a.length > 0) {
		page_id page = take(&model->a, 0);

		if (model->page[page].frequency <= 1) {
			add(&model->b, page);
			if (model->b.length > main)
				take(&model->b, 0);
			return page;
		}
		model->page[page].frequency = 0;
		add(&model->c, page);
		if (model->c.length > main)
			break;
	}
	return evict_m(model);
}

static page_id victim_s3(void *state, page_id incoming)
{
	struct model *model = state;

	(void)incoming;
	return model->a.length >= (int)model->limit_a || model->c.length == 0 ? evict_s(model) : evict_m(model);
}

/* ---- random: a holds the local pages, the last one fills a hole ---- */

static int init_random(void *state, const struct policy_env *env, struct err *err)
{
	struct model *model = state;

	init_model(state, env, err);
	return rng_init(&model->random, env->seed, err);
}

static bool ignore_hit(void *state, page_id page)
{
	(void)state, (void)page;
	return false;
}

static void fill_random(void *state, page_id page, enum fill_reason why)
{
	struct model *model = state;

	(void)why;
	add(&model->a, page);
}

static void forget_random(void *state, page_id page)
{
	struct model *model = state;
	int at = find(&model->a, page);

	model->a.page[at] = model->a.page[model->a.length - 1];
	model->a.length--;
}

static page_id victim_random(void *state, page_id incoming)
{
	struct model *model = state;
	page_id page = model->a.page[gsl_rng_get(model->random.gsl) % (uint64_t)model->a.length];

	(void)incoming;
	forget_random(state, page);
	return page;
}

static void destroy_random(void *state)
{
	struct model *model = state;

	rng_free(&model->random);
}

const struct policy_ops reference_2q = {
	.name = "2q",
	.state_size = sizeof(struct model),
	.init = init_2q,
	.hit = hit_2q,
	.fill = fill_2q,
	.victim = victim_2q,
	.forget = forget_queued,
	.destroy = destroy_model,
};

const struct policy_ops reference_arc = {
	.name = "arc",
	.state_size = sizeof(struct model),
	.init = init_model,
	.hit = hit_arc,
	.fill = fill_arc,
	.victim = victim_arc,
	.forget = forget_queued,
	.destroy = destroy_model,
};

const struct policy_ops reference_sieve = {
	.name = "sieve",
	.state_size = sizeof(struct model),
	.init = init_sieve,
	.hit = hit_sieve,
	.fill = fill_sieve,
	.victim = victim_sieve,
	.forget = forget_sieve,
	.destroy = destroy_model,
};

const struct policy_ops reference_s3_fifo = {
	.name = "s3-fifo",
	.state_size = sizeof(struct model),
	.init = init_s3,
	.hit = hit_s3,
	.fill = fill_s3,
	.victim = victim_s3,
	.forget = forget_queued,
	.destroy = destroy_model,
};

const struct policy_ops reference_random = {
	.name = "random",
	.state_size = sizeof(struct model),
	.init = init_random,
	.hit = ignore_hit,
	.fill = fill_random,
	.victim = victim_random,
	.forget = forget_random,
	.destroy = destroy_random,
};
