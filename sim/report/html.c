/* SPDX-License-Identifier: MIT */
#include "report/html.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"

void html_put_text(FILE *to, const char *text)
{
	for (; *text; text++) {
		switch (*text) {
		case '&': fputs("&amp;", to); break;
		case '<': fputs("&lt;", to); break;
		case '>': fputs("&gt;", to); break;
		case '"': fputs("&quot;", to); break;
		default: fputc((unsigned char)*text < ' ' && *text != '\n' ? ' ' : *text, to);
		}
	}
}

/* The length of the text before an id, if an id follows at `at`; otherwise 0. */
static size_t id_mark(const char *at)
{
	static const char *const marks[] = {" id=\"", " id='", "href='#", "href=\"#", "url(#"};

	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++)
		if (strncmp(at, marks[i], strlen(marks[i])) == 0)
			return strlen(marks[i]);
	return 0;
}

static void put_element(FILE *to, const char *svg, const char *prefix, const char *label)
{
	static const char title[] = "<title>", end[] = "</title>";

	fputs("<svg role=\"img\" aria-label=\"", to);
	html_put_text(to, label);
	fputc('"', to);
	for (const char *at = svg + strlen("<svg"); *at;) {
		size_t mark = id_mark(at);

		const char *after = strncmp(at, title, strlen(title)) == 0 ? strstr(at, end) : NULL;

		if (after) { /* browsers would show the drawing script's text as a tooltip */
			at = after + strlen(end);
		} else if (mark) {
			fprintf(to, "%.*s%s", (int)mark, at, prefix);
			at += mark;
		} else {
			fputc(*at++, to);
		}
	}
}

int html_put_svg(FILE *to, const char *path, const char *prefix, const char *label, struct err *err)
{
	size_t size;
	char *text = file_read(path, &size, err), *svg = text ? strstr(text, "<svg") : NULL;
	int status = 0;

	if (!text)
		return ERR_FAILED;
	if (svg)
		put_element(to, svg, prefix, label);
	else
		status = err_set(err, ERR_FAILED, "%s: gnuplot drew no SVG", path);
	free(text);
	return status;
}
