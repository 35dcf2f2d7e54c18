/* SPDX-License-Identifier: MIT */
#include "report/figure_script.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/figure_panels.h"
#include "report/figure_parts.h"

/*
 * Styles of the parts of a stack, from bottom to top; neighbours also differ in grey. The colours are those above;
 * gnuplot's pattern 3 is solid.
 */
static const struct {
	int colour, pattern;
} parts[] = {
	{3, 3}, {4, 4}, {0, 5}, {6, 3}, {2, 5}, {7, 3}, {1, 3}, {0, 2}, {5, 3}, {3, 5}, {4, 3}, {2, 2},
};

/* gnuplot's patterns: solid, hatched in both directions, crossed, empty... */
static const int patterns[] = {3, 5, 4, 1, 0, 2, 7, 6};

/*
 * Evenly from light to dark, so that a map is readable in grey: 'Blues' of Brewer (Harrower and Brewer,
 * 'ColorBrewer.org', The Cartographic Journal 40(1), 2003).
 */
static const char palette[] = "set palette defined (0 '#f7fbff', 1 '#deebf7', 2 '#c6dbef', 3 '#9ecae1', 4 '#6baed6', 5 "
			      "'#4292c6', 6 '#2171b5', "
			      "7 '#08519c', 8 '#08306b')\n";

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

enum {
	TICS_WIDTH = 64, /* characters that fit side by side below a figure */
	GROUP_TITLE = 128,
	LEGEND_WIDTH = 100, /* characters of its smaller type that fit side by side */
	LEGEND_SAMPLE = 9,  /* a sample of the line, in characters */
	LEGEND_ROWS = 2,    /* that the usual height has room for */
};

static const double bar_share = 0.8; /* of the distance between two bars */

/* The longest line of the groups' titles, which break at their first comma if `broken`. */
static size_t longest_title(const struct figure *figure, bool broken)
{
	size_t longest = 0;

	for (size_t i = 0; i < figure->groups; i++) {
		const char *title = figure->group[i].title, *comma = broken ? strstr(title, ", ") : NULL;
		const size_t first = comma ? (size_t)(comma - title) + 1 : 0, rest = strlen(title) - first;

		longest = first > longest ? first : longest;
		longest = rest > longest ? rest : longest;
	}
	return longest;
}

/* How the groups' titles fit above the bars: in a line, broken into two, or slanted. */
enum titles { TITLES_FLAT, TITLES_BROKEN, TITLES_SLANTED };

static enum titles how_titles_fit(const struct figure *figure)
{
	if ((longest_title(figure, false) + 1) * figure->groups <= TICS_WIDTH)
		return TITLES_FLAT;
	return (longest_title(figure, true) + 1) * figure->groups <= TICS_WIDTH + TICS_WIDTH / 4 ? TITLES_BROKEN
												 : TITLES_SLANTED;
}

/* How many lines the groups' titles take. */
static double titles_high(const struct figure *figure)
{
	static const double slant = 0.2; /* lines that a character rises, at 20 degrees */

	switch (how_titles_fit(figure)) {
	case TITLES_FLAT: return 1;
	case TITLES_BROKEN: return 2;
	default: return 1 + slant * (double)longest_title(figure, false);
	}
}

static void put_group_title(FILE *to, const struct figure_group *group, const char *title, double above,
			    const char *how)
{
	fputs("set label ", to);
	gnuplot_put_text(to, title);
	fprintf(to, " at first %.10g,graph 1 %s offset 0,%.3g\n", (group->first + group->last) / 2, how, above);
}

static void put_groups(FILE *to, const struct figure *figure)
{
	const enum titles how = how_titles_fit(figure);

	if (!figure->groups)
		return;
	fprintf(to, "set tmargin %.3g\n", titles_high(figure) + 2.5);
	if (how == TITLES_SLANTED) /* the last one rises to the right of its bars */
		fprintf(to, "set rmargin %.3g\n", 0.6 * (double)longest_title(figure, false));
	for (size_t i = 0; i < figure->groups; i++) {
		const struct figure_group *group = &figure->group[i];
		const char *comma = strstr(group->title, ", ");

		if (how != TITLES_BROKEN || !comma) {
			put_group_title(to, group, group->title, 0.7,
					how == TITLES_SLANTED ? "left rotate by 20" : "center");
		} else {
			char first[GROUP_TITLE];

			snprintf(first, sizeof(first), "%.*s", (int)(comma - group->title) + 1, group->title);
			put_group_title(to, group, first, 1.7, "center");
			put_group_title(to, group, comma + 2, 0.7, "center");
		}
	}
}

/* Places the title at the right end of the band, where falling lines leave room: above the band, or below the top edge
 * of the figure when the band extends past it. */
static void put_band_title(FILE *to, const struct figure_band *band, double top, int beyond)
{
	fputs("set label ", to);
	gnuplot_put_text(to, band->title);
	if (band->high <= top)
		fprintf(to, " at graph 0.99,first %.10g right offset 0,0.6", band->high);
	else
		fprintf(to, " at graph 0.99,graph %.10g right", 0.96 - 0.07 * beyond);
	fputs(" font ',9'\n", to); /* in the background of the lines */
}

