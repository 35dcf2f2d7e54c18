/* SPDX-License-Identifier: MIT */
/*
 * Input of traces made elsewhere: a file, standard input or memory, as lines or as bytes, streaming and in bounded
 * memory. What is compressed with gzip, bzip2, xz or zstd is recognised by its content and unpacked.
 */
#ifndef TRACE_INPUT_H
#define TRACE_INPUT_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define INPUT_LINE_MAX 65536 /* bytes of a line */
#define INPUT_QUOTE    64    /* room for what an error quotes */

struct input;

struct input_line {
	const char *text; /* without the line's end; valid until the next call on the input */
	size_t length;
	uint64_t number; /* from 1 */
};

/* Opens a file; `-` is standard input. */
int input_open(struct input **input, const char *path, struct err *err);

/* Reads from memory, which must stay; `name` is for messages. */
int input_open_memory(struct input **input, const char *name, const void *data, size_t bytes, struct err *err);

void input_close(struct input *input);

/* The path, "standard input", or the name given: what errors begin with. */
const char *input_name(const struct input *input);

/* The next line, in `line`. Returns 1, 0 behind the last one, or a negative code. The last line's end may be missing.
 */
int input_line(struct input *input, struct input_line *line, struct err *err);

/* Copies the next `bytes` bytes, in `got` how many there were: fewer only at the end. */
int input_read(struct input *input, void *to, size_t bytes, size_t *got, struct err *err);

/* Bytes read of the file, compressed as it is, and its size; 0 when the size is unknown. */
uint64_t input_consumed(const struct input *input);
uint64_t input_bytes(const struct input *input);

/* Some text as an error quotes it: cut when long, what cannot be printed as '?'. Returns `out`. */
const char *input_quote(const char *text, size_t length, char out[INPUT_QUOTE]);

#endif
