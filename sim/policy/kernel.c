/* SPDX-License-Identifier: MIT */
#include "policy/kernel.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/table.h"

uint32_t kernel_pages(uint64_t bytes)
{
	const uint64_t pages = bytes / KERNEL_PAGE_BYTES + (bytes % KERNEL_PAGE_BYTES != 0);

	return pages < UINT32_MAX ? (uint32_t)pages : UINT32_MAX;
}

int kernel_check(const char *policy, uint32_t pages, uint32_t frames, struct err *err)
{
	if (pages < frames)
		return 0;
	return err_set(err, ERR_USAGE,
		       "policies.%s.kernel_memory takes %" PRIu32 " pages and leaves none of the %" PRIu32
		       " local ones: allowed are at most %" PRIu32 " pages of 4 KiB",
		       policy, pages, frames, frames - 1);
}

int kernel_chosen_init(struct kernel_chosen *chosen, const struct policy_env *env, struct err *err)
{
	chosen->unmapped = env->unmapped;
	chosen->context = env->context;
	chosen->victims.page = table_alloc(env->pages, sizeof(page_id));
	chosen->written.page = table_alloc(env->pages, sizeof(page_id));
	return chosen->victims.page && chosen->written.page ? 0 : err_memory(err, "the pages of a reclaim");
}

void kernel_chosen_free(struct kernel_chosen *chosen)
{
	free(chosen->victims.page);
	free(chosen->written.page);
}

void kernel_chosen_clear(struct kernel_chosen *chosen)
{
	chosen->victims.first = chosen->victims.end = 0;
	chosen->written.first = chosen->written.end = 0;
}
