/* SPDX-License-Identifier: MIT */
#include "base/file.h"

#include <stdio.h>
#include <stdlib.h>

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
