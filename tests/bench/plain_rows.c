/* SPDX-License-Identifier: MIT */
#include "plain_rows.h"

#include <stdlib.h>
#include <zstd.h>

#include "bench.h"

enum { BLOCK = 4096, LEVEL = 3 };

struct row {
	uint32_t page, insn;
	trace_kind kind;
};

struct block {
	void *bytes;
	size_t size;
	uint32_t rows;
};

struct plain_rows {
	struct block *block;
	size_t count, room;
	uint64_t bytes;
};

static void *need_memory(void *memory)
{
	if (!memory)
		exit(1);
	return memory;
}

static size_t need_zstd(size_t result)
{
	if (ZSTD_isError(result))
		exit(1);
	return result;
}

static void add_block(struct plain_rows *rows, ZSTD_CCtx *context, const struct row *row, uint32_t count)
{
	size_t bound = ZSTD_compressBound(count * sizeof(*row));
	struct block block = {.bytes = need_memory(malloc(bound)), .rows = count};

	block.size = need_zstd(ZSTD_compress2(context, block.bytes, bound, row, count * sizeof(*row)));
	block.bytes = need_memory(realloc(block.bytes, block.size));
	if (rows->count == rows->room) {
		rows->room = rows->room ? 2 * rows->room : 64;
		rows->block = need_memory(realloc(rows->block, rows->room * sizeof(*rows->block)));
	}
	rows->block[rows->count++] = block;
	rows->bytes += block.size;
}

struct plain_rows *plain_rows_read(const char *path)
{
	const struct trace_reader_options options = {.clocks = true};
	struct plain_rows *rows = need_memory(calloc(1, sizeof(*rows)));
	static struct row row[BLOCK];
	ZSTD_CCtx *context = need_memory(ZSTD_createCCtx());
	struct trace_reader *reader;
	struct trace_batch batch;
	uint32_t count = 0;
	struct err err;
	int more;

	need_zstd(ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, LEVEL));
	need_zstd(ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1));
	bench_need(trace_reader_open(&reader, path, &options, &err), &err);
	while ((more = trace_reader_next(reader, &batch, &err)) > 0) {
		for (uint32_t i = 0; i < batch.count; i++) {
			row[count++] = (struct row){batch.page[i], (uint32_t)batch.insn[i], batch.kind[i]};
			if (count == BLOCK) {
				add_block(rows, context, row, count);
				count = 0;
			}
		}
	}
	bench_need(more, &err);
	if (count)
		add_block(rows, context, row, count);
	trace_reader_close(reader);
	ZSTD_freeCCtx(context);
	return rows;
}

void plain_rows_free(struct plain_rows *rows)
{
	for (size_t i = 0; i < rows->count; i++)
		free(rows->block[i].bytes);
	free(rows->block);
	free(rows);
}

uint64_t plain_rows_bytes(const struct plain_rows *rows)
{
	return rows->bytes;
}

uint64_t plain_rows_sum(const struct plain_rows *rows)
{
	static struct row row[BLOCK];
	ZSTD_DCtx *context = need_memory(ZSTD_createDCtx());
	uint64_t sum = 0;

	for (size_t b = 0; b < rows->count; b++) {
		const struct block *block = &rows->block[b];

		need_zstd(ZSTD_decompressDCtx(context, row, sizeof(row), block->bytes, block->size));
		for (uint32_t i = 0; i < block->rows; i++)
			sum += (uint64_t)row[i].page + row[i].kind + row[i].insn;
	}
	ZSTD_freeDCtx(context);
	return sum;
}
