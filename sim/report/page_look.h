/* SPDX-License-Identifier: MIT */
/* How a page looks and what it does. Private to page.c. */
#ifndef REPORT_PAGE_LOOK_H
#define REPORT_PAGE_LOOK_H

extern const char page_style[];  /* CSS */
extern const char page_script[]; /* tables sort by a click on a column's head, or its key */

#endif
