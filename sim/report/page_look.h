/* SPDX-License-Identifier: MIT */
/* The style and the script of a page. Private to page.c. */
#ifndef REPORT_PAGE_LOOK_H
#define REPORT_PAGE_LOOK_H

extern const char page_style[];  /* CSS */
extern const char page_script[]; /* tables sort by a click on a column's head, or its key */

#endif
