/* SPDX-License-Identifier: MIT */
#include "report/figure_script.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Vermilion, blue, green, black, orange, sky blue, purple, yellow: Okabe and Ito's. */
static const char *const colours[] = {"#d55e00", "#0072b2", "#009e73", "#000000",
				      "#e69f00", "#56b4e9", "#cc79a7", "#f0e442"};

/* gnuplot's most distinct marks: filled circle, square, triangles and diamond, then the same unfilled. */
static const int marks[] = {7, 5, 9, 13, 11, 6, 4, 8, 12, 10};

/*
 * Styles of the parts of a stack, from bottom to top; neighbours also differ in grey. The colours are those above;
 * gnuplot's pattern 3 is solid.
 */
static const struct {
	int colour, pattern;
} parts[] = {
	{3, 3}, {4, 4}, {6, 3}, {2, 5}, {7, 3}, {1, 3}, {0, 2}, {5, 3}, {3, 5}, {4, 3}, {2, 2},
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
	MARKS_A_LINE = 8,  /* for lines with very many points */
	TICS_WIDTH = 64,   /* characters that fit side by side below a figure */
	TICS_SLANTED = 12, /* number of tics that fit when slanted */
};

static const double bar_share = 0.8; /* of the distance between two bars */

static bool has_errors(const struct figure_line *line)
{
	for (size_t i = 0; line->error && i < line->count; i++)
		if (line->error[i] > 0)
			return true;
	return false;
}

static void put_tics(FILE *to, char axis, const struct figure_tic *tic, size_t tics)
{
	size_t width = 0;

	if (tics == 0)
		return;
	for (size_t i = 0; i < tics; i++)
		width += strlen(tic[i].text) + 2;
	fprintf(to, "set %ctics %s(", axis,
		axis == 'x' && width > TICS_WIDTH ? tics > TICS_SLANTED ? "rotate by 90 right " : "rotate by 30 right "
						  : "");
	for (size_t i = 0; i < tics; i++) {
		fputs(i ? ", " : "", to);
		gnuplot_put_tic(to, tic[i].text);
		fprintf(to, " %.10g", tic[i].at);
	}
	fputs(")\n", to);
}

/* Whether the titles do not fit side by side; then they alternate between two lines. */
static bool groups_are_crowded(const struct figure *figure)
{
	size_t longest = 0;

	for (size_t i = 0; i < figure->groups; i++)
		longest = strlen(figure->group[i].title) > longest ? strlen(figure->group[i].title) : longest;
	return (longest + 2) * figure->groups > TICS_WIDTH;
}

static void put_groups(FILE *to, const struct figure *figure)
{
	bool crowded = groups_are_crowded(figure);

	if (figure->groups)
		fprintf(to, "set tmargin %d\n", crowded ? 6 : 4);

	for (size_t i = 0; i < figure->groups; i++) {
		const struct figure_group *group = &figure->group[i];

		fputs("set label ", to);
		gnuplot_put_text(to, group->title);
		fprintf(to, " at first %.10g,graph %s center\n", (group->first + group->last) / 2,
			crowded && i % 2 == 0 ? "1.1" : "1.04");
	}
}