static void put_bands(FILE *to, const struct figure *figure)
{
	double least, top;
	int beyond = 0;

	figure_span(figure, FIGURE_EVERY_PANEL, 'y', &least, &top);
	top = figure->y_max > 0 ? figure->y_max : top;
	for (size_t i = 0; i < figure->bands; i++) {
		const struct figure_band *band = &figure->band[i];

		fprintf(to,
			"set object %zu rectangle from graph 0,first %.10g to graph 1,first %.10g behind fillcolor "
			"'#eeeeee' fillstyle solid noborder\n",
			i + 1, band->low, band->high);
		if (band->low < top)
			put_band_title(to, band, top, beyond);
		beyond += band->low < top && band->high > top;
	}
}

static void put_ranges(FILE *to, const struct figure *figure)
{
	bool bars = figure->shape == FIGURE_BARS || figure->shape == FIGURE_STACKS;

	if (figure->log_x)
		figure_put_log_axis(to, figure, FIGURE_EVERY_PANEL, 'x');
	if (figure->log_y)
		figure_put_log_axis(to, figure, FIGURE_EVERY_PANEL, 'y');
	if (bars && figure->x_tics)
		fprintf(to, "set xrange [-0.6:%.10g]\n", figure->x_tic[figure->x_tics - 1].at + 0.6);
	if (figure->shape == FIGURE_MAP)
		fprintf(to, "set xrange [-0.5:%.10g]\nset yrange [-0.5:%.10g]\n", (double)figure->x_tics - 0.5,
			(double)figure->y_tics - 0.5);
	else if (figure->all_local > 0 && !bars)
		fprintf(to, "set yrange [%.10g:", 0.98 * figure->all_local);
	else
		fprintf(to, "set yrange [%.10g:", figure->log_y ? figure->all_local : 0);
	if (figure->shape != FIGURE_MAP)
		fprintf(to, figure->y_max > 0 ? "%.10g]\n" : "*]\n", figure->y_max);
	if (figure->all_local > 0 && !figure->log_y)
		fprintf(to, "set ytics add (%.10g)\n", figure->all_local);
	if (figure->all_local != 0)
		fprintf(to,
			"set arrow from graph 0,first %.10g to graph 1,first %.10g nohead linecolor '#888888' "
			"linewidth 1\n",
			figure->all_local, figure->all_local);
}

static void put_frame(FILE *to, const struct figure *figure)
{
	static const struct {
		const char *set;
		size_t label;
	} labels[] = {
		{"title", offsetof(struct figure, title)},
		{"xlabel", offsetof(struct figure, x_label)},
		{"ylabel", offsetof(struct figure, y_label)},
	};

	for (size_t i = 0; i < COUNT(labels); i++) {
		const char *text = *(const char *const *)((const char *)figure + labels[i].label);

		fprintf(to, "set %s ", labels[i].set);
		gnuplot_put_text(to, text ? text : "");
		if (i == 0 && figure->groups)
			fprintf(to, " offset 0,%.3g", titles_high(figure));
		fputc('\n', to);
	}
	fputs("set border 3\nset tics nomirror out\nset key below center horizontal Left reverse samplen 3 width 1 "
	      "title ' ' font ',9'\n",
	      to);
	if (figure->shape == FIGURE_MAP)
		fprintf(to, "set key off\nset cblabel 'slowdown'\n%s%s", palette,
			figure->log_z ? "set logscale cb\nset cbtics (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)\n"
				      : "");
	else
		fprintf(to, "set grid %s linecolor '#dddddd' linetype 1\n",
			figure->x_tics && figure->shape != FIGURE_LINES ? "ytics" : "");
	figure_put_tics(to, 'x', figure->x_tic, figure->x_tics);
	figure_put_tics(to, 'y', figure->y_tic, figure->y_tics);
	put_ranges(to, figure);
	put_bands(to, figure);
	put_groups(to, figure);
}

/* Boxes that reach from the second column to the third, centred on the first. */
static void put_boxes(FILE *to, const struct figure *figure, size_t i)
{
	bool stacks = figure->shape == FIGURE_STACKS;
	double half = bar_share / 2 / (stacks ? 1 : (double)figure->lines);
	size_t part = figure->line[i].style % COUNT(parts);
	const char *colour = figure_colours[stacks ? (size_t)parts[part].colour : i % FIGURE_COLOURS];

	fprintf(to,
		"data index %zu using 1:3:($1-%.10g):($1+%.10g):2:3 with boxxyerror linecolor '%s' fillstyle pattern "
		"%d border linecolor '%s' title ",
		i, half, half, colour, stacks ? parts[part].pattern : patterns[i % COUNT(patterns)], colour);
	gnuplot_put_text(to, figure->line[i].title);
	if (figure_has_errors(&figure->line[i]))
		fprintf(to,
			", \\\n     data index %zu using 1:3:4 with yerrorbars linewidth 1 linecolor 'black' pointtype "
			"0 notitle",
			i);
}

