/* SPDX-License-Identifier: MIT */
/*
 * Random: every local page is equally likely to be the victim. A hit changes nothing. The local pages are kept in an
 * array; when a page leaves, the last one moves into its position.
 *
 * Source: Belady, 'A study of replacement algorithms for a virtual-storage computer', IBM Systems Journal 5(2), 1966.
 * Departs from it: nowhere. The random numbers are a stream of the VM's own. A prefetched page is an ordinary fill.
 */
#include <stdlib.h>

#include "base/rng.h"
#include "base/table.h"
#include "policy/policy.h"

struct random {
	struct rng rng;
	page_id *local;     /* the local pages, in no order */
	uint32_t *position; /* index in `local`, by page */
	uint32_t count;
};

static void destroy(void *state)
{
	struct random *random = state;

	rng_free(&random->rng);
	free(random->local);
	free(random->position);
}

static int init(void *state, const struct policy_env *env, struct err *err)
{
	struct random *random = state;

	if (rng_init(&random->rng, env->seed, err))
		return ERR_FAILED;
	random->local = table_alloc(env->frames, sizeof(*random->local));
	random->position = table_alloc(env->pages, sizeof(*random->position));
	if (!random->local || !random->position) {
		destroy(random);
		return err_memory(err, "the set of local pages");
	}
	return 0;
}

static bool hit(void *state, page_id page)
{
	(void)state, (void)page;
	return false;
}

static void fill(void *state, page_id page, enum fill_reason why)
{
	struct random *random = state;

	(void)why;
	random->position[page] = random->count;
	random->local[random->count++] = page;
}

static void forget(void *state, page_id page)
{
	struct random *random = state;
	uint32_t hole = random->position[page];
	page_id last = random->local[--random->count];

	random->local[hole] = last;
	random->position[last] = hole;
}

static page_id victim(void *state, page_id incoming)
{
	struct random *random = state;
	page_id page = random->local[rng_below(&random->rng, random->count)];

	(void)incoming;
	forget(random, page);
	return page;
}

const struct policy_ops policy_random = {
	.name = "random",
	.summary = "any local page, all equally likely",
	.source = "Belady, 'A study of replacement algorithms for a virtual-storage computer', 1966",
	.filtered = FILTERED_APPROXIMATE,
	.traps_suffice = true,
	.state_size = sizeof(struct random),
	.init = init,
	.hit = hit,
	.fill = fill,
	.victim = victim,
	.forget = forget,
	.destroy = destroy,
};
