/* SPDX-License-Identifier: MIT */
/* megavm curve: the rows as a table, as CSV and as a figure. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "cli/curve.h"
#include "report/columns.h"
#include "report/figure.h"
#include "report/run_tables.h"

enum { POINTS_A_LINE = 400 };

size_t curve_rows_end(const struct curve_rows *rows, size_t first)
{
	const struct curve_row *begin = &rows->row[first];
	size_t end = first + 1;

	while (end < rows->count && rows->row[end].trace == begin->trace && rows->row[end].policy == begin->policy &&
	       rows->row[end].fabric == begin->fabric)
		end++;
	return end;
}

const char *curve_row_name(const struct curve_rows *rows, const struct curve_row *row)
{
	bool workload = true, stem = true; /* no other trace has it */

	for (size_t i = 0; i < rows->count; i++) {
		const struct curve_row *other = &rows->row[i];

		if (strcmp(other->trace, row->trace) == 0)
			continue;
		workload = workload && strcmp(other->workload, row->workload) != 0;
		stem = stem && strcmp(other->stem, row->stem) != 0;
	}
	return workload ? row->workload : stem ? row->stem : row->trace;
}

double curve_row_ratio(const struct curve_row *row)
{
	return (double)row->point.frames / (double)row->footprint;
}

const char *curve_fabric_text(const struct network *fabric, char out[CURVE_FABRIC_TEXT])
{
	char latency[UNITS_TEXT];

	snprintf(out, CURVE_FABRIC_TEXT, "%.200s at %s", fabric->preset, duration_text(fabric->latency_ps, latency));
	return out;
}

uint64_t curve_fetches_all_local(const struct curve_row *row)
{
	return row->point.frames >= row->footprint ? row->point.counts.faults : 0;
}

/* From which share of the time the write-backs' transfers are said. Below it, the six recorded guests waited for them
 * at most 1.6 % of the time, at 1 to 100 Gbit/s (docs/accuracy.md). */
static const double write_share_said_from = 0.1;
const double curve_idle_said_from = 0.01;

/* What is shown only where some row has it. */
typedef bool row_has(const struct curve_row *row);

static bool has_minor_faults(const struct curve_row *row)
{
	return row->point.counts.minor_faults > 0;
}

static bool has_idle(const struct curve_row *row)
{
	return row->idle_share >= curve_idle_said_from;
}

static bool has_compulsory(const struct curve_row *row)
{
	return row->point.counts.compulsory > 0;
}

enum policy_filtered curve_row_counts(const struct curve_row *row)
{
	const bool prefetches = !row->prefetch->is_none;

	return row->active ? policy_counts_active(row->policy, prefetches)
			   : policy_counts(row->policy, row->k, row->again, prefetches);
}

static bool is_bounded(const struct curve_row *row)
{
	return curve_row_counts(row) == FILTERED_BOUNDED;
}

/* Its slowdown has two bounds: of several virtual CPUs, when there are no bounds that also hold for these. */
static bool has_bounds(const struct curve_row *row)
{
	return row->vcpus > 1 && !is_bounded(row);
}

static bool is_marked(const struct curve_row *row)
{
	return curve_row_counts(row) != FILTERED_EXACT;
}

static bool prefetches(const struct curve_row *row)
{
	return !row->prefetch->is_none;
}

static bool any(const struct curve_rows *rows, row_has *has)
{
	for (size_t i = 0; i < rows->count; i++)
		if (has(&rows->row[i]))
			return true;
	return false;
}

/* Six fields of CSV: the bounds. Those of an exact row are its own numbers; an approximate row has none. */
static void put_band(const struct curve_row *row)
{
	const struct curve_point *point = &row->point;
	struct curve_bound low = {point->counts.faults, point->counts.write_backs, point->slowdown}, high = low;

	if (is_bounded(row)) {
		low = point->low;
		high = point->high;
	} else if (is_marked(row)) {
		printf(",,,,,,");
		return;
	} else {
		high.slowdown = point->slowdown_max;
	}
	printf(",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%.9g,%.9g", low.faults, high.faults, low.write_backs,
	       high.write_backs, low.slowdown, high.slowdown);
}

