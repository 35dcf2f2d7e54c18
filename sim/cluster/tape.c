#include "cluster/tape.h"

#include <inttypes.h>
#include <stdlib.h>

static int put(struct tape_stream *stream, page_id page, trace_kind kind, struct trace_clock step, struct err *err)
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
		struct tape_gap *gaps = realloc(stream->gap, (stream->gaps + 1) * sizeof(*gaps));

		if (!gaps)
			return err_memory(err, "a trace");
		stream->gap = gaps;
		stream->gap[stream->gaps++] = (struct tape_gap){at, step};
		step.insn = 0;
	}
	stream->page[at] = page;
	stream->kind[at] = kind;
	stream->insn[at] = (uint32_t)step.insn;
	stream->count++;
	return 0;
}

static int read_records(struct tape *tape, struct trace_reader *reader, struct err *err)
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
			status = put(&tape->stream[TRACE_KIND_VCPU(batch.kind[i])], batch.page[i], batch.kind[i], step,
				     err);
			if (status < 0)
				return status;
		}
	}
	return more;
}

static int begin_streams(struct tape *tape, struct err *err)
{
	for (unsigned vcpu = 0; vcpu < tape->vcpus; vcpu++) {
		struct tape_stream *stream = &tape->stream[vcpu];

		stream->page = malloc(1024 * sizeof(*stream->page));
		stream->kind = malloc(1024 * sizeof(*stream->kind));
		stream->insn = malloc(1024 * sizeof(*stream->insn));
		if (!stream->page || !stream->kind || !stream->insn)
			return err_memory(err, "a trace");
	}
	return 0;
}

/* Guest frames, their way back, and the snapshot. */
static int read_pages(struct tape *tape, const struct trace_reader *reader, struct err *err)
{
	const struct trace_snapshot_page *snapshot = trace_reader_snapshot(reader, &tape->snapshot_pages);
	const struct trace_header *header = trace_reader_header(reader);
	int status = frame_map_init(&tape->map, err);

	tape->snapshot = malloc((tape->snapshot_pages + 1) * sizeof(*snapshot));
	tape->frame = malloc((tape->pages + 1) * sizeof(*tape->frame));
	if (!tape->snapshot || !tape->frame)
		return err_memory(err, "a trace");
	if (tape->snapshot_pages)
		memcpy(tape->snapshot, snapshot, tape->snapshot_pages * sizeof(*snapshot));
	if (tape->pages)
		memcpy(tape->frame, trace_reader_frames(reader), tape->pages * sizeof(*tape->frame));
	tape->guest_frames = header->guest_bytes >> header->page_shift;
	for (page_id page = 0; page < tape->pages && status == 0; page++) {
		page_id id;

		if (tape->frame[page] >= tape->guest_frames)
			tape->guest_frames = tape->frame[page] + 1;
		status = frame_map_add(&tape->map, tape->frame[page], &id, err);
		if (status == 0 && id != page)
			status = err_set(err, ERR_FAILED, "%s: guest frame %#" PRIx64 " has two page ids", tape->path,
					 tape->frame[page]);
	}
	return status;
}

static void tape_free(struct tape *tape)
{
	for (unsigned vcpu = 0; vcpu < TRACE_VCPUS_MAX; vcpu++) {
		free(tape->stream[vcpu].page);
		free(tape->stream[vcpu].kind);
		free(tape->stream[vcpu].insn);
		free(tape->stream[vcpu].gap);
	}
	frame_map_free(&tape->map);
	free(tape->snapshot);
	free(tape->frame);
	free(tape->path);
	free(tape->workload);
	*tape = (struct tape){0};
}

/* Takes over what is known before the first record. */
static int read_totals(struct tape *tape, const struct trace_reader *reader, const char *path, struct err *err)
{
	const struct trace_totals *totals = trace_reader_totals(reader);

	tape->path = strdup(path);
	tape->workload = strdup(trace_reader_header(reader)->workload);
	tape->vcpus = trace_reader_header(reader)->vcpus;
	tape->k = trace_reader_header(reader)->k;
	tape->pages = (uint32_t)totals->pages;
	tape->footprint = (uint32_t)totals->footprint;
	memcpy(tape->end, totals->end, sizeof(tape->end));
	if (!tape->path || !tape->workload)
		return err_memory(err, "a trace");
	return totals->records ? 0 : err_set(err, ERR_FAILED, "%s: an empty trace: it has no records", path);
}

static int read_tape(struct tape *tape, const char *path, bool whole, struct err *err)
{
	const struct trace_reader_options options = {false, whole, whole};
	struct trace_reader *reader;
	int status = trace_reader_open(&reader, path, &options, err);

	*tape = (struct tape){0};
	if (status < 0)
		return status;
	status = read_totals(tape, reader, path, err);
	if (status == 0 && whole && (status = read_pages(tape, reader, err)) == 0 &&
	    (status = begin_streams(tape, err)) == 0)
		status = read_records(tape, reader, err);
	trace_reader_close(reader);
	if (status < 0)
		tape_free(tape);
	return status;
}

uint32_t tape_local_frames(const struct tape *tape, const struct share *local)
{
	double frames = local->is_size ? (double)(local->bytes >> TRACE_PAGE_SHIFT)
				       : local->fraction * tape->footprint + .5;

	return frames > tape->footprint ? tape->footprint : (uint32_t)frames;
}

const struct tape *tapes_find(const struct tapes *tapes, const char *path)
{
	for (size_t i = 0; i < tapes->count; i++)
		if (strcmp(tapes->tape[i].path, path) == 0)
			return &tapes->tape[i];
	return NULL;
}

int tapes_add(struct tapes *tapes, const char *path, bool whole, struct err *err)
{
	struct tape *all;
	int status;

	if (tapes_find(tapes, path))
		return 0;
	all = realloc(tapes->tape, (tapes->count + 1) * sizeof(*all));
	if (!all)
		return err_memory(err, "the traces");
	tapes->tape = all;
	status = read_tape(&tapes->tape[tapes->count], path, whole, err);
	tapes->count += status == 0;
	return status;
}

void tapes_free(struct tapes *tapes)
{
	for (size_t i = 0; i < tapes->count; i++)
		tape_free(&tapes->tape[i]);
	free(tapes->tape);
	*tapes = (struct tapes){0};
}
