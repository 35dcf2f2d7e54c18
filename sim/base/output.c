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

/* Fills in the paths. Returns 0 or a negative code. */
static int resolve(struct output *output, const char *path, struct err *err)
{
	struct stat about;
	int status = 0;

	*output = (struct output){.path = follow(path)};
	if (!output->path)
		return err_errno(err, ERR_FAILED, "%s", path);
	if (stat(output->path, &about) == 0) {
		output->direct = !S_ISREG(about.st_mode) && !S_ISDIR(about.st_mode);
		if (S_ISDIR(about.st_mode))
			status = err_set(err, ERR_FAILED, "%s: a folder, not a file", path);
	}
	if (status == 0 && output->direct)
		output->part = strdup(output->path);
	else if (status == 0 && asprintf(&output->part, "%s.part", output->path) < 0)
		output->part = NULL;
	if (status == 0 && !output->part)
		status = err_memory(err, "a path");
	if (status < 0)
		output_free(output);
	return status;
}

int output_open(struct output *output, const char *path, int flags, struct err *err)
{
	int status = resolve(output, path, err), fd;

	if (status < 0)
		return status;
	fd = open(output->part, output->direct ? flags : flags | O_CREAT | O_EXCL, 0666);
	if (fd >= 0)
		return fd;
	if (errno == EEXIST)
		status = err_set(
			err, ERR_FAILED,
			"%s is in the way: a run that did not end has left it (a trace is read with --recover), "
			"or one is writing it now: remove it if none is",
			output->part);
	else
		status = err_errno(err, ERR_FAILED, "%s", output->part);
	output_free(output);
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
	int status = resolve(&output, path, err);

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
