/* SPDX-License-Identifier: MIT */
#include "base/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define SHOW_NS 200000000                  /* five times a second */
#define LOG_NS  (60 * INT64_C(1000000000)) /* once a minute */

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

/* A number in front of a unit: "18.3 M", "950 ". Returns `out`. */
static const char *scaled(double value, char out[32])
{
	static const char prefix[] = " kMGT";
	int step = 0;

	while (value >= 999.5 && prefix[step + 1])
		value /= 1000, step++;
	snprintf(out, 32, step ? "%.3g %c " : "%.3g ", value, prefix[step]);
	return out;
}

static const char *duration(double seconds, char out[32])
{
	if (seconds < 100)
		snprintf(out, 32, "%.0f s", seconds);
	else if (seconds < 6000)
		snprintf(out, 32, "%d min", (int)(seconds / 60 + 0.5));
	else
		snprintf(out, 32, "%.3g h", seconds / 3600);
	return out;
}

void progress_text(const struct progress *progress, uint64_t done, uint64_t items, double seconds, char *out,
		   size_t size)
{
	char rate[32], amount[32];

	scaled(seconds > 0 ? (double)items / seconds : 0, rate);
	if (progress->total && done && done <= progress->total)
		snprintf(out, size, "%s: %d %%, %s%s/s, %s left", progress->label,
			 (int)(100.0 * (double)done / (double)progress->total), rate, progress->unit,
			 duration(seconds * ((double)progress->total / (double)done - 1), amount));
	else
		snprintf(out, size, "%s: %s%s, %s%s/s", progress->label, scaled((double)items, amount), progress->unit,
			 rate, progress->unit);
}

static bool is_off(void)
{
	const char *wish = getenv("MEGAVM_PROGRESS");

	return wish && strcmp(wish, "off") == 0;
}

void progress_begin(struct progress *progress, const char *label, const char *unit, uint64_t total)
{
	*progress = (struct progress){.label = label, .unit = unit, .total = total};
	progress->on = isatty(STDERR_FILENO) && !is_off();
	if (progress->on)
		progress->began_ns = progress->shown_ns = now_ns();
}

void progress_begin_logged(struct progress *progress, const char *label, const char *unit, uint64_t total)
{
	progress_begin(progress, label, unit, total);
	progress->logged = !progress->on;
	progress->on = !is_off();
	if (progress->logged)
		progress->began_ns = progress->shown_ns = now_ns();
}

void progress_step(struct progress *progress, uint64_t done, uint64_t items)
{
	char text[256];
	int64_t now;

	if (!progress->on || (now = now_ns()) - progress->shown_ns < (progress->logged ? LOG_NS : SHOW_NS))
		return;
	progress->shown_ns = now;
	progress_text(progress, done, items, (double)(now - progress->began_ns) / 1e9, text, sizeof(text));
	fprintf(stderr, progress->logged ? "%s\n" : "\r%s\033[K", text);
}

void progress_end(struct progress *progress)
{
	if (progress->on && !progress->logged && progress->shown_ns > progress->began_ns)
		fprintf(stderr, "\r\033[K");
	progress->on = false;
}
