/* SPDX-License-Identifier: MIT */
#include "reference.h"

#include <assert.h>
#include <math.h>
#include <string.h>

extern const struct policy_ops reference_fifo, reference_clock, reference_lru, reference_segmented_fifo, reference_2q,
	reference_arc, reference_sieve, reference_s3_fifo, reference_mru, reference_random, reference_linux,
	reference_mglru, reference_opt;

static const struct policy_ops *const references[] = {
	&reference_fifo, &reference_clock,  &reference_lru,   &reference_segmented_fifo,
	&reference_2q,   &reference_arc,    &reference_sieve, &reference_s3_fifo,
	&reference_mru,  &reference_random, &reference_linux, &reference_mglru,
	&reference_opt,
};

const struct policy_ops *reference_find(const char *name)
{
	for (size_t i = 0; i < sizeof(references) / sizeof(references[0]); i++)
		if (strcmp(references[i]->name, name) == 0)
			return references[i];
	return NULL;
}

uint32_t reference_frames(const struct policy_env *env, const char *policy, const char *parameter)
{
	const struct policy_ops *ops = policy_find(policy);

	const struct option_row *option = ops->options, *end = option + ops->option_count;
	double share;

	while (option < end && strcmp(option->name, parameter) != 0)
		option++;
	assert(option < end);
	memcpy(&share, (const char *)env->params + option->at, sizeof(share));
	return (uint32_t)floor(share * env->frames + 0.5);
}
