/* SPDX-License-Identifier: MIT */
/* megavm size --plot: lines of equal slowdown over local share and latency. */
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "cli/size.h"
#include "report/figure.h"

/* Whether two answers are of one line. */
static bool same_line(const struct size_latency *a, const struct size_latency *b)
{
	return a->row.trace == b->row.trace && a->row.policy == b->row.policy && a->row.fabric == b->row.fabric &&
	       a->target == b->target;
}

/* The answers are by share; those of one target are a line. A share that bears no latency, or every one, is not on
 * it. */
static int take_line(struct figure_line *line, const struct size_answers *answers, size_t first, struct arena *arena)
{
	const struct size_latency *of = &answers->latency[first];
	double *x = arena_alloc(arena, 2 * answers->latencies, sizeof(*x)), *y = x + answers->latencies;
	size_t count = 0;

	if (!x)
		return -1;
	for (size_t i = first; i < answers->latencies; i++) {
		const struct size_latency *it = &answers->latency[i];

		if (!it->figure_only || !same_line(of, it) || it->found != SIZE_FOUND || it->latency_ns == 0)
			continue;
		x[count] = 100 * curve_row_ratio(&it->row);
		y[count++] = (double)it->latency_ns / 1000;
	}
	*line = (struct figure_line){.count = count, .x = x, .y = y};
	return 0;
}

static bool several(const struct size_answers *answers,
		    bool (*same)(const struct curve_row *, const struct curve_row *))
{
	for (size_t i = 1; i < answers->locals; i++)
		if (!same(&answers->local[0].row, &answers->local[i].row))
			return true;
	return false;
}

static bool same_trace(const struct curve_row *a, const struct curve_row *b)
{
	return a->trace == b->trace;
}

static bool same_policy(const struct curve_row *a, const struct curve_row *b)
{
	return a->policy == b->policy;
}

static bool same_fabric(const struct curve_row *a, const struct curve_row *b)
{
	return a->fabric == b->fabric;
}

/* Several jobs at several slowdowns have a panel for each job. */
static bool has_panels(const struct size_answers *answers, const struct size_arguments *arguments)
{
	return several(answers, same_trace) && arguments->targets > 1;
}

/* What the lines differ in, within a panel if there are any: "sort, tcp-10g". */
static char *line_title(struct arena *arena, const struct size_answers *answers, const struct size_arguments *arguments,
			const struct size_latency *it)
{
	char target[32];

	snprintf(target, sizeof(target), "at most %g", it->target);
	if (has_panels(answers, arguments))
		return arena_text(arena, "%s%s%s%s%s", target, several(answers, same_policy) ? ", " : "",
				  several(answers, same_policy) ? it->row.policy->name : "",
				  several(answers, same_fabric) ? ", " : "",
				  several(answers, same_fabric) ? it->row.fabric->preset : "");
	return arena_text(arena, "%s%s%s%s%s%s",
			  several(answers, same_trace) || arguments->targets == 1
				  ? curve_row_name(&answers->notes, &it->row)
				  : "",
			  several(answers, same_trace) && arguments->targets > 1 ? ", " : "",
			  arguments->targets > 1 ? target : "", several(answers, same_policy) ? ", " : "",
			  several(answers, same_policy) ? it->row.policy->name : "",
			  several(answers, same_fabric) ? arena_text(arena, ", %s", it->row.fabric->preset) : "");
}

/* "Largest latency at a slowdown of at most 1.1", and of which job if there is one. */
static char *figure_title(struct arena *arena, const struct size_answers *answers,
			  const struct size_arguments *arguments)
{
	char target[64] = "";

	if (arguments->targets == 1)
		snprintf(target, sizeof(target), " at a slowdown of at most %g", arguments->target[0]);
	return arena_text(arena, "Largest latency that a local share bears%s%s%s", target,
			  several(answers, same_trace) ? "" : ": ",
			  several(answers, same_trace) ? "" : curve_row_name(&answers->notes, &answers->local[0].row));
}

/* Whether a line begins with this answer. */
static bool begins(const struct size_answers *answers, size_t at)
{
	if (!answers->latency[at].figure_only)
		return false;
	for (size_t i = 0; i < at; i++)
		if (answers->latency[i].figure_only && same_line(&answers->latency[i], &answers->latency[at]))
			return false;
	return true;
}

/* The line's panel, its trace's, and its style, the same in each panel for the same title. */
static void set_panel(struct figure *figure, struct figure_line *line, const char **panel, const char *name)
{
	size_t same = 0, styles = 0;

	while (line->panel < figure->panels && strcmp(panel[line->panel], name) != 0)
		line->panel++;
	if (line->panel == figure->panels)
		panel[figure->panels++] = name;
	for (; same < figure->lines && strcmp(figure->line[same].title, line->title) != 0; same++)
		styles = figure->line[same].style >= styles ? figure->line[same].style + 1 : styles;
	line->style = same < figure->lines ? figure->line[same].style : styles;
}

int size_plot(const char *path, const struct size_answers *answers, const struct size_arguments *arguments,
	      struct err *err)
{
	struct arena arena = {0};
	struct figure_line *line = arena_alloc(&arena, answers->latencies + 1, sizeof(*line));
	const char **panel = arena_alloc(&arena, answers->latencies + 1, sizeof(*panel));
	struct figure figure = {.title = figure_title(&arena, answers, arguments),
				.x_label = "local memory (% of the footprint)",
				.y_label = "largest latency (us)",
				.log_y = true,
				.share_x = true,
				.panel = panel,
				.line = line};
	int status = line && panel && figure.title ? 0 : err_memory(err, "a figure");

	for (size_t i = 0; i < answers->latencies && status == 0; i++) {
		struct figure_line *next = &line[figure.lines];

		if (!begins(answers, i))
			continue;
		if (take_line(next, answers, i, &arena) < 0)
			status = err_memory(err, "a figure");
		else if (next->count && !(next->title = line_title(&arena, answers, arguments, &answers->latency[i])))
			status = err_memory(err, "a figure");
		if (status == 0 && next->count && has_panels(answers, arguments))
			set_panel(&figure, next, panel, curve_row_name(&answers->notes, &answers->latency[i].row));
		if (status == 0 && next->count)
			figure.lines++;
		else
			*next = (struct figure_line){0};
	}
	if (status == 0 && figure.lines == 0)
		status = err_set(err, ERR_FAILED,
				 "--plot %s: nothing to draw: each share bears no latency, or every one", path);
	if (status == 0)
		status = figure_draw_file(&figure, path, err);
	arena_free(&arena);
	return status;
}
