/* SPDX-License-Identifier: MIT */
#include "trace/decoded.h"

#include <inttypes.h>
#include <stdlib.h>

static int put(struct decoded_stream *stream, page_id page, trace_kind kind, struct trace_clock step, struct err *err)
{
	uint64_t at = stream->count;

	if (!(at & (at - 1)) && at >= 1024) { /* room doubles at powers of two */
		page_id *pages = realloc(stream->page, 2 * at * sizeof(*pages));
		trace_kind *kinds = pages ? realloc(stream->kind, 2 * at * sizeof(*kinds)) : NULL;
		uint32_t *insns = kinds ? realloc(stream->insn, 2 * at * sizeof(*insns)) : NULL;

		stream->page = pages ? pages : stream->page;
		stream->kind = kinds ? kinds : stream->kind;
		stream->insn = insns ? insns : stream->insn;
		if (!insns)
			return err_memory(err, "a trace");
	}
	if (step.idle_ns || step.insn > UINT32_MAX) {
		struct decoded_gap *gaps = realloc(stream->gap, (stream->gaps + 1) * sizeof(*gaps));

		if (!gaps)
			return err_memory(err, "a trace");
		stream->gap = gaps;
		stream->gap[stream->gaps++] = (struct decoded_gap){at, step};
		step.insn = 0;
	}
	stream->page[at] = page;
	stream->kind[at] = kind;
	stream->insn[at] = (uint32_t)step.insn;
	stream->count++;
	return 0;
}

static int read_records(struct decoded_trace *trace, struct trace_reader *reader, struct err *err)
{
	struct trace_batch batch;
	int more;

	while ((more = trace_reader_next(reader, &batch, err)) > 0) {
		uint32_t idle = 0;

		for (uint32_t i = 0; i < batch.count; i++) {
			struct trace_clock step = {batch.insn[i], 0};
			int status;

			if (idle < batch.idle_count && batch.idle[idle].at == i)
				step.idle_ns = batch.idle[idle++].ns;
			status = put(&trace->stream[TRACE_KIND_VCPU(batch.kind[i])], batch.page[i], batch.kind[i], step,
				     err);
			if (status < 0)
				return status;
		}
	}
	return more;
}

static int begin_streams(struct decoded_trace *trace, struct err *err)
{
	for (unsigned vcpu = 0; vcpu < trace->vcpus; vcpu++) {
		struct decoded_stream *stream = &trace->stream[vcpu];

		stream->page = malloc(1024 * sizeof(*stream->page));
		stream->kind = malloc(1024 * sizeof(*stream->kind));
		stream->insn = malloc(1024 * sizeof(*stream->insn));
		if (!stream->page || !stream->kind || !stream->insn)
			return err_memory(err, "a trace");
	}
	return 0;
}

/* Guest frames, their way back, and the snapshot. */
static int read_pages(struct decoded_trace *trace, const struct trace_reader *reader, struct err *err)
{
	const struct trace_snapshot_page *snapshot = trace_reader_snapshot(reader, &trace->snapshot_pages);
	const struct trace_header *header = trace_reader_header(reader);
	int status = frame_map_init(&trace->map, err);

	trace->snapshot = malloc((trace->snapshot_pages + 1) * sizeof(*snapshot));
	trace->frame = malloc((trace->pages + 1) * sizeof(*trace->frame));
	if (!trace->snapshot || !trace->frame)
		return err_memory(err, "a trace");
	if (trace->snapshot_pages)
		memcpy(trace->snapshot, snapshot, trace->snapshot_pages * sizeof(*snapshot));
	if (trace->pages)
		memcpy(trace->frame, trace_reader_frames(reader), trace->pages * sizeof(*trace->frame));
	trace->guest_frames = header->guest_bytes >> header->page_shift;
	trace->of_guest = header->guest_bytes;
	for (page_id page = 0; page < trace->pages && status == 0; page++) {
		page_id id;

		if (trace->frame[page] >= trace->guest_frames)
			trace->guest_frames = trace->frame[page] + 1;
		status = frame_map_add(&trace->map, trace->frame[page], &id, err);
		if (status == 0 && id != page)
			status = err_set(err, ERR_FAILED, "%s: guest frame %#" PRIx64 " has two page ids", trace->path,
					 trace->frame[page]);
	}
	return status;
}

