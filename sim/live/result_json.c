/* SPDX-License-Identifier: MIT */
#include "live/result_json.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* Every number that is passed on: 64 bits each, doubles included. */
struct field {
	const char *key;
	size_t at;
	bool is_real;
};

#define INTEGER(member)                                             \
	{                                                           \
#member, offsetof(struct job_result, member), false \
	}
#define REAL(member)                                               \
	{                                                          \
#member, offsetof(struct job_result, member), true \
	}

static const struct field fields[] = {
	INTEGER(instructions),  INTEGER(idle_ns),           INTEGER(footprint_pages),    INTEGER(local_pages),
	INTEGER(time_ps),       INTEGER(faults.demand),     INTEGER(faults.first_touch), INTEGER(faults.in_flight),
	INTEGER(faults.minor),  INTEGER(faults.compulsory), INTEGER(prefetch.issued),    INTEGER(prefetch.used),
	INTEGER(prefetch.late), INTEGER(prefetch.unused),   INTEGER(prefetch.polluted),  INTEGER(prefetch.dropped),
	INTEGER(writebacks),    REAL(fetch_ns.mean),        REAL(fetch_ns.p50),          REAL(fetch_ns.p99),
	REAL(fetch_ns.max),
};

enum { FIELDS = sizeof(fields) / sizeof(fields[0]) };

static int put_steps(json_t *json, const struct job_result *job)
{
	json_t *steps = json_array();
	int failed = 0;

	for (size_t i = 0; i < job->fetch_steps; i++)
		failed |= json_array_append_new(steps, json_pack("[I, I]", (json_int_t)job->fetch_step[i].value,
								 (json_int_t)job->fetch_step[i].count));
	return failed | json_object_set_new(json, "fetch_steps", steps);
}

json_t *result_to_json(const struct job_result *job)
{
	json_t *json = json_object(), *stalls = json_array();
	int failed = 0;

	for (int i = 0; i < FIELDS; i++) {
		const char *at = (const char *)job + fields[i].at;
		int64_t integer;
		double real;

		memcpy(&integer, at, sizeof(integer));
		memcpy(&real, at, sizeof(real));
		failed |= json_object_set_new(json, fields[i].key,
					      fields[i].is_real ? json_real(real) : json_integer(integer));
	}
	for (int i = 0; i < STALLS; i++)
		failed |= json_array_append_new(stalls, json_integer(job->stall_ps[i]));
	failed |= json_object_set_new(json, "stall_ps", stalls) | put_steps(json, job);
	if (failed) {
		json_decref(json);
		return NULL;
	}
	return json;
}

static int get_steps(const json_t *json, struct job_result *job, struct err *err)
{
	const json_t *steps = json_object_get(json, "fetch_steps");

	job->fetch_steps = json_array_size(steps);
	job->fetch_step = calloc(job->fetch_steps + 1, sizeof(*job->fetch_step));
	if (!job->fetch_step)
		return err_memory(err, "the result");
	for (size_t i = 0; i < job->fetch_steps; i++) {
		const json_t *pair = json_array_get(steps, i);

		job->fetch_step[i] = (struct histogram_step){(uint64_t)json_integer_value(json_array_get(pair, 0)),
							     (uint64_t)json_integer_value(json_array_get(pair, 1))};
	}
	return 0;
}

int result_from_json(const json_t *json, struct job_result *job, struct err *err)
{
	const json_t *stalls = json_object_get(json, "stall_ps");

	for (int i = 0; i < FIELDS; i++) {
		const json_t *value = json_object_get(json, fields[i].key);
		char *at = (char *)job + fields[i].at;
		int64_t integer = json_integer_value(value);
		double real = json_number_value(value);

		if (!json_is_number(value))
			return err_set(err, ERR_FAILED, "the emulator's result: '%s' is missing", fields[i].key);
		if (fields[i].is_real)
			memcpy(at, &real, sizeof(real));
		else
			memcpy(at, &integer, sizeof(integer));
	}
	if (json_array_size(stalls) != STALLS)
		return err_set(err, ERR_FAILED, "the emulator's result: 'stall_ps' is missing");
	for (size_t i = 0; i < STALLS; i++)
		job->stall_ps[i] = json_integer_value(json_array_get(stalls, i));
	return get_steps(json, job, err);
}
