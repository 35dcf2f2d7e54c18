/* SPDX-License-Identifier: MIT */
#include "trace/writer.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/output.h"
#include "trace/bytes.h"
#include "trace/chunk.h"
#include "trace/column.h"
#include "trace/filter.h"
#include "trace/frame_map.h"

struct block {
	uint32_t records, first_page, new_pages, idles;
	uint64_t first_record;
	struct trace_clock clock[TRACE_VCPUS_MAX]; /* before it */
	uint64_t insn_before;                      /* of all virtual CPUs */
	uint64_t frame[TRACE_BLOCK_RECORDS], page[TRACE_BLOCK_RECORDS], kind[TRACE_BLOCK_RECORDS],
		insn[TRACE_BLOCK_RECORDS];
	uint64_t idle_at[TRACE_BLOCK_RECORDS], idle_ns[TRACE_BLOCK_RECORDS];
};

struct trace_writer {
	struct output output;
	int fd;
	struct trace_header header;
	struct trace_totals totals;
	struct trace_filter *filter; /* NULL when there is none */
	struct frame_map frames;
	struct column_codec *codec;
	struct bytes payload, index;
	size_t head_bytes; /* of HEAD's payload, with the room for notes */
	bool noted;        /* the header has changed since HEAD was written */
	uint64_t offset, chunks;
	struct trace_clock clock[TRACE_VCPUS_MAX]; /* of the last record of each virtual CPU */
	uint32_t snapshot_pages;
	uint8_t *touched; /* a flag a page of the snapshot */
	bool started;     /* a reference or a marker has come */
	struct block block;
};

