/* SPDX-License-Identifier: MIT */
#include "base/command_line.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/units.h"

static char *kept;

/* A word as a shell takes it. */
static void put_word(FILE *to, const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-";

	if (*word && word[strspn(word, plain)] == '\0') {
		fputs(word, to);
		return;
	}
	fputc('\'', to);
	for (; *word; word++)
		if (*word == '\'')
			fputs("'\\''", to);
		else
			fputc(*word, to);
	fputc('\'', to);
}

char *command_line_join(const char *first, char *const *rest)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	if (to)
		put_word(to, first);
	for (size_t i = 0; to && rest[i]; i++) {
		fputc(' ', to);
		put_word(to, rest[i]);
	}
	if (to && fclose(to) == 0)
		return text;
	free(text);
	return NULL;
}

int command_line_keep(char *const *argv, struct err *err)
{
	kept = command_line_join("megavm", argv + 1);
	return kept ? 0 : err_memory(err, "the command line");
}

void command_line_free(void)
{
	free(kept);
	kept = NULL;
}

const char *command_line_text(void)
{
	return kept;
}

int command_line_date(char out[COMMAND_LINE_DATE], struct err *err)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");
	uint64_t seconds = (uint64_t)time(NULL);
	struct tm tm;
	time_t now;

	if (epoch && (count_parse(epoch, &seconds, err) < 0 || seconds > UINT64_C(253402300799))) /* the year 9999 */
		return err_set(err, ERR_USAGE, "SOURCE_DATE_EPOCH: %s: expected seconds since 1970",
			       err_quote(epoch).text);
	now = (time_t)seconds;
	strftime(out, COMMAND_LINE_DATE, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &tm));
	return 0;
}
