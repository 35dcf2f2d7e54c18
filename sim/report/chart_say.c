/* SPDX-License-Identifier: MIT */
/* Summarises the lines of a chart in a sentence. */
#include "report/chart_build.h"

static const double hardly_slower = 1.1; /* the published slowdown of sort and boot, which many would accept */

/* The index of the series with the lowest or highest y at a value of x; `count` when none has a point there. */
static size_t extreme(const struct view_series *series, size_t count, uint32_t value, bool highest, double *y)
{
	size_t found = count;

	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < series[i].count; j++)
			if (series[i].value[j] == value &&
			    (found == count || (highest ? series[i].y[j] > *y : series[i].y[j] < *y))) {
				found = i;
				*y = series[i].y[j];
			}
	return found;
}

/* "at 25% local: 1.2 (lru) to 1.5 (fifo)"; "" when no line has a point there. */
static char *say_place(struct arena *arena, const char *unit, const struct axis *x, const struct view_series *series,
		       size_t count, uint32_t value)
{
	double low = 0, high = 0;
	size_t lowest = extreme(series, count, value, false, &low),
	       highest = extreme(series, count, value, true, &high);
	const char *text = x ? view_value_text(arena, x, value) : "",
		   *place = !x     ? "is "
			    : text ? arena_text(arena, "at %s: ", text)
				   : NULL;

	if (!place)
		return NULL;
	if (lowest == count)
		return arena_text(arena, "%s", "");
	if (count == 1)
		return arena_text(arena, "%s%s%s", place, chart_number(arena, low), unit);
	if (low == high)
		return arena_text(arena, "%s%s%s in all lines", place, chart_number(arena, low), unit);
	return arena_text(arena, "%s%s%s (%s) to %s%s (%s)", place, chart_number(arena, low), unit,
			  series[lowest].title, chart_number(arena, high), unit, series[highest].title);
}

/* For an axis of numbers: describes both ends. */
static char *say_ends(struct arena *arena, const char *what, const char *unit, const struct axis *x,
		      const struct view_series *series, size_t count)
{
	uint32_t last = x ? (uint32_t)x->values - 1 : 0;
	const char *first = say_place(arena, unit, x, series, count, 0),
		   *end = last ? say_place(arena, unit, x, series, count, last) : "";

	if (!first || !end)
		return NULL;
	return arena_text(arena, "%s %s%s%s", what, first, *first && *end ? "; " : "", end);
}

struct found {
	size_t line;
	uint32_t value;
	double y;
};

static struct found extreme_of_all(const struct view_series *series, size_t count, bool highest)
{
	struct found found = {.line = count};

	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < series[i].count; j++)
			if (found.line == count || (highest ? series[i].y[j] > found.y : series[i].y[j] < found.y))
				found = (struct found){i, series[i].value[j], series[i].y[j]};
	return found;
}

/* "with own, 1.2" */
static char *say_found(struct arena *arena, const char *unit, const struct axis *x, const struct view_series *series,
		       size_t count, struct found found)
{
	const char *place = view_value_text(arena, x, found.value);

	if (!place)
		return NULL;
	return count > 1 ? arena_text(arena, "with %s (%s), %s%s", place, series[found.line].title,
				      chart_number(arena, found.y), unit)
			 : arena_text(arena, "with %s, %s%s", place, chart_number(arena, found.y), unit);
}

/* For an axis of words: describes the lowest and the highest point. */
static char *say_words(struct arena *arena, const char *what, const char *unit, const struct axis *x,
		       const struct view_series *series, size_t count)
{
	struct found least = extreme_of_all(series, count, false), most = extreme_of_all(series, count, true);
	const char *low = say_found(arena, unit, x, series, count, least),
		   *high = say_found(arena, unit, x, series, count, most);

	if (least.y == most.y)
		return arena_text(arena, "%s is %s%s everywhere", what, chart_number(arena, least.y), unit);
	return low && high ? arena_text(arena, "%s is lowest %s, and highest %s", what, low, high) : NULL;
}

/* Names the local share from which no line is slower than hardly_slower, unless it is the last share. */
static const char *say_share(struct arena *arena, const struct axis *x, const struct view_series *series, size_t count)
{
	uint32_t from = (uint32_t)x->values;
	double high = 0;

	while (from > 0 && (extreme(series, count, from - 1, true, &high) == count || high <= hardly_slower))
		from--;
	if (from + 1 >= x->values || from == 0)
		return "";
	return arena_text(arena, "; from %s local on it is at most %.2g%s", x->value[from].name, hardly_slower,
			  count > 1 ? " in all lines" : "");
}

const char *chart_say_lines(struct arena *arena, const char *what, const char *unit, const struct axis *x,
			    const struct view_series *series, size_t count)
{
	bool words = x && x->scale == AXIS_WORDS;
	char *text = words ? say_words(arena, what, unit, x, series, count)
			   : say_ends(arena, what, unit, x, series, count);
	const char *share = text && x && x->is_share && !*unit ? say_share(arena, x, series, count) : "";

	return text && share ? arena_text(arena, "%s%s.", text, share) : NULL;
}
