/* SPDX-License-Identifier: MIT */
/* megavm curve: the rows as a table, as CSV and as a figure. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/curve.h"
#include "report/figure.h"

enum { POINTS_A_LINE = 400 };

/* Rows of one trace under one policy are adjacent; returns true for the first row of such a group. */
static bool begins(const struct curve_rows *rows, size_t i)
{
	return i == 0 || rows->row[i].trace != rows->row[i - 1].trace || rows->row[i].policy != rows->row[i - 1].policy;
}

static double ratio(const struct curve_row *row)
{
	return (double)row->point.frames / (double)row->footprint;
}

static bool has_minor_faults(const struct curve_rows *rows)
{
	for (size_t i = 0; i < rows->count; i++)
		if (rows->row[i].point.counts.minor_faults)
			return true;
	return false;
}

/* From which share of the time the write-backs' transfers are said. Below it, the six recorded guests waited for them
 * at most 1.6 % of the time, at 1 to 100 Gbit/s (docs/accuracy.md). */
static const double write_share_said_from = 0.1;
static const double idle_said_from = 0.01; /* the share of the base from which the idle time is printed */

static bool has_idle(const struct curve_rows *rows)
{
	for (size_t i = 0; i < rows->count; i++)
		if (rows->row[i].idle_share >= idle_said_from)
			return true;
	return false;
}

/* Whether a slowdown has two bounds: some trace has several virtual CPUs. */
static bool has_bounds(const struct curve_rows *rows)
{
	for (size_t i = 0; i < rows->count; i++)
		if (rows->row[i].vcpus > 1)
			return true;
	return false;
}

static bool has_compulsory(const struct curve_rows *rows)
{
	for (size_t i = 0; i < rows->count; i++)
		if (rows->row[i].point.counts.compulsory)
			return true;
	return false;
}

/* Whether some policy is not exact on its trace, which is filtered. */
static bool is_marked(const struct curve_rows *rows)
{
	for (size_t i = 0; i < rows->count; i++)
		if (rows->row[i].k && rows->row[i].policy->filtered != FILTERED_EXACT)
			return true;
	return false;
}

void curve_print_csv(const struct curve_arguments *arguments, const struct curve_rows *rows)
{
	bool ahead = arguments->prefetch != NULL, minor = has_minor_faults(rows), sampled = arguments->sample != 0,
	     bounds = has_bounds(rows), idle = has_idle(rows), compulsory = has_compulsory(rows),
	     marked = is_marked(rows);

	printf("trace,policy,local_pages,local_ratio,first_touches,faults,writebacks,slowdown%s%s%s%s%s%s%s\n",
	       bounds ? ",slowdown_max" : "", idle ? ",base_idle_share" : "", sampled ? ",slowdown_error" : "",
	       compulsory ? ",compulsory" : "", minor ? ",minor_faults" : "",
	       ahead ? ",prefetch,issued,used,late,unused,polluted" : "", marked ? ",policy_counts" : "");
	for (size_t i = 0; i < rows->count; i++) {
		const struct curve_row *row = &rows->row[i];
		const struct local_counts *counts = &row->point.counts;

		printf("%s,%s,%" PRIu32 ",%.6f,%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%.9g", row->trace, row->policy->name,
		       row->point.frames, ratio(row), counts->first_touches, counts->faults, counts->write_backs,
		       row->point.slowdown);
		if (bounds)
			printf(",%.9g", row->point.slowdown_max);
		if (idle)
			printf(",%.6f", row->idle_share);
		if (sampled)
			printf(",%.3g", row->point.error);
		if (compulsory)
			printf(",%" PRIu64, counts->compulsory);
		if (minor)
			printf(",%" PRIu64, counts->minor_faults);
		if (ahead)
			printf(",%s,%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64,
			       arguments->prefetch->name, counts->prefetch.issued, counts->prefetch.used,
			       counts->prefetch.late, counts->prefetch.unused, counts->prefetch.polluted);
		if (marked)
			printf(",%s", row->k ? policy_filtered_word(row->policy) : "exact");
		putchar('\n');
		if (begins(rows, i))
			curve_print_write_share(rows, i, stderr);
	}
}

/* Prints a share in per cent, or a dash when `whole` is 0. */
static void print_share(uint64_t part, uint64_t whole)
{
	if (whole)
		printf(" %8.1f%%", 100 * (double)part / (double)whole);
	else
		printf(" %9s", "-");
}

/*
 * Coverage: the share of needed fetches that a prefetch replaced. Accuracy: the share of prefetched pages that were
 * touched. Timeliness: of these, the share that had arrived before the touch. Pollution: the share of all faults that
 * were on pages evicted by prefetched pages.
 */
static void print_prefetching(const struct local_counts *counts)
{
	uint64_t good = counts->prefetch.used + counts->prefetch.late;

	print_share(good, good + counts->faults);
	print_share(good, counts->prefetch.issued);
	print_share(counts->prefetch.used, good);
	print_share(counts->prefetch.polluted, counts->faults);
}

/* What the counts of a policy on a filtered trace are worth, and what helps. */
static const char *filtered_mark(const struct curve_row *row)
{
	if (!row->k || row->policy->filtered == FILTERED_EXACT)
		return "";
	return row->policy->filtered == FILTERED_APPROXIMATE
		       ? " (approximate on filtered traces)"
		       : " (misleading on filtered traces: keep every reference, --k 0 of import and record)";
}

