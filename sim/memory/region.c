/* SPDX-License-Identifier: MIT */
#include "memory/region.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clones.h"
#include "memory/stack.h"
#include "trace/copy.h"

/* The state of a copy. */
struct cut {
	struct trace_reader *reader;
	struct trace_writer *writer;
	unsigned vcpus;
	const struct trace_marker *marker;
	size_t begin, next, end; /* markers: those that bound the region, the next to copy */
	uint64_t first_record, end_record;
	uint32_t snapshot_pages;          /* touched before the region */
	const struct trace_clock *origin; /* of each virtual CPU when the region begins */
	void (*progress)(void *context, uint64_t records);
	void *context;
};

int region_find(struct region *region, const struct trace_reader *reader, const char *begin, const char *end,
		struct err *err)
{
	uint32_t snapshot_pages;
	int status = trace_reader_find_marker(reader, begin, 0, &region->begin, err);

	trace_reader_snapshot(reader, &snapshot_pages);
	if (status < 0 && snapshot_pages) {
		size_t used = strlen(err->text);

		snprintf(err->text + used, sizeof(err->text) - used,
			 ": this trace is a region of interest already, and regions are cut out of whole traces");
		return status;
	}
	if (status == 0 && end)
		status = trace_reader_find_marker(reader, end, region->begin + 1, &region->end, err);
	else
		trace_reader_markers(reader, &region->end);
	return status;
}

static void place_snapshot(struct stack *stack, const struct trace_snapshot_page *snapshot, uint32_t count)
{
	for (page_id page = 0; page < count; page++) {
		stack_touch(stack, page);
		stack->page[page].dirty_from = snapshot[page].dirty_from;
	}
}

CLONES static void touch_stack(struct stack *stack, const struct trace_batch *batch, uint64_t end_record)
{
	for (uint32_t i = 0; i < batch->count && batch->first_record + i < end_record; i++) {
		uint32_t depth = stack_touch(stack, batch->page[i]);

		stack_dirty(&stack->page[batch->page[i]].dirty_from, depth, batch->kind[i] & TRACE_WRITE);
	}
}

/* Touches the pages of the trace's own snapshot and of the records before the region. */
static int touch_before(const struct cut *cut, struct stack *stack, struct err *err)
{
	uint32_t count;
	const struct trace_snapshot_page *snapshot = trace_reader_snapshot(cut->reader, &count);
	struct trace_batch batch = {0};
	int status = 0;

	place_snapshot(stack, snapshot, count);
	while (batch.first_record + batch.count < cut->first_record &&
	       (status = trace_reader_next(cut->reader, &batch, err)) > 0) {
		touch_stack(stack, &batch, cut->first_record);
		if (cut->progress)
			cut->progress(cut->context, batch.first_record + batch.count);
	}
	stack_settle(stack);
	return status < 0 ? status : 0;
}

static int put_snapshot(const struct cut *cut, const struct stack *stack, struct err *err)
{
	const gfn *frame = trace_reader_frames(cut->reader);
	struct trace_snapshot_page *snapshot = malloc(((size_t)stack->depth + 1) * sizeof(*snapshot));
	page_id *order = malloc(((size_t)stack->depth + 1) * sizeof(*order));
	int status;

	if (snapshot && order) {
		stack_order(stack, order);
		for (uint32_t i = 0; i < stack->depth; i++)
			snapshot[i] = (struct trace_snapshot_page){frame[order[i]], stack->page[order[i]].dirty_from};
		status = trace_writer_snapshot(cut->writer, snapshot, stack->depth, err);
	} else {
		status = err_memory(err, "a region's snapshot");
	}
	free(snapshot);
	free(order);
	return status;
}

static int copy_snapshot(struct cut *cut, struct err *err)
{
	struct stack stack;
	int status = stack_init(&stack, (uint32_t)trace_reader_totals(cut->reader)->pages, err);

	if (status < 0)
		return status;
	status = touch_before(cut, &stack, err);
	cut->snapshot_pages = stack.depth;
	if (status == 0)
		status = put_snapshot(cut, &stack, err);
	stack_free(&stack);
	return status;
}

/* Makes the clock of a virtual CPU relative to the region's beginning. */
static int rebase(const struct cut *cut, struct trace_clock *clock, unsigned vcpu, const char *what, uint64_t number,
		  struct err *err)
{
	const struct trace_clock *origin = &cut->origin[vcpu];

	if (clock->insn < origin->insn || clock->idle_ns < origin->idle_ns)
		return err_set(err, ERR_FAILED,
			       "%s %" PRIu64 ": the clock of virtual CPU %u is before that of the region's beginning",
			       what, number, vcpu);
	clock->insn -= origin->insn;
	clock->idle_ns -= origin->idle_ns;
	return 0;
}