void curve_print_csv(const struct curve_rows *rows)
{
	bool ahead = any(rows, prefetches), minor = any(rows, has_minor_faults), sampled = rows->sampled,
	     bounds = any(rows, has_bounds), idle = any(rows, has_idle), compulsory = any(rows, has_compulsory),
	     marked = any(rows, is_marked), fabrics = rows->several_fabrics, band = any(rows, is_bounded);

	printf("trace,policy,local_pages,local_ratio,first_touches,faults,writebacks,slowdown%s%s%s%s%s%s%s%s%s\n",
	       bounds ? ",slowdown_max" : "", idle ? ",base_idle_share" : "", sampled ? ",slowdown_error" : "",
	       compulsory ? ",compulsory" : "", minor ? ",minor_faults" : "",
	       ahead ? ",prefetch,issued,used,late,unused,polluted" : "", marked ? ",policy_counts" : "",
	       fabrics ? ",fabric,latency_ns" : "",
	       band ? ",faults_low,faults_high,writebacks_low,writebacks_high,slowdown_low,slowdown_high" : "");
	for (size_t i = 0; i < rows->count; i++) {
		const struct curve_row *row = &rows->row[i];
		const struct local_counts *counts = &row->point.counts;

		printf("%s,%s,%" PRIu32 ",%.6f,%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%.9g", row->trace, row->policy->name,
		       row->point.frames, curve_row_ratio(row), counts->first_touches, counts->faults,
		       counts->write_backs, row->point.slowdown);
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
			printf(",%s,%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64, row->prefetch->name,
			       counts->prefetch.issued, counts->prefetch.used, counts->prefetch.late,
			       counts->prefetch.unused, counts->prefetch.polluted);
		if (marked)
			printf(",%s", policy_filtered_word(curve_row_counts(row)));
		if (fabrics)
			printf(",%s,%.12g", row->fabric->preset, (double)row->fabric->latency_ps / 1000);
		if (band)
			put_band(row);
		putchar('\n');
	}
	curve_print_notes(rows, stderr);
}

/* A cell of a table: as plain text of a fixed width, after a blank; otherwise behind a tab. The first cell of a line
 * has neither. */
static void put_cell(FILE *to, bool first, int width, const char *text)
{
	if (columns_format() == COLUMNS_TEXT)
		fprintf(to, "%s%*s", first ? "" : " ", width, text);
	else
		fprintf(to, "%s%s", first ? "" : "\t", text);
}

static void put_count(FILE *to, int width, uint64_t count)
{
	char text[32];

	snprintf(text, sizeof(text), "%" PRIu64, count);
	put_cell(to, false, width, text);
}

static void put_real(FILE *to, double number)
{
	char text[64];

	snprintf(text, sizeof(text), "%.4f", number);
	put_cell(to, false, 10, text);
}

/* A share in per cent, or a dash when `whole` is 0. */
static void put_share(FILE *to, int width, uint64_t part, uint64_t whole)
{
	char text[32] = "-";

	if (whole)
		snprintf(text, sizeof(text), "%.1f%%", 100 * (double)part / (double)whole);
	put_cell(to, false, width, text);
}

/*
 * Coverage: the share of needed fetches that a prefetch replaced. Accuracy: the share of prefetched pages that were
 * touched. Timeliness: of these, the share that had arrived before the touch. Pollution: the share of all faults that
 * were on pages evicted by prefetched pages.
 */
static void put_prefetching(const struct local_counts *counts, FILE *to)
{
	uint64_t good = counts->prefetch.used + counts->prefetch.late;

	put_share(to, 9, good, good + counts->faults);
	put_share(to, 9, good, counts->prefetch.issued);
	put_share(to, 9, counts->prefetch.used, good);
	put_share(to, 9, counts->prefetch.polluted, counts->faults);
}

static void put_bound_heads(FILE *to, int width)
{
	put_cell(to, false, width, "at least");
	put_cell(to, false, width, "at most");
}

static void print_head(const struct curve_rows *rows, const struct curve_row *row)
{
	char fabric[CURVE_FABRIC_TEXT];

	printf("%s: %s%s%s", row->trace, row->policy->name, prefetches(row) ? " with " : "",
	       prefetches(row) ? row->prefetch->name : "");
	if (is_marked(row))
		printf(" (%s)", policy_filtered_word(curve_row_counts(row)));
	if (rows->several_fabrics)
		printf(" over %s", curve_fabric_text(row->fabric, fabric));
	printf("%s, footprint %" PRIu32 " pages, %" PRIu64 " first touches", rows->sampled ? ", sampled" : "",
	       row->footprint, row->point.counts.first_touches);
	if (has_idle(row))
		printf(", %.1f %% of the base idle", 100 * row->idle_share);
	putchar('\n');
	if (columns_format() != COLUMNS_TEXT)
		putchar('\n');
}

