/* SPDX-License-Identifier: MIT */
/* Writing HTML: texts that stay texts, and gnuplot's SVG as part of a page. */
#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include <stdio.h>

#include "base/err.h"

/* The text with HTML's own characters disarmed, also between double quotes. */
void html_put_text(FILE *to, const char *text);

/*
 * The SVG element of a file that gnuplot drew. Its ids begin with `prefix` then, since those of two figures are the
 * same otherwise; `label` names the image to those who hear the page.
 */
int html_put_svg(FILE *to, const char *path, const char *prefix, const char *label, struct err *err);

#endif