static int rebase_all(const struct cut *cut, const struct trace_clock *from, struct trace_clock *to, const char *what,
		      uint64_t number, struct err *err)
{
	int status = 0;

	for (unsigned vcpu = 0; vcpu < cut->vcpus && status == 0; vcpu++) {
		to[vcpu] = from[vcpu];
		status = rebase(cut, &to[vcpu], vcpu, what, number, err);
	}
	return status;
}

/* Puts the markers inside the region that stand before this record. */
static int copy_markers(struct cut *cut, uint64_t record, struct err *err)
{
	struct trace_clock clock[TRACE_VCPUS_MAX];
	int status = 0;

	for (; status == 0 && cut->next < cut->end && cut->marker[cut->next].record <= record; cut->next++) {
		status = rebase_all(cut, cut->marker[cut->next].clock, clock, "marker", cut->next, err);
		if (status == 0)
			status = trace_writer_mark(cut->writer, cut->marker[cut->next].name, clock, err);
	}
	return status;
}

static int copy_batch(struct cut *cut, struct trace_cursor *cursor, struct err *err)
{
	struct trace_ref ref;
	uint64_t record;
	int status;

	for (record = cursor->batch.first_record; record < cut->end_record && trace_cursor_next(cursor, &ref);
	     record++) {
		if ((status = copy_markers(cut, record, err)) < 0 ||
		    (status = rebase(cut, &ref.clock, TRACE_KIND_VCPU(ref.kind), "record", record, err)) < 0 ||
		    (status = trace_writer_add(cut->writer, &ref, err)) < 0)
			return status;
	}
	if (cut->progress)
		cut->progress(cut->context, record);
	return 0;
}

static int copy_records(struct cut *cut, struct err *err)
{
	struct trace_cursor cursor = {0};
	uint64_t at = cut->first_record;
	int status = trace_reader_seek(cut->reader, at, err);

	while (status == 0 && at < cut->end_record &&
	       (status = trace_reader_next(cut->reader, &cursor.batch, err)) > 0) {
		at = cursor.batch.first_record + cursor.batch.count;
		trace_cursor_begin(&cursor, trace_reader_frames(cut->reader));
		status = copy_batch(cut, &cursor, err);
	}
	return status < 0 ? status : copy_markers(cut, UINT64_MAX, err);
}

/* Copies the pages of the snapshot that the region overwrites whole, if it is the region that was observed. */
static int copy_overwritten(const struct cut *cut, bool open, struct err *err)
{
	const struct trace_overwritten *overwritten = trace_reader_overwritten(cut->reader);
	const char *from = cut->marker[cut->begin].name, *to = open ? "" : cut->marker[cut->end].name;

	if (!overwritten || strcmp(from, overwritten->observed.from) != 0 || strcmp(to, overwritten->observed.to) != 0)
		return 0;
	return trace_copy_overwritten(cut->reader, cut->writer, &(struct trace_observed){"", ""}, cut->snapshot_pages,
				      err);
}

static struct trace_clock sum(const struct trace_clock *clock, unsigned vcpus)
{
	struct trace_clock total = {0, 0};

	for (unsigned vcpu = 0; vcpu < vcpus; vcpu++) {
		total.insn += clock[vcpu].insn;
		total.idle_ns += clock[vcpu].idle_ns;
	}
	return total;
}

/* What ran outside the region: the trace's own `outside`, and what it has more than the region. */
static struct trace_clock outside(const struct trace_totals *from, const struct trace_clock *end, unsigned vcpus)
{
	struct trace_clock all = sum(from->end, vcpus), inside = sum(end, vcpus);

	return (struct trace_clock){from->outside.insn + all.insn - inside.insn,
				    from->outside.idle_ns + all.idle_ns - inside.idle_ns};
}

int region_copy(const struct region *region, const struct region_copy *copy, struct trace_totals *totals,
		struct err *err)
{
	struct trace_reader *reader = copy->reader;
	const struct trace_totals *from = trace_reader_totals(reader);
	size_t markers;
	const struct trace_marker *marker = trace_reader_markers(reader, &markers), *begin = &marker[region->begin];
	bool open = region->end == markers;
	struct cut cut = {
		.reader = reader,
		.writer = copy->writer,
		.vcpus = trace_reader_header(reader)->vcpus,
		.marker = marker,
		.begin = region->begin,
		.next = region->begin + 1,
		.end = region->end,
		.first_record = begin->record,
		.end_record = open ? from->records : marker[region->end].record,
		.origin = begin->clock,
		.progress = copy->progress,
		.context = copy->context,
	};
	struct trace_clock end[TRACE_VCPUS_MAX];
	int status = rebase_all(&cut, open ? from->end : marker[region->end].clock, end, "marker", region->end, err);

	if (status == 0)
		status = copy_snapshot(&cut, err);
	if (status == 0)
		status = copy_records(&cut, err);
	if (status == 0)
		status = copy_overwritten(&cut, open, err);
	if (status < 0) {
		trace_writer_abandon(copy->writer, true);
		return status;
	}
	return trace_writer_finish(copy->writer, end, outside(from, end, cut.vcpus), totals, err);
}