/* Which columns a table has beside those of every table. */
struct shown {
	bool compulsory, minor;
};

static void put_heads(const struct curve_rows *rows, const struct curve_row *row, struct shown shown, FILE *to)
{
	put_cell(to, true, 10, "pages");
	put_cell(to, false, 7, "local");
	put_cell(to, false, 14, "faults");
	if (is_bounded(row))
		put_bound_heads(to, 14);
	if (shown.compulsory)
		put_cell(to, false, 10, "compulsory");
	put_cell(to, false, 14, "write-backs");
	if (is_bounded(row))
		put_bound_heads(to, 14);
	put_cell(to, false, 10, "slowdown");
	if (is_bounded(row))
		put_bound_heads(to, 10);
	else if (has_bounds(row))
		put_cell(to, false, 10, "at most");
	if (rows->sampled)
		put_cell(to, false, 10, "+- error");
	if (shown.minor)
		put_cell(to, false, 15, "minor faults");
	if (prefetches(row)) {
		put_cell(to, false, 9, "coverage");
		put_cell(to, false, 9, "accuracy");
		put_cell(to, false, 9, "timely");
		put_cell(to, false, 9, "pollution");
	}
	fputc('\n', to);
}

static void print_write_share(const struct curve_rows *rows, size_t first, size_t end, FILE *to)
{
	char fabric[CURVE_FABRIC_TEXT];
	double most = 0;

	for (size_t i = first; i < end; i++)
		if (rows->row[i].point.write_share > most)
			most = rows->row[i].point.write_share;
	if (most >= write_share_said_from)
		fprintf(to,
			"%s%s%s: write-backs take up to %.0f %% of the time on the link; a curve leaves out the "
			"waiting for them, at most that much: 'megavm run' has it\n",
			rows->row[first].trace, rows->several_fabrics ? " over " : "",
			rows->several_fabrics ? curve_fabric_text(rows->row[first].fabric, fabric) : "", 100 * most);
}

static void print_all_local(const struct curve_row *row, FILE *to)
{
	const uint64_t fetches = curve_fetches_all_local(row);

	if (fetches)
		fprintf(to,
			"%s: %s still fetches %" PRIu64
			" pages with all of its footprint local: its region begins with other pages local than those "
			"that it touches (vms.warm of 'megavm run')\n",
			row->trace, row->policy->name, fetches);
}

void curve_print_notes(const struct curve_rows *rows, FILE *to)
{
	bool said[FILTERED_EXACT + 1] = {false};

	for (size_t i = 0, end; i < rows->count; i = end) {
		end = curve_rows_end(rows, i);
		print_write_share(rows, i, end, to);
		if (i == 0 || rows->row[i].trace != rows->row[i - 1].trace ||
		    rows->row[i].policy != rows->row[i - 1].policy) /* the same over each interconnect */
			print_all_local(&rows->row[end - 1], to);
	}
	for (size_t i = 0; i < rows->count; i++) {
		const enum policy_filtered counts = curve_row_counts(&rows->row[i]);

		if (counts != FILTERED_EXACT && !said[counts])
			fprintf(to, "%s\n", policy_filtered_remedy(counts));
		said[counts] = true;
	}
	fprintf(to, "fault costs: %s\n", rows->fault_costs);
}

static void put_row(const struct curve_rows *rows, const struct curve_row *row, struct shown shown, FILE *to)
{
	const struct curve_bound *low = &row->point.low, *high = &row->point.high;
	const struct local_counts *counts = &row->point.counts;
	char text[32];

	snprintf(text, sizeof(text), "%" PRIu32, row->point.frames);
	put_cell(to, true, 10, text);
	put_share(to, 7, row->point.frames, row->footprint);
	put_count(to, 14, counts->faults);
	if (is_bounded(row)) {
		put_count(to, 14, low->faults);
		put_count(to, 14, high->faults);
	}
	if (shown.compulsory)
		put_count(to, 10, counts->compulsory);
	put_count(to, 14, counts->write_backs);
	if (is_bounded(row)) {
		put_count(to, 14, low->write_backs);
		put_count(to, 14, high->write_backs);
	}
	put_real(to, row->point.slowdown);
	if (is_bounded(row)) {
		put_real(to, low->slowdown);
		put_real(to, high->slowdown);
	}
	if (has_bounds(row))
		put_real(to, row->point.slowdown_max);
	if (rows->sampled)
		put_real(to, row->point.error);
	if (shown.minor)
		put_count(to, 14, counts->minor_faults);
	if (prefetches(row))
		put_prefetching(counts, to);
	fputc('\n', to);
}

