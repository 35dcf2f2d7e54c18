/* SPDX-License-Identifier: MIT */
#include "trace/reader.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "trace/index.h"

struct trace_reader {
	char *path;
	struct chunk_file file;
	struct trace_reader_options options;
	struct trace_index index;
	struct block_decoder decoder;
	struct bytes payload;
	gfn *frame;
	uint32_t snapshot_pages; /* those that the reader shows */
	page_id *id;             /* with `hinted`: the new id of each page of the snapshot; otherwise NULL */
	size_t block;            /* the entry that comes next */
	uint64_t first_record;   /* records before this one are left out (after a seek) */
};

const struct trace_header *trace_reader_header(const struct trace_reader *reader)
{
	return &reader->index.header;
}

const struct trace_totals *trace_reader_totals(const struct trace_reader *reader)
{
	return &reader->index.totals;
}

const struct trace_damage *trace_reader_damage(const struct trace_reader *reader)
{
	return &reader->index.damage;
}

const struct trace_marker *trace_reader_markers(const struct trace_reader *reader, size_t *count)
{
	*count = reader->index.markers;
	return reader->index.marker;
}

const struct trace_snapshot_page *trace_reader_snapshot(const struct trace_reader *reader, uint32_t *count)
{
	*count = reader->snapshot_pages;
	return reader->index.snapshot;
}

const struct trace_overwritten *trace_reader_overwritten(const struct trace_reader *reader)
{
	return reader->id ? NULL : trace_index_overwritten(&reader->index);
}

const gfn *trace_reader_frames(const struct trace_reader *reader)
{
	return reader->frame;
}

uint64_t trace_reader_bytes(const struct trace_reader *reader)
{
	return reader->file.bytes;
}

static int damaged(const struct trace_reader *reader, size_t block, const char *what, struct err *err)
{
	return err_set(err, ERR_FAILED, "%s: record block %zu at offset %" PRIu64 " is damaged: %s", reader->path,
		       block, reader->index.entry[block].offset, what);
}

static int read_block(struct trace_reader *reader, size_t block, struct err *err)
{
	const struct chunk_entry *entry = &reader->index.entry[block];
	struct chunk chunk;
	int status = chunk_read(&reader->file, entry->offset, &chunk, &reader->payload, err);

	if (status == 0 && (strcmp(chunk.type, TRACE_BLCK) != 0 || chunk.payload_bytes != entry->payload_bytes))
		status = damaged(reader, block, "it is not what the index says", err);
	return status;
}

static int decode_block(struct trace_reader *reader, size_t block, struct trace_batch *batch, struct err *err)
{
	const struct chunk_entry *entry = &reader->index.entry[block];
	const char *wrong;
	int status = read_block(reader, block, err);

	if (status < 0)
		return status;
	wrong = block_decode(&reader->decoder, &reader->payload, reader->options.clocks, batch);
	if (!wrong && (batch->count != entry->records || batch->first_record != entry->first_record ||
		       batch->first_page != entry->first_page || batch->new_pages != entry->new_pages))
		wrong = "it is not what the index says";
	if (wrong)
		return damaged(reader, block, wrong, err);
	for (uint32_t i = 0; reader->id && i < batch->count; i++)
		if (batch->page[i] < reader->index.snapshot_pages)
			reader->decoder.page[i] = reader->id[batch->page[i]];
	return 0;
}

/* Moves the pages that the region overwrites whole to the end of the snapshot, where it no longer shows them, and gives
 * all pages new ids in this order. */
