/* SPDX-License-Identifier: MIT */
/* A stream that compresses with zstd. */
#ifndef BASE_ZSTD_STREAM_H
#define BASE_ZSTD_STREAM_H

#include <stdbool.h>
#include <stdio.h>

/* Whether a file of this name holds zstd: it ends in .zst. */
bool zstd_is_name(const char *path);

/* Opens a stream that writes what it is given into `to`, compressed. fclose ends the compressed frame and leaves `to`
 * open; it fails where `to` could not be written. NULL when out of memory. */
FILE *zstd_stream(FILE *to);

#endif
