/* SPDX-License-Identifier: MIT */
#include "base/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static char *read_all(FILE *file, const char *path, size_t *size, struct err *err)
{
	char *text = NULL;
	size_t room = 0, used = 0;

	do {
		char *more = used + 1 >= room ? realloc(text, room = room ? 2 * room : 65536) : text;

		if (!more) {
			free(text);
			err_memory(err, path);
			return NULL;
		}
		text = more;
		used += fread(text + used, 1, room - used - 1, file);
	} while (!feof(file) && !ferror(file));
	if (ferror(file)) {
		err_errno(err, ERR_FAILED, "%s", path);
		free(text);
		return NULL;
	}
	text[used] = '\0';
	*size = used;
	return text;
}

char *file_read(const char *path, size_t *size, struct err *err)
{
	FILE *file = fopen(path, "r");
	char *text;

	if (!file) {
		err_errno(err, ERR_FAILED, "%s", path);
		return NULL;
	}
	text = read_all(file, path, size, err);
	fclose(file);
	return text;
}

int folder_make(const char *path, struct err *err)
{
	char *text = strdup(path);
	int status = 0;

	if (!text)
		return err_memory(err, "a path");
	for (char *at = text; *at && status == 0; at++) {
		char next = at[1];

		if (next && next != '/')
			continue;
		at[1] = '\0';
		if (mkdir(text, 0777) < 0 && errno != EEXIST)
			status = err_errno(err, ERR_FAILED, "%s: cannot create the folder", text);
		at[1] = next;
	}
	free(text);
	return status;
}
