/* SPDX-License-Identifier: MIT */
#include "emulator/pager_record.h"

#include <stdlib.h>

#include "trace/header.h"

void pager_page_written(void *context, uint64_t vpn)
{
	struct pager *pager = context;
	page_id page = pages_find(&pager->pages, vpn);

	if (page != PAGE_NONE && pager->pages.info[page].mapped)
		recorder_written(pager->recorder, page);
}

static int by_address(const void *a, const void *b, void *context)
{
	const struct page_info *info = context;
	const uint64_t x = info[*(const page_id *)a].vpn, y = info[*(const page_id *)b].vpn;

	return (x > y) - (x < y);
}

/* Neighbours are unmapped together, so the pages go in order of their addresses. */
static void unmap_leaving(struct pager *pager, const struct active_step *step)
{
	qsort_r(step->page, step->leaving, sizeof(*step->page), by_address, pager->pages.info);
	for (uint32_t at = 0; at < step->leaving; at += UNMAP_PAGES)
		pager_unmap(pager, step->page + at,
			    step->leaving - at < UNMAP_PAGES ? step->leaving - at : UNMAP_PAGES);
}

int pager_record(struct pager *pager, const struct pager_wait *wait, struct err *err)
{
	const struct recorder_touch touch = {wait->page, wait->address >> TRACE_PAGE_SHIFT, wait->write,
					     pager_ran_ps(pager)};
	const struct active_step *step = recorder_step(pager->recorder, wait->page);

	unmap_leaving(pager, step);
	return recorder_touch(pager->recorder, &touch, err);
}

void pager_note_written(struct pager *pager, uint64_t start, uint64_t end)
{
	const uint64_t to = end >> TRACE_PAGE_SHIFT;
	uint64_t vpn[UNMAP_PAGES];
	uint32_t count = 0;

	if (!pager->recorder)
		return;
	pthread_mutex_lock(&pager->lock);
	for (uint64_t at = pages_next(&pager->pages, start >> TRACE_PAGE_SHIFT, to); at < to;
	     at = pages_next(&pager->pages, at + 1, to)) {
		if (!pager->pages.info[pages_find(&pager->pages, at)].mapped)
			continue;
		vpn[count++] = at;
		if (count == UNMAP_PAGES) {
			unmap_ask(&pager->unmapper, vpn, count);
			count = 0;
		}
	}
	unmap_ask(&pager->unmapper, vpn, count);
	pthread_mutex_unlock(&pager->lock);
}
