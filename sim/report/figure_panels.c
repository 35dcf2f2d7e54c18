/* SPDX-License-Identifier: MIT */
#include "report/figure_panels.h"

#include <math.h>
#include <string.h>

#include "report/figure_parts.h"

/* Distances in heights of the font: the title of the figure and of a panel, the numbers below and beside a panel, the
 * labels of the axes, the gaps, a row of the legend. */
static const double title_high = 2.6, panel_title_high = 1.4, numbers_high = 2.5, label_high = 1.7, gap_high = 0.9,
		    numbers_wide = 3.4, label_wide = 2.4, gap_wide = 1.3, right_wide = 0.9, legend_row_high = 1.5,
		    tic_high = 1.7;

/* The mean width of a character, and that of a line in the legend with its gaps. */
static const double character_wide = 0.56, sample_wide = 5.5;

/* The width of a panel over its height; more columns where a figure is at least so many characters wide. */
static const double panel_shape = 1.35, wide_from = 36;

/* Where everything is, in pixels of the SVG, from the upper left corner. */
struct layout {
	double font, width, height;
	size_t columns, rows;
	double left, top, panel_width, panel_height, gap_x, gap_y;
	size_t legend_rows, entries;
	double legend_top;
};

/* The lines of the legend are the styles, each once. Returns the line that has it, or SIZE_MAX. */
static size_t line_of_style(const struct figure *figure, size_t style)
{
	for (size_t i = 0; i < figure->lines; i++)
		if (figure->line[i].style == style)
			return i;
	return SIZE_MAX;
}

static size_t count_styles(const struct figure *figure)
{
	size_t styles = 0;

	for (size_t i = 0; i < figure->lines; i++)
		styles = figure->line[i].style >= styles ? figure->line[i].style + 1 : styles;
	return styles;
}

static void lay_legend(struct layout *layout, const struct figure *figure)
{
	size_t longest = 0, fit;

	layout->entries = count_styles(figure) + (figure->bands > 0);
	for (size_t i = 0; i < figure->lines; i++)
		longest = strlen(figure->line[i].title) > longest ? strlen(figure->line[i].title) : longest;
	fit = (size_t)(layout->width / layout->font / (character_wide * (double)longest + sample_wide));
	fit = fit < 1 ? 1 : fit;
	if (count_styles(figure) == 1) /* a line alone needs no name */
		layout->entries--;
	layout->legend_rows = (layout->entries + fit - 1) / fit;
}

static struct layout lay_out(const struct figure *figure, const struct gnuplot_look *look)
{
	struct layout it = {.font = look->font_size, .width = look->width};
	const size_t panels = figure->panels;
	const bool wide = look->width / it.font >= wide_from;

	it.columns = panels <= 3 ? (wide ? panels : 2) : panels == 4 || !wide ? 2 : panels > 9 ? 4 : 3;
	it.columns = panels < it.columns ? panels : it.columns;
	it.rows = (panels + it.columns - 1) / it.columns;
	it.left = it.font * (label_wide + numbers_wide);
	it.top = it.font * (figure->title ? title_high : 0.4);
	it.gap_x = it.font * (figure->free_y ? numbers_wide + 0.4 : gap_wide);
	it.gap_y = it.font * (panel_title_high + gap_high);
	it.panel_width = (it.width - it.left - it.font * right_wide - (double)(it.columns - 1) * it.gap_x) /
			 (double)it.columns;
	it.panel_height = it.panel_width / panel_shape;
	lay_legend(&it, figure);
	it.legend_top = it.top + it.font * panel_title_high + (double)it.rows * it.panel_height +
			(double)(it.rows - 1) * it.gap_y + it.font * (numbers_high + label_high);
	it.height = it.legend_top + it.font * (0.3 + legend_row_high * (double)it.legend_rows);
	return it;
}

/* The edges of a plot as shares of the whole figure; gnuplot counts them from below. */
static void put_margins(FILE *to, const struct layout *layout, double left, double right, double top, double bottom)
{
	fprintf(to,
		"set lmargin at screen %.5f\nset rmargin at screen %.5f\nset tmargin at screen %.5f\nset bmargin at "
		"screen %.5f\n",
		left / layout->width, right / layout->width, 1 - top / layout->height, 1 - bottom / layout->height);
}

