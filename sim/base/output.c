/* SPDX-License-Identifier: MIT */
#include "base/output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/zstd_stream.h"

enum { LINKS_MAX = 40, BLOCK = 1 << 16 }; /* links: as many as Linux follows */

/* The target of a link, relative to the link's folder unless it is absolute. */
static char *target_of(const char *link)
{
	char text[PATH_MAX], *path;
	const char *slash = strrchr(link, '/');
	ssize_t length = readlink(link, text, sizeof(text) - 1);

	if (length < 0)
		return NULL;
	text[length] = '\0';
	if (text[0] == '/' || !slash)
		return strdup(text);
	return asprintf(&path, "%.*s/%s", (int)(slash - link), link, text) < 0 ? NULL : path;
}

/* Follows links, also to a file that is not there yet. The caller frees the path; NULL with errno. */
static char *follow(const char *path)
{
	char *at = strdup(path);
	struct stat about;

	for (int links = 0; at && lstat(at, &about) == 0 && S_ISLNK(about.st_mode); links++) {
		char *next = links < LINKS_MAX ? target_of(at) : NULL;

		if (links == LINKS_MAX)
			errno = ELOOP;
		free(at);
		at = next;
	}
	return at;
}

/* Where a file is written until it is complete. NULL when out of memory. */
static char *part_of(const struct output *output)
{
	const char *slash = strrchr(output->path, '/'), *name = slash ? slash + 1 : output->path;
	char *part;
	int length;

	if (output->direct)
		return strdup(output->path);
	length = output->kept ? asprintf(&part, "%s.part", output->path)
			      : asprintf(&part, "%.*s.%s.%ld", (int)(name - output->path), output->path, name,
					 (long)getpid());
	return length < 0 ? NULL : part;
}

/* Fills in the paths. Returns 0 or a negative code. */
static int resolve(struct output *output, const char *path, enum output_part part, struct err *err)
{
	struct stat about;
	int status = 0;

	*output = (struct output){.path = follow(path), .kept = part == OUTPUT_KEPT};
	if (!output->path)
		return err_errno(err, ERR_FAILED, "%s", path);
	if (stat(output->path, &about) == 0) {
		output->direct = !S_ISREG(about.st_mode) && !S_ISDIR(about.st_mode);
		if (S_ISDIR(about.st_mode))
			status = err_set(err, ERR_FAILED, "%s: a folder, not a file", path);
	}
	if (status == 0 && !(output->part = part_of(output)))
		status = err_memory(err, "a path");
	if (status < 0)
		output_free(output);
	return status;
}

static int open_resolved(struct output *output, int flags, struct err *err)
{
	int fd = open(output->part, output->direct ? flags : flags | O_CREAT | (output->kept ? O_EXCL : O_TRUNC), 0666),
	    status;

	if (fd >= 0)
		return fd;
	if (errno == EEXIST)
		status = err_set(
			err, ERR_FAILED,
			"%s is in the way: a run that did not end has left it (a trace is read with --recover), "
			"or one is writing it now: remove it if none is",
			output->part);
	else
		status = err_errno(err, ERR_FAILED, "%s", output->kept ? output->part : output->path);
	output_free(output);
	return status;
}

int output_open(struct output *output, const char *path, int flags, struct err *err)
{
	int status = resolve(output, path, OUTPUT_KEPT, err);

	return status < 0 ? status : open_resolved(output, flags, err);
}

static int write_failed(const struct output_file *file, struct err *err)
{
	if (file->output.path)
		return err_errno(err, ERR_FAILED, "%s", file->output.path);
	return err_errno(err, ERR_FAILED, "standard output");
}

int output_create(struct output_file *file, const char *path, enum output_part part, struct err *err)
{
	int fd, status;

	*file = (struct output_file){.stream = stdout};
	if (strcmp(path, "-") == 0)
		return 0;
	status = resolve(&file->output, path, part, err);
	if (status < 0)
		return status;
	fd = open_resolved(&file->output, (file->output.direct ? O_WRONLY : O_RDWR) | O_CLOEXEC, err);
	if (fd < 0)
		return fd;
	file->stream = fdopen(fd, file->output.direct ? "w" : "w+");
	if (file->stream && zstd_is_name(path)) {
		file->below = file->stream;
		file->stream = zstd_stream(file->below);
	}
	if (file->stream)
		return 0;
	err_errno(err, ERR_FAILED, "%s", path);
	if (file->below)
		fclose(file->below);
	else
		close(fd);
	output_discard(&file->output);
	output_free(&file->output);
	return ERR_FAILED;
}

const char *output_only_forward(const char *path)
{
	struct stat about;

	if (strcmp(path, "-") == 0)
		return "standard output";
	if (stat(path, &about) == 0 && !S_ISREG(about.st_mode) && !S_ISDIR(about.st_mode))
		return "a device or a pipe";
	return zstd_is_name(path) ? "a compressed file" : NULL;
}

int output_finish(struct output_file *file, int status, struct err *err)
{
	FILE *bottom = file->below ? file->below : file->stream;
	bool bad = ferror(file->stream);

	if (file->below)
		bad |= fclose(file->stream) != 0;
	bad |= fflush(bottom) != 0;
	if (!file->output.path)
		return bad && status == 0 ? write_failed(file, err) : status;
	if (file->output.kept && !bad && fsync(fileno(bottom)) < 0)
		bad = errno != EINVAL && errno != EROFS; /* of what fsync has no meaning for */
	bad |= fclose(bottom) != 0;
	if (bad && status == 0)
		status = write_failed(file, err);
	if (status == 0)
		status = output_commit(&file->output, err);
	if (status < 0)
		output_discard(&file->output);
	output_free(&file->output);
	return status;
}

int output_commit(const struct output *output, struct err *err)
{
	if (!output->direct && rename(output->part, output->path) < 0)
		return err_errno(err, ERR_FAILED, "%s: cannot rename to %s", output->part, output->path);
	return 0;
}

void output_discard(const struct output *output)
{
	if (!output->direct)
		unlink(output->part);
}

void output_free(struct output *output)
{
	free(output->path);
	free(output->part);
	*output = (struct output){0};
}

/* Copies what is left of `from`. Returns 0 or a negative code. */
static int copy(FILE *from, FILE *to, const char *path, struct err *err)
{
	static char block[BLOCK];
	size_t got;

	while ((got = fread(block, 1, sizeof(block), from)) > 0)
		if (fwrite(block, 1, got, to) != got)
			break;
	return ferror(from) || ferror(to) || fflush(to) != 0 ? err_errno(err, ERR_FAILED, "%s", path) : 0;
}

static int copy_file(const char *from_path, struct output *output, struct err *err)
{
	FILE *from = fopen(from_path, "re"), *to = from ? fopen(output->part, "we") : NULL;
	int status = to ? copy(from, to, output->part, err) : err_errno(err, ERR_FAILED, "%s", output->part);

	if (to && fclose(to) != 0 && status == 0)
		status = err_errno(err, ERR_FAILED, "%s", output->part);
	if (from)
		fclose(from);
	if (status == 0)
		status = output_commit(output, err);
	if (status < 0)
		output_discard(output);
	return status;
}

int output_move(const char *from, const char *path, struct err *err)
{
	struct output output;
	int status = resolve(&output, path, OUTPUT_HIDDEN, err);

	if (status < 0)
		return status;
	if (output.direct || rename(from, output.path) < 0) {
		if (!output.direct && errno != EXDEV)
			status = err_errno(err, ERR_FAILED, "%s", path);
		else if ((status = copy_file(from, &output, err)) == 0)
			unlink(from);
	}
	output_free(&output);
	return status;
}
