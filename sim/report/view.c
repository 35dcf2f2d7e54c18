/* SPDX-License-Identifier: MIT */
#include "report/view.h"

#include <stdio.h>
#include <string.h>

#include "base/units.h"

/* The index of the axis in the table. */
static size_t number_of(const struct axes *axes, const struct axis *axis)
{
	return (size_t)(axis - axes->axis);
}

/* "fabric.latency, vms.local" */
static void list_axes(const struct axes *axes, char *out, size_t size)
{
	size_t used = 0;

	snprintf(out, size, "nothing");
	for (size_t i = 0; i < axes->count && used < size; i++)
		used += (size_t)snprintf(out + used, size - used, "%s%s", i ? ", " : "", axes->axis[i].key);
}

static int check_name(const char *option, const char *name, const struct axes *axes, struct err *err)
{
	char known[512];

	if (axes_wished(axes, name))
		return 0;
	list_axes(axes, known, sizeof(known));
	return err_set(err, ERR_USAGE, "%s: %s is not a key that varies: allowed are %s", option, err_quote(name).text,
		       known);
}

/* Copies the next name of a comma-separated list; false after the last one. */
static bool next_name(const char **at, char *name, size_t size)
{
	size_t length = strcspn(*at, ",");

	if (!**at)
		return false;
	snprintf(name, size, "%.*s", (int)length, *at);
	*at += length + ((*at)[length] == ',');
	return true;
}

static int check_where(const char *where, const struct axes *axes, struct err *err)
{
	const char *equals = strchr(where, '=');
	char name[128], known[512] = "";
	const struct axis *axis;
	const char *several;
	size_t used = 0, value;
	int status;

	if (!equals)
		return err_set(err, ERR_USAGE, "--where: %s is not KEY=VALUE", err_quote(where).text);
	snprintf(name, sizeof(name), "%.*s", (int)(equals - where), where);
	status = check_name("--where", name, axes, err);
	if (status < 0)
		return status;
	axis = axes_wished(axes, name);
	value = axes_value_named(axes, name, equals + 1, &several);
	if (several)
		return err_set(err, ERR_USAGE, "--where %s: several values of %s have it: name one of those", where,
			       several);
	if (value < axis->values)
		return 0;
	for (size_t i = 0; i < axis->values && used < sizeof(known); i++)
		used += (size_t)snprintf(known + used, sizeof(known) - used, "%s%s", i ? ", " : "",
					 axis->value[i].text);
	return err_set(err, ERR_USAGE, "--where %s: %s is not one of its values: allowed are %s", axis->key,
		       err_quote(equals + 1).text, known);
}

int view_check(const struct view_request *request, const struct axes *axes, struct err *err)
{
	const char *at = request->lines ? request->lines : "";
	char name[128];
	int status = 0;

	if (request->x)
		status = check_name("--x", request->x, axes, err);
	if (status == 0 && request->facet)
		status = check_name("--facet", request->facet, axes, err);
	while (status == 0 && next_name(&at, name, sizeof(name)))
		status = check_name("--lines", name, axes, err);
	for (size_t i = 0; i < request->wheres && status == 0; i++)
		status = check_where(request->where[i], axes, err);
	return status;
}

/* Gives the axes that the user named their roles and marks them in `taken`. */
static void take_wishes(struct view *view, const struct view_request *request, bool taken[AXES_MAX])
{
	const char *at = request->lines ? request->lines : "";
	char name[128];

	while (next_name(&at, name, sizeof(name))) {
		size_t i = number_of(view->axes, axes_wished(view->axes, name));

		view->role[i] = taken[i] ? view->role[i] : VIEW_LINE;
		taken[i] = view->wished[i] = true;
	}
	if (request->facet) {
		size_t i = number_of(view->axes, axes_wished(view->axes, request->facet));

		view->role[i] = taken[i] ? view->role[i] : VIEW_FACET;
		taken[i] = view->wished[i] = true;
	}
	for (size_t j = 0; j < request->wheres; j++) {
		const char *equals = strchr(request->where[j], '='), *several;
		const struct axis *axis;
		size_t i;

		snprintf(name, sizeof(name), "%.*s", (int)(equals - request->where[j]), request->where[j]);
		axis = axes_wished(view->axes, name);
		i = number_of(view->axes, axis);
		view->role[i] = VIEW_HELD;
		view->held[i] = (uint32_t)axes_value_named(view->axes, name, equals + 1, &several);
		taken[i] = view->wished[i] = true;
	}
}

