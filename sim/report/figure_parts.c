/* SPDX-License-Identifier: MIT */
#include "report/figure_parts.h"

#include <math.h>
#include <string.h>

/* Vermilion, blue, green, black, orange, sky blue, purple, yellow: Okabe and Ito's. */
const char *const figure_colours[FIGURE_COLOURS] = {"#d55e00", "#0072b2", "#009e73", "#000000",
						    "#e69f00", "#56b4e9", "#cc79a7", "#f0e442"};

/* gnuplot's most distinct marks: filled circle, square, triangles and diamond, then the same unfilled. */
static const int marks[] = {7, 5, 9, 13, 11, 6, 4, 8, 12, 10};

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

enum {
	MARKS_A_LINE = 8,  /* for lines with very many points */
	TICS_WIDTH = 64,   /* characters that fit side by side below a figure */
	TICS_SLANTED = 12, /* number of tics that fit when slanted */
};

bool figure_has_errors(const struct figure_line *line)
{
	for (size_t i = 0; line->error && i < line->count; i++)
		if (line->error[i] > 0)
			return true;
	return false;
}

void figure_put_tics(FILE *to, char axis, const struct figure_tic *tic, size_t tics)
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

void figure_span(const struct figure *figure, size_t panel, char axis, double *least, double *most)
{
	*least = INFINITY;
	*most = 0;
	for (size_t i = 0; i < figure->lines; i++) {
		const double *number = axis == 'x' ? figure->line[i].x : figure->line[i].y;

		for (size_t j = 0; j < figure->line[i].count && figure_line_is_in(&figure->line[i], panel); j++) {
			*least = number[j] > 0 ? fmin(*least, number[j]) : *least;
			*most = fmax(*most, number[j]);
			if (axis == 'y' && figure->line[i].high)
				*most = fmax(*most, figure->line[i].high[j]);
		}
	}
}

/* Tics of a logarithmic axis: as many in a decade as fit. gnuplot's default is one, or none on a short axis. */
void figure_put_log_axis(FILE *to, const struct figure *figure, size_t panel, char axis)
{
	static const double of_decade[][3] = {{1, 2, 5}, {1, 3}, {1}};
	double least, most;
	int pick;

	figure_span(figure, panel, axis, &least, &most);
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

void figure_put_style(FILE *to, const struct figure *figure, size_t style, double width)
{
	fprintf(to, "with %s linewidth %.3g linecolor '%s' dashtype %zu",
		figure->shape == FIGURE_STEPS ? "steps" : "linespoints", width, figure_colours[style % FIGURE_COLOURS],
		style % 5 + 1);
	if (figure->shape == FIGURE_LINES)
		fprintf(to, " pointtype %d pointsize %.3g", marks[style % COUNT(marks)],
			(figure->panels ? 0.3 : 0.5) * width);
}

void figure_put_line(FILE *to, const struct figure *figure, size_t i, size_t style, const char *title)
{
	const struct figure_line *line = &figure->line[i];
	const char *colour = figure_colours[style % FIGURE_COLOURS];
	const double width = figure->look.line_width > 0 ? figure->look.line_width : gnuplot_screen.line_width;
	size_t every = line->count > 3 * MARKS_A_LINE ? line->count / MARKS_A_LINE : 1;

	if (figure_has_errors(line)) /* drawn first, so that the marks cover them */
		fprintf(to,
			"data index %zu using 1:2:3 with yerrorbars linewidth 1 linecolor '%s' pointtype 0 notitle, "
			"\\\n     ",
			i, colour);
	if (line->low)
		fprintf(to,
			"data index %zu using 1:3:4 with filledcurves linecolor '%s' fillstyle transparent solid 0.2 "
			"noborder notitle, \\\n     ",
			i, colour);
	fprintf(to, "data index %zu using 1:2 ", i);
	figure_put_style(to, figure, style, width);
	if (figure->shape == FIGURE_LINES)
		fprintf(to, " pointinterval %zu", every);
	if (!title) {
		fputs(" notitle", to);
		return;
	}
	fputs(" title ", to);
	gnuplot_put_text(to, title);
}
