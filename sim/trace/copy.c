/* SPDX-License-Identifier: MIT */
#include "trace/copy.h"

#include <stdlib.h>

/* Puts the markers that stand before this record. */
static int copy_markers(struct trace_reader *reader, struct trace_writer *writer, uint64_t record, size_t *next,
			struct err *err)
{
	size_t count;
	const struct trace_marker *marker = trace_reader_markers(reader, &count);
	int status = 0;

	for (; status == 0 && *next < count && marker[*next].record <= record; ++*next)
		status = trace_writer_mark(writer, marker[*next].name, marker[*next].clock, err);
	return status;
}

static int copy_records(struct trace_reader *reader, struct trace_writer *writer, void (*progress)(void *, uint64_t),
			void *context, struct err *err)
{
	struct trace_cursor cursor;
	struct trace_ref ref;
	size_t marker = 0;
	int status, more;

	while ((more = trace_reader_next(reader, &cursor.batch, err)) > 0) {
		trace_cursor_begin(&cursor, trace_reader_frames(reader));
		for (;;) {
			status = copy_markers(reader, writer, cursor.batch.first_record + cursor.record, &marker, err);
			if (status < 0)
				return status;
			if (!trace_cursor_next(&cursor, &ref))
				break;
			status = trace_writer_add(writer, &ref, err);
			if (status < 0)
				return status;
		}
		if (progress)
			progress(context, cursor.batch.first_record + cursor.batch.count);
	}
	return more < 0 ? more : copy_markers(reader, writer, UINT64_MAX, &marker, err);
}

int trace_copy_overwritten(const struct trace_reader *reader, struct trace_writer *writer,
			   const struct trace_observed *observed, page_id below, struct err *err)
{
	const struct trace_overwritten *overwritten = trace_reader_overwritten(reader);
	const gfn *frame = trace_reader_frames(reader);
	gfn *named = malloc(((size_t)overwritten->count + 1) * sizeof(*named));
	uint32_t count = 0;
	int status;

	if (!named)
		return err_memory(err, "a trace's overwritten pages");
	for (; count < overwritten->count && overwritten->page[count] < below; count++)
		named[count] = frame[overwritten->page[count]];
	status = trace_writer_overwritten(writer, observed, named, count, err);
	free(named);
	return status;
}

int trace_copy(struct trace_reader *reader, struct trace_writer *writer, struct trace_totals *totals,
	       void (*progress)(void *context, uint64_t records), void *context, struct err *err)
{
	const struct trace_totals *from = trace_reader_totals(reader);
	const struct trace_overwritten *overwritten = trace_reader_overwritten(reader);
	const struct trace_snapshot_page *page;
	uint32_t pages;
	int status;

	page = trace_reader_snapshot(reader, &pages);
	status = trace_writer_snapshot(writer, page, pages, err);
	if (status == 0)
		status = copy_records(reader, writer, progress, context, err);
	if (status == 0 && overwritten)
		status = trace_copy_overwritten(reader, writer, &overwritten->observed, PAGE_NONE, err);
	if (status < 0) {
		trace_writer_abandon(writer, true);
		return status;
	}
	return trace_writer_finish(writer, from->end, from->outside, totals, err);
}