static int leave_out_overwritten(struct trace_reader *reader, struct err *err)
{
	const struct trace_overwritten *overwritten = trace_index_overwritten(&reader->index);
	uint32_t pages = reader->index.snapshot_pages, kept = 0, left = 0, next = 0;
	struct trace_snapshot_page *old = reader->index.snapshot, *snapshot = malloc((pages + 1) * sizeof(*snapshot));
	uint32_t *older = malloc((pages + 1) * sizeof(*older)); /* how many of them come before each page */

	reader->id = malloc((pages + 1) * sizeof(*reader->id));
	if (!snapshot || !older || !reader->id) {
		free(snapshot);
		free(older);
		return err_memory(err, "a trace's snapshot");
	}
	while (next < overwritten->count && overwritten->page[next] < pages)
		next++;
	kept = pages - next;
	for (page_id page = 0, at = 0; page <= pages; page++) {
		bool leaves = left < next && overwritten->page[left] == page;

		older[page] = left;
		if (page == pages)
			break;
		reader->id[page] = leaves ? kept + left++ : at++;
		snapshot[reader->id[page]] = old[page];
	}
	for (page_id page = 0; page < kept;
	     page++) { /* a memory of `from` pages held the last `from` of the old order */
		uint32_t from = snapshot[page].dirty_from;

		snapshot[page].dirty_from = from - (left - older[from < pages ? pages - from : 0]);
	}
	free(older);
	free(old);
	reader->index.snapshot = snapshot;
	reader->snapshot_pages = kept;
	return 0;
}

static int check_hints(const struct trace_reader *reader, struct err *err)
{
	const struct trace_overwritten *overwritten = trace_index_overwritten(&reader->index);

	if (overwritten && !*overwritten->observed.from && !*overwritten->observed.to)
		return 0;
	return err_set(
		err, ERR_USAGE,
		"%s: guest.free_pages: hinted needs a trace that says which pages of its snapshot are overwritten "
		"whole; this one does not: 'megavm record --region' records it, since version %d of the format",
		reader->path, TRACE_VERSION);
}

/* Fills the table of guest frames from the snapshot and from the blocks that name pages. */
static int load_frames(struct trace_reader *reader, struct err *err)
{
	const struct trace_index *index = &reader->index;
	size_t pages = index->totals.pages;
	gfn named[TRACE_BLOCK_RECORDS];
	int status = 0;

	reader->frame = malloc((pages + 1) * sizeof(*reader->frame));
	if (!reader->frame)
		return err_memory(err, "a trace's table of guest frames");
	for (page_id page = 0; page < pages; page++)
		reader->frame[page] = page < index->snapshot_pages ? index->snapshot[page].frame : GFN_LOST(page);
	for (size_t block = 0; block < index->entries && status == 0; block++) {
		const struct chunk_entry *entry = &index->entry[block];
		uint32_t first_page, count;
		const char *wrong;

		if (!entry->new_pages)
			continue;
		status = read_block(reader, block, err);
		if (status < 0)
			break;
		wrong = block_decode_frames(&reader->decoder, &reader->payload, named, &first_page, &count);
		if (!wrong && (first_page != entry->first_page || count != entry->new_pages))
			wrong = "it is not what the index says";
		if (wrong)
			status = damaged(reader, block, wrong, err);
		else
			memcpy(reader->frame + first_page, named, count * sizeof(*named));
	}
	return status;
}

int trace_reader_open(struct trace_reader **out, const char *path, const struct trace_reader_options *options,
		      struct err *err)
{
	struct trace_reader *reader = calloc(1, sizeof(*reader));
	struct stat stat;
	int status = 0;

	if (!reader)
		return err_memory(err, "a trace reader");
	reader->path = strdup(path);
	reader->options = *options;
	reader->file = (struct chunk_file){reader->path, open(path, O_RDONLY | O_CLOEXEC), 0};
	if (!reader->path)
		status = err_memory(err, "a trace reader");
	else if (reader->file.fd < 0 || fstat(reader->file.fd, &stat) < 0)
		status = err_errno(err, ERR_FAILED, "%s", path);
	else if (!S_ISREG(stat.st_mode))
		status = err_set(err, ERR_FAILED, "%s: not a file that can be read at any place", path);
	if (status == 0) {
		reader->file.bytes = (uint64_t)stat.st_size;
		status = options->recover ? trace_index_recover(&reader->index, &reader->file, err)
					  : trace_index_load(&reader->index, &reader->file, err);
	}
	reader->snapshot_pages = reader->index.snapshot_pages;
	if (status == 0 && options->hinted && reader->snapshot_pages && (status = check_hints(reader, err)) == 0)
		status = leave_out_overwritten(reader, err);
	if (status == 0)
		status = block_decoder_init(&reader->decoder, reader->index.header.vcpus, err);
	if (status == 0 && options->frames)
		status = load_frames(reader, err);
	if (status < 0)
		trace_reader_close(reader);
	else
		*out = reader;
	return status;
}