static void print_head(const struct curve_arguments *arguments, const struct curve_row *row, bool compulsory,
		       bool minor)
{
	printf("%s: %s%s%s%s%s, footprint %" PRIu32 " pages, %" PRIu64 " first touches", row->trace, row->policy->name,
	       arguments->prefetch ? " with " : "", arguments->prefetch ? arguments->prefetch->name : "",
	       filtered_mark(row), arguments->sample != 0 ? ", sampled" : "", row->footprint,
	       row->point.counts.first_touches);
	if (row->idle_share >= idle_said_from)
		printf(", %.1f %% of the base idle", 100 * row->idle_share);
	putchar('\n');
	printf("%10s %7s %14s%s %14s %10s%s%s%s%s\n", "pages", "local", "faults", compulsory ? " compulsory" : "",
	       "write-backs", "slowdown", row->vcpus > 1 ? "    at most" : "",
	       arguments->sample != 0 ? "   +- error" : "", minor ? "    minor faults" : "",
	       arguments->prefetch ? "  coverage  accuracy    timely pollution" : "");
}

void curve_print_write_share(const struct curve_rows *rows, size_t first, FILE *to)
{
	double most = 0;

	for (size_t i = first; i < rows->count && (i == first || !begins(rows, i)); i++)
		if (rows->row[i].point.write_share > most)
			most = rows->row[i].point.write_share;
	if (most >= write_share_said_from)
		fprintf(to,
			"%s: write-backs take up to %.0f %% of the time on the link; a curve leaves out the waiting "
			"for them, "
			"at most that much: 'megavm run' has it\n",
			rows->row[first].trace, 100 * most);
}

void curve_print_text(const struct curve_arguments *arguments, const struct curve_rows *rows)
{
	bool minor = has_minor_faults(rows), compulsory = has_compulsory(rows);
	size_t first = 0;

	for (size_t i = 0; i < rows->count; i++) {
		const struct curve_row *row = &rows->row[i];

		if (begins(rows, i) && i)
			putchar('\n');
		if (begins(rows, i))
			print_head(arguments, row, compulsory, minor);
		printf("%10" PRIu32 " %6.1f%% %14" PRIu64, row->point.frames, 100 * ratio(row),
		       row->point.counts.faults);
		if (compulsory)
			printf(" %10" PRIu64, row->point.counts.compulsory);
		printf(" %14" PRIu64 " %10.4f", row->point.counts.write_backs, row->point.slowdown);
		if (row->vcpus > 1)
			printf(" %10.4f", row->point.slowdown_max);
		if (arguments->sample != 0)
			printf(" %10.4f", row->point.error);
		if (minor)
			printf(" %14" PRIu64, row->point.counts.minor_faults);
		if (arguments->prefetch)
			print_prefetching(&row->point.counts);
		putchar('\n');
		if (begins(rows, i))
			first = i;
		if (i + 1 == rows->count || begins(rows, i + 1))
			curve_print_write_share(rows, first, stdout);
	}
}

/* The file's name without its folder and extension. */
static void short_name(const char *path, char *out, size_t size)
{
	const char *slash = strrchr(path, '/');

	snprintf(out, size, "%s", slash ? slash + 1 : path);
	if (strrchr(out, '.'))
		*strrchr(out, '.') = '\0';
}

/* Takes at most POINTS_A_LINE of the `count` rows, always including the first and the last. */
static void take_line(struct figure_line *line, double *x, double *y, const struct curve_row *row, size_t count,
		      bool at_most)
{
	size_t points = count < POINTS_A_LINE ? count : POINTS_A_LINE;

	for (size_t i = 0; i < points; i++) {
		const struct curve_row *at = &row[points > 1 ? i * (count - 1) / (points - 1) : 0];

		x[i] = 100 * ratio(at);
		y[i] = at_most ? at->point.slowdown_max : at->point.slowdown;
	}
	*line = (struct figure_line){.count = points, .x = x, .y = y};
}

int curve_plot(const char *path, const struct curve_rows *rows, struct err *err)
{
	size_t n = 2 * rows->count + 1, lines = 0;
	struct figure_line *line = calloc(n, sizeof(*line));
	char(*title)[160] = calloc(n, sizeof(*title));
	double *x = malloc(n * sizeof(*x)), *y = malloc(n * sizeof(*y));
	int status = 0;

	if (!line || !title || !x || !y)
		status = err_memory(err, "a figure");
	for (size_t i = 0, j; i < rows->count && status == 0; i = j) {
		char name[120];

		for (j = i + 1; j < rows->count && !begins(rows, j); j++)
			;
		short_name(rows->row[i].trace, name, sizeof(name));
		for (int at_most = 0; at_most <= (rows->row[i].vcpus > 1); at_most++) {
			size_t at = i + (at_most ? rows->count : 0);

			take_line(&line[lines], x + at, y + at, &rows->row[i], j - i, at_most);
			snprintf(title[lines], sizeof(title[lines]), "%s, %s%s", name, rows->row[i].policy->name,
				 at_most ? ", at most" : "");
			line[lines].title = title[lines];
			lines++;
		}
	}
	if (status == 0) {
		struct figure figure = {
			.title = "Slowdown against local memory",
			.x_label = "local memory (% of the footprint)",
			.y_label = "slowdown (all local: 1)",
			.all_local = 1,
			.line = line,
			.lines = lines,
		};

		status = figure_draw_file(&figure, path, err);
	}
	free(line);
	free(title);
	free(x);
	free(y);
	return status;
}