/* The rows of a curve, for run_table. */
struct curve_table {
	const struct curve_rows *rows;
	size_t first, end;
	struct shown shown;
};

static void put_table(const void *context, FILE *to)
{
	const struct curve_table *table = context;
	const struct curve_rows *rows = table->rows;

	put_heads(rows, &rows->row[table->first], table->shown, to);
	for (size_t i = table->first; i < table->end; i++)
		if (!rows->row[i].figure_only)
			put_row(rows, &rows->row[i], table->shown, to);
}

int curve_print_text(const struct curve_rows *rows, struct err *err)
{
	struct curve_table table = {rows, 0, 0, {any(rows, has_compulsory), any(rows, has_minor_faults)}};
	int status = 0;

	for (; table.first < rows->count && status == 0; table.first = table.end) {
		table.end = curve_rows_end(rows, table.first);
		if (table.first)
			putchar('\n');
		print_head(rows, &rows->row[table.first]);
		if (columns_format() == COLUMNS_TEXT)
			put_table(&table, stdout);
		else
			status = run_table(put_table, &table, stdout, err);
	}
	curve_print_notes(rows, stdout);
	return status;
}

/* Takes at most POINTS_A_LINE of the `count` rows, always including the first and the last. `numbers`: room for x, y
 * and the two bounds of each row. */
static void take_line(struct figure_line *line, double *numbers, const struct curve_row *row, size_t count,
		      bool at_most)
{
	size_t points = count < POINTS_A_LINE ? count : POINTS_A_LINE;
	double *x = numbers, *y = x + points, *low = y + points, *high = low + points;

	for (size_t i = 0; i < points; i++) {
		const struct curve_row *at = &row[points > 1 ? i * (count - 1) / (points - 1) : 0];

		x[i] = 100 * curve_row_ratio(at);
		y[i] = at_most ? at->point.slowdown_max : at->point.slowdown;
		low[i] = at->point.low.slowdown;
		high[i] = at->point.high.slowdown;
	}
	*line = (struct figure_line){.count = points, .x = x, .y = y};
	if (is_bounded(row)) {
		line->low = low;
		line->high = high;
	}
}

/* "sort-user, clock (approximate) over ib-edr at 3us: 194 fetches at 100 %". */
static void put_title(const struct curve_rows *rows, size_t first, bool at_most, char *out, size_t size)
{
	const struct curve_row *row = &rows->row[first];
	const uint64_t fetches = curve_fetches_all_local(&rows->row[curve_rows_end(rows, first) - 1]);
	char fabric[CURVE_FABRIC_TEXT], all_local[64] = "", counts[32] = "";

	if (is_marked(row))
		snprintf(counts, sizeof(counts), " (%s)", policy_filtered_word(curve_row_counts(row)));
	if (fetches)
		snprintf(all_local, sizeof(all_local), ": %" PRIu64 " fetches at 100 %%", fetches);
	snprintf(out, size, "%s, %s%s%s%s%s%s%s%s", curve_row_name(rows, row), row->policy->name,
		 prefetches(row) ? " with " : "", prefetches(row) ? row->prefetch->name : "", counts,
		 rows->several_fabrics ? " over " : "",
		 rows->several_fabrics ? curve_fabric_text(row->fabric, fabric) : "", at_most ? ", at most" : "",
		 all_local);
}

int curve_plot(const char *path, const struct curve_rows *rows, struct err *err)
{
	size_t n = 2 * rows->count + 1, lines = 0;
	struct figure_line *line = calloc(n, sizeof(*line));
	char(*title)[640] = calloc(n, sizeof(*title));
	double *numbers = malloc(4 * n * sizeof(*numbers));
	int status = 0;

	if (!line || !title || !numbers)
		status = err_memory(err, "a figure");
	for (size_t i = 0, j; i < rows->count && status == 0; i = j) {
		j = curve_rows_end(rows, i);
		for (int at_most = 0; at_most <= has_bounds(&rows->row[i]); at_most++) {
			size_t at = i + (at_most ? rows->count : 0);

			take_line(&line[lines], numbers + 4 * at, &rows->row[i], j - i, at_most);
			put_title(rows, i, at_most, title[lines], sizeof(title[lines]));
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
	free(numbers);
	return status;
}
