/* SPDX-License-Identifier: MIT */
#include "cli/figure_wishes.h"

#include <stdlib.h>
#include <string.h>

#include "base/units.h"

enum { KEY_TITLE = 0x1000, KEY_X_LABEL, KEY_Y_LABEL, KEY_FONT, KEY_SIZE, KEY_STYLE, KEY_LOG, KEY_FREE_Y, KEY_SAME_Y };

static const struct argp_option options[] = {
	{"style", KEY_STYLE, "NAME", 0, "screen (the default), or paper: a column of 3.3 inches, small type, no title",
	 0},
	{"size", KEY_SIZE, "WIDTH[xHEIGHT]", 0, "in inches or centimetres: 3.3in, 7x5in, 12cm", 0},
	{"font", KEY_FONT, "NAME[,POINTS]", 0, "for example 'Times,9'", 0},
	{"log", KEY_LOG, "x|y|xy|none", 0, "which axes are logarithmic, instead of those whose range asks for it", 0},
	{"title", KEY_TITLE, "TEXT", 0, "instead of the figure's own title; '' is none", 0},
	{"xlabel", KEY_X_LABEL, "TEXT", 0, "instead of the x axis' own label", 0},
	{"ylabel", KEY_Y_LABEL, "TEXT", 0, "instead of the y axis' own label", 0},
	{"free-y", KEY_FREE_Y, NULL, 0, "each panel has its own y range (the default where they differ much)", 0},
	{"same-y", KEY_SAME_Y, NULL, 0, "all panels have one y range", 0},
	{0},
};

static const double inches_a_cm = 1 / 2.54, smallest_in = 1, largest_in = 40;

/* "3.3in", "7x5in", "12cm". */
static void parse_size(const struct argp_state *state, const char *word, struct figure_wishes *wishes)
{
	char *end;
	double width = strtod(word, &end), height = 0, unit;

	if (*end == 'x')
		height = strtod(end + 1, &end);
	unit = strcmp(end, "in") == 0 ? 1 : strcmp(end, "cm") == 0 ? inches_a_cm : 0;
	if (!(unit > 0 && width * unit >= smallest_in && width * unit <= largest_in) ||
	    (height != 0 && !(height * unit >= smallest_in && height * unit <= largest_in)))
		argp_error(state, "--size '%s': expected WIDTH or WIDTHxHEIGHT in 'in' or 'cm', from 1in to 40in",
			   word);
	wishes->width_in = width * unit;
	wishes->height_in = height * unit;
}

static void parse_font(const struct argp_state *state, char *word, struct figure_wishes *wishes)
{
	char *comma = strchr(word, ',');
	struct err err;

	if (comma)
		*comma = '\0';
	if (comma && (real_parse(comma + 1, &wishes->font_points, &err) < 0 ||
		      !(wishes->font_points >= 4 && wishes->font_points <= 72)))
		argp_error(state, "--font: a size of '%s' points: allowed are 4 to 72", comma + 1);
	if (!*word || strpbrk(word, "'\"\\\n"))
		argp_error(state, "--font '%s': not the name of a font", word);
	wishes->font = word;
}

static void parse_log(const struct argp_state *state, const char *word, struct figure_wishes *wishes)
{
	if (strcmp(word, "x") != 0 && strcmp(word, "y") != 0 && strcmp(word, "xy") != 0 && strcmp(word, "none") != 0)
		argp_error(state, "--log '%s': expected x, y, xy or none", word);
	wishes->log_x = word[0] == 'x';
	wishes->log_y = word[0] == 'y' || word[1] == 'y';
	wishes->linear = !wishes->log_x || !wishes->log_y;
}

static error_t parse(int key, char *word, struct argp_state *state)
{
	struct figure_wishes *wishes = state->input;

	switch (key) {
	case KEY_TITLE: wishes->title = word; return 0;
	case KEY_X_LABEL: wishes->x_label = word; return 0;
	case KEY_Y_LABEL: wishes->y_label = word; return 0;
	case KEY_FONT: parse_font(state, word, wishes); return 0;
	case KEY_SIZE: parse_size(state, word, wishes); return 0;
	case KEY_LOG: parse_log(state, word, wishes); return 0;
	case KEY_FREE_Y: wishes->free_y = true; return 0;
	case KEY_SAME_Y: wishes->same_y = true; return 0;
	case KEY_STYLE:
		if (strcmp(word, "screen") != 0 && strcmp(word, "paper") != 0)
			argp_error(state, "--style '%s': expected screen or paper", word);
		wishes->paper = *word == 'p';
		return 0;
	case ARGP_KEY_SUCCESS:
		if (wishes->free_y && wishes->same_y)
			argp_error(state, "--free-y and --same-y cannot be combined");
		return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

const struct argp figure_wishes_argp = {.options = options, .parser = parse};

/* Pixels of the SVG in an inch and in a point. */
static const double pixels_an_inch = 96, pixels_a_point = 96.0 / 72;

static void apply_look(const struct figure_wishes *wishes, struct gnuplot_look *look)
{
	const double shape = look->height / look->width;

	if (wishes->font)
		look->font = wishes->font;
	if (wishes->font_points > 0)
		look->font_size = wishes->font_points * pixels_a_point;
	if (wishes->width_in <= 0)
		return;
	look->width = wishes->width_in * pixels_an_inch;
	look->height = wishes->height_in > 0 ? wishes->height_in * pixels_an_inch : shape * look->width;
	look->pdf_width = wishes->width_in / inches_a_cm;
}

void figure_wishes_apply(const struct figure_wishes *wishes, struct figure *figure)
{
	const bool asked = wishes->log_x || wishes->log_y || wishes->linear;

	figure->look = wishes->paper ? gnuplot_paper : gnuplot_screen;
	apply_look(wishes, &figure->look);
	if (wishes->paper || (wishes->title && !*wishes->title))
		figure->title = NULL;
	if (wishes->paper && wishes->title && *wishes->title)
		figure->title = wishes->title;
	if (wishes->x_label)
		figure->x_label = wishes->x_label;
	if (wishes->y_label)
		figure->y_label = wishes->y_label;
	if (asked && (figure->shape == FIGURE_LINES || figure->shape == FIGURE_STEPS))
		figure->log_x = wishes->log_x;
	if (asked && figure->shape != FIGURE_MAP && figure->shape != FIGURE_STACKS)
		figure->log_y = wishes->log_y;
	if (wishes->free_y || wishes->same_y)
		figure->free_y = wishes->free_y;
}
