/* SPDX-License-Identifier: MIT */
#include "cli/table_format.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/columns.h"

enum { KEY_MARKDOWN = 0x2000, KEY_LATEX };

/* What is kept back, and the stream that it then goes to. */
static struct {
	char *text;
	size_t size;
	FILE *to;
} kept;

/* The option that asks for another form than tables. */
static const char *other_form;

static void refuse_both(struct argp_state *state)
{
	if (other_form && columns_format() != COLUMNS_TEXT)
		argp_error(state, "%s and %s: one of them", other_form,
			   columns_format() == COLUMNS_LATEX ? "--latex" : "--markdown");
}

void table_format_instead(struct argp_state *state, const char *option)
{
	other_form = option;
	refuse_both(state);
}

static const struct argp_option options[] = {
	{"markdown", KEY_MARKDOWN, NULL, 0, "print tables as Markdown", 0},
	{"latex", KEY_LATEX, NULL, 0, "print tables as LaTeX, with the rules of the package booktabs", 0},
	{0},
};

static error_t parse(int key, char *word, struct argp_state *state)
{
	FILE *instead;

	(void)word;
	switch (key) {
	case KEY_MARKDOWN:
		columns_set_format(COLUMNS_MARKDOWN);
		refuse_both(state);
		return 0;
	case KEY_LATEX:
		instead = kept.to ? NULL : open_memstream(&kept.text, &kept.size);
		if (!instead && !kept.to)
			argp_failure(state, 1, 0, "out of memory");
		if (instead) {
			kept.to = stdout;
			stdout = instead;
		}
		columns_set_format(COLUMNS_LATEX);
		refuse_both(state);
		return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

const struct argp table_format_argp = {.options = options, .parser = parse};

int table_format_end(struct err *err)
{
	bool in_table = false;
	int status = 0;

	if (!kept.to)
		return 0;
	if (fclose(stdout) != 0)
		status = err_memory(err, "the tables");
	stdout = kept.to;
	for (const char *line = kept.text; status == 0 && line && *line; line += strcspn(line, "\n") + 1) {
		const int length = (int)strcspn(line, "\n");

		in_table = in_table || strncmp(line, "\\begin{tabular}", 15) == 0;
		printf(in_table || length == 0 ? "%s%.*s\n" : "%% %s%.*s\n", "", length, line);
		in_table = in_table && strncmp(line, "\\end{tabular}", 13) != 0;
		if (line[length] == '\0')
			break;
	}
	free(kept.text);
	kept.to = NULL;
	return status;
}
