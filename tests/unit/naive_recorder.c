/* SPDX-License-Identifier: MIT */
#include "naive_recorder.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

/* The mapped pages in an array, the oldest first. */
struct recorder {
	struct naive_way way;
	uint32_t used;
	struct {
		page_id page;
		bool writable;
		uint32_t record; /* by which it came in */
	} mapped[NAIVE_PAGES + 1];
};

static uint32_t place(const struct recorder *recorder, page_id page)
{
	uint32_t at = 0;

	while (at < recorder->used && recorder->mapped[at].page != page)
		at++;
	return at;
}

static void take_away(struct recorder *recorder, uint32_t at, uint32_t count)
{
	recorder->used -= count;
	memmove(&recorder->mapped[at], &recorder->mapped[at + count],
		(recorder->used - at) * sizeof(recorder->mapped[0]));
}

/* Returns whether the touch is a record. */
static bool recorder_touch(struct recorder *recorder, struct string *kept, page_id page, bool write)
{
	const struct naive_way *way = &recorder->way;
	uint32_t at = place(recorder, page);

	if (at < recorder->used && (!write || recorder->mapped[at].writable))
		return false;
	if (at < recorder->used && (way->asks || way->mistake == WRITE_DOES_NOT_RENEW)) {
		recorder->mapped[at].writable = true;
		if (way->asks)
			kept->kind[recorder->mapped[at].record] |= TRACE_WRITE;
		return !way->asks;
	}
	if (at < recorder->used)
		take_away(recorder, at, 1);
	else if (recorder->used == way->rule.keep + (way->mistake == KEEPS_ONE_MORE))
		take_away(recorder, 0, way->rule.leave);
	recorder->mapped[recorder->used].page = page;
	recorder->mapped[recorder->used].record = kept->count;
	recorder->mapped[recorder->used++].writable = write || way->mistake == MAPS_WRITABLE;
	return true;
}

struct string recorded(const struct string *full, const struct naive_way *way)
{
	struct recorder recorder = {.way = *way};
	struct string kept = *full;

	kept.count = 0;
	for (uint32_t i = 0; i < full->count; i++) {
		if (!recorder_touch(&recorder, &kept, full->page[i], full->kind[i] & TRACE_WRITE))
			continue;
		kept.page[kept.count] = full->page[i];
		kept.kind[kept.count] = full->kind[i];
		kept.touch[kept.count++] = i;
	}
	return kept;
}

/* Pages that are the worst for a recorder: those that leave next, have just left, or have just come. */
static page_id worst(const struct recorder *recorder, const struct string *so_far, uint32_t pages, uint64_t *seed)
{
	uint32_t used = recorder->used, back = 1 + (uint32_t)test_below(seed, 2 * recorder->way.rule.keep + 2);

	switch (test_below(seed, 5)) {
	case 0: return used ? recorder->mapped[0].page : 0;
	case 1: return used ? recorder->mapped[used - 1].page : 0;
	case 2: return back <= so_far->count ? so_far->page[so_far->count - back] : 0;
	case 3: return used ? recorder->mapped[test_below(seed, used)].page : 0;
	default: return (page_id)test_below(seed, pages);
	}
}

struct string string_draw(uint64_t *seed, struct active_rule rule)
{
	uint32_t pages = 1 + (uint32_t)test_below(seed, 120), count = 1 + (uint32_t)test_below(seed, STRING_TOUCHES);
	struct refs refs = test_refs(test_random(seed), count, pages);
	unsigned sort = (unsigned)test_below(seed, 4);
	struct recorder recorder = {.way.rule = rule};
	struct string string = {0}, unused = {0};
	page_id *dense;

	for (string.count = 0; string.count < count && sort < 2; string.count++) {
		struct trace_ref *ref = &refs.ref[string.count];
		double share = (double)test_below(seed, 1u << 20) / (1u << 20);

		ref->frame = sort ? worst(&recorder, &string, pages, seed) : (gfn)pow(pages, share);
		string.page[string.count] = (page_id)ref->frame;
		recorder_touch(&recorder, &unused, (page_id)ref->frame, ref->kind & TRACE_WRITE);
	}
	dense = dense_pages(&refs, &string.pages);
	memcpy(string.page, dense, count * sizeof(*dense));
	for (uint32_t i = 0; i < count; i++)
		string.kind[i] = refs.ref[i].kind;
	string.count = count;
	free(dense);
	test_refs_free(&refs);
	return string;
}

void string_add_snapshot(struct string *string, uint64_t *seed)
{
	uint32_t untouched = (uint32_t)test_below(seed, 30);

	for (uint32_t i = 0; i < string->count; i++)
		string->page[i] += untouched;
	string->known = untouched + (uint32_t)test_below(seed, string->pages + 1);
	string->pages += untouched;
	for (uint32_t i = 0; i < string->known; i++)
		string->snapshot[i] = (struct trace_snapshot_page){
			i, test_below(seed, 2) ? string->known - i + (uint32_t)test_below(seed, 5) : 0};
}

struct curve string_curve(const struct string *string, struct active_rule rule)
{
	const struct curve_trace trace = {.pages = string->pages,
					  .vcpus = STRING_VCPUS,
					  .rule = rule,
					  .snapshot = string->snapshot,
					  .snapshot_pages = string->known};
	const struct trace_batch batch = {.count = string->count, .page = string->page, .kind = string->kind};
	struct curve_pass *pass;
	struct curve curve;
	struct err err;

	CU_ASSERT_EQUAL_FATAL(curve_pass_create(&pass, &trace, &err), 0);
	curve_pass_add(pass, &batch);
	CU_ASSERT_EQUAL_FATAL(curve_pass_end(pass, &curve, &err), 0);
	curve_pass_destroy(pass);
	return curve;
}

struct active_rule draw_rule(uint64_t *seed)
{
	const uint32_t keep = 1 + (uint32_t)test_below(seed, test_below(seed, 2) ? 5 : 40);

	switch (test_below(seed, 3)) {
	case 0: return (struct active_rule){keep, 1};
	case 1: return (struct active_rule){keep, keep};
	default: return (struct active_rule){keep, 1 + (uint32_t)test_below(seed, keep)};
	}
}
