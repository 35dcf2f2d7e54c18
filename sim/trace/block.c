/* SPDX-License-Identifier: MIT */
#include "trace/block.h"

#include <stdlib.h>
#include <string.h>

int block_decoder_init(struct block_decoder *decoder, unsigned vcpus, struct err *err)
{
	*decoder = (struct block_decoder){.vcpus = vcpus};
	decoder->page = malloc(TRACE_BLOCK_RECORDS * sizeof(*decoder->page));
	decoder->kind = malloc(TRACE_BLOCK_RECORDS * sizeof(*decoder->kind));
	decoder->insn = malloc(TRACE_BLOCK_RECORDS * sizeof(*decoder->insn));
	decoder->idle = malloc(TRACE_BLOCK_RECORDS * sizeof(*decoder->idle));
	decoder->wide = malloc(TRACE_BLOCK_RECORDS * sizeof(*decoder->wide));
	if (decoder->page && decoder->kind && decoder->insn && decoder->idle && decoder->wide)
		return column_codec_create(&decoder->codec, TRACE_BLOCK_RECORDS, 1, err);
	block_decoder_free(decoder);
	return err_memory(err, "a trace reader");
}

void block_decoder_free(struct block_decoder *decoder)
{
	column_codec_destroy(decoder->codec);
	free(decoder->page);
	free(decoder->kind);
	free(decoder->insn);
	free(decoder->idle);
	free(decoder->wide);
	*decoder = (struct block_decoder){0};
}

void block_take_clocks(struct view *view, struct trace_clock *clock, unsigned n)
{
	for (unsigned vcpu = 0; vcpu < n; vcpu++) {
		clock[vcpu].insn = view_u64(view);
		clock[vcpu].idle_ns = view_u64(view);
	}
}

/* The numbers before the columns. */
static const char *decode_head(struct view *view, unsigned vcpus, struct trace_batch *batch)
{
	batch->count = view_u32(view);
	batch->first_page = view_u32(view);
	batch->new_pages = view_u32(view);
	batch->idle_count = view_u32(view);
	batch->first_record = view_u64(view);
	block_take_clocks(view, batch->clock, vcpus);
	if (view->failed)
		return "it ends before its columns";
	if (batch->count < 1 || batch->count > TRACE_BLOCK_RECORDS || batch->new_pages > batch->count ||
	    batch->idle_count > batch->count)
		return "it counts more than a block may hold";
	if (batch->first_page > UINT32_MAX / 2)
		return "its page ids are too large";
	return NULL;
}

/* One idle entry a record at most, ascending, on records of the block. */
static const char *decode_idles(struct block_decoder *decoder, struct view *view, struct trace_batch *batch)
{
	const char *wrong = column_decode_u64(decoder->codec, view, decoder->wide, batch->idle_count);

	for (uint32_t i = 0; !wrong && i < batch->idle_count; i++) {
		if (decoder->wide[i] >= batch->count || (i && decoder->wide[i] <= decoder->idle[i - 1].at))
			wrong = "idle time at records that are not there";
		decoder->idle[i].at = (uint32_t)decoder->wide[i];
	}
	if (!wrong)
		wrong = column_decode_u64(decoder->codec, view, decoder->wide, batch->idle_count);
	for (uint32_t i = 0; !wrong && i < batch->idle_count; i++)
		decoder->idle[i].ns = decoder->wide[i];
	return wrong;
}

static const char *check_records(const struct block_decoder *decoder, const struct trace_batch *batch)
{
	page_id page_bits = 0, page_max = 0;
	trace_kind kind_bits = 0, vcpu_max = 0;

	for (uint32_t i = 0; i < batch->count; i++)
		page_bits |= decoder->page[i];
	for (uint32_t i = 0; i < batch->count; i++)
		kind_bits |= decoder->kind[i];
	if (kind_bits > TRACE_KIND_MAX)
		return "a record of an unknown kind";
	if (page_bits < batch->first_page + batch->new_pages && TRACE_KIND_VCPU(kind_bits) < decoder->vcpus)
		return NULL; /* no value is larger than all their bits together: most blocks need no closer look */
	for (uint32_t i = 0; i < batch->count; i++) {
		page_max = decoder->page[i] > page_max ? decoder->page[i] : page_max;
		vcpu_max = TRACE_KIND_VCPU(decoder->kind[i]) > vcpu_max ? TRACE_KIND_VCPU(decoder->kind[i]) : vcpu_max;
	}
	if (page_max >= batch->first_page + batch->new_pages)
		return "a record of a page that was never named";
	if (vcpu_max >= decoder->vcpus)
		return "a record of a virtual CPU that the trace does not have";
	return NULL;
}

const char *block_decode(struct block_decoder *decoder, const struct bytes *payload, bool clocks,
			 struct trace_batch *batch)
{
	struct view view = {payload->data, payload->length, false};
	const char *wrong = decode_head(&view, decoder->vcpus, batch);

