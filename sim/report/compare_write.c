/* SPDX-License-Identifier: MIT */
/* A comparison as compare.csv, as results.csv, and as a table for reading. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "report/columns.h"
#include "report/compare.h"

/* The value of the i-th common key. */
static const char *key_cell(const struct compare_group *group, size_t point, size_t side, size_t i)
{
	const struct compare_side *at = &group->side[side];

	return sheet_cell(&at->results->sheet, group->row[point * group->sides + side], at->key[i]);
}

static const char *key_name(const struct compare_group *group, size_t i)
{
	return sheet_column_name(&group->side[0].results->sheet, group->side[0].key[i]);
}

static const char *workload(const struct compare_group *group, size_t point, size_t side)
{
	return results_word(group->side[side].results, group->row[point * group->sides + side], RESULTS_WORKLOAD);
}

static enum policy_filtered counts_of(const struct compare_group *group, size_t point, size_t side)
{
	return results_counts(group->side[side].results, group->row[point * group->sides + side]);
}

/* The swept latency of a point in ps; -1 when none is swept. */
static int64_t latency_ps(const struct compare_group *group, size_t point)
{
	int64_t ps;
	struct err err;

	for (size_t i = 0; i < group->keys; i++)
		if (strcmp(key_name(group, i), "fabric.latency") == 0 &&
		    duration_parse(key_cell(group, point, 0, i), &ps, &err) == 0)
			return ps;
	return -1;
}

/* ---- CSV ---- */

static void put_number(const struct compare_group *group, size_t point, size_t side, enum results_column column,
		       FILE *to)
{
	char text[UNITS_TEXT];

	fputs(real_text(compare_number(group, point, side, column), text), to);
}

static void put_if_there(const struct compare_group *group, size_t point, size_t side, enum results_column column,
			 FILE *to)
{
	if (isfinite(compare_number(group, point, side, column)))
		put_number(group, point, side, column, to);
}

static void put_line(const struct compare_group *group, size_t point, size_t side, FILE *to)
{
	static const enum results_column columns[] = {RESULTS_FAULTS_DEMAND, RESULTS_BASE_S, RESULTS_TIME_S,
						      RESULTS_SLOWDOWN};
	const int64_t ps = latency_ps(group, point);
	char text[UNITS_TEXT];

	fprintf(to, "%s,%s,%s,", workload(group, point, side), scope_names[group->side->scope],
		group->side[side].engine->name);
	put_number(group, point, 0, RESULTS_LOCAL_RATIO, to);
	fprintf(to, ",%s", ps >= 0 ? real_text((double)ps / 1000, text) : "");
	for (size_t i = 0; i < sizeof(columns) / sizeof(*columns); i++) {
		fputc(',', to);
		put_number(group, point, side, columns[i], to);
	}
	fputc(',', to);
	put_if_there(group, point, side, RESULTS_SLOWDOWN_MAX, to);
	fputc(',', to);
	put_if_there(group, point, side, RESULTS_REPEATS, to);
	fputc(',', to);
	put_if_there(group, point, side, RESULTS_SLOWDOWN_CI95, to);
	fprintf(to, ",%s\n", policy_filtered_word(counts_of(group, point, side)));
}

int compare_csv(const struct compare *compare, FILE *to, struct err *err)
{
	fprintf(to, "workload,scope,engine,local_ratio,latency_ns,faults,base_s,time_s,slowdown,slowdown_max,repeats,"
		    "slowdown_ci95_model,policy_counts\n");
	for (size_t i = 0; i < compare->groups; i++)
		for (size_t point = 0; point < compare->group[i].points; point++)
			for (size_t side = 0; side < compare->group[i].sides; side++)
				put_line(&compare->group[i], point, side, to);
	return ferror(to) ? err_errno(err, ERR_FAILED, "compare.csv") : 0;
}

static void put_field(const char *text, FILE *to)
{
	bool quoted = strpbrk(text, ",\"\n") != NULL;

	if (quoted)
		fputc('"', to);
	for (; *text; text++) {
		if (*text == '"')
			fputc('"', to);
		fputc(*text, to);
	}
	if (quoted)
		fputc('"', to);
}

static void put_result(const struct compare_group *group, size_t point, size_t side, FILE *to)
{
	const struct results *results = group->side[side].results;
	const size_t row = group->row[point * group->sides + side];

	fprintf(to, "%s,%s", group->side[side].engine->name, scope_names[group->side->scope]);
	for (size_t i = 0; i < group->keys; i++) {
		fputc(',', to);
		put_field(key_cell(group, point, side, i), to);
	}
	for (int column = 0; column < RESULTS_COLUMNS; column++) {
		if (column == RESULTS_SCOPE) /* it is a key */
			continue;
		fputc(',', to);
		if (results_has(results, (enum results_column)column))
			put_field(sheet_cell(&results->sheet, row, results->column[column]), to);
	}
	fputc('\n', to);
}