static void put_label(FILE *to, const char *text, const struct layout *layout, double x, double y, const char *how)
{
	fputs("set label ", to);
	gnuplot_put_text(to, text);
	fprintf(to, " at screen %.5f,screen %.5f %s\n", x / layout->width, 1 - y / layout->height, how);
}

/* The labels of the whole figure, drawn with the first panel. */
static void put_labels(FILE *to, const struct figure *figure, const struct layout *layout)
{
	const double right = layout->width - layout->font * right_wide,
		     bottom = layout->legend_top - layout->font * (numbers_high + label_high),
		     top = layout->top + layout->font * panel_title_high;

	if (figure->title)
		put_label(to, figure->title, layout, layout->width / 2, layout->font * 1.2, "center");
	put_label(to, figure->x_label, layout, (layout->left + right) / 2,
		  bottom + layout->font * (numbers_high + 0.75), "center");
	put_label(to, figure->y_label, layout, layout->font * 0.9, (top + bottom) / 2, "center rotate by 90");
}

/* Tics from `low` to `high`, 1, 2 or 5 times a power of ten apart, as many as have room; all with as many decimals. */
static void put_even_tics(FILE *to, const struct layout *layout, double low, double high)
{
	const double room = fmax(2, layout->panel_height / layout->font / tic_high);
	double step = pow(10, floor(log10((high - low) / room)));
	int decimals;

	for (int i = 0; (high - low) / step > room; i++)
		step *= i % 3 == 1 ? 2.5 : 2;
	decimals = (int)fmax(0, -floor(log10(step) + 1e-9));
	fprintf(to, "set ytics %.10g,%.10g\nset format y '%%.%df'\n", floor(low / step) * step, step, decimals);
}

/* The y axis of a panel: its own range, or that of all. Linear ranges begin a little below the line of all memory
 * local, or at 0. */
static void put_y_axis(FILE *to, const struct figure *figure, const struct layout *layout, size_t panel)
{
	const size_t of = figure->free_y ? panel : FIGURE_EVERY_PANEL;
	double least, most, low = figure->all_local;

	figure_span(figure, of, 'y', &least, &most);
	if (figure->log_y) {
		figure_put_log_axis(to, figure, of, 'y');
		least = fmin(least, low > 0 ? low : least);
		fprintf(to, "set yrange [%.10g:%.10g]\n", least / pow(most / least, 0.04),
			most * pow(most / least, 0.06));
		return;
	}
	most = fmax(most, low * 1.01);
	fprintf(to, "set yrange [%.10g:%.10g]\n", low - 0.03 * (most - low), most + 0.06 * (most - low));
	put_even_tics(to, layout, low, most);
}

static void put_x_axis(FILE *to, const struct figure *figure, bool with_numbers)
{
	double least, most;

	figure_span(figure, FIGURE_EVERY_PANEL, 'x', &least, &most);
	if (figure->log_x)
		figure_put_log_axis(to, figure, FIGURE_EVERY_PANEL, 'x');
	else
		fprintf(to, "set xrange [%.10g:%.10g]\n", figure->share_x ? 0 : least - 0.04 * (most - least),
			most + 0.04 * (most - (figure->share_x ? 0 : least)));
	if (figure->x_tics) {
		fputs("set xtics (", to);
		for (size_t i = 0; i < figure->x_tics; i++) {
			fputs(i ? ", " : "", to);
			gnuplot_put_tic(to, with_numbers ? figure->x_tic[i].text : "");
			fprintf(to, " %.10g", figure->x_tic[i].at);
		}
		fputs(")\n", to);
	} else if (figure->share_x) {
		fprintf(to, "set xtics 0,%d,100\n", figure->panels > 1 ? 25 : 20);
	}
	fprintf(to, "set format x '%s'\n", with_numbers ? "%g" : "");
}

