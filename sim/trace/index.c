/* SPDX-License-Identifier: MIT */
#include "trace/index.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Room for one more element, doubling at powers of two. */
static void *room_for(void *array, size_t count, size_t size)
{
	return count & (count - 1) ? array : realloc(array, (count ? 2 * count : 1) * size);
}

int trace_index_add_entry(struct trace_index *index, const struct chunk_entry *entry, struct err *err)
{
	struct chunk_entry *entries = room_for(index->entry, index->entries, sizeof(*entries));

	if (!entries)
		return err_memory(err, "a trace's index");
	index->entry = entries;
	index->entry[index->entries++] = *entry;
	return 0;
}

void trace_index_free(struct trace_index *index)
{
	trace_header_free(&index->header);
	for (size_t i = 0; i < index->markers; i++)
		free(index->marker[i].name);
	free(index->marker);
	free(index->entry);
	free(index->snapshot);
	free((char *)index->overwritten.observed.from);
	free((char *)index->overwritten.observed.to);
	free(index->overwritten.page);
	*index = (struct trace_index){0};
}

static const char *take_marker(struct trace_index *index, const struct bytes *payload)
{
	struct view view = {payload->data, payload->length, false};
	struct trace_marker *markers = room_for(index->marker, index->markers, sizeof(*markers)), *marker;

	if (!markers)
		return "there is no memory for it";
	index->marker = markers;
	marker = &markers[index->markers];
	*marker = (struct trace_marker){.record = view_u64(&view)};
	block_take_clocks(&view, marker->clock, index->header.vcpus);
	if (view.failed || view.left < 1 || view.left > TRACE_NAME_MAX || memchr(view.data, 0, view.left))
		return "a marker without a proper name";
	marker->name = strndup((const char *)view.data, view.left);
	if (!marker->name)
		return "there is no memory for it";
	index->markers++;
	return NULL;
}

static const char *take_snapshot(struct trace_index *index, const struct bytes *payload, struct block_decoder *decoder)
{
	struct trace_snapshot_page page[TRACE_BLOCK_RECORDS], *all;
	uint32_t first_page, count;
	const char *wrong = block_decode_snapshot(decoder, payload, page, &first_page, &count);

	if (wrong)
		return wrong;
	/* a gap is what a damaged SNAP before this one held; no file holds more than a block's pages in a chunk's bytes
	 */
	if (first_page < index->snapshot_pages ||
	    (first_page - index->snapshot_pages) / TRACE_BLOCK_RECORDS > index->damage.bytes)
		return "its pages do not follow those before";
	all = realloc(index->snapshot, ((size_t)first_page + count) * sizeof(*all));
	if (!all)
		return "there is no memory for it";
	index->snapshot = all;
	for (page_id lost = index->snapshot_pages; lost < first_page; lost++)
		all[lost] = (struct trace_snapshot_page){GFN_LOST(lost), 0};
	memcpy(all + first_page, page, count * sizeof(*page));
	index->snapshot_pages = first_page + count;
	return NULL;
}

/* The first OVWR says how many pages there are, and between which markers. */
static const char *begin_overwritten(struct trace_index *index, const struct block_overwritten *chunk)
{
	index->has_overwritten = true;
	index->overwritten_pages = chunk->pages;
	index->overwritten.observed = (struct trace_observed){strdup(chunk->from), strdup(chunk->to)};
	return index->overwritten.observed.from && index->overwritten.observed.to ? NULL : "there is no memory for it";
}

static const char *take_overwritten(struct trace_index *index, const struct bytes *payload,
				    struct block_decoder *decoder)
{
	page_id page[TRACE_BLOCK_RECORDS], *all;
	struct trace_overwritten *overwritten = &index->overwritten;
	struct block_overwritten chunk;
	const char *wrong = block_decode_overwritten(decoder, payload, &chunk, page);

	if (!wrong && !index->has_overwritten)
		wrong = begin_overwritten(index, &chunk);
	if (wrong)
		return wrong;
	if (chunk.pages != index->overwritten_pages || chunk.first != overwritten->count ||
	    strcmp(chunk.from, overwritten->observed.from) != 0 || strcmp(chunk.to, overwritten->observed.to) != 0 ||
	    (chunk.count && chunk.first && page[0] <= overwritten->page[chunk.first - 1]))
		return "its pages do not follow those before";
	all = realloc(overwritten->page, ((size_t)chunk.first + chunk.count + 1) * sizeof(*all));
	if (!all)
		return "there is no memory for it";
	overwritten->page = all;
	memcpy(all + chunk.first, page, chunk.count * sizeof(*page));
	overwritten->count += chunk.count;
	return NULL;
}

