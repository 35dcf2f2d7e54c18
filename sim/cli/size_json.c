/* SPDX-License-Identifier: MIT */
/* megavm size --json: the answers as one JSON object, with what they were made from. docs/usage.md lists the keys. */
#include <math.h>

#include "cli/size.h"
#include "report/manifest.h"

static const char *const found_words[] = {
	[SIZE_FOUND] = "found", [SIZE_EVERY] = "every", [SIZE_NONE] = "none", [SIZE_UNKNOWN] = "unknown"};

static json_t *integer(uint64_t number)
{
	return json_integer((json_int_t)number);
}

static json_t *real(double number)
{
	return isfinite(number) ? json_real(number) : json_null();
}

/* Adds `item` to the list; NULL for either frees the other. */
static json_t *append(json_t *list, json_t *item)
{
	if (list && json_array_append_new(list, item) == 0)
		return list;
	json_decref(list);
	return NULL;
}

static json_t *locals(const struct size_answers *answers)
{
	json_t *list = json_array();

	for (size_t i = 0; i < answers->locals && list; i++) {
		const struct size_local *local = &answers->local[i];
		const struct curve_row *row = &local->row;

		list = append(list,
			      json_pack("{s:s, s:s, s:s, s:s, s:s, s:o, s:f, s:s, s:o, s:o, s:f, s:o, s:o}", "trace",
					row->trace, "job", curve_row_name(&answers->notes, row), "policy",
					row->policy->name, "policy_counts", policy_filtered_word(curve_row_counts(row)),
					"fabric", row->fabric->preset, "latency_ns",
					real((double)row->fabric->latency_ps / 1000), "slowdown_at_most", local->target,
					"found", found_words[local->found], "local_pages", integer(row->point.frames),
					"local_bytes", integer(size_bytes(row->point.frames)), "local_ratio",
					curve_row_ratio(row), "footprint_pages", integer(row->footprint), "slowdown",
					real(size_search_slowdown(&row->point))));
	}
	return list;
}

static json_t *latencies(const struct size_answers *answers)
{
	json_t *list = json_array();

	for (size_t i = 0; i < answers->latencies && list; i++) {
		const struct size_latency *it = &answers->latency[i];
		const struct curve_row *row = &it->row;

		if (it->figure_only)
			continue;
		list = append(list, json_pack("{s:s, s:s, s:s, s:s, s:f, s:s, s:o, s:f, s:o}", "trace", row->trace,
					      "job", curve_row_name(&answers->notes, row), "policy", row->policy->name,
					      "fabric", row->fabric->preset, "slowdown_at_most", it->target, "found",
					      found_words[it->found], "local_pages", integer(row->point.frames),
					      "local_ratio", curve_row_ratio(row), "latency_ns",
					      it->found == SIZE_NONE || it->found == SIZE_UNKNOWN
						      ? json_null()
						      : integer((uint64_t)it->latency_ns)));
	}
	return list;
}

static json_t *racks(const struct size_answers *answers, const struct size_arguments *arguments)
{
	json_t *list = json_array();

	for (size_t i = 0; i < answers->racks && list; i++) {
		const struct size_rack *rack = &answers->rack[i];
		const struct rack_need *need = &rack->need;

		list = append(
			list,
			json_pack("{s:s, s:s, s:o, s:f, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o*, s:o*}", "policy",
				  rack->policy->name, "fabric", rack->fabric->preset, "latency_ns",
				  real((double)rack->fabric->latency_ps / 1000), "slowdown_at_most", rack->target,
				  "servers", integer(arguments->servers), "jobs", integer(rack->jobs), "jobs_missed",
				  integer(rack->missed), "server_bytes", integer(size_bytes(need->server)),
				  "pool_bytes", integer(size_bytes(need->pool)), "server_bytes_only_local",
				  integer(size_bytes(need->server_only)), "server_bytes_peaks",
				  integer(size_bytes(need->server_peaks)), "pool_bytes_peaks",
				  integer(size_bytes(need->pool_peaks)), "cost",
				  arguments->has_cost ? real(size_rack_cost(arguments, rack)) : NULL, "cost_only_local",
				  arguments->has_cost ? real(size_rack_cost_only_local(arguments, rack)) : NULL));
	}
	return list;
}

int size_print_json(const struct size_answers *answers, const struct size_arguments *arguments,
		    const struct curve_settings *settings, FILE *to, struct err *err)
{
	json_t *manifest = NULL, *json = NULL;
	int status = manifest_of_command(&settings->config[0], &manifest, err);

	if (status == 0) {
		json = json_pack("{s:o, s:o, s:o, s:O}", "local", locals(answers), "latency", latencies(answers),
				 "rack", racks(answers, arguments), "manifest", manifest);
		if (!json)
			status = err_set(
				err, ERR_FAILED,
				"the answers cannot be written as JSON: out of memory, or a name is not UTF-8");
	}
	if (status == 0 && (json_dumpf(json, to, JSON_INDENT(2)) < 0 || fputc('\n', to) == EOF))
		status = err_errno(err, ERR_FAILED, "the answers as JSON");
	json_decref(json);
	json_decref(manifest);
	return status;
}
