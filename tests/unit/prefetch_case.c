/* SPDX-License-Identifier: MIT */
#include "prefetch_case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

static uint64_t *param(const struct prefetch_case *c, const char *name)
{
	for (size_t i = 0; i < c->ops->option_count; i++)
		if (strcmp(c->ops->options[i].name, name) == 0)
			return (uint64_t *)((char *)c->params + c->ops->options[i].at);
	CU_FAIL_FATAL("no such parameter");
	return NULL;
}

uint64_t case_param(const struct prefetch_case *c, const char *name)
{
	return *param(c, name);
}

void case_open(struct prefetch_case *c, const char *name, gfn frames, const char *settings,
	       const struct prefetch_future *future)
{
	struct prefetch_env env = {.frames = frames, .future = future};
	struct err err;
	char word[32];
	unsigned long long value;
	int length;

	*c = (struct prefetch_case){.ops = prefetch_find(name), .frames = frames};
	CU_ASSERT_PTR_NOT_NULL_FATAL(c->ops);
	c->params = calloc(1, c->ops->params_size + 1);
	c->state = calloc(1, c->ops->state_size + 1);
	for (size_t i = 0; i < c->ops->option_count; i++)
		*param(c, c->ops->options[i].name) = strtoull(c->ops->options[i].def, NULL, 10);
	for (; sscanf(settings, " %31[^=]=%llu%n", word, &value, &length) == 2; settings += length)
		*param(c, word) = value;
	env.params = c->ops->params_size ? c->params : NULL;
	CU_ASSERT_EQUAL_FATAL(c->ops->init(c->state, &env, &err), 0);
}

void case_close(struct prefetch_case *c)
{
	c->ops->destroy(c->state);
	free(c->params);
	free(c->state);
}

void case_fault(struct prefetch_case *c, gfn frame)
{
	int bad = 0;

	c->out[PREFETCH_MAX] = GFN_NONE;
	c->count = c->ops->on_fault(c->state, frame, c->out);
	CU_ASSERT_FATAL(c->count <= PREFETCH_MAX);
	CU_ASSERT_EQUAL(c->out[PREFETCH_MAX], GFN_NONE);
	for (size_t i = 0; i < c->count; i++) {
		bad += c->out[i] >= c->frames || c->out[i] == frame;
		for (size_t k = 0; k < i; k++)
			bad += c->out[i] == c->out[k];
	}
	CU_ASSERT_EQUAL(bad, 0);
}

void case_tell(struct prefetch_case *c, gfn frame, enum prefetch_outcome outcome)
{
	if (c->ops->on_outcome)
		c->ops->on_outcome(c->state, frame, outcome);
}

void case_store(struct prefetch_case *c, gfn frame, bool written)
{
	if (c->ops->on_stored)
		c->ops->on_stored(c->state, frame, written);
}
