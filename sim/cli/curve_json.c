/* SPDX-License-Identifier: MIT */
/* megavm curve --json: the rows as one JSON object, with what they were made from. docs/usage.md lists the keys. */
#include <math.h>

#include "cli/curve.h"
#include "report/manifest.h"

static json_t *integer(uint64_t number)
{
	return json_integer((json_int_t)number);
}

static json_t *real(double number)
{
	return isfinite(number) ? json_real(number) : json_null();
}

static json_t *prefetching(const struct local_counts *counts)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o}", "issued", integer(counts->prefetch.issued), "used",
			 integer(counts->prefetch.used), "late", integer(counts->prefetch.late), "unused",
			 integer(counts->prefetch.unused), "polluted", integer(counts->prefetch.polluted));
}

static json_t *bound(const struct curve_bound *bound)
{
	return json_pack("{s:o, s:o, s:o}", "faults", integer(bound->faults), "writebacks", integer(bound->write_backs),
			 "slowdown", real(bound->slowdown));
}

static json_t *point(const struct curve_rows *rows, const struct curve_row *row)
{
	const struct local_counts *counts = &row->point.counts;

	return json_pack("{s:o, s:f, s:{s:o, s:o, s:o, s:o}, s:o, s:o, s:o, s:o*, s:o*, s:o*, s:o*}", "local_pages",
			 integer(row->point.frames), "local_ratio", curve_row_ratio(row), "faults", "demand",
			 integer(counts->faults), "compulsory", integer(counts->compulsory), "first_touch",
			 integer(counts->first_touches), "minor", integer(counts->minor_faults), "writebacks",
			 integer(counts->write_backs), "slowdown", real(row->point.slowdown), "slowdown_max",
			 real(row->point.slowdown_max), "slowdown_error", rows->sampled ? real(row->point.error) : NULL,
			 "prefetch", row->prefetch->is_none ? NULL : prefetching(counts), "low",
			 curve_row_counts(row) == FILTERED_BOUNDED ? bound(&row->point.low) : NULL, "high",
			 curve_row_counts(row) == FILTERED_BOUNDED ? bound(&row->point.high) : NULL);
}

static json_t *points(const struct curve_rows *rows, size_t first, size_t end)
{
	json_t *json = json_array();

	for (size_t i = first; i < end && json; i++)
		if (json_array_append_new(json, point(rows, &rows->row[i])) < 0) {
			json_decref(json);
			return NULL;
		}
	return json;
}

static json_t *curve(const struct curve_rows *rows, size_t first, size_t end)
{
	const struct curve_row *row = &rows->row[first];

	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o*, s:i, s:f, s:o, s:o}", "trace", row->trace,
			 "policy", row->policy->name, "prefetcher", row->prefetch->name, "policy_counts",
			 policy_filtered_word(curve_row_counts(row)), "fabric", row->fabric->preset, "latency_ns",
			 real((double)row->fabric->latency_ps / 1000), "footprint_pages", integer(row->footprint), "k",
			 integer(row->k), "active", row->active ? integer(row->active) : NULL, "vcpus", (int)row->vcpus,
			 "base_idle_share", row->idle_share, "fetches_all_local",
			 integer(curve_fetches_all_local(&rows->row[end - 1])), "points", points(rows, first, end));
}

static json_t *curves(const struct curve_rows *rows)
{
	json_t *json = json_array();

	for (size_t i = 0, end; i < rows->count && json; i = end) {
		end = curve_rows_end(rows, i);
		if (json_array_append_new(json, curve(rows, i, end)) < 0) {
			json_decref(json);
			return NULL;
		}
	}
	return json;
}

int curve_print_json(const struct curve_settings *settings, const struct curve_rows *rows, struct err *err)
{
	json_t *manifest = NULL, *json = NULL;
	int status = manifest_of_command(&settings->config[0], &manifest, err);

	if (status == 0) {
		json = json_pack("{s:o, s:O}", "curves", curves(rows), "manifest", manifest);
		if (!json)
			status = err_set(err, ERR_FAILED,
					 "the curves cannot be written as JSON: out of memory, or a name is not UTF-8");
	}
	if (status == 0 && (json_dumpf(json, stdout, JSON_INDENT(2)) < 0 || putchar('\n') == EOF))
		status = err_errno(err, ERR_FAILED, "standard output");
	if (status == 0)
		curve_print_notes(rows, stderr);
	json_decref(json);
	json_decref(manifest);
	return status;
}
