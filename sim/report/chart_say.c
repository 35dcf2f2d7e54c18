/* What lines say, in a sentence computed from them. */
#include "report/chart_build.h"

static const double hardly_slower = 1.1; /* the published result for sort and boot: what many would take */

/* The series whose y is lowest, or highest, at a place of x; count when none has a point there. */
static size_t extreme(const struct view_series *series, size_t count, uint32_t value, bool highest, double *y)
{
	size_t found = count;

	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < series[i].count; j++)
			if (series[i].value[j] == value && (found == count || (highest ? series[i].y[j] > *y : series[i].y[j] < *y))) {
				found = i;
				*y = series[i].y[j];
			}
	return found;
}

static char *say_place(struct arena *arena, const char *what, const char *unit, const struct axis *x, const struct view_series *series, size_t count,
                       uint32_t value)
{
	const char *place = x ? view_value_text(arena, x, value) : "";
	double low = 0, high = 0;
	size_t lowest = extreme(series, count, value, false, &low), highest = extreme(series, count, value, true, &high);

	if (!place)
		return NULL;
	if (lowest == count)
		return arena_text(arena, "%s", "");
	if (count == 1)
		return arena_text(arena, "%s%s%s %.3g%s", x ? "at " : "", place, x ? "," : what, low, unit);
	if (low == high)
		return arena_text(arena, "%s%s%s%.3g%s in all", x ? "at " : "", place, x ? " " : "", low, unit);
	return arena_text(arena, "%s%s%s%.3g%s (%s) to %.3g%s (%s)", x ? "at " : "", place, x ? " " : "", low, unit, series[lowest].title, high, unit,
	                  series[highest].title);
}

/* Numbers: both ends of the axis. Words: the lowest and the highest of all. */
static char *say_ends(struct arena *arena, const char *what, const char *unit, const struct axis *x, const struct view_series *series, size_t count)
{
	uint32_t last = x ? (uint32_t)x->values - 1 : 0;
	const char *first = say_place(arena, what, unit, x, series, count, 0), *end = last ? say_place(arena, what, unit, x, series, count, last) : "";

	if (!first || !end)
		return NULL;
	return arena_text(arena, "%s: %s%s%s", what, first, *first && *end ? "; " : "", end);
}

static char *say_words(struct arena *arena, const char *what, const char *unit, const struct axis *x, const struct view_series *series, size_t count)
{
	double low = 0, high = 0;
	size_t least = 0, most = 0;
	uint32_t at_least = 0, at_most = 0;
	const char *low_place, *high_place;

	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < series[i].count; j++) {
			if ((i == 0 && j == 0) || series[i].y[j] < low)
				low = series[i].y[j], least = i, at_least = series[i].value[j];
			if ((i == 0 && j == 0) || series[i].y[j] > high)
				high = series[i].y[j], most = i, at_most = series[i].value[j];
		}
	low_place = view_value_text(arena, x, at_least);
	high_place = view_value_text(arena, x, at_most);
	if (!low_place || !high_place)
		return NULL;
	return arena_text(arena, "%s: lowest with %s, %.3g%s%s%s%s; highest with %s, %.3g%s%s%s%s", what, low_place, low, unit, count > 1 ? " (" : "",
	                  count > 1 ? series[least].title : "", count > 1 ? ")" : "", high_place, high, unit, count > 1 ? " (" : "",
	                  count > 1 ? series[most].title : "", count > 1 ? ")" : "");
}

/* From which local share on no line is slower than hardly_slower. */
static const char *say_share(struct arena *arena, const struct axis *x, const struct view_series *series, size_t count)
{
	uint32_t from = (uint32_t)x->values;
	double high = 0;

	while (from > 0 && (extreme(series, count, from - 1, true, &high) == count || high <= hardly_slower))
		from--;
	if (from == x->values || from == 0)
		return "";
	return arena_text(arena, "; at most %.2g from %s on%s", hardly_slower, x->value[from].text, count > 1 ? " in all" : "");
}

const char *chart_say_lines(struct arena *arena, const char *what, const char *unit, const struct axis *x, const struct view_series *series,
                            size_t count)
{
	bool words = x && x->scale == AXIS_WORDS;
	char *text = words ? say_words(arena, what, unit, x, series, count) : say_ends(arena, what, unit, x, series, count);
	const char *share = text && x && x->is_share && !*unit ? say_share(arena, x, series, count) : "";

	text = text && share ? arena_text(arena, "%s%s.", text, share) : NULL;
	if (text && *text >= 'a' && *text <= 'z')
		*text = (char)(*text - 'a' + 'A');
	return text;
}
