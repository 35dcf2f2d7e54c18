/* SPDX-License-Identifier: MIT */
#include "policy/policy.h"

#include <string.h>

extern const struct policy_ops policy_fifo, policy_clock, policy_lru, policy_segmented_fifo, policy_2q, policy_arc,
	policy_sieve, policy_s3_fifo, policy_mru, policy_random, policy_linux, policy_mglru, policy_opt;

const struct policy_ops *const policies[] = {
	&policy_fifo, &policy_clock,  &policy_lru,   &policy_segmented_fifo,
	&policy_2q,   &policy_arc,    &policy_sieve, &policy_s3_fifo,
	&policy_mru,  &policy_random, &policy_linux, &policy_mglru,
	&policy_opt,  NULL,
};

const struct policy_ops *policy_find(const char *name)
{
	for (int i = 0; policies[i]; i++)
		if (strcmp(policies[i]->name, name) == 0)
			return policies[i];
	return NULL;
}

uint32_t policy_reserved(const struct policy_ops *policy, const void *params)
{
	return policy->reclaim ? policy->reclaim->reserved(params) : 0;
}

const char *policy_name(int i)
{
	int count = sizeof(policies) / sizeof(policies[0]) - 1;

	return i < count ? policies[i]->name : NULL;
}

enum policy_filtered policy_counts(const struct policy_ops *policy, uint32_t k, bool again, bool prefetches)
{
	if (!k)
		return FILTERED_EXACT;
	if (policy->filtered == FILTERED_EXACT && prefetches)
		return FILTERED_APPROXIMATE;
	return again || !policy->sees_again ? policy->filtered : FILTERED_MISLEADING;
}

enum policy_filtered policy_counts_active(const struct policy_ops *policy, bool prefetches)
{
	return policy->filtered == FILTERED_EXACT && !prefetches ? FILTERED_BOUNDED : FILTERED_UNBOUNDED;
}

const char *policy_filtered_word(enum policy_filtered filtered)
{
	static const char *const words[] = {[FILTERED_MISLEADING] = "misleading",
					    [FILTERED_APPROXIMATE] = "approximate",
					    [FILTERED_UNBOUNDED] = "unbounded",
					    [FILTERED_BOUNDED] = "bounded",
					    [FILTERED_EXACT] = "exact"};

	return words[filtered];
}

enum policy_filtered policy_filtered_find(const char *word)
{
	enum policy_filtered filtered = FILTERED_MISLEADING;

	while (filtered != FILTERED_EXACT && strcmp(policy_filtered_word(filtered), word) != 0)
		filtered++;
	return filtered;
}

const char *policy_filtered_remedy(enum policy_filtered filtered)
{
	switch (filtered) {
	case FILTERED_MISLEADING: return "misleading (filtered trace); meaningful only with --k 0 of import and record";
	case FILTERED_UNBOUNDED:
		return "unbounded (recorded with an active set, whose bounds are for LRU without a prefetcher); exact "
		       "on a trace with every reference";
	case FILTERED_APPROXIMATE:
		return "approximate (filtered trace; within 3 % where measured, from 4 K pages on); exact with --k 0";
	case FILTERED_BOUNDED:
		return "bounded (recorded with an active set); the counts of all touches lie between the bounds that "
		       "'megavm curve' gives";
	default: return NULL;
	}
}
