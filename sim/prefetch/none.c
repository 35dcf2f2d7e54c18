/* SPDX-License-Identifier: MIT */
/*
 * No prefetching: every remote page is fetched at its own fault. The baseline.
 *
 * Source: none.
 */
#include "prefetch/prefetch.h"

static int init(void *state, const struct prefetch_env *env, struct err *err)
{
	(void)state, (void)env, (void)err;
	return 0;
}

static size_t on_fault(void *state, gfn frame, gfn *out)
{
	(void)state, (void)frame, (void)out;
	return 0;
}

static void destroy(void *state)
{
	(void)state;
}

const struct prefetch_ops prefetch_none = {
	.name = "none",
	.summary = "no prefetching",
	.source = "none",
	.is_none = true,
	.init = init,
	.on_fault = on_fault,
	.destroy = destroy,
};
