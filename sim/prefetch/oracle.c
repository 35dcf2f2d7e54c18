/* SPDX-License-Identifier: MIT */
/*
 * The oracle: a fault fetches the next n different frames that the guest will touch and that are remote now. It cannot
 * be built. It bounds what prefetching at faults can gain: only the times of the faults and the free memory limit it.
 *
 * Source: the informed prefetching of Cao, Felten, Karlin and Li, 'A study of integrated prefetching and caching
 * strategies', SIGMETRICS 1995: fetch in the order of the next references. Departs from it: the eviction policy still
 * chooses the victims, and prefetches start only at faults.
 */
#include <assert.h>

#include "prefetch/prefetch.h"

struct oracle_params {
	uint64_t n;
};

static const struct option_row options[] = {
	{.name = "n",
	 .type = OPTION_COUNT,
	 .at = offsetof(struct oracle_params, n),
	 .min = "1",
	 .max = "255",
	 .def = "8",
	 .help = "frames fetched at a fault"},
};

struct oracle {
	const struct prefetch_future *future;
	size_t n; /* below PREFETCH_MAX: one more is requested, since the future may contain the faulting frame */
};

static int init(void *state, const struct prefetch_env *env, struct err *err)
{
	const struct oracle_params *params = env->params;
	struct oracle *oracle = state;

	(void)err;
	assert(env->future && params->n < PREFETCH_MAX);
	oracle->future = env->future;
	oracle->n = params->n;
	return 0;
}

static size_t on_fault(void *state, gfn frame, gfn *out)
{
	const struct oracle *oracle = state;
	size_t known = oracle->future->next(oracle->future->context, out, oracle->n + 1);
	size_t count = 0;

	for (size_t i = 0; i < known && count < oracle->n; i++)
		if (out[i] != frame)
			out[count++] = out[i];
	return count;
}

static void destroy(void *state)
{
	(void)state;
}

const struct prefetch_ops prefetch_oracle = {
	.name = "oracle",
	.summary = "the next n different remote frames, known from the future",
	.source = "Cao et al., A study of integrated prefetching and caching strategies, 1995",
	.needs_future = true,
	.options = options,
	.option_count = sizeof(options) / sizeof(*options),
	.params_size = sizeof(struct oracle_params),
	.state_size = sizeof(struct oracle),
	.init = init,
	.on_fault = on_fault,
	.destroy = destroy,
};