void trace_reader_close(struct trace_reader *reader)
{
	if (!reader)
		return;
	if (reader->file.fd >= 0)
		close(reader->file.fd);
	trace_index_free(&reader->index);
	block_decoder_free(&reader->decoder);
	bytes_free(&reader->payload);
	free(reader->frame);
	free(reader->id);
	free(reader->path);
	free(reader);
}

/* Leaves out the first `n` records of a batch. */
static void skip(struct trace_batch *batch, uint32_t n, bool clocks)
{
	uint32_t idles = 0;

	if (clocks) {
		block_advance(batch, n);
		batch->insn += n;
	}
	while (idles < batch->idle_count && batch->idle[idles].at < n)
		idles++;
	batch->idle += batch->idle ? idles : 0;
	batch->idle_count -= idles;
	for (uint32_t i = 0; i < batch->idle_count; i++)
		((struct trace_idle *)batch->idle)[i].at -= n;
	batch->first_record += n;
	batch->count -= n;
	batch->page += n;
	batch->kind += n;
}

int trace_reader_next(struct trace_reader *reader, struct trace_batch *batch, struct err *err)
{
	int status;

	if (reader->block == reader->index.entries)
		return 0;
	status = decode_block(reader, reader->block, batch, err);
	if (status < 0)
		return status;
	reader->block++;
	if (reader->first_record > batch->first_record)
		skip(batch, (uint32_t)(reader->first_record - batch->first_record), reader->options.clocks);
	reader->first_record = 0;
	return 1;
}

int trace_reader_seek(struct trace_reader *reader, uint64_t record, struct err *err)
{
	const struct trace_index *index = &reader->index;
	size_t low = 0, high = index->entries; /* the first block that ends behind the record */

	if (record > index->totals.records)
		return err_set(err, ERR_USAGE, "%s: record %" PRIu64 ": it has %" PRIu64, reader->path, record,
			       index->totals.records);
	while (low < high) {
		size_t middle = (low + high) / 2;

		if (index->entry[middle].first_record + index->entry[middle].records > record)
			high = middle;
		else
			low = middle + 1;
	}
	reader->block = low;
	reader->first_record = record;
	return 0;
}

int trace_reader_seek_insn(struct trace_reader *reader, uint64_t insn, struct err *err)
{
	const struct trace_index *index = &reader->index;
	size_t low = 0, high = index->entries; /* the first block that begins at the instruction or behind it */
	struct trace_batch batch;
	uint64_t now;
	int status;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (index->entry[middle].insn_before >= insn)
			high = middle;
		else
			low = middle + 1;
	}
	if (low == 0)
		return trace_reader_seek(reader, 0, err);
	status = decode_block(reader, low - 1, &batch, err); /* the one before it may reach the instruction */
	if (status < 0)
		return status;
	now = index->entry[low - 1].insn_before;
	for (uint32_t i = 0; i < batch.count; i++) {
		now += batch.insn[i];
		if (now >= insn)
			return trace_reader_seek(reader, batch.first_record + i, err);
	}
	return trace_reader_seek(reader, batch.first_record + batch.count, err);
}

int trace_reader_find_marker(const struct trace_reader *reader, const char *name, size_t from, size_t *found,
			     struct err *err)
{
	const struct trace_index *index = &reader->index;
	size_t used;

	for (*found = from; *found < index->markers; ++*found)
		if (strcmp(index->marker[*found].name, name) == 0)
			return 0;
	err_set(err, ERR_USAGE, "%s: no marker '%s'%s; it has", reader->path, name, from ? " from there on" : "");
	for (size_t i = from; i < index->markers; i++) {
		used = strlen(err->text);
		snprintf(err->text + used, sizeof(err->text) - used, " %s", index->marker[i].name);
	}
	used = strlen(err->text);
	if (from >= index->markers)
		snprintf(err->text + used, sizeof(err->text) - used, " none");
	return ERR_USAGE;
}

int trace_reader_seek_marker(struct trace_reader *reader, const char *name, struct err *err)
{
	size_t marker;
	int status = trace_reader_find_marker(reader, name, 0, &marker, err);

	return status < 0 ? status : trace_reader_seek(reader, reader->index.marker[marker].record, err);
}
