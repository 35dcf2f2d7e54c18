/* SPDX-License-Identifier: MIT */
#include "memory/active.h"

#include <assert.h>
#include <stdlib.h>

/* GONE: given back by the program, but still kept. If such a page did not count, others could stay mapped while more
 * pages are recorded than the proof allows. */
enum { ABSENT, GONE, READ_ONLY, WRITABLE };

int active_init(struct active *active, uint32_t pages, struct active_rule rule, struct err *err)
{
	int status;

	*active = (struct active){.pages = pages, .rule = rule};
	if (rule.keep < 1)
		return err_set(err, ERR_USAGE, "an active set of 0 pages: allowed are 1 or more");
	if (rule.leave < 1 || rule.leave > rule.keep)
		return err_set(err, ERR_USAGE, "an active set of %u pages that leave %u at a time: allowed are 1 to %u",
			       rule.keep, rule.leave, rule.keep);
	status = page_links_init_sparse(&active->links, pages, 1, err);
	if (status < 0)
		return status;
	page_list_init(&active->kept, &active->links, 0);
	active->state = calloc((size_t)pages + 1, sizeof(*active->state));
	active->step.page = calloc((size_t)(rule.keep < pages ? rule.keep : pages) + 1, sizeof(*active->step.page));
	if (active->state && active->step.page)
		return 0;
	active_free(active);
	return err_memory(err, "an active set");
}

void active_free(struct active *active)
{
	page_links_free(&active->links);
	free(active->state);
	free(active->step.page);
	active->state = NULL;
	active->step.page = NULL;
}

static void make_room(struct active *active)
{
	struct active_step *step = &active->step;

	if (active->kept.length < active->rule.keep)
		return;
	for (uint32_t i = 0; i < active->rule.leave; i++) {
		page_id oldest = page_list_pop(&active->kept);

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
		page_list_remove(&active->kept, page);
	page_list_append(&active->kept, page);
	*state = write ? WRITABLE : READ_ONLY;
	return &active->step;
}

void active_forget(struct active *active, page_id page)
{
	assert(page < active->pages);
	if (active->state[page] != ABSENT)
		active->state[page] = GONE;
}

const struct active_step *active_touch_alone(struct active *active, page_id page, bool write)
{
	struct active_step *step = &active->step;
	uint32_t leaving = 0;

	for (page_id kept = page_list_head(&active->kept); kept != PAGE_NONE;
	     kept = page_list_newer(&active->kept, kept)) {
		if (active->state[kept] != GONE)
			step->page[leaving++] = kept;
		active->state[kept] = GONE;
	}
	active_touch(active, page, write); /* whatever it makes leave is GONE */
	step->leaving = leaving;
	return step;
}