static int write_all(struct trace_writer *writer, const void *data, size_t n, struct err *err)
{
	const uint8_t *at = data;

	writer->offset += n;
	while (n) {
		ssize_t done = write(writer->fd, at, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return err_errno(err, ERR_FAILED,
					 "%s: cannot write at offset %" PRIu64
					 " (what is there can be read with --recover)",
					 writer->output.part, writer->offset - n);
		at += done;
		n -= (size_t)done;
	}
	return 0;
}

static int write_chunk(struct trace_writer *writer, const char *type, const struct bytes *payload, struct err *err)
{
	uint8_t head[TRACE_CHUNK_BYTES];
	int status;

	if (payload->failed)
		return err_memory(err, "a block of the trace");
	if (payload->length > TRACE_PAYLOAD_MAX)
		return err_set(err, ERR_FAILED, "%s: the trace has too many blocks for its index", writer->output.part);
	memcpy(head, type, 4);
	put_u32(head + 4, (uint32_t)payload->length);
	put_u64(head + 8, writer->chunks++);
	put_u64(head + 16, writer->offset);
	put_u64(head + 24, XXH3_64bits(payload->data, payload->length));
	put_u64(head + 32, XXH3_64bits(head, 32));
	status = write_all(writer, head, sizeof(head), err);
	return status < 0 ? status : write_all(writer, payload->data, payload->length, err);
}

static void put_clocks(struct bytes *to, const struct trace_clock *clock, unsigned n)
{
	for (unsigned vcpu = 0; vcpu < n; vcpu++) {
		bytes_put_u64(to, clock[vcpu].insn);
		bytes_put_u64(to, clock[vcpu].idle_ns);
	}
}

/* What INDX says of the chunk that comes next, whose type and contents `entry` has. */
static void put_entry(struct trace_writer *writer, const struct chunk_entry *entry)
{
	bytes_put(&writer->index, entry->type, 4);
	bytes_put_u32(&writer->index, (uint32_t)writer->payload.length);
	bytes_put_u64(&writer->index, writer->offset);
	bytes_put_u64(&writer->index, entry->first_record);
	bytes_put_u32(&writer->index, entry->records);
	bytes_put_u32(&writer->index, entry->first_page);
	bytes_put_u32(&writer->index, entry->new_pages);
	bytes_put_u32(&writer->index, 0);
	bytes_put_u64(&writer->index, entry->insn_before);
}

static uint64_t insn_of_all(const struct trace_writer *writer)
{
	uint64_t sum = 0;

	for (unsigned vcpu = 0; vcpu < writer->header.vcpus; vcpu++)
		sum += writer->clock[vcpu].insn;
	return sum;
}

static void begin_block(struct trace_writer *writer)
{
	struct block *block = &writer->block;

	block->records = block->new_pages = block->idles = 0;
	block->first_page = writer->frames.pages;
	block->first_record = writer->totals.records;
	block->insn_before = insn_of_all(writer);
	memcpy(block->clock, writer->clock, sizeof(block->clock));
}

static int end_block(struct trace_writer *writer, struct err *err)
{
	struct block *block = &writer->block;
	struct bytes *payload = &writer->payload;
	int status;

	if (!block->records)
		return 0;
	payload->length = 0;
	bytes_put_u32(payload, block->records);
	bytes_put_u32(payload, block->first_page);
	bytes_put_u32(payload, block->new_pages);
	bytes_put_u32(payload, block->idles);
	bytes_put_u64(payload, block->first_record);
	put_clocks(payload, block->clock, writer->header.vcpus);
	column_encode(writer->codec, payload, block->frame, block->new_pages);
	column_encode(writer->codec, payload, block->page, block->records);
	column_encode(writer->codec, payload, block->kind, block->records);
	column_encode(writer->codec, payload, block->insn, block->records);
	column_encode(writer->codec, payload, block->idle_at, block->idles);
	column_encode(writer->codec, payload, block->idle_ns, block->idles);
	put_entry(writer, &(struct chunk_entry){.type = TRACE_BLCK,
						.first_record = block->first_record,
						.records = block->records,
						.first_page = block->first_page,
						.new_pages = block->new_pages,
						.insn_before = block->insn_before});
	status = write_chunk(writer, TRACE_BLCK, payload, err);
	begin_block(writer);
	return status;
}

/* Steps the clock of a record's virtual CPU and notes the steps. */
static int put_clock(struct trace_writer *writer, const struct trace_ref *ref, struct err *err)
{
	struct block *block = &writer->block;
	struct trace_clock *last = &writer->clock[TRACE_KIND_VCPU(ref->kind)];

	if (ref->clock.insn < last->insn || ref->clock.idle_ns < last->idle_ns)
		return err_set(err, ERR_FAILED, "%s: record %" PRIu64 ": the clock of virtual CPU %u goes back",
			       writer->output.path, writer->totals.records, TRACE_KIND_VCPU(ref->kind));
	block->insn[block->records] = ref->clock.insn - last->insn;
	if (ref->clock.idle_ns > last->idle_ns) {
		block->idle_at[block->idles] = block->records;
		block->idle_ns[block->idles++] = ref->clock.idle_ns - last->idle_ns;
	}
	*last = ref->clock;
	return 0;
}

/* A reference that has passed the filter: the next record. */
static int put_record(void *context, const struct trace_ref *ref, struct err *err)
{
	struct trace_writer *writer = context;
	struct block *block = &writer->block;
	page_id page = 0, known = writer->frames.pages;
	int status = put_clock(writer, ref, err);

	if (status < 0 || (status = frame_map_add(&writer->frames, ref->frame, &page, err)) < 0)
		return status;
	if (page == known)
		block->frame[block->new_pages++] = ref->frame;
	else if (page < writer->snapshot_pages && !writer->touched[page])
		writer->touched[page] = 1, writer->totals.footprint++;
	block->page[block->records] = page;
	block->kind[block->records++] = ref->kind;
	writer->totals.records++;
	writer->totals.writes += ref->kind & TRACE_WRITE;
	writer->totals.sources[TRACE_KIND_SOURCE(ref->kind)]++;
	return block->records == TRACE_BLOCK_RECORDS ? end_block(writer, err) : 0;
}

static int start(struct trace_writer *writer, struct err *err)
{
	writer->started = true;
	writer->snapshot_pages = writer->frames.pages;
	writer->touched = calloc(writer->snapshot_pages + 1, 1);
	if (!writer->touched)
		return err_memory(err, "a trace writer");
	begin_block(writer);
	return 0;
}

static int check_frame(const struct trace_writer *writer, gfn frame, struct err *err)
{
	if (frame == GFN_NONE)
		return err_set(err, ERR_FAILED, "%s: frame %#" PRIx64 " cannot be used: it stands for none",
			       writer->output.path, frame);
	return 0;
}

int trace_writer_add(struct trace_writer *writer, const struct trace_ref *ref, struct err *err)
{
	int status;

	if (!writer->started && (status = start(writer, err)) < 0)
		return status;
	if (TRACE_KIND_VCPU(ref->kind) >= writer->header.vcpus)
		return err_set(err, ERR_FAILED, "%s: a reference of virtual CPU %u, but the trace has %u",
			       writer->output.path, TRACE_KIND_VCPU(ref->kind), writer->header.vcpus);
	status = check_frame(writer, ref->frame, err);
	if (status < 0)
		return status;
	return writer->filter ? trace_filter_add(writer->filter, ref, err) : put_record(writer, ref, err);
}

static int sync_filter(struct trace_writer *writer, struct err *err)
{
	int status = 0;

	if (!writer->started)
		status = start(writer, err);
	if (status == 0 && writer->filter)
		status = trace_filter_sync(writer->filter, err);
	return status < 0 ? status : end_block(writer, err);
}

int trace_writer_mark(struct trace_writer *writer, const char *name, const struct trace_clock *clock, struct err *err)
{
	size_t length = strlen(name);
	int status;

	if (length < 1 || length > TRACE_NAME_MAX)
		return err_set(err, ERR_FAILED, "%s: a marker's name of %zu bytes: allowed are 1 to %d",
			       writer->output.path, length, TRACE_NAME_MAX);
	status = sync_filter(writer, err);
	if (status < 0)
		return status;
	writer->payload.length = 0;
	bytes_put_u64(&writer->payload, writer->totals.records);
	put_clocks(&writer->payload, clock, writer->header.vcpus);
	bytes_put(&writer->payload, name, length);
	put_entry(writer, &(struct chunk_entry){.type = TRACE_MARK,
						.first_record = writer->totals.records,
						.first_page = writer->frames.pages,
						.insn_before = insn_of_all(writer)});
	return write_chunk(writer, TRACE_MARK, &writer->payload, err);
}

static int put_snapshot_chunk(struct trace_writer *writer, const struct trace_snapshot_page *page, uint32_t n,
			      struct err *err)
{
	struct block *block = &writer->block;
	uint32_t first_page = writer->frames.pages;

	for (uint32_t i = 0; i < n; i++) {
		page_id id;
		int status = check_frame(writer, page[i].frame, err);

		if (status == 0)
			status = frame_map_add(&writer->frames, page[i].frame, &id, err);

		if (status < 0)
			return status;
		if (id != first_page + i)
			return err_set(err, ERR_FAILED, "%s: frame %#" PRIx64 " is twice in the opening snapshot",
				       writer->output.path, page[i].frame);
		block->frame[i] = page[i].frame;
		block->page[i] = page[i].dirty_from;
	}
	writer->payload.length = 0;
	bytes_put_u32(&writer->payload, first_page);
	bytes_put_u32(&writer->payload, n);
	column_encode(writer->codec, &writer->payload, block->frame, n);
	column_encode(writer->codec, &writer->payload, block->page, n);
	put_entry(writer, &(struct chunk_entry){.type = TRACE_SNAP, .first_page = first_page, .new_pages = n});
	return write_chunk(writer, TRACE_SNAP, &writer->payload, err);
}

int trace_writer_snapshot(struct trace_writer *writer, const struct trace_snapshot_page *page, size_t n,
			  struct err *err)
{
	int status = 0;

	if (writer->started)
		return err_set(err, ERR_FAILED, "%s: a snapshot after the first reference", writer->output.path);
	while (n && status == 0) {
		uint32_t some = n < TRACE_BLOCK_RECORDS ? (uint32_t)n : TRACE_BLOCK_RECORDS;

		status = put_snapshot_chunk(writer, page, some, err);
		page += some;
		n -= some;
	}
	return status;
}

bool trace_writer_knows(const struct trace_writer *writer, gfn frame)
{
	return frame_map_find(&writer->frames, frame) != PAGE_NONE;
}

static int by_number(const void *a, const void *b)
{
	const page_id one = *(const page_id *)a, other = *(const page_id *)b;

	return (one > other) - (one < other);
}

static void put_name(struct bytes *to, const char *name)
{
	bytes_put_u8(to, (uint8_t)strlen(name));
	bytes_put(to, name, strlen(name));
}

static int put_overwritten_chunk(struct trace_writer *writer, const struct trace_overwritten *all, uint32_t first,
				 uint32_t n, struct err *err)
{
	struct bytes *payload = &writer->payload;
	uint64_t *page = writer->block.page;

	for (uint32_t i = 0; i < n; i++)
		page[i] = all->page[first + i];
	payload->length = 0;
	bytes_put_u32(payload, all->count);
	bytes_put_u32(payload, first);
	bytes_put_u32(payload, n);
	put_name(payload, all->observed.from);
	put_name(payload, all->observed.to);
	column_encode(writer->codec, payload, page, n);
	put_entry(writer, &(struct chunk_entry){.type = TRACE_OVWR,
						.first_record = writer->totals.records,
						.first_page = writer->frames.pages,
						.insn_before = insn_of_all(writer)});
	return write_chunk(writer, TRACE_OVWR, payload, err);
}

static int put_overwritten(struct trace_writer *writer, const struct trace_overwritten *all, struct err *err)
{
	uint32_t first = 0, some;
	int status;

	if (strlen(all->observed.from) > TRACE_NAME_MAX || strlen(all->observed.to) > TRACE_NAME_MAX)
		return err_set(err, ERR_FAILED, "%s: a marker's name of more than %d bytes", writer->output.path,
			       TRACE_NAME_MAX);
	do {
		some = all->count - first < TRACE_BLOCK_RECORDS ? all->count - first : TRACE_BLOCK_RECORDS;
		status = put_overwritten_chunk(writer, all, first, some, err);
		first += some;
	} while (status == 0 && first < all->count);
	return status;
}

int trace_writer_overwritten(struct trace_writer *writer, const struct trace_observed *observed, const gfn *frame,
			     size_t n, struct err *err)
{
	struct trace_overwritten all = {*observed, malloc((n + 1) * sizeof(*all.page)), (uint32_t)n};
	int status = all.page ? sync_filter(writer, err) : err_memory(err, "a trace's overwritten pages");

	for (size_t i = 0; i < n && status == 0; i++) {
		all.page[i] = frame_map_find(&writer->frames, frame[i]);
		if (all.page[i] == PAGE_NONE)
			status = err_set(err, ERR_FAILED, "%s: frame %#" PRIx64 " is overwritten but never touched",
					 writer->output.path, frame[i]);
	}
	if (status == 0) {
		qsort(all.page, n, sizeof(*all.page), by_number);
		status = put_overwritten(writer, &all, err);
	}
	free(all.page);
	return status;
}

/* The header as text into `payload`, and blanks up to `room` bytes behind it. */
static int encode_head(struct trace_writer *writer, size_t room, struct err *err)
{
	json_t *json = trace_header_to_json(&writer->header);
	char *text = json ? json_dumps(json, JSON_INDENT(1)) : NULL;

	json_decref(json);
	if (!text)
		return err_memory(err, "a trace's header");
	writer->payload.length = 0;
	bytes_put(&writer->payload, text, strlen(text));
	free(text);
	while (room--)
		bytes_put(&writer->payload, " ", 1);
	return 0;
}

static int put_head(struct trace_writer *writer, size_t room, struct err *err)
{
	const char magic[TRACE_MAGIC_BYTES + 1] = TRACE_MAGIC "2";
	int status = encode_head(writer, room, err);

	if (status == 0)
		status = write_all(writer, magic, TRACE_MAGIC_BYTES, err);
	if (status < 0)
		return status;
	writer->head_bytes = writer->payload.length;
	put_entry(writer, &(struct chunk_entry){.type = TRACE_HEAD});
	return write_chunk(writer, TRACE_HEAD, &writer->payload, err);
}

int trace_writer_note(struct trace_writer *writer, const char *key, const char *value, struct err *err)
{
	json_t *text = json_string(value);

	if (!text)
		return err_set(err, ERR_FAILED, "%s: the note %s is not UTF-8", writer->output.path,
			       err_quote(key).text);
	writer->noted = true;
	return json_object_set_new(writer->header.notes, key, text) == 0 ? 0 : err_memory(err, "a trace's header");
}

/* Writes HEAD once more, over itself, with the notes that have come since. */
static int rewrite_head(struct trace_writer *writer, struct err *err)
{
	uint64_t offset = writer->offset, chunks = writer->chunks;
	int status = encode_head(writer, 0, err);

	if (status < 0)
		return status;
	if (writer->payload.length > writer->head_bytes)
		return err_set(err, ERR_FAILED, "%s: the header's notes take %zu bytes: room was left for %zu",
			       writer->output.path, writer->payload.length, writer->head_bytes);
	while (writer->payload.length < writer->head_bytes && !writer->payload.failed)
		bytes_put(&writer->payload, " ", 1);
	if (lseek(writer->fd, TRACE_MAGIC_BYTES, SEEK_SET) < 0)
		return err_errno(err, ERR_FAILED, "%s", writer->output.part);
	writer->offset = TRACE_MAGIC_BYTES;
	writer->chunks = 0;
	status = write_chunk(writer, TRACE_HEAD, &writer->payload, err);
	writer->offset = offset;
	writer->chunks = chunks;
	if (status == 0 && lseek(writer->fd, (off_t)offset, SEEK_SET) < 0)
		status = err_errno(err, ERR_FAILED, "%s", writer->output.part);
	return status;
}

static int put_index(struct trace_writer *writer, struct err *err)
{
	const struct trace_totals *totals = &writer->totals;
	struct bytes *payload = &writer->payload;
	uint8_t trailer[TRACE_TRAILER_BYTES];
	uint64_t at = writer->offset;
	int status;

	payload->length = 0;
	bytes_put_u64(payload, totals->records);
	bytes_put_u64(payload, totals->pages);
	bytes_put_u64(payload, totals->footprint);
	bytes_put_u64(payload, totals->writes);
	for (int source = 0; source < TRACE_SOURCES; source++)
		bytes_put_u64(payload, totals->sources[source]);
	put_clocks(payload, &totals->outside, 1);
	put_clocks(payload, totals->end, writer->header.vcpus);
	bytes_put(payload, writer->index.data, writer->index.length);
	if (writer->index.failed)
		return err_memory(err, "the trace's index");
	status = write_chunk(writer, TRACE_INDX, payload, err);
	if (status < 0)
		return status;
	put_u64(trailer, at);
	put_u64(trailer + 8, writer->offset + TRACE_TRAILER_BYTES);
	put_u64(trailer + 16, XXH3_64bits(trailer, 16));
	memcpy(trailer + 24, TRACE_END_MAGIC, TRACE_MAGIC_BYTES);
	return write_all(writer, trailer, sizeof(trailer), err);
}

int trace_writer_create(struct trace_writer **out, const char *path, const struct trace_header *header,
			const struct trace_writer_options *options, struct err *err)
{
	struct trace_writer *writer;
	int status;

	if (options->level < 1 || options->level > 19)
		return err_set(err, ERR_USAGE, "compression level %d: allowed are 1 to 19", options->level);
	writer = calloc(1, sizeof(*writer));
	if (!writer)
		return err_memory(err, "a trace writer");
	writer->fd = -1;
	if ((status = trace_header_copy(&writer->header, header, err)) < 0 ||
	    (status = frame_map_init(&writer->frames, err)) < 0 ||
	    (status = column_codec_create(&writer->codec, TRACE_BLOCK_RECORDS, options->level, err)) < 0 ||
	    (header->k && !options->filtered &&
	     (status = trace_filter_create(&writer->filter, header->k, (struct trace_sink){put_record, writer}, err)) <
		     0) ||
	    (status = writer->fd = output_open(&writer->output, path, O_WRONLY | O_CLOEXEC, err)) < 0 ||
	    (status = put_head(writer, options->notes_room, err)) < 0) {
		trace_writer_abandon(writer, false);
		return status;
	}
	*out = writer;
	return 0;
}

static int finish(struct trace_writer *writer, const struct trace_clock *end, struct trace_clock outside,
		  struct err *err)
{
	int status = sync_filter(writer, err);

	if (status < 0)
		return status;
	writer->totals.pages = writer->frames.pages;
	writer->totals.footprint += writer->frames.pages - writer->snapshot_pages;
	writer->totals.outside = outside;
	memcpy(writer->totals.end, end, writer->header.vcpus * sizeof(*end));
	for (unsigned vcpu = 0; vcpu < writer->header.vcpus; vcpu++)
		if (end[vcpu].insn < writer->clock[vcpu].insn || end[vcpu].idle_ns < writer->clock[vcpu].idle_ns)
			return err_set(err, ERR_FAILED, "%s: the trace ends before the last record of virtual CPU %u",
				       writer->output.path, vcpu);
	if (writer->noted)
		status = rewrite_head(writer, err);
	if (status == 0)
		status = put_index(writer, err);
	if (status < 0)
		return status;
	if (fsync(writer->fd) < 0 && errno != EINVAL)
		return err_errno(err, ERR_FAILED, "%s", writer->output.part);
	return output_commit(&writer->output, err);
}

int trace_writer_finish(struct trace_writer *writer, const struct trace_clock *end, struct trace_clock outside,
			struct trace_totals *totals, struct err *err)
{
	int status = finish(writer, end, outside, err);

	if (status == 0 && totals)
		*totals = writer->totals;
	trace_writer_abandon(writer, true);
	return status;
}

void trace_writer_abandon(struct trace_writer *writer, bool keep)
{
	if (!writer)
		return;
	if (writer->fd >= 0) {
		close(writer->fd);
		if (!keep)
			output_discard(&writer->output);
	}
	trace_header_free(&writer->header);
	trace_filter_destroy(writer->filter);
	frame_map_free(&writer->frames);
	column_codec_destroy(writer->codec);
	bytes_free(&writer->payload);
	bytes_free(&writer->index);
	free(writer->touched);
	output_free(&writer->output);
	free(writer);
}