const struct trace_overwritten *trace_index_overwritten(const struct trace_index *index)
{
	const struct trace_overwritten *overwritten = &index->overwritten;
	bool whole = index->has_overwritten && overwritten->count == index->overwritten_pages,
	     lost = index->damage.records || index->damage.lost_frames; /* perhaps a page's first use */

	return whole && !lost &&
			       (!overwritten->count || overwritten->page[overwritten->count - 1] < index->totals.pages)
		       ? overwritten
		       : NULL;
}

static const char *take_totals(struct trace_index *index, const struct bytes *payload)
{
	struct view view = {payload->data, payload->length, false};
	struct trace_totals *totals = &index->totals;

	totals->records = view_u64(&view);
	totals->pages = view_u64(&view);
	totals->footprint = view_u64(&view);
	totals->writes = view_u64(&view);
	for (int source = 0; source < TRACE_SOURCES; source++)
		totals->sources[source] = view_u64(&view);
	block_take_clocks(&view, &totals->outside, 1);
	block_take_clocks(&view, totals->end, index->header.vcpus);
	index->has_end = !view.failed;
	return view.failed ? "it ends in its totals" : NULL;
}

struct view trace_index_entries(const struct trace_index *index, const struct bytes *payload)
{
	size_t totals = 8 * (4 + TRACE_SOURCES + 2 + 2 * (size_t)index->header.vcpus);

	return (struct view){payload->data + totals, payload->length - totals, false};
}

const char *trace_index_take(struct trace_index *index, const char *type, const struct bytes *payload,
			     struct block_decoder *decoder)
{
	if (strcmp(type, TRACE_SNAP) == 0)
		return take_snapshot(index, payload, decoder);
	if (strcmp(type, TRACE_MARK) == 0)
		return take_marker(index, payload);
	if (strcmp(type, TRACE_OVWR) == 0)
		return take_overwritten(index, payload, decoder);
	if (strcmp(type, TRACE_INDX) == 0)
		return take_totals(index, payload);
	return "a block of an unknown type";
}

static int damaged(const struct chunk_file *file, uint64_t offset, const char *what, struct err *err)
{
	return err_set(err, ERR_FAILED, "%s: the block at offset %" PRIu64 " is damaged: %s", file->path, offset, what);
}

bool trace_index_trailer(const struct chunk_file *file, uint64_t *index_offset)
{
	uint8_t trailer[TRACE_TRAILER_BYTES];
	struct err unread;

	if (file->bytes < sizeof(trailer) ||
	    chunk_read_bytes(file, file->bytes - sizeof(trailer), trailer, sizeof(trailer), &unread) < 0)
		return false;
	*index_offset = get_u64(trailer);
	return memcmp(trailer + 24, TRACE_END_MAGIC, TRACE_MAGIC_BYTES) == 0 && get_u64(trailer + 8) == file->bytes &&
	       chunk_sum_is(trailer, 16, get_u64(trailer + 16));
}

static bool is_yaml(const char *path)
{
	const char *dot = strrchr(path, '.');

	return dot && (strcmp(dot, ".yaml") == 0 || strcmp(dot, ".yml") == 0);
}

int trace_index_version(const char *path, const void *magic, struct err *err)
{
	if (trace_version(magic) <= TRACE_VERSION)
		return 0;
	return err_set(err, ERR_FAILED, "%s: a trace of version %u: this program reads versions 1 to %d", path,
		       trace_version(magic), TRACE_VERSION);
}

/* Checks the magic bytes and the trailer: quick signs that this is a trace, and a complete one. */
static int check_ends(const struct chunk_file *file, uint64_t *index_offset, struct err *err)
{
	uint8_t magic[TRACE_MAGIC_BYTES];
	int status;

	if (file->bytes < TRACE_MAGIC_BYTES)
		return err_set(err, ERR_FAILED, "%s: not a trace: %" PRIu64 " bytes", file->path, file->bytes);
	status = chunk_read_bytes(file, 0, magic, sizeof(magic), err);
	if (status < 0)
		return status;
	if (!trace_version(magic) && is_yaml(file->path))
		return err_set(
			err, ERR_FAILED,
			"%s: not a trace but, by its name, a configuration: 'megavm run' and 'megavm sweep' take those",
			file->path);
	if (!trace_version(magic))
		return err_set(err, ERR_FAILED, "%s: not a trace, or damaged at offset 0: it does not begin with %s",
			       file->path, TRACE_MAGIC);
	status = trace_index_version(file->path, magic, err);
	if (status < 0)
		return status;
	if (file->bytes < TRACE_MAGIC_BYTES + TRACE_CHUNK_BYTES + TRACE_TRAILER_BYTES)
		return err_set(err, ERR_FAILED,
			       "%s: cut off at offset %" PRIu64 ": it has no index (--recover keeps the whole blocks)",
			       file->path, file->bytes);
	if (!trace_index_trailer(file, index_offset))
		return err_set(err, ERR_FAILED,
			       "%s: cut off, still being written, or damaged: the last %d bytes, at offset %" PRIu64
			       ", are not a trace's end (--recover keeps the whole blocks)",
			       file->path, TRACE_TRAILER_BYTES, file->bytes - TRACE_TRAILER_BYTES);
	return 0;
}