	if (wrong || (wrong = column_skip(&view)) ||
	    (wrong = column_decode_u32(decoder->codec, &view, decoder->page, batch->count)) ||
	    (wrong = column_decode_u16(decoder->codec, &view, decoder->kind, batch->count)) ||
	    (wrong = check_records(decoder, batch)))
		return wrong;
	batch->page = decoder->page;
	batch->kind = decoder->kind;
	batch->insn = NULL;
	batch->idle = NULL;
	if (!clocks) {
		batch->idle_count = 0;
		return NULL;
	}
	wrong = column_decode_u64(decoder->codec, &view, decoder->insn, batch->count);
	if (!wrong)
		wrong = decode_idles(decoder, &view, batch);
	batch->insn = decoder->insn;
	batch->idle = decoder->idle;
	return wrong ? wrong : view.left ? "it goes on behind its last column" : NULL;
}

const char *block_decode_frames(struct block_decoder *decoder, const struct bytes *payload, gfn *frame,
				uint32_t *first_page, uint32_t *count)
{
	struct view view = {payload->data, payload->length, false};
	struct trace_batch batch;
	const char *wrong = decode_head(&view, decoder->vcpus, &batch);

	if (wrong)
		return wrong;
	*first_page = batch.first_page;
	*count = batch.new_pages;
	wrong = column_decode_u64(decoder->codec, &view, frame, batch.new_pages);
	for (uint32_t i = 0; !wrong && i < batch.new_pages; i++)
		if (frame[i] == GFN_NONE)
			wrong = "a page without a guest frame";
	return wrong;
}

const char *block_decode_snapshot(struct block_decoder *decoder, const struct bytes *payload,
				  struct trace_snapshot_page *page, uint32_t *first_page, uint32_t *count)
{
	struct view view = {payload->data, payload->length, false};
	const char *wrong;

	*first_page = view_u32(&view);
	*count = view_u32(&view);
	if (view.failed || *count < 1 || *count > TRACE_BLOCK_RECORDS || *first_page > UINT32_MAX / 2)
		return "it counts more than a block may hold";
	wrong = column_decode_u64(decoder->codec, &view, decoder->wide, *count);
	for (uint32_t i = 0; !wrong && i < *count; i++) {
		if (decoder->wide[i] == GFN_NONE)
			wrong = "a page without a guest frame";
		page[i].frame = decoder->wide[i];
	}
	if (!wrong)
		wrong = column_decode_u64(decoder->codec, &view, decoder->wide, *count);
	for (uint32_t i = 0; !wrong && i < *count; i++) {
		if (decoder->wide[i] > UINT32_MAX)
			wrong = "a dirty page beyond every memory";
		page[i].dirty_from = (uint32_t)decoder->wide[i];
	}
	return wrong ? wrong : view.left ? "it goes on behind its last column" : NULL;
}

static bool take_name(struct view *view, char name[TRACE_NAME_MAX + 1])
{
	uint8_t length = view_u8(view);
	const uint8_t *bytes = view_take(view, length);

	if (!bytes || memchr(bytes, 0, length))
		return false;
	memcpy(name, bytes, length);
	name[length] = '\0';
	return true;
}

const char *block_decode_overwritten(struct block_decoder *decoder, const struct bytes *payload,
				     struct block_overwritten *overwritten, page_id *page)
{
	struct view view = {payload->data, payload->length, false};
	const char *wrong;

	overwritten->pages = view_u32(&view);
	overwritten->first = view_u32(&view);
	overwritten->count = view_u32(&view);
	if (view.failed || overwritten->count > TRACE_BLOCK_RECORDS || overwritten->first > overwritten->pages ||
	    overwritten->count > overwritten->pages - overwritten->first)
		return "it counts more than a block may hold";
	if (!take_name(&view, overwritten->from) || !take_name(&view, overwritten->to))
		return "it has no proper names of markers";
	wrong = column_decode_u32(decoder->codec, &view, page, overwritten->count);
	for (uint32_t i = 1; !wrong && i < overwritten->count; i++)
		if (page[i] <= page[i - 1])
			wrong = "its pages are not ascending";
	return wrong ? wrong : view.left ? "it goes on behind its last column" : NULL;
}

void block_advance(struct trace_batch *batch, uint32_t n)
{
	uint32_t idles = 0;

	for (uint32_t i = 0; i < n; i++)
		batch->clock[TRACE_KIND_VCPU(batch->kind[i])].insn += batch->insn[i];
	for (; idles < batch->idle_count && batch->idle[idles].at < n; idles++)
		batch->clock[TRACE_KIND_VCPU(batch->kind[batch->idle[idles].at])].idle_ns += batch->idle[idles].ns;
}
