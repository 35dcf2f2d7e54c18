/* SPDX-License-Identifier: MIT */
#include "placement/ages.h"

#include <stdlib.h>

_Static_assert((uint32_t)TOURNAMENT_NONE == (uint32_t)NODE_NONE, "no winner is no node");

#define FIRST_STAMP (UINT64_C(1) << 62) /* used pages count up from it, retired ones down */

int ages_init(struct ages *ages, uint32_t nodes, const struct placement_node *node, struct err *err)
{
	*ages = (struct ages){.nodes = nodes, .node = node, .young = FIRST_STAMP, .retired = FIRST_STAMP};
	ages->host = calloc(nodes, sizeof(*ages->host));
	return ages->host ? tournament_init(&ages->oldest, nodes, err) : err_memory(err, "the ages of frames");
}

void ages_free(struct ages *ages)
{
	for (uint32_t node = 0; ages->host && node < ages->nodes; node++) {
		page_links_free(&ages->host[node].links);
		free(ages->host[node].stamp);
	}
	free(ages->host);
	tournament_free(&ages->oldest);
	*ages = (struct ages){0};
}

int ages_reserve(struct ages *ages, uint32_t node, uint32_t frames, struct err *err)
{
	struct ages_host *host = &ages->host[node], grown = {.stamp = calloc(frames, sizeof(*grown.stamp))};

	if (!grown.stamp || page_links_init_sparse(&grown.links, frames, 1, err)) {
		free(grown.stamp);
		return err_memory(err, "the age order of a node's frames");
	}
	page_list_init(&grown.hosted, &grown.links, 0);
	while (host->hosted.length) {
		page_id frame = page_list_pop(&host->hosted);

		page_list_append(&grown.hosted, frame);
		grown.stamp[frame] = host->stamp[frame];
	}
	page_links_free(&host->links);
	free(host->stamp);
	*host = grown;
	return 0;
}

void ages_update(struct ages *ages, uint32_t node)
{
	uint64_t stamp = ages_keeps(ages, node) ? AGE_NONE : ages_stamp(ages, node, ages_oldest(ages, node));
	uint64_t key = AGE_NONE - stamp;

	if (key != tournament_key(&ages->oldest, node))
		tournament_set(&ages->oldest, node, key);
}

void ages_arrive(struct ages *ages, uint32_t node, uint32_t frame)
{
	page_list_append(&ages->host[node].hosted, frame);
	ages->host[node].stamp[frame] = ++ages->young;
}

void ages_renew(struct ages *ages, uint32_t node, uint32_t frame)
{
	bool was_oldest = ages_oldest(ages, node) == frame;

	page_list_renew(&ages->host[node].hosted, frame);
	ages->host[node].stamp[frame] = ++ages->young;
	if (was_oldest)
		ages_update(ages, node);
}

void ages_retire(struct ages *ages, uint32_t node, uint32_t frame)
{
	page_list_remove(&ages->host[node].hosted, frame);
	page_list_prepend(&ages->host[node].hosted, frame);
	ages->host[node].stamp[frame] = --ages->retired;
	ages_update(ages, node);
}

void ages_leave(struct ages *ages, uint32_t node, uint32_t frame)
{
	page_list_remove(&ages->host[node].hosted, frame);
}
