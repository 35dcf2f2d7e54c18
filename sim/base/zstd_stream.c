/* SPDX-License-Identifier: MIT */
#include "base/zstd_stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <zstd.h>

struct zstd_stream {
	ZSTD_CCtx *context;
	FILE *to;
	size_t room;
	char out[]; /* of the size that zstd recommends */
};

bool zstd_is_name(const char *path)
{
	size_t length = strlen(path);

	return length > 4 && strcmp(path + length - 4, ".zst") == 0;
}

/* Compresses what is given, and with ZSTD_e_end the rest. Returns 0, or -1 with errno. */
static int compress(struct zstd_stream *stream, ZSTD_inBuffer in, ZSTD_EndDirective end)
{
	size_t left;

	do {
		ZSTD_outBuffer out = {stream->out, stream->room, 0};

		left = ZSTD_compressStream2(stream->context, &out, &in, end);
		if (ZSTD_isError(left)) {
			errno = ENOMEM; /* there is no other way to fail here */
			return -1;
		}
		if (fwrite(stream->out, 1, out.pos, stream->to) != out.pos)
			return -1;
	} while (end == ZSTD_e_end ? left > 0 : in.pos < in.size);
	return 0;
}

static ssize_t write_some(void *cookie, const char *bytes, size_t size)
{
	return compress(cookie, (ZSTD_inBuffer){bytes, size, 0}, ZSTD_e_continue) < 0 ? 0 : (ssize_t)size;
}

static int close_it(void *cookie)
{
	struct zstd_stream *stream = cookie;
	int status = compress(stream, (ZSTD_inBuffer){"", 0, 0}, ZSTD_e_end);

	ZSTD_freeCCtx(stream->context);
	free(stream);
	return status;
}

FILE *zstd_stream(FILE *to)
{
	const cookie_io_functions_t functions = {.write = write_some, .close = close_it};
	size_t room = ZSTD_CStreamOutSize();
	struct zstd_stream *stream = malloc(sizeof(*stream) + room);
	FILE *opened = NULL;

	if (!stream)
		return NULL;
	*stream = (struct zstd_stream){.context = ZSTD_createCCtx(), .to = to, .room = room};
	if (stream->context)
		opened = fopencookie(stream, "w", functions);
	if (opened)
		return opened;
	ZSTD_freeCCtx(stream->context);
	free(stream);
	return NULL;
}
