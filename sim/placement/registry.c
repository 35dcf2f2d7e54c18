/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "placement/placement.h"

extern const struct placement_ops placement_round_robin, placement_most_free, placement_nearest, placement_two_choices,
	placement_random, placement_multinode_lru;

const struct placement_ops *const placements[] = {
	&placement_round_robin,
	&placement_most_free,
	&placement_nearest,
	&placement_two_choices,
	&placement_random,
	&placement_multinode_lru,
	NULL,
};

const struct placement_ops *placement_find(const char *name)
{
	for (int i = 0; placements[i]; i++)
		if (strcmp(placements[i]->name, name) == 0)
			return placements[i];
	return NULL;
}

const char *placement_name(int i)
{
	int count = sizeof(placements) / sizeof(placements[0]) - 1;

	return i < count ? placements[i]->name : NULL;
}
