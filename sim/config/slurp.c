/* SPDX-License-Identifier: MIT */
#include "config/slurp.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MAX = 16 << 20 }; /* a larger file is no configuration */

static int read_all(FILE *from, const char *name, char **text, size_t *size, struct err *err)
{
	size_t room = 0;
	char *more;

	do {
		room = room ? 2 * room : 4096;
		if (room > FILE_MAX)
			return err_set(err, ERR_USAGE, "%s: larger than %d MiB: not a configuration", name,
				       FILE_MAX >> 20);
		more = realloc(*text, room);
		if (!more)
			return err_memory(err, name);
		*text = more;
		*size += fread(*text + *size, 1, room - *size, from);
	} while (*size == room);
	return ferror(from) ? err_errno(err, ERR_USAGE, "%s", name) : 0;
}

const char *config_file_name(const char *path)
{
	return strcmp(path, "-") == 0 ? "standard input" : path;
}

int config_slurp(const char *path, char **text, size_t *size, struct err *err)
{
	bool standard = strcmp(path, "-") == 0;
	FILE *from = standard ? stdin : fopen(path, "r");
	int status;

	*text = NULL;
	*size = 0;
	if (!from)
		return err_errno(err, ERR_USAGE, "%s", path);
	status = read_all(from, config_file_name(path), text, size, err);
	if (!standard)
		fclose(from);
	return status;
}