/* The value from which the shades are dark enough for white digits. */
static double dark_from(const struct figure *figure)
{
	const struct figure_line *map = &figure->line[0];
	double low = INFINITY, high = -INFINITY;

	for (size_t i = 0; i < map->count; i++) {
		low = fmin(low, map->z[i]);
		high = fmax(high, map->z[i]);
	}
	return figure->log_z ? sqrt(low * high) : (low + high) / 2;
}

static void put_map(FILE *to, const struct figure *figure)
{
	double dark = dark_from(figure);
	bool many = figure->x_tics > 12;

	fputs("data using 1:2:($1-0.5):($1+0.5):($2-0.5):($2+0.5):3 with boxxyerror fillcolor palette fillstyle solid",
	      to);
	for (int white = 0; white <= 1; white++)
		fprintf(to,
			", \\\n     data using 1:2:($3 %s %.10g ? sprintf('%%.3g', $3) : '') with labels textcolor "
			"'%s'%s",
			white ? ">" : "<=", dark, white ? "white" : "black", many ? " font ',8'" : "");
}

static void put_plot(FILE *to, const struct figure *figure)
{
	bool boxes = figure->shape == FIGURE_BARS || figure->shape == FIGURE_STACKS;

	fputs("plot ", to);
	if (figure->shape == FIGURE_MAP)
		put_map(to, figure);
	for (size_t i = 0; i < figure->lines && figure->shape != FIGURE_MAP; i++) {
		fputs(i ? ", \\\n     " : "", to);
		if (boxes)
			put_boxes(to, figure, i);
		else
			figure_put_line(to, figure, i, i, figure->line[i].title);
	}
}

/* How many lines of type a figure is to be higher than usual, so that a long legend takes nothing from its plot. */
static double legend_more(const struct figure *figure)
{
	size_t longest = 1, fit, rows;

	for (size_t i = 0; i < figure->lines; i++)
		longest = figure->line[i].title && strlen(figure->line[i].title) > longest
				  ? strlen(figure->line[i].title)
				  : longest;
	fit = LEGEND_WIDTH / (longest + LEGEND_SAMPLE);
	rows = fit ? (figure->lines + fit - 1) / fit : figure->lines;
	return rows > LEGEND_ROWS && figure->shape != FIGURE_MAP ? (double)(rows - LEGEND_ROWS) : 0;
}

int figure_put_script(FILE *to, const struct figure *figure, const char *name, unsigned formats, struct err *err)
{
	char *plot = NULL;
	size_t size;
	struct gnuplot_look look = figure->look.width > 0 ? figure->look : gnuplot_screen;
	FILE *lines = open_memstream(&plot, &size);
	int status = 0;

	fprintf(to, "# Draw it again with: gnuplot %s.gp\nset encoding utf8\ndata = '%s.dat'\n", name, name);
	if (!figure->panels)
		put_frame(to, figure);
	if (lines && figure->panels)
		look.height = figure_put_panels(lines, figure, &look);
	else if (lines)
		put_plot(lines, figure);
	if (!figure->panels)
		look.height += legend_more(figure) * look.font_size;
	if (figure->shape == FIGURE_STACKS)
		look.height *= 1.1;
	if (lines && fclose(lines) == 0)
		gnuplot_put_drawing(to, name, formats, &look, plot, figure->panels > 0);
	else
		status = err_memory(err, "a figure");
	free(plot);
	return status;
}

/* Offset of a line's bar from the middle of its group. */
static double aside(const struct figure *figure, size_t i)
{
	return figure->shape == FIGURE_BARS ? bar_share * (((double)i + 0.5) / (double)figure->lines - 0.5) : 0;
}

/* The lower end of a line's bar: the top of the earlier lines' bars in a stack; on a logarithmic axis the slowdown of a
 * job with all memory local. */
static double bottom(const struct figure *figure, size_t i, size_t point)
{
	double sum = figure->log_y ? figure->all_local : 0;

	for (size_t j = 0; figure->shape == FIGURE_STACKS && j < i; j++)
		sum += figure->line[j].y[point];
	return sum;
}

void figure_put_data(FILE *to, const struct figure *figure)
{
	bool boxes = figure->shape == FIGURE_BARS || figure->shape == FIGURE_STACKS;

	for (size_t i = 0; i < figure->lines; i++) {
		const struct figure_line *line = &figure->line[i];

		fputs(i ? "\n\n# " : "# ", to);
		for (const char *at = line->title ? line->title : ""; *at; at++)
			fputc((unsigned char)*at < ' ' ? ' ' : *at, to);
		fputc('\n', to);
		for (size_t j = 0; j < line->count; j++) {
			double low = boxes ? bottom(figure, i, j) : 0;

			fprintf(to, "%.10g ", line->x[j] + aside(figure, i));
			if (boxes)
				fprintf(to, "%.10g ", low);
			fprintf(to, "%.10g", figure->shape == FIGURE_STACKS ? low + line->y[j] : line->y[j]);
			if (line->z)
				fprintf(to, " %.10g", line->z[j]);
			if (line->low)
				fprintf(to, " %.10g %.10g", line->low[j], line->high[j]);
			if (figure_has_errors(line))
				fprintf(to, " %.10g", line->error[j]);
			fputc('\n', to);
		}
	}
}
