/* SPDX-License-Identifier: MIT */
/* Taking the payload of a BLCK apart (format.h). */
#ifndef TRACE_BLOCK_H
#define TRACE_BLOCK_H

#include "trace/column.h"
#include "trace/reader.h"

struct block_decoder {
	unsigned vcpus;
	struct column_codec *codec;
	page_id *page;
	trace_kind *kind;
	uint64_t *insn;
	struct trace_idle *idle;
	uint64_t *wide; /* columns on their way to narrower arrays */
};

int block_decoder_init(struct block_decoder *decoder, unsigned vcpus, struct err *err);
void block_decoder_free(struct block_decoder *decoder);

/* Fills the batch, with instructions and idle time when `clocks`. Returns NULL, or what is wrong with the payload. */
const char *block_decode(struct block_decoder *decoder, const struct bytes *payload, bool clocks,
			 struct trace_batch *batch);

/* The guest frames of the pages that the block names first: up to TRACE_BLOCK_RECORDS into `frame`. Returns NULL, or
 * what is wrong. */
const char *block_decode_frames(struct block_decoder *decoder, const struct bytes *payload, gfn *frame,
				uint32_t *first_page, uint32_t *count);

/* The pages of a SNAP: up to TRACE_BLOCK_RECORDS into `page`. Returns NULL, or what is wrong. */
const char *block_decode_snapshot(struct block_decoder *decoder, const struct bytes *payload,
				  struct trace_snapshot_page *page, uint32_t *first_page, uint32_t *count);

/* The payload of an OVWR. Its names are copied. */
struct block_overwritten {
	uint32_t pages, first, count; /* in all, in earlier chunks, in this one */
	char from[TRACE_NAME_MAX + 1], to[TRACE_NAME_MAX + 1];
};

/* Up to TRACE_BLOCK_RECORDS page ids into `page`, ascending. Returns NULL, or what is wrong. */
const char *block_decode_overwritten(struct block_decoder *decoder, const struct bytes *payload,
				     struct block_overwritten *overwritten, page_id *page);

/* A clock a virtual CPU. */
void block_take_clocks(struct view *view, struct trace_clock *clock, unsigned n);

/* Steps the clocks of a batch over its first `n` records. Needs a batch decoded with clocks. */
void block_advance(struct trace_batch *batch, uint32_t n);

#endif
