/* SPDX-License-Identifier: MIT */
/* What the policies share that follow a kernel's reclaim (policy_reclaim): the memory that the kernel takes for itself,
 * and the pages that a reclaim has chosen and that whoever drives the policy has not asked for yet. */
#ifndef POLICY_KERNEL_H
#define POLICY_KERNEL_H

#include "policy/policy.h"

#define KERNEL_PAGE_BYTES       4096
#define KERNEL_PRIORITY         12 /* DEF_PRIORITY: reclaim looks at length >> priority, from this one down to 0 */
#define KERNEL_SWAP_CLUSTER_MAX 32 /* pages that are freed at least */

/* The row of NAME.kernel_memory, a field of `params`. */
#define KERNEL_MEMORY_ROW(params)                                                                                    \
	{                                                                                                            \
		.name = "kernel_memory", .type = OPTION_SIZE, .at = offsetof(params, kernel_memory), .min = "0",     \
		.def = "0", .help = "the part of local memory that holds page tables and other memory of the kernel" \
	}

/* Pages of `bytes` of the kernel's memory, rounded up. */
uint32_t kernel_pages(uint64_t bytes);

/* ERR_USAGE when they leave no frame; `policy` is named in the message. */
int kernel_check(const char *policy, uint32_t pages, uint32_t frames, struct err *err);

struct kernel_queue {
	page_id *page;
	uint32_t first, end; /* those that are left */
};

/* What one reclaim has chosen. */
struct kernel_chosen {
	struct kernel_queue victims, written;
	void (*unmapped)(void *context, page_id page); /* of policy_env */
	void *context;
};

/* Room for all pages each. Returns 0 or ERR_FAILED; kernel_chosen_free is right in both cases. */
int kernel_chosen_init(struct kernel_chosen *chosen, const struct policy_env *env, struct err *err);
void kernel_chosen_free(struct kernel_chosen *chosen);
void kernel_chosen_clear(struct kernel_chosen *chosen);

static inline void kernel_put(struct kernel_queue *queue, page_id page)
{
	queue->page[queue->end++] = page;
}

/* A page that was unmapped and written. */
static inline void kernel_put_written(struct kernel_chosen *chosen, page_id page)
{
	kernel_put(&chosen->written, page);
	if (chosen->unmapped)
		chosen->unmapped(chosen->context, page);
}

/* PAGE_NONE when none is left. */
static inline page_id kernel_take(struct kernel_queue *queue)
{
	return queue->first < queue->end ? queue->page[queue->first++] : PAGE_NONE;
}

#endif