static void take_entry(struct view *view, struct chunk_entry *entry)
{
	const uint8_t *type = view_take(view, 4);

	memset(entry->type, 0, sizeof(entry->type));
	if (type)
		memcpy(entry->type, type, 4);
	entry->payload_bytes = view_u32(view);
	entry->offset = view_u64(view);
	entry->first_record = view_u64(view);
	entry->records = view_u32(view);
	entry->first_page = view_u32(view);
	entry->new_pages = view_u32(view);
	view_u32(view);
	entry->insn_before = view_u64(view);
}

/* Checks that the entries describe chunks that fill the file without a gap, with consecutive records and pages. Returns
 * NULL or what is wrong. */
static const char *check_entry(const struct chunk_entry *entry, uint64_t offset, uint64_t records, uint64_t pages)
{
	bool block = strcmp(entry->type, TRACE_BLCK) == 0, snapshot = strcmp(entry->type, TRACE_SNAP) == 0;

	if (entry->offset != offset)
		return "the index leaves a gap in the file";
	if (entry->first_record != records ||
	    (block ? entry->records < 1 || entry->records > TRACE_BLOCK_RECORDS : entry->records != 0))
		return "the index counts records that do not follow each other";
	if ((block || snapshot) && (entry->first_page != pages || entry->new_pages > TRACE_BLOCK_RECORDS))
		return "the index counts pages that do not follow each other";
	return NULL;
}

/* Reads the entries, and each chunk that holds no records. */
static int load_entries(struct trace_index *index, const struct chunk_file *file, struct view view,
			uint64_t index_offset, struct block_decoder *decoder, struct err *err)
{
	uint64_t offset = TRACE_MAGIC_BYTES, records = 0, pages = 0;
	struct bytes payload = {0};
	struct chunk chunk;
	int status = 0;

	while (view.left && status == 0) {
		struct chunk_entry entry;
		const char *wrong;

		take_entry(&view, &entry);
		wrong = view.failed ? "the index ends in the middle of an entry"
				    : check_entry(&entry, offset, records, pages);
		if (wrong)
			status = damaged(file, index_offset, wrong, err);
		else if (strcmp(entry.type, TRACE_BLCK) == 0)
			status = trace_index_add_entry(index, &entry, err);
		else if (strcmp(entry.type, TRACE_HEAD) != 0 &&
			 (status = chunk_read(file, entry.offset, &chunk, &payload, err)) == 0 &&
			 (wrong = strcmp(chunk.type, entry.type)
					  ? "the index gives it another type"
					  : trace_index_take(index, chunk.type, &payload, decoder)))
			status = damaged(file, entry.offset, wrong, err);
		offset += TRACE_CHUNK_BYTES + entry.payload_bytes;
		records += entry.records;
		pages += entry.new_pages;
	}
	if (status == 0 && !trace_index_overwritten(index) && index->has_overwritten)
		status = damaged(file, index_offset, "it lacks pages that are overwritten whole, or has too many", err);
	if (status == 0 && (offset != index_offset || records != index->totals.records || pages != index->totals.pages))
		status = damaged(file, index_offset, "the index's totals are not those of its entries", err);
	bytes_free(&payload);
	return status;
}

int trace_index_load(struct trace_index *index, const struct chunk_file *file, struct err *err)
{
	struct bytes payload = {0};
	struct block_decoder decoder = {0};
	struct chunk chunk;
	uint64_t at = 0;
	const char *wrong;
	int status;

	if ((status = check_ends(file, &at, err)) < 0 ||
	    (status = chunk_read(file, TRACE_MAGIC_BYTES, &chunk, &payload, err)) < 0)
		goto out;
	if (strcmp(chunk.type, TRACE_HEAD) != 0)
		status = damaged(file, TRACE_MAGIC_BYTES, "it is not the header", err);
	else if ((status = trace_header_parse(&index->header, (const char *)payload.data, payload.length, err)) < 0)
		err_prefix(err, "%s", file->path);
	if (status < 0 || (status = block_decoder_init(&decoder, index->header.vcpus, err)) < 0 ||
	    (status = chunk_read(file, at, &chunk, &payload, err)) < 0)
		goto out;
	if (strcmp(chunk.type, TRACE_INDX) != 0 ||
	    at + TRACE_CHUNK_BYTES + chunk.payload_bytes + TRACE_TRAILER_BYTES != file->bytes)
		status = damaged(file, at, "it is not the index", err);
	else if ((wrong = trace_index_take(index, chunk.type, &payload, &decoder)))
		status = damaged(file, at, wrong, err);
	else
		status = load_entries(index, file, trace_index_entries(index, &payload), at, &decoder, err);
out:
	bytes_free(&payload);
	block_decoder_free(&decoder);
	return status;
}
