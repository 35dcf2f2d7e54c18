/* SPDX-License-Identifier: MIT */
/* What a hit reads in a policy that moves the page in a list: its node and both neighbours. */
#ifndef POLICY_LIST_ARRAY_H
#define POLICY_LIST_ARRAY_H

#include "memory/page_list.h"
#include "policy/policy.h"

static inline struct policy_array list_array(const struct page_links *links)
{
	const char *nodes = (const char *)links->node;

	return (struct policy_array){nodes, sizeof(*links->node), nodes, sizeof(*links->node), 2};
}

#endif