/* Among the axes without a role and with at most `most` values, the one with the most values; axes->count when there is
 * none. */
static size_t next_axis(const struct axes *axes, const bool taken[AXES_MAX], size_t most)
{
	size_t best = axes->count;

	for (size_t i = 0; i < axes->count; i++)
		if (!taken[i] && axes->axis[i].values <= most &&
		    (best == axes->count || axes->axis[i].values > axes->axis[best].values))
			best = i;
	return best;
}

/* How many values of a line axis are shown: a few evenly spaced ones of many numbers, the first ones of many words. */
static size_t shown_values(const struct axis *axis)
{
	size_t most = axis->scale == AXIS_WORDS ? VIEW_WORDS_MAX : VIEW_LINES_MAX;

	return axis->values < most ? axis->values : most;
}

static bool is_shown(const struct axis *axis, uint32_t value)
{
	size_t shown = shown_values(axis);

	if (axis->scale == AXIS_WORDS || shown == axis->values)
		return value < shown;
	for (size_t i = 0; i < shown; i++)
		if (i * (axis->values - 1) / (shown - 1) == value)
			return true;
	return false;
}

/* Holds fault.preset at 'ideal' if that and another value are all that it has: the figure shows both. */
static void take_band(struct view *view, bool taken[AXES_MAX])
{
	for (size_t i = 0; i < view->axes->count; i++) {
		const struct axis *axis = &view->axes->axis[i];

		if (taken[i] || strcmp(axis->key, "fault.preset") != 0 || axis->values != 2)
			continue;
		for (uint32_t value = 0; value < 2; value++)
			if (strcmp(axis->value[value].text, "ideal") == 0) {
				view->role[i] = VIEW_HELD;
				view->held[i] = value;
				view->band = axis;
				taken[i] = view->wished[i] = true;
			}
	}
}

uint32_t view_band_top(const struct view *view)
{
	return 1 - view->held[number_of(view->axes, view->band)];
}

struct view view_at_band_top(const struct view *view)
{
	struct view top = *view;

	top.held[number_of(view->axes, view->band)] = view_band_top(view);
	return top;
}

void view_choose(struct view *view, const struct axes *axes, const struct axis *x, const struct view_request *request)
{
	bool taken[AXES_MAX] = {false}, has_facet = request->facet != NULL;
	size_t lines = 1, i;

	*view = (struct view){.axes = axes, .x = x};
	if (x)
		taken[number_of(axes, x)] = true, view->role[number_of(axes, x)] = VIEW_X;
	for (i = 0; i < axes->count; i++) /* seeds are not compared */
		taken[i] = taken[i] || strcmp(axes->axis[i].key, "seed") == 0 ||
			   (request->whole_points && axes->axis[i].of_jobs);
	take_wishes(view, request, taken);
	if (request->fault_band)
		take_band(view, taken);
	for (size_t most = SIZE_MAX; !request->lines && (i = next_axis(axes, taken, most)) < axes->count;) {
		view->role[i] = VIEW_LINE;
		taken[i] = true;
		lines *= shown_values(&axes->axis[i]);
		most = lines < VIEW_LINES_MAX ? VIEW_LINES_MAX / lines : 1; /* every axis has at least two values */
	}
	while ((i = next_axis(axes, taken, SIZE_MAX)) < axes->count) {
		bool facet = !has_facet && axes->axis[i].values <= VIEW_FACETS_MAX;

		view->role[i] = facet ? VIEW_FACET : VIEW_HELD;
		has_facet = has_facet || facet;
		taken[i] = true;
	}
}

const struct axis *view_facet(const struct view *view)
{
	for (size_t i = 0; i < view->axes->count; i++)
		if (view->role[i] == VIEW_FACET)
			return &view->axes->axis[i];
	return NULL;
}

void view_set_facet(struct view *view, uint32_t value)
{
	for (size_t i = 0; i < view->axes->count; i++)
		if (view->role[i] == VIEW_FACET)
			view->held[i] = value;
}