int compare_results(const struct compare *compare, FILE *to, struct err *err)
{
	fprintf(to, "engine,scope");
	for (size_t i = 0; i < compare->group->keys; i++)
		fprintf(to, ",%s", key_name(compare->group, i));
	for (int column = 0; column < RESULTS_COLUMNS; column++)
		if (column != RESULTS_SCOPE)
			fprintf(to, ",%s", results_column_names[column]);
	fputc('\n', to);
	for (size_t i = 0; i < compare->groups; i++)
		for (size_t point = 0; point < compare->group[i].points; point++)
			for (size_t side = 0; side < compare->group[i].sides; side++)
				put_result(&compare->group[i], point, side, to);
	return ferror(to) ? err_errno(err, ERR_FAILED, "results.csv") : 0;
}

/* ---- a table ---- */

/* Two lines of headings: an engine's column, and from the second engine on how far it is from the first; then how far
 * the added times are. */
static void print_heading(const struct compare_group *group, FILE *to)
{
	static const char *const figures[] = {"faults", "slowdown"};

	fprintf(to, "workload\tlocal\tlatency");
	for (int i = 0; i < 2; i++) {
		fprintf(to, "\t%s", figures[i]);
		for (size_t column = 2; column < 2 * group->sides; column++)
			fputc('\t', to);
	}
	fprintf(to, group->sides > 1 ? "\tadded time\n\t\t" : "\n\t\t");
	for (int i = 0; i < 2; i++)
		for (size_t side = 0; side < group->sides; side++)
			fprintf(to, "\t%s%s", group->side[side].engine->name, side ? "\t%" : "");
	for (size_t side = 1; side < group->sides; side++)
		fprintf(to, "\t%%");
	fputc('\n', to);
}

static void print_faults(const struct compare_group *group, size_t point, FILE *to)
{
	const double first = compare_number(group, point, 0, RESULTS_FAULTS_DEMAND);

	for (size_t side = 0; side < group->sides; side++) {
		double faults = compare_number(group, point, side, RESULTS_FAULTS_DEMAND);

		fprintf(to, "\t%.0f", faults);
		if (side && first > 0)
			fprintf(to, "\t%+.2f", (faults / first - 1) * 100);
		else if (side)
			fprintf(to, "\t-");
	}
}

/* Of several repeats there is an interval, of one there is not. */
static void print_slowdowns(const struct compare_group *group, size_t point, FILE *to)
{
	for (size_t side = 0; side < group->sides; side++) {
		double interval = compare_number(group, point, side, RESULTS_SLOWDOWN_CI95),
		       slowdown = compare_number(group, point, side, RESULTS_SLOWDOWN),
		       most = compare_number(group, point, side, RESULTS_SLOWDOWN_MAX);

		fprintf(to, "\t%.4f", slowdown);
		if (most > slowdown)
			fprintf(to, " to %.4f", most);
		if (isfinite(interval))
			fprintf(to, " ±%.4f", interval);
		if (side)
			fprintf(to, "\t%+.2f", compare_difference(group, point, side));
	}
}

static void print_added(const struct compare_group *group, size_t point, FILE *to)
{
	for (size_t side = 1; side < group->sides; side++) {
		const struct compare_added added = compare_added(group, point, side);

		fprintf(to, isfinite(added.difference) ? "\t%+.2f" : "\t-", added.difference);
		if (isfinite(added.interval))
			fprintf(to, " ±%.2f", added.interval);
		fputs(added.within ? " within" : added.undecided ? " undecided" : "", to);
	}
}

static void print_point(const struct compare_group *group, size_t point, FILE *to)
{
	char latency[UNITS_TEXT];
	int64_t ps = latency_ps(group, point);

	fprintf(to, "%s\t%.0f %%\t%s", workload(group, point, 0),
		compare_number(group, point, 0, RESULTS_LOCAL_RATIO) * 100, ps >= 0 ? duration_text(ps, latency) : "-");
	print_faults(group, point, to);
	print_slowdowns(group, point, to);
	print_added(group, point, to);
	fputc('\n', to);
}

