/* SPDX-License-Identifier: MIT */
/* What has to be known about slowdowns, in sentences. Private to chart*.c. */
#ifndef REPORT_CHART_NOTES_H
#define REPORT_CHART_NOTES_H

#include "report/chart_build.h"

/*
 * Names the job of the view whose base is idle most, if that is a considerable share: it is slowed down in the rest of
 * its time only. "" if there is none, NULL when out of memory.
 */
const char *chart_say_idle(const struct chart_input *input, const struct view *view, struct arena *arena);

/* Slowdowns at 100 % local are not 1 where a region begins with other pages local than those that it touches: names
 * the job that fetches most there. "" if there is none, NULL when out of memory. */
const char *chart_say_all_local(const struct chart_input *input, const struct view *view, struct arena *arena);

#endif
