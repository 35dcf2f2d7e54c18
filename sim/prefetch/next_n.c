/* SPDX-License-Identifier: MIT */
/*
 * Next-n: a fault on a frame also fetches the n frames after it, whatever the history. It keeps no state.
 *
 * Source: the simple page prefetching of Tahir, Irfan, Bakht, Sharif, Zaffar and Caesar's Mega-VM poster; sequential
 * prefetching is described in Smith, 'Cache memories', ACM Computing Surveys 14(3), 1982. Departs from it: nowhere; the
 * poster gives no n.
 */
#include "prefetch/prefetch.h"
#include "prefetch/strided.h"

struct next_n_params {
	uint64_t n;
};

static const struct option_row options[] = {
	{.name = "n",
	 .type = OPTION_COUNT,
	 .at = offsetof(struct next_n_params, n),
	 .min = "1",
	 .max = "256",
	 .def = "8",
	 .help = "frames fetched after the faulting one"},
};

struct next_n {
	gfn frames;
	size_t n;
};

static int init(void *state, const struct prefetch_env *env, struct err *err)
{
	const struct next_n_params *params = env->params;
	struct next_n *next_n = state;

	(void)err;
	next_n->frames = env->frames;
	next_n->n = params->n;
	return 0;
}

static size_t on_fault(void *state, gfn frame, gfn *out)
{
	const struct next_n *next_n = state;

	return prefetch_strided(frame, 1, next_n->n, next_n->frames, out);
}

static void destroy(void *state)
{
	(void)state;
}

const struct prefetch_ops prefetch_next_n = {
	.name = "next-n",
	.summary = "the n frames after the faulting one",
	.source = "Tahir et al., Mega-VM (poster)",
	.options = options,
	.option_count = sizeof(options) / sizeof(*options),
	.params_size = sizeof(struct next_n_params),
	.state_size = sizeof(struct next_n),
	.init = init,
	.on_fault = on_fault,
	.destroy = destroy,
};
