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

/* Whether the record that the cursor has just returned is copied. */
static bool keeps(const struct trace_copy *copy, const struct trace_cursor *cursor, trace_kind kind)
{
	return !copy->keeps || copy->keeps(copy->chooser, cursor->batch.page[cursor->record - 1], kind);
}

static int copy_records(const struct trace_copy *copy, struct err *err)
{
	struct trace_reader *reader = copy->reader;
	struct trace_writer *writer = copy->writer;
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
			if (copy->keeps)
				ref.kind &= UINT8_MAX; /* how many touches follow is counted for another filter */
			if (keeps(copy, &cursor, ref.kind) && (status = trace_writer_add(writer, &ref, err)) < 0)
				return status;
		}
		if (copy->progress)
			copy->progress(copy->context, cursor.batch.first_record + cursor.batch.count);
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

int trace_copy(const struct trace_copy *copy, struct trace_totals *totals, struct err *err)
{
	struct trace_writer *writer = copy->writer;
	const struct trace_totals *from = trace_reader_totals(copy->reader);
	const struct trace_overwritten *overwritten = trace_reader_overwritten(copy->reader);
	const struct trace_snapshot_page *page;
	uint32_t pages;
	int status;

	page = trace_reader_snapshot(copy->reader, &pages);
	status = trace_writer_snapshot(writer, page, pages, err);
	if (status == 0)
		status = copy_records(copy, err);
	if (status == 0 && overwritten)
		status = trace_copy_overwritten(copy->reader, writer, &overwritten->observed, PAGE_NONE, err);
	if (status < 0) {
		trace_writer_abandon(writer, true);
		return status;
	}
	return trace_writer_finish(writer, from->end, from->outside, totals, err);
}