/* Says which sides have policies that are not exact on their traces, and what helps. */
static void print_counts(const struct compare_group *group, FILE *to)
{
	for (size_t side = 0; side < group->sides; side++)
		for (int mark = FILTERED_MISLEADING; mark < FILTERED_EXACT; mark++) {
			size_t count = 0;

			for (size_t point = 0; point < group->points; point++)
				count += (int)counts_of(group, point, side) == mark;
			if (count)
				fprintf(to, "%s, %zu of %zu points: %s\n", group->side[side].engine->name, count,
					group->points, policy_filtered_remedy((enum policy_filtered)mark));
		}
}

/* Differences of one kind over all points. */
struct distance {
	double sum, worst;
	size_t count, at; /* at: the point of the worst */
};

static void add_difference(struct distance *distance, size_t point, double difference)
{
	if (!isfinite(difference))
		return;
	distance->sum += fabs(difference);
	distance->count++;
	if (fabs(difference) > distance->worst) {
		distance->worst = fabs(difference);
		distance->at = point;
	}
}

static void print_differ(const struct compare_group *group, const struct distance *distance, const char *what, FILE *to)
{
	if (distance->count)
		fprintf(to, "%s by %.2f %% in the mean, by %.2f %% at most (%s)", what,
			distance->sum / (double)distance->count, distance->worst, workload(group, distance->at, 0));
}

/* How far a side's slowdowns and added times are from the first's. Of two sides it need not be said which is meant. */
static void print_distance(const struct compare_group *group, size_t side, FILE *to)
{
	struct distance slowdowns = {0}, added_times = {0};
	size_t undecided = 0, within = 0;

	for (size_t point = 0; point < group->points; point++) {
		const struct compare_added added = compare_added(group, point, side);

		add_difference(&slowdowns, point, compare_difference(group, point, side));
		add_difference(&added_times, point, added.difference);
		undecided += added.undecided && !added.within;
		within += added.within;
	}
	fprintf(to, "%zu points", group->points);
	if (group->sides > 2)
		fprintf(to, " of %s and %s", group->side[0].engine->name, group->side[side].engine->name);
	print_differ(group, &slowdowns, ": slowdowns differ", to);
	print_differ(group, &added_times, "; added times (slowdown less 1) differ", to);
	fputc('\n', to);
	if (undecided)
		fprintf(to,
			"%zu of %zu undecided: the 95 %% interval, over what the model draws at random, is wider than "
			"the difference\n",
			undecided, added_times.count);
	if (within)
		fprintf(to, "%zu of %zu within the two bounds of %s\n", within, added_times.count,
			group->side[0].engine->name);
}

/* What faults cost: of each side, or once where they agree. */
static void print_costs(const struct compare_group *group, FILE *to)
{
	char *costs[COMPARE_SIDES_MAX];
	size_t same = 0;

	for (size_t side = 0; side < group->sides; side++) {
		costs[side] = results_fault_costs(group->side[side].results);
		same += costs[side] && costs[0] && strcmp(costs[side], costs[0]) == 0;
	}
	if (same == group->sides)
		fprintf(to, "fault costs: %s\n", costs[0]);
	for (size_t side = 0; side < group->sides; side++) {
		if (costs[side] && same < group->sides)
			fprintf(to, "%s, fault costs: %s\n", group->side[side].engine->name, costs[side]);
		free(costs[side]);
	}
}

static int print_group(const struct compare_group *group, FILE *to, struct err *err)
{
	char *text = NULL;
	size_t size;
	FILE *table = open_memstream(&text, &size);

	if (!table)
		return err_memory(err, "a table");
	print_heading(group, table);
	for (size_t point = 0; point < group->points; point++)
		print_point(group, point, table);
	if (fclose(table) != 0)
		return err_memory(err, "a table");
	columns_print(text, to);
	free(text);
	if (group->sides > 1)
		fputc('\n', to);
	print_costs(group, to);
	for (size_t side = 1; side < group->sides; side++)
		print_distance(group, side, to);
	print_counts(group, to);
	return 0;
}

int compare_print(const struct compare *compare, FILE *to, struct err *err)
{
	static const char *const of[SCOPES] = {
		[SCOPE_GUEST] = "all memory of a guest",
		[SCOPE_PROCESS] = "the memory of a program",
	};
	int status = 0;

	for (size_t i = 0; i < compare->groups && status == 0; i++) {
		const enum scope scope = compare->group[i].side->scope;

		if (compare->groups > 1)
			fprintf(to, "%sscope %s (%s)\n\n", i ? "\n" : "", scope_names[scope], of[scope]);
		status = print_group(&compare->group[i], to, err);
	}
	return status;
}