/* Bands lie behind the lines, each with its title at its upper end. */
static void put_bands(FILE *to, const struct figure *figure, size_t panel)
{
	double least, most;

	figure_span(figure, figure->free_y ? panel : FIGURE_EVERY_PANEL, 'y', &least, &most);
	for (size_t i = 0; i < figure->bands; i++) {
		const struct figure_band *band = &figure->band[i];

		if ((band->panel != FIGURE_EVERY_PANEL && band->panel != panel) || band->low > most * 1.05)
			continue;
		fprintf(to,
			"set object %zu rectangle from graph 0,first %.10g to graph 1,first %.10g behind fillcolor "
			"'#eeeeee' fillstyle solid noborder\n",
			i + 1, band->low, band->high);
	}
}

static void put_panel(FILE *to, const struct figure *figure, const struct layout *layout, size_t panel)
{
	const size_t row = panel / layout->columns, column = panel % layout->columns;
	const double left = layout->left + (double)column * (layout->panel_width + layout->gap_x),
		     top = layout->top + layout->font * panel_title_high +
			   (double)row * (layout->panel_height + layout->gap_y);
	const char *gap = "plot ";

	put_margins(to, layout, left, left + layout->panel_width, top, top + layout->panel_height);
	fputs("unset object\nunset label\nunset arrow\n", to);
	if (panel == 0)
		put_labels(to, figure, layout);
	fputs("set label ", to);
	gnuplot_put_text(to, figure->panel[panel]);
	fputs(" at graph 0.5,graph 1 center offset 0,0.7\n", to);
	put_x_axis(to, figure, panel + layout->columns >= figure->panels);
	fputs("set format y '%g'\n", to);
	put_y_axis(to, figure, layout, panel);
	if (!figure->free_y && column > 0)
		fputs("set format y ''\n", to);
	if (figure->all_local != 0)
		fprintf(to,
			"set arrow from graph 0,first %.10g to graph 1,first %.10g nohead linecolor '#888888' "
			"linewidth 1\n",
			figure->all_local, figure->all_local);
	put_bands(to, figure, panel);
	for (size_t i = 0; i < figure->lines; i++) {
		if (!figure_line_is_in(&figure->line[i], panel))
			continue;
		fputs(gap, to);
		figure_put_line(to, figure, i, figure->line[i].style, NULL);
		gap = ", \\\n     ";
	}
	fputs(*gap == 'p' ? "plot NaN notitle\n" : "\n", to);
}

static void put_legend(FILE *to, const struct figure *figure, const struct layout *layout, double line_width)
{
	const char *gap = "plot [0:1] [0:1] NaN notitle, ";

	if (!layout->legend_rows)
		return;
	put_margins(to, layout, 0, layout->width, layout->legend_top, layout->height);
	fprintf(to,
		"unset object\nunset label\nunset arrow\nunset border\nunset tics\nunset grid\nunset logscale\n"
		"set key center center horizontal Left reverse samplen 3 width 1 maxrows %zu title ''\n",
		layout->legend_rows);
	for (size_t style = 0; style < count_styles(figure); style++) {
		size_t i = count_styles(figure) > 1 ? line_of_style(figure, style) : SIZE_MAX;

		if (i == SIZE_MAX)
			continue;
		fputs(gap, to);
		fputs("keyentry ", to);
		figure_put_style(to, figure, style, line_width);
		fputs(" title ", to);
		gnuplot_put_text(to, figure->line[i].title);
		gap = ", \\\n     ";
	}
	if (figure->bands)
		fprintf(to,
			"%skeyentry with boxes fillcolor '#eeeeee' fillstyle solid border linecolor '#bbbbbb' title "
			"'published'",
			gap);
	fputc('\n', to);
}

double figure_put_panels(FILE *to, const struct figure *figure, const struct gnuplot_look *look)
{
	struct layout layout = lay_out(figure, look);

	fputs("set multiplot\nset border 3\nset tics nomirror out scale 0.6\nset key off\nset grid linecolor '#dddddd' "
	      "linetype 1\nunset title\nunset xlabel\nunset ylabel\n",
	      to);
	for (size_t panel = 0; panel < figure->panels; panel++)
		put_panel(to, figure, &layout, panel);
	put_legend(to, figure, &layout, look->line_width);
	fputs("unset multiplot\nreset\n", to);
	return layout.height;
}
