/* SPDX-License-Identifier: MIT */
/*
 * Reading a damaged or cut trace: goes through the file from front to back, uses every whole chunk, records what lies
 * between them, and collects again what the index would contain.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "trace/index.h"

struct recovery {
	struct trace_index *index;
	const struct chunk_file *file;
	struct block_decoder decoder;
	bool has_header;
	uint64_t expected_chunk;
	uint64_t pages, records; /* named so far, read so far */
	struct trace_clock clock[TRACE_VCPUS_MAX];
	uint8_t *touched; /* one flag per page */
	size_t touched_room;
};

static void note_damage(struct recovery *recovery, uint64_t from, uint64_t to, const char *what)
{
	struct trace_damage *damage = &recovery->index->damage;

	if (!damage->stretches++)
		snprintf(damage->first, sizeof(damage->first), "offset %" PRIu64 " to %" PRIu64 ": %s", from, to, what);
	damage->bytes += to - from;
}

static int touch(struct recovery *recovery, page_id page, struct err *err)
{
	if (page >= recovery->touched_room) {
		size_t room = 2 * (size_t)page + 1024;
		uint8_t *touched = realloc(recovery->touched, room);

		if (!touched)
			return err_memory(err, "a damaged trace's pages");
		memset(touched + recovery->touched_room, 0, room - recovery->touched_room);
		recovery->touched = touched;
		recovery->touched_room = room;
	}
	recovery->index->totals.footprint += !recovery->touched[page];
	recovery->touched[page] = 1;
	return 0;
}

static int count_records(struct recovery *recovery, struct trace_batch *batch, struct err *err)
{
	struct trace_totals *totals = &recovery->index->totals;
	int status = 0;

	for (uint32_t i = 0; i < batch->count && status == 0; i++) {
		status = touch(recovery, batch->page[i], err);
		totals->writes += batch->kind[i] & TRACE_WRITE;
		totals->sources[TRACE_KIND_SOURCE(batch->kind[i])]++;
	}
	block_advance(batch, batch->count);
	memcpy(recovery->clock, batch->clock, sizeof(recovery->clock));
	return status;
}

/* Adds a whole BLCK. A gap in the record or page numbers is what the damage before it contained. */
static int take_block(struct recovery *recovery, uint64_t offset, const struct chunk *chunk,
		      const struct bytes *payload, const char **wrong, struct err *err)
{
	struct trace_index *index = recovery->index;
	struct chunk_entry entry = {TRACE_BLCK, chunk->payload_bytes, offset, 0, 0, 0, 0, 0};
	struct trace_batch batch = {0};
	int status;

	*wrong = block_decode(&recovery->decoder, payload, true, &batch);
	if (!*wrong && (batch.first_record < recovery->records || batch.first_page < recovery->pages ||
			(batch.first_page - recovery->pages) / TRACE_BLOCK_RECORDS > index->damage.bytes))
		*wrong = "its records do not follow those before";
	if (*wrong)
		return 0;
	entry.first_record = batch.first_record;
	entry.records = batch.count;
	entry.first_page = batch.first_page;
	entry.new_pages = batch.new_pages;
	for (unsigned vcpu = 0; vcpu < index->header.vcpus; vcpu++)
		entry.insn_before += batch.clock[vcpu].insn;
	index->damage.records += batch.first_record - recovery->records;
	index->damage.lost_frames += batch.first_page - recovery->pages;
	recovery->records = batch.first_record + batch.count;
	recovery->pages = batch.first_page + batch.new_pages;
	status = trace_index_add_entry(index, &entry, err);
	return status < 0 ? status : count_records(recovery, &batch, err);
}

/* Reads the header, which everything else needs. */
static int take_header(struct recovery *recovery, const struct chunk *chunk, const struct bytes *payload,
		       struct err *err)
{
	const char *path = recovery->file->path;
	int status;

