/* SPDX-License-Identifier: MIT */
#include "trace/verify.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "trace/block.h"

struct count {
	struct trace_totals totals;
	struct trace_clock clock[TRACE_VCPUS_MAX];
	const struct trace_overwritten *overwritten; /* NULL: the trace does not say */
	uint64_t observed;                           /* the record from which on it says so */
	uint8_t *touched;                            /* a page's flags */
	page_id next_page;                           /* the id that the next page named must have */
};

enum {
	TOUCHED = 1,     /* by a record */
	OVERWRITTEN = 2, /* the trace says so of its first use, which has not come yet */
};

static const char *count_batch(struct count *count, struct trace_batch *batch, unsigned vcpus)
{
	if (memcmp(batch->clock, count->clock, vcpus * sizeof(*count->clock)) != 0)
		return "its clocks do not go on from the block before";
	for (uint32_t i = 0; i < batch->count; i++) {
		page_id page = batch->page[i];

		if (page > count->next_page)
			return "its pages are not numbered in the order of their first touch";
		count->next_page += page == count->next_page;
		count->totals.footprint += !(count->touched[page] & TOUCHED);
		if (count->touched[page] & OVERWRITTEN && batch->first_record + i >= count->observed &&
		    !(batch->kind[i] & TRACE_WRITE))
			return "a page that is overwritten whole is read first";
		count->touched[page] = batch->first_record + i >= count->observed ? TOUCHED
										  : count->touched[page] | TOUCHED;
		count->totals.writes += batch->kind[i] & TRACE_WRITE;
		count->totals.sources[TRACE_KIND_SOURCE(batch->kind[i])]++;
	}
	count->totals.records += batch->count;
	block_advance(batch, batch->count);
	memcpy(count->clock, batch->clock, vcpus * sizeof(*count->clock));
	return count->next_page == batch->first_page + batch->new_pages ? NULL
									: "it names pages that it does not touch";
}

static const char *compare(const struct count *count, const struct trace_totals *totals, unsigned vcpus)
{
	if (count->totals.records != totals->records || count->totals.footprint != totals->footprint ||
	    count->totals.writes != totals->writes || count->next_page != totals->pages ||
	    memcmp(count->totals.sources, totals->sources, sizeof(totals->sources)) != 0)
		return "the totals in the index are not those of the records";
	for (uint32_t i = 0; count->overwritten && i < count->overwritten->count; i++)
		if (count->touched[count->overwritten->page[i]] & OVERWRITTEN)
			return "a page that is overwritten whole has no record";
	for (unsigned vcpu = 0; vcpu < vcpus; vcpu++)
		if (count->clock[vcpu].insn > totals->end[vcpu].insn ||
		    count->clock[vcpu].idle_ns > totals->end[vcpu].idle_ns)
			return "the last record is behind the end of the trace";
	return NULL;
}

/* Notes the pages that are overwritten whole. Returns 0 or a negative code. */
static int note_overwritten(struct count *count, const struct trace_reader *reader, struct err *err)
{
	const struct trace_overwritten *overwritten = trace_reader_overwritten(reader);
	const struct trace_marker *markers;
	size_t marker, all;

	count->overwritten = overwritten;
	if (!overwritten)
		return 0;
	if (*overwritten->observed.from) {
		if (trace_reader_find_marker(reader, overwritten->observed.from, 0, &marker, err) < 0)
			return ERR_FAILED;
		markers = trace_reader_markers(reader, &all);
		count->observed = markers[marker].record;
	}
	for (uint32_t i = 0; i < overwritten->count; i++)
		count->touched[overwritten->page[i]] = OVERWRITTEN;
	return 0;
}

int trace_verify(struct trace_reader *reader, uint64_t *blocks, void (*progress)(void *context, uint64_t records),
		 void *context, struct err *err)
{
	const struct trace_totals *totals = trace_reader_totals(reader);
	unsigned vcpus = trace_reader_header(reader)->vcpus;
	struct count count = {.touched = calloc(totals->pages + 1, 1)};
	struct trace_batch batch;
	const char *wrong = NULL;
	uint64_t n = 0;
	int status;

	if (!count.touched)
		return err_memory(err, "the pages of a trace");
	trace_reader_snapshot(reader, &count.next_page);
	status = note_overwritten(&count, reader, err);
	while (status >= 0 && !wrong && (status = trace_reader_next(reader, &batch, err)) > 0) {
		uint64_t record = batch.first_record;

		wrong = count_batch(&count, &batch, vcpus);
		if (wrong)
			status = err_set(err, ERR_FAILED, "record block %" PRIu64 ", from record %" PRIu64 ": %s", n,
					 record, wrong);
		n++;
		if (progress)
			progress(context, count.totals.records);
	}
	if (status == 0 && (wrong = compare(&count, totals, vcpus)))
		status = err_set(err, ERR_FAILED, "%s", wrong);
	if (blocks)
		*blocks = n;
	free(count.touched);
	return wrong ? ERR_FAILED : status;
}
