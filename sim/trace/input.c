/* SPDX-License-Identifier: MIT */
#include "trace/input.h"

#include <archive.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define READ_BYTES (256 << 10) /* asked of the kernel at a time */

struct input {
	char *name;
	struct archive *archive;
	int fd; /* -1 for memory */
	uint64_t bytes;
	const char *at; /* unpacked, not handed out yet */
	size_t left;
	uint64_t lines;
	bool ended;                     /* libarchive must not be asked again */
	bool empty;                     /* there was not a byte */
	bool checked;                   /* its first bytes */
	uint64_t handed;                /* bytes given to libarchive */
	char *block;                    /* the last of them, of a file */
	char carry[INPUT_LINE_MAX + 1]; /* a line that lies in more than one block */
};

/* What libarchive says, with the place in the file as it is on disk. */
static int fail(const struct input *input, struct err *err)
{
	const char *text = archive_error_string(input->archive);

	return err_set(err, ERR_FAILED, "%s: cannot unpack behind offset %" PRIu64 ": %s", input->name,
		       input_consumed(input), text ? text : "damaged");
}

/* Whether the file goes on behind what was unpacked. */
static bool has_more(struct input *input)
{
	uint64_t used = input_consumed(input);
	char byte;

	if (input->handed > used)
		return true;
	return input->fd >= 0 ? read(input->fd, &byte, 1) > 0 : used < input->bytes;
}

/* Unpacking has ended. That is the input's end, unless bytes are left: damage, or something else behind it. */
static int check_end(struct input *input, struct err *err)
{
	if (input->empty || !has_more(input))
		return 0;
	return err_set(err, ERR_FAILED,
		       "%s: the compressed data ends at offset %" PRIu64
		       ", and the file goes on: what follows is damaged, or is not compressed",
		       input->name, input_consumed(input));
}

/* Compressed in a way that is not unpacked here: a binary trace would take it for records. */
static int check_kind(const struct input *input, struct err *err)
{
	static const struct {
		const char *name, *begin;
		size_t bytes;
	} kinds[] = {
		{"lz4", "\x04\x22\x4d\x18", 4},  {"lz4 (legacy)", "\x02\x21\x4c\x18", 4},
		{"zip", "PK\x03\x04", 4},        {"7z", "7z\xbc\xaf\x27\x1c", 6},
		{"lzip", "LZIP\x01", 5},         {"lzop", "\x89LZO\0\r\n\x1a\n", 9},
		{"compress", "\x1f\x9d\x90", 3}, {"snappy", "\xff\x06\0\0sNaPpY", 10},
		{"lzma", "\x5d\0\0\x80\0", 5},
	};

	if (archive_filter_code(input->archive, 0) != ARCHIVE_FILTER_NONE)
		return 0;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (input->left >= kinds[i].bytes && memcmp(input->at, kinds[i].begin, kinds[i].bytes) == 0)
			return err_set(err, ERR_FAILED,
				       "%s: compressed with %s: unpack it first (allowed are gzip, bzip2, xz and zstd)",
				       input->name, kinds[i].name);
	return 0;
}

/* Makes the next stretch of unpacked bytes the current one. Returns 1, 0 at the end, or a negative code. */
static int next_block(struct input *input, struct err *err)
{
	const void *data;
	size_t bytes;
	la_int64_t offset;
	int status;

	if (input->ended)
		return 0;
	do
		status = archive_read_data_block(input->archive, &data, &bytes, &offset);
	while (status == ARCHIVE_OK && bytes == 0);
	input->ended = status == ARCHIVE_EOF;
	if (input->ended)
		return check_end(input, err);
	if (status != ARCHIVE_OK)
		return fail(input, err);
	input->at = data;
	input->left = bytes;
	status = input->checked ? 0 : check_kind(input, err);
	input->checked = true;
	return status < 0 ? status : 1;
}

/* Gives libarchive the next bytes of the file. */
static la_ssize_t read_file(struct archive *archive, void *context, const void **block)
{
	struct input *input = context;
	ssize_t got = read(input->fd, input->block, READ_BYTES);

	*block = input->block;
	if (got < 0)
		archive_set_error(archive, errno, "%s", strerror(errno));
	else
		input->handed += (uint64_t)got;
	return got;
}

/*
 * Only filters that libarchive itself contains: its others start external programs or look for a beginning anywhere in
 * the text. "empty" is libarchive's format of a file without a byte.
 */
static int open_archive(struct input *input, const void *memory, struct err *err)
{
	struct archive *archive = archive_read_new();
	int status;

	input->archive = archive;
	if (!archive)
		return err_memory(err, "the input");
	archive_read_support_format_raw(archive);
	archive_read_support_format_empty(archive);
	archive_read_support_filter_gzip(archive);
	archive_read_support_filter_bzip2(archive);
	archive_read_support_filter_xz(archive);
	archive_read_support_filter_zstd(archive);
	if (input->fd >= 0) {
		input->block = malloc(READ_BYTES);
		if (!input->block)
			return err_memory(err, "the input");
		status = archive_read_open(archive, input, NULL, read_file, NULL);
	} else {
		input->handed = input->bytes;
		status = archive_read_open_memory(archive, memory, input->bytes);
	}
	if (status == ARCHIVE_OK) {
		struct archive_entry *entry;

		status = archive_read_next_header(archive, &entry);
	}
	input->ended = input->empty = status == ARCHIVE_EOF;
	return status == ARCHIVE_OK || input->ended ? 0 : fail(input, err);
}