/* Finds the smallest and the largest positive number of the lines along an axis. */
static void find_span(const struct figure *figure, char axis, double *least, double *most)
{
	*least = INFINITY;
	*most = 0;
	for (size_t i = 0; i < figure->lines; i++) {
		const double *number = axis == 'x' ? figure->line[i].x : figure->line[i].y;

		for (size_t j = 0; j < figure->line[i].count; j++) {
			*least = number[j] > 0 ? fmin(*least, number[j]) : *least;
			*most = fmax(*most, number[j]);
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

	find_span(figure, 'y', &least, &top);
	top = figure->y_max > 0 ? figure->y_max : top;
	for (size_t i = 0; i < figure->bands; i++) {
		const struct figure_band *band = &figure->band[i];

		fprintf(to,
			"set object %zu rectangle from graph 0,first %.10g to graph 1,first %.10g behind fillcolor "
			"'#999999' fillstyle transparent pattern %d noborder\n",
			i + 1, band->low, band->high, patterns[i % 3 + 1]);
		if (band->low < top)
			put_band_title(to, band, top, beyond);
		beyond += band->low < top && band->high > top;
	}
}

/* Tics of a logarithmic axis: as many in a decade as fit. gnuplot's default is one, or none on a short axis. */
static void put_log_axis(FILE *to, const struct figure *figure, char axis)
{
	static const double of_decade[][3] = {{1, 2, 5}, {1, 3}, {1}};
	double least, most;
	int pick;

	find_span(figure, axis, &least, &most);
	if (!(most > 0))
		return;
	pick = most > 1e4 * least ? 2 : most > 60 * least ? 1 : 0;
	fprintf(to, "set logscale %c\n", axis);
	if (axis == 'x')
		fprintf(to, "set xrange [%.10g:%.10g]\n", least / 1.15, most * 1.15);
	if (axis == 'x' && figure->x_tics)
		return;
	fprintf(to, "set %ctics (", axis);
	for (int power = (int)floor(log10(least)), first = 1; power <= (int)ceil(log10(most)); power++)
		for (int i = 0; i < 3 && of_decade[pick][i] > 0; i++, first = 0)
			fprintf(to, "%s%.10g", first ? "" : ", ", of_decade[pick][i] * pow(10, power));
	fputs(")\n", to);
}

static void put_ranges(FILE *to, const struct figure *figure)
{
	bool bars = figure->shape == FIGURE_BARS || figure->shape == FIGURE_STACKS;

	if (figure->log_x)
		put_log_axis(to, figure, 'x');
	if (figure->log_y)
		put_log_axis(to, figure, 'y');
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
		fprintf(to, "set %s ", labels[i].set);
		gnuplot_put_text(to, *(const char *const *)((const char *)figure + labels[i].label));
		fputs(i == 0 && figure->groups ? groups_are_crowded(figure) ? " offset 0,2\n" : " offset 0,1\n" : "\n",
		      to);
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
	put_tics(to, 'x', figure->x_tic, figure->x_tics);
	put_tics(to, 'y', figure->y_tic, figure->y_tics);
	put_ranges(to, figure);
	put_bands(to, figure);
	put_groups(to, figure);
}

static void put_line(FILE *to, const struct figure *figure, size_t i)
{
	const struct figure_line *line = &figure->line[i];
	const char *colour = colours[i % COUNT(colours)];
	size_t every = line->count > 3 * MARKS_A_LINE ? line->count / MARKS_A_LINE : 1;

	if (has_errors(line)) /* drawn first, so that the marks cover them */
		fprintf(to,
			"data index %zu using 1:2:3 with yerrorbars linewidth 1 linecolor '%s' pointtype 0 notitle, "
			"\\\n     ",
			i, colour);
	if (line->low)
		fprintf(to,
			"data index %zu using 1:3:4 with filledcurves linecolor '%s' fillstyle transparent solid 0.2 "
			"noborder notitle, \\\n     ",
			i, colour);
	fprintf(to, "data index %zu using 1:2 with %s linewidth 2 linecolor '%s' dashtype %zu", i,
		figure->shape == FIGURE_STEPS ? "steps" : "linespoints", colour, i % 5 + 1);
	if (figure->shape == FIGURE_LINES)
		fprintf(to, " pointtype %d pointsize 1 pointinterval %zu", marks[i % COUNT(marks)], every);
	fputs(" title ", to);
	gnuplot_put_text(to, line->title);
}

/* Boxes that reach from the second column to the third, centred on the first. */
static void put_boxes(FILE *to, const struct figure *figure, size_t i)
{
	bool stacks = figure->shape == FIGURE_STACKS;
	double half = bar_share / 2 / (stacks ? 1 : (double)figure->lines);
	size_t part = figure->line[i].style % COUNT(parts);
	const char *colour = colours[stacks ? (size_t)parts[part].colour : i % COUNT(colours)];

	fprintf(to,
		"data index %zu using 1:3:($1-%.10g):($1+%.10g):2:3 with boxxyerror linecolor '%s' fillstyle pattern "
		"%d border linecolor '%s' title ",
		i, half, half, colour, stacks ? parts[part].pattern : patterns[i % COUNT(patterns)], colour);
	gnuplot_put_text(to, figure->line[i].title);
	if (has_errors(&figure->line[i]))
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
			put_line(to, figure, i);
	}
}

int figure_put_script(FILE *to, const struct figure *figure, const char *name, unsigned formats, struct err *err)
{
	char *plot = NULL;
	size_t size;
	FILE *lines = open_memstream(&plot, &size);
	int status = 0;

	fprintf(to, "# Draw it again with: gnuplot %s.gp\nset encoding utf8\ndata = '%s.dat'\n", name, name);
	put_frame(to, figure);
	if (lines)
		put_plot(lines, figure);
	if (lines && fclose(lines) == 0)
		gnuplot_put_drawing(to, name, formats, figure->shape == FIGURE_STACKS ? 1.1 : 1, plot);
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
			if (has_errors(line))
				fprintf(to, " %.10g", line->error[j]);
			fputc('\n', to);
		}
	}
}