static void decoded_free(struct decoded_trace *trace)
{
	for (unsigned vcpu = 0; vcpu < TRACE_VCPUS_MAX; vcpu++) {
		free(trace->stream[vcpu].page);
		free(trace->stream[vcpu].kind);
		free(trace->stream[vcpu].insn);
		free(trace->stream[vcpu].gap);
	}
	frame_map_free(&trace->map);
	free(trace->snapshot);
	free(trace->frame);
	free(trace->path);
	free(trace->workload);
	*trace = (struct decoded_trace){0};
}

/* Takes over what is known before the first record. */
static int read_totals(struct decoded_trace *trace, const struct trace_reader *reader, const char *path,
		       struct err *err)
{
	const struct trace_totals *totals = trace_reader_totals(reader);

	trace->path = strdup(path);
	trace->workload = strdup(trace_reader_header(reader)->workload);
	trace->vcpus = trace_reader_header(reader)->vcpus;
	trace->k = trace_reader_header(reader)->k;
	trace->again = trace_reader_header(reader)->again;
	trace->active = trace_reader_header(reader)->active;
	trace->pages = (uint32_t)totals->pages;
	trace->footprint = (uint32_t)totals->footprint;
	memcpy(trace->end, totals->end, sizeof(trace->end));
	if (!trace->path || !trace->workload)
		return err_memory(err, "a trace");
	return totals->records ? 0 : err_set(err, ERR_FAILED, "%s: an empty trace: it has no records", path);
}

static int read_decoded(struct decoded_trace *trace, const char *path, bool hinted, bool whole, struct err *err)
{
	const struct trace_reader_options options = {.clocks = whole, .frames = whole, .hinted = hinted};
	struct trace_reader *reader;
	int status = trace_reader_open(&reader, path, &options, err);

	*trace = (struct decoded_trace){0};
	if (status < 0)
		return status;
	trace->hinted = hinted;
	status = read_totals(trace, reader, path, err);
	if (status == 0 && whole && (status = read_pages(trace, reader, err)) == 0 &&
	    (status = begin_streams(trace, err)) == 0)
		status = read_records(trace, reader, err);
	trace_reader_close(reader);
	if (status < 0)
		decoded_free(trace);
	return status;
}

uint32_t decoded_local_frames(const struct decoded_trace *trace, const struct share *local)
{
	return (uint32_t)share_pages(local, trace->footprint, TRACE_PAGE_SHIFT);
}

const struct decoded_trace *decoded_traces_find(const struct decoded_traces *traces, const char *path, bool hinted)
{
	for (size_t i = 0; i < traces->count; i++)
		if (traces->trace[i].hinted == hinted && strcmp(traces->trace[i].path, path) == 0)
			return &traces->trace[i];
	return NULL;
}

int decoded_traces_add(struct decoded_traces *traces, const char *path, bool hinted, bool whole, struct err *err)
{
	struct decoded_trace *all;
	int status;

	if (decoded_traces_find(traces, path, hinted))
		return 0;
	all = realloc(traces->trace, (traces->count + 1) * sizeof(*all));
	if (!all)
		return err_memory(err, "the traces");
	traces->trace = all;
	status = read_decoded(&traces->trace[traces->count], path, hinted, whole, err);
	traces->count += status == 0;
	return status;
}

void decoded_traces_free(struct decoded_traces *traces)
{
	for (size_t i = 0; i < traces->count; i++)
		decoded_free(&traces->trace[i]);
	free(traces->trace);
	*traces = (struct decoded_traces){0};
}