static int open_file(struct input *input, const char *path, struct err *err)
{
	struct stat stat;

	input->fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (input->fd < 0 || fstat(input->fd, &stat) < 0)
		return err_errno(err, ERR_FAILED, "%s", input->name);
	if (S_ISDIR(stat.st_mode))
		return err_set(err, ERR_FAILED, "%s: a folder, not a file", input->name);
	input->bytes = S_ISREG(stat.st_mode) ? (uint64_t)stat.st_size : 0;
	return open_archive(input, NULL, err);
}

static struct input *create(const char *name, struct err *err)
{
	struct input *input = calloc(1, sizeof(*input));

	if (input && !(input->name = strdup(name))) {
		free(input);
		input = NULL;
	}
	if (!input)
		err_memory(err, "the input");
	else
		input->fd = -1, input->at = "";
	return input;
}

int input_open(struct input **out, const char *path, struct err *err)
{
	struct input *input = create(strcmp(path, "-") == 0 ? "standard input" : path, err);
	int status = input ? open_file(input, path, err) : ERR_FAILED;

	if (status < 0)
		input_close(input);
	else
		*out = input;
	return status;
}

int input_open_memory(struct input **out, const char *name, const void *data, size_t bytes, struct err *err)
{
	struct input *input = create(name, err);
	int status = ERR_FAILED;

	if (input) {
		input->bytes = bytes;
		status = open_archive(input, data, err);
	}
	if (status < 0)
		input_close(input);
	else
		*out = input;
	return status;
}

void input_close(struct input *input)
{
	if (!input)
		return;
	archive_read_free(input->archive);
	free(input->block);
	if (input->fd > STDIN_FILENO)
		close(input->fd);
	free(input->name);
	free(input);
}

const char *input_name(const struct input *input)
{
	return input->name;
}

static int too_long(const struct input *input, struct err *err)
{
	return err_set(err, ERR_FAILED, "%s:%" PRIu64 ": a line of more than %d bytes", input->name, input->lines,
		       INPUT_LINE_MAX);
}

/* Takes bytes up to and with the next line's end, or all that is left, from the current block. */
static bool take(struct input *input, struct input_line *part)
{
	const char *end = input->left ? memchr(input->at, '\n', input->left) : NULL;

	part->text = input->at;
	part->length = end ? (size_t)(end - input->at) : input->left;
	input->at += part->length + (end != NULL);
	input->left -= part->length + (end != NULL);
	return end != NULL;
}

/* A line that does not end in the current block, whose last bytes are in `line`. */
static int gather_line(struct input *input, struct input_line *line, struct err *err)
{
	struct input_line part = *line;
	bool ended = false;
	size_t length = 0;
	int status = 1;

	for (;;) {
		if (part.length > INPUT_LINE_MAX - length)
			return too_long(input, err);
		memcpy(input->carry + length, part.length ? part.text : "", part.length);
		length += part.length;
		if (ended || (status = next_block(input, err)) <= 0)
			break;
		ended = take(input, &part);
	}
	if (status < 0 || (!ended && length == 0))
		return status;
	line->text = input->carry;
	line->length = length;
	return 1;
}

int input_line(struct input *input, struct input_line *line, struct err *err)
{
	line->number = ++input->lines;
	if (!take(input, line))
		return gather_line(input, line, err);
	return line->length > INPUT_LINE_MAX ? too_long(input, err) : 1;
}

int input_read(struct input *input, void *to, size_t bytes, size_t *got, struct err *err)
{
	*got = 0;
	while (*got < bytes) {
		size_t some;

		if (!input->left) {
			int status = next_block(input, err);

			if (status <= 0)
				return status;
		}
		some = bytes - *got < input->left ? bytes - *got : input->left;
		memcpy((char *)to + *got, input->at, some);
		*got += some;
		input->at += some;
		input->left -= some;
	}
	return 0;
}

uint64_t input_consumed(const struct input *input)
{
	la_int64_t bytes = archive_filter_bytes(input->archive, -1);

	return bytes < 0 ? 0 : (uint64_t)bytes;
}

uint64_t input_bytes(const struct input *input)
{
	return input->bytes;
}

const char *input_quote(const char *text, size_t length, char out[INPUT_QUOTE])
{
	size_t n = length < INPUT_QUOTE ? length : INPUT_QUOTE - 4;

	for (size_t i = 0; i < n; i++)
		out[i] = text[i] >= ' ' && text[i] <= '~' ? text[i] : '?';
	memcpy(out + n, n < length ? "..." : "", n < length ? 4 : 1);
	return out;
}