	if (strcmp(chunk->type, TRACE_HEAD) != 0)
		return err_set(err, ERR_FAILED, "%s: the header is lost: without it nothing can be read", path);
	status = trace_header_parse(&recovery->index->header, (const char *)payload->data, payload->length, err);
	if (status < 0)
		err_prefix(err, "%s", path);
	recovery->has_header = status == 0;
	return status < 0 ? status : block_decoder_init(&recovery->decoder, recovery->index->header.vcpus, err);
}

static int take_chunk(struct recovery *recovery, uint64_t offset, const struct chunk *chunk,
		      const struct bytes *payload, struct err *err)
{
	struct trace_index *index = recovery->index;
	const char *wrong = NULL;
	int status = 0;

	if (!recovery->has_header)
		return take_header(recovery, chunk, payload, err);
	if (strcmp(chunk->type, TRACE_BLCK) == 0) {
		status = take_block(recovery, offset, chunk, payload, &wrong, err);
	} else if (strcmp(chunk->type, TRACE_INDX) == 0) {
		struct trace_totals counted = index->totals;

		wrong = trace_index_take(index, chunk->type, payload, &recovery->decoder);
		counted.outside = index->totals.outside;
		memcpy(counted.end, index->totals.end, sizeof(counted.end));
		index->totals = counted;
	} else {
		wrong = trace_index_take(index, chunk->type, payload, &recovery->decoder);
		if (recovery->pages < index->snapshot_pages)
			recovery->pages = index->snapshot_pages;
	}
	if (wrong)
		note_damage(recovery, offset, offset + TRACE_CHUNK_BYTES + chunk->payload_bytes, wrong);
	return status;
}

static int recover(struct recovery *recovery, struct err *err)
{
	const struct chunk_file *file = recovery->file;
	uint64_t at = TRACE_MAGIC_BYTES, found, end, index_offset;
	struct bytes payload = {0};
	uint8_t magic[TRACE_MAGIC_BYTES];
	bool complete = false;
	int status = 0;

	if (chunk_read_bytes(file, 0, magic, sizeof(magic), err) < 0 || !trace_version(magic))
		note_damage(recovery, 0, TRACE_MAGIC_BYTES, "it does not begin with " TRACE_MAGIC);
	else if (trace_index_version(file->path, magic, err) < 0)
		return ERR_FAILED;
	while (status == 0 && at < file->bytes) {
		struct chunk chunk;

		status = chunk_search(file, at, &found, &end, err);
		if (status < 0)
			break;
		if (file->bytes - at == TRACE_TRAILER_BYTES && trace_index_trailer(file, &index_offset))
			break;
		if (found > at)
			note_damage(recovery, at, found,
				    found == file->bytes ? "no whole block to the end" : "no whole block");
		if (found == file->bytes)
			break;
		if (chunk_read(file, found, &chunk, &payload, err) < 0)
			note_damage(recovery, found, end, "a block whose checksum is not that of its bytes");
		else
			status = take_chunk(recovery, found, &chunk, &payload, err);
		complete = recovery->index->has_end;
		at = end;
	}
	if (status == 0 && !recovery->has_header)
		status = err_set(err, ERR_FAILED, "%s: the header is lost: without it nothing can be read", file->path);
	if (status == 0 && !complete && !recovery->index->damage.stretches)
		note_damage(recovery, file->bytes, file->bytes, "it ends without an index");
	bytes_free(&payload);
	return status;
}

int trace_index_recover(struct trace_index *index, const struct chunk_file *file, struct err *err)
{
	struct recovery recovery = {.index = index, .file = file};
	int status = recover(&recovery, err);

	index->totals.records = recovery.records;
	index->totals.pages = recovery.pages;
	for (unsigned vcpu = 0; vcpu < TRACE_VCPUS_MAX; vcpu++) {
		struct trace_clock *end = &index->totals.end[vcpu];

		if (!index->has_end || end->insn < recovery.clock[vcpu].insn)
			*end = recovery.clock[vcpu];
	}
	block_decoder_free(&recovery.decoder);
	free(recovery.touched);
	return status;
}
