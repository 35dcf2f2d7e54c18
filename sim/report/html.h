/* SPDX-License-Identifier: MIT */
/* Writing HTML: escaped texts, and gnuplot's SVG as part of a page. */
#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include <stdio.h>

#include "base/err.h"

/* Writes a text with HTML's special characters escaped; also valid between double quotes. */
void html_put_text(FILE *to, const char *text);

/*
 * Writes the SVG element of a file that gnuplot drew. `prefix` is added to its ids, because the ids of two figures
 * would be equal otherwise; `label` is the image's name for screen readers.
 */
int html_put_svg(FILE *to, const char *path, const char *prefix, const char *label, struct err *err);

#endif
