/* SPDX-License-Identifier: MIT */
/* The comment at the beginning of a configuration, where its author states its purpose. */
#include <stdlib.h>
#include <string.h>

#include "config/tables.h"

/* Returns the position after the line's end. */
static const char *next_line(const char *at, const char *end)
{
	const char *newline = memchr(at, '\n', (size_t)(end - at));

	return newline ? newline + 1 : end;
}

int config_comment(struct config *config, const char *text, size_t size, struct err *err)
{
	const char *end = text + size;
	char *to = config->comment = malloc(size + 1);

	if (!to)
		return err_memory(err, "a comment");
	for (const char *at = text, *next; at < end && *at == '#'; at = next) {
		size_t length;

		next = next_line(at, end);
		at += 1 + (at + 1 < next && at[1] == ' ');
		length = (size_t)(next - at);
		if (to > config->comment)
			*to++ = '\n';
		memcpy(to, at, length);
		to += length;
		while (to > config->comment && strchr("\r\n\t ", to[-1]))
			to--;
	}
	*to = '\0';
	return 0;
}
