/* SPDX-License-Identifier: MIT */
#include "memory/active.h"

#include <assert.h>
#include <stdlib.h>

/* GONE: given back by the program, but still one of the pages recorded last. If such a page did not count, others could
 * stay mapped while A more are recorded. */
enum { ABSENT, GONE, READ_ONLY, WRITABLE };

int active_init(struct active *active, uint32_t pages, uint32_t keep, uint32_t batch, struct err *err)
{
	uint32_t most = keep < ACTIVE_BATCH_MAX ? keep : ACTIVE_BATCH_MAX;
	int status;

	*active = (struct active){.pages = pages, .keep = keep, .batch = batch};
	if (keep < 1)
		return err_set(err, ERR_USAGE, "an active set of 0 pages: allowed are 1 or more");
	if (batch < 1 || batch > most)
		return err_set(err, ERR_USAGE, "an active set of %u pages that leave %u at a time: allowed are 1 to %u",
			       keep, batch, most);
	status = page_links_init_sparse(&active->links, pages, 1, err);
	if (status < 0)
		return status;
	page_list_init(&active->last, &active->links, 0);
	active->state = calloc((size_t)pages + 1, sizeof(*active->state));
	if (active->state)
		return 0;
	active_free(active);
	return err_memory(err, "an active set");
}

void active_free(struct active *active)
{
	page_links_free(&active->links);
	free(active->state);
	active->state = NULL;
}

static void make_room(struct active *active)
{
	struct active_step *step = &active->step;

	if (active->last.length < active->keep)
		return;
	for (uint32_t i = 0; i < active->batch; i++) {
		page_id oldest = page_list_pop(&active->last);

		if (active->state[oldest] != GONE)
			step->page[step->leaving++] = oldest;
		active->state[oldest] = ABSENT;
	}
}

const struct active_step *active_touch(struct active *active, page_id page, bool write)
{
	uint8_t *state = &active->state[page];
	bool is_mapped = *state == READ_ONLY || *state == WRITABLE;

	assert(page < active->pages);
	active->step.leaving = 0;
	active->step.answer = !is_mapped ? ACTIVE_COMES : write && *state == READ_ONLY ? ACTIVE_WRITABLE : ACTIVE_RUNS;
	if (active->step.answer == ACTIVE_RUNS)
		return &active->step;
	if (*state == ABSENT)
		make_room(active);
	else
		page_list_remove(&active->last, page);
	page_list_append(&active->last, page);
	*state = write ? WRITABLE : READ_ONLY;
	return &active->step;
}

void active_forget(struct active *active, page_id page)
{
	assert(page < active->pages);
	if (active->state[page] != ABSENT)
		active->state[page] = GONE;
}
