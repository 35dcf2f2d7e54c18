/* SPDX-License-Identifier: MIT */
/* The section of a page that shows the answers of `megavm size`. Private to page*.c. */
#ifndef REPORT_PAGE_SIZE_H
#define REPORT_PAGE_SIZE_H

#include <stdio.h>

#include "base/err.h"

/* Writes the section from `folder`/size.json, which `megavm size --json` made, and its figure size.svg if that is
 * there. Returns 0, or a negative code: the text names the file and what is missing. */
int page_put_size(FILE *to, const char *folder, struct err *err);

#endif