bool view_shows(const struct view *view, size_t row)
{
	for (size_t i = 0; i < view->axes->count; i++) {
		const struct axis *axis = &view->axes->axis[i];

		if ((view->role[i] == VIEW_HELD || view->role[i] == VIEW_FACET) && axis->of_row[row] != view->held[i])
			return false;
		if (view->role[i] == VIEW_LINE && !is_shown(axis, axis->of_row[row]))
			return false;
	}
	return true;
}

int view_label_length(const struct axis *axis)
{
	const char *unit = strstr(axis->label, " (");

	return (int)(unit ? (size_t)(unit - axis->label) : strlen(axis->label));
}

char *view_value_name(struct arena *arena, const struct axis *axis, uint32_t value)
{
	const char *text = axis->value[value].name;
	struct err ignored;
	double number;

	if (axis->is_share)
		return arena_text(arena, "%s local", text);
	if (strcmp(text, "none") == 0)
		return arena_text(arena, "no %.*s", view_label_length(axis), axis->label);
	if (real_parse(text, &number, &ignored) == 0 || strcmp(text, "true") == 0 || strcmp(text, "false") == 0 ||
	    strncmp(axis->key, "fault.", 6) == 0) /* a duration alone would be taken for the interconnect's */
		return arena_text(arena, "%.*s %s", view_label_length(axis), axis->label, text);
	return arena_text(arena, "%s", text);
}

char *view_value_text(struct arena *arena, const struct axis *axis, uint32_t value)
{
	const enum policy_filtered counts = axis->value[value].counts;
	char *name = view_value_name(arena, axis, value);

	return !name || counts == FILTERED_EXACT ? name
						 : arena_text(arena, "%s %s", policy_filtered_word(counts), name);
}

enum policy_filtered view_unmarked_counts(const struct view *view, const struct results *results)
{
	enum policy_filtered worst = FILTERED_EXACT;

	for (size_t i = 0; i < view->axes->count; i++)
		for (size_t j = 0; j < view->axes->axis[i].values && view->role[i] != VIEW_MERGED; j++)
			if (view->axes->axis[i].value[j].counts != FILTERED_EXACT)
				return FILTERED_EXACT;
	for (size_t row = 0; row < results->sheet.rows; row++)
		if (view_shows(view, row) && results_counts(results, row) < worst)
			worst = results_counts(results, row);
	return worst;
}

/* The values of a line axis that are not shown, in words. */
static char *hidden_values(struct arena *arena, const struct axis *axis)
{
	char *all = arena_text(arena, "%s", "");

	for (uint32_t value = 0; value < axis->values && all; value++) {
		const char *text = is_shown(axis, value) ? "" : view_value_text(arena, axis, value);

		all = text ? arena_text(arena, "%s%s%s", all, *all && *text ? ", " : "", text) : NULL;
	}
	return all;
}

char *view_left_out_text(struct arena *arena, const struct view *view)
{
	char *all = arena_text(arena, "%s", "");

	for (size_t i = 0; i < view->axes->count && all; i++) {
		const struct axis *axis = &view->axes->axis[i];
		const char *text = "";

		if (view->role[i] == VIEW_LINE && shown_values(axis) < axis->values) {
			text = hidden_values(arena, axis);
			text = text ? arena_text(arena, " It leaves out %s (--where %s=VALUE draws one of them).", text,
						 axis->key)
				    : NULL;
		} else if (view->role[i] == VIEW_HELD && !view->wished[i] && axis->values > 1) {
			text = view_value_text(arena, axis, view->held[i]);
			text = text ? arena_text(arena,
						 " It shows %s only, of %zu values of %s (--where %s=VALUE shows "
						 "another).",
						 text, axis->values, axis->key, axis->key)
				    : NULL;
		}
		all = text ? arena_text(arena, "%s%s", all, text) : NULL;
	}
	return all;
}

char *view_held_text(struct arena *arena, const struct view *view)
{
	char *all = arena_text(arena, "%s", "");

	for (size_t i = 0; i < view->axes->count && all; i++) {
		const char *text;

		if (view->role[i] != VIEW_HELD && view->role[i] != VIEW_FACET)
			continue;
		text = &view->axes->axis[i] == view->band ? arena_text(arena, "shaded up to fault costs of %s",
								       view->band->value[view_band_top(view)].text)
							  : view_value_text(arena, &view->axes->axis[i], view->held[i]);
		all = text ? arena_text(arena, "%s%s%s", all, *all ? ", " : "", text) : NULL;
	}
	return all;
}
