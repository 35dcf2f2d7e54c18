/* SPDX-License-Identifier: MIT */
#include "report/run_compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fault/result.h"
#include "report/run_tables.h"

enum { NAME = 512 };

/* ---- reading ---- */

static bool is_result(const json_t *json)
{
	const json_t *jobs = json_object_get(json, "jobs"), *job;
	size_t i;

	json_array_foreach(jobs, i, job)
	{
		if (!json_is_string(json_object_get(job, "name")))
			return false;
	}
	return json_is_array(jobs);
}

int run_compare_read(const char *path, json_t **result, struct err *err)
{
	json_error_t wrong;

	*result = json_load_file(path, 0, &wrong);
	if (!*result && wrong.line < 1)
		return err_set(err, ERR_FAILED, "%s: %s", path, wrong.text);
	if (!*result)
		return err_set(err, ERR_FAILED, "%s:%d: not JSON: %s", path, wrong.line, wrong.text);
	if (is_result(*result))
		return 0;
	json_decref(*result);
	return err_set(err, ERR_FAILED, "%s: not a result of 'megavm run': it has no list `jobs` of jobs with names",
		       path);
}

/* ---- comparing ---- */

/* Adds [before, now]; NULL stands for null. Returns whether it failed. */
static bool put_pair(json_t *to, const char *name, const json_t *before, const json_t *now)
{
	json_t *pair = json_array();
	bool failed = json_array_append_new(pair, before ? json_deep_copy(before) : json_null()) < 0 ||
		      json_array_append_new(pair, now ? json_deep_copy(now) : json_null()) < 0;

	if (failed)
		json_decref(pair);
	return failed || json_object_set_new(to, name, pair) < 0;
}

/* Adds an item under its name or, where that is taken, under NAME#2 and so on. Returns whether it failed. */
static bool put_item(json_t *index, const char *name, json_t *item)
{
	bool failed = false, taken = true;

	for (unsigned n = 1; taken && !failed; n++) {
		char *text = NULL;

		failed = (n == 1 ? asprintf(&text, "%s", name) : asprintf(&text, "%s#%u", name, n)) < 0;
		taken = !failed && json_object_get(index, text);
		if (!failed && !taken)
			failed = json_object_set(index, text, item) < 0;
		if (text)
			free(text);
	}
	return failed;
}

/* The items of a list by their names. NULL when out of memory. */
static json_t *by_name(const json_t *list)
{
	json_t *index = json_object(), *item;
	size_t i;

	json_array_foreach(list, i, item)
	{
		const char *name = json_string_value(json_object_get(item, "name"));

		if (put_item(index, name ? name : "", item)) {
			json_decref(index);
			return NULL;
		}
	}
	return index;
}

struct difference {
	const char *name;
	const json_t *before, *now;
	double size;
};

static int larger(const void *a, const void *b)
{
	const struct difference *one = a, *other = b;

	if (one->size != other->size)
		return one->size > other->size ? -1 : 1;
	return strcmp(one->name, other->name);
}

static void note(struct difference *to, const char *name, const json_t *before, const json_t *now)
{
	bool both = json_is_number(before) && json_is_number(now);

	*to = (struct difference){name, before, now,
				  both ? fabs(json_number_value(now) - json_number_value(before)) : INFINITY};
}

/* Whether two values are equal; what one of two results lacks and what is 0 in the other are, too. */
static bool same(const json_t *before, const json_t *now)
{
	if (before == now) /* or neither has it */
		return true;
	if (before && now)
		return json_equal(before, now);
	return json_is_number(before ? before : now) && json_number_value(before ? before : now) == 0;
}

/* The differences of one value of the items of two lists, as an object of pairs by name. NULL when out of memory. */
static json_t *differences(const json_t *before, const json_t *now, const char *key)
{
	size_t room = json_object_size(before) + json_object_size(now) + 1, n = 0;
	struct difference *found = malloc(room * sizeof(*found));
	json_t *to = json_object(), *item;
	bool failed = !found || !to;
	const char *name;

	for (void *at = json_object_iter((json_t *)now); at && !failed; at = json_object_iter_next((json_t *)now, at)) {
		name = json_object_iter_key(at);
		note(&found[n], name, json_object_get(json_object_get(before, name), key),
		     json_object_get(json_object_iter_value(at), key));
		n += !same(found[n].before, found[n].now);
	}
	for (void *at = json_object_iter((json_t *)before); at && !failed;
	     at = json_object_iter_next((json_t *)before, at)) {
		name = json_object_iter_key(at);
		item = json_object_iter_value(at);
		if (json_object_get(now, name))
			continue;
		note(&found[n], name, json_object_get(item, key), NULL);
		n += !same(found[n].before, NULL);
	}
	if (!failed)
		qsort(found, n, sizeof(*found), larger);
	for (size_t i = 0; i < n && !failed; i++)
		failed = put_pair(to, found[i].name, found[i].before, found[i].now);
	free(found);
	if (!failed)
		return to;
	json_decref(to);
	return NULL;
}

static bool put_keys(json_t *to, const char *prefix, const json_t *before, const json_t *now);

/* The same below one key. */
static bool put_below(json_t *to, const char *prefix, const char *key, const json_t *before, const json_t *now)
{
	char *name;
	bool failed;

	if (asprintf(&name, "%s%s%s", prefix, *prefix ? "." : "", key) < 0)
		return true;
	failed = put_keys(to, name, before, now);
	free(name);
	return failed;
}

/* Adds the keys of a configuration that differ, by their names in full. Returns whether it failed. */
static bool put_keys(json_t *to, const char *prefix, const json_t *before, const json_t *now)
{
	bool failed = false;

	if (before == now || json_equal(before, now)) /* or neither has it */
		return false;
	if (!json_is_object(before) && !json_is_array(before) && !json_is_object(now) && !json_is_array(now))
		return put_pair(to, prefix, before, now);
	for (int side = 0; side < 2; side++) {
		const json_t *from = side ? before : now;
		size_t count = json_is_array(from) ? json_array_size(from) : 0;
		char number[24];

		for (size_t i = 0; i < count && !failed; i++) {
			snprintf(number, sizeof(number), "%zu", i);
			failed = put_below(to, prefix, number, json_array_get(before, i), json_array_get(now, i));
		}
		for (void *at = json_object_iter((json_t *)from); at && !failed;
		     at = json_object_iter_next((json_t *)from, at)) {
			const char *key = json_object_iter_key(at);

			failed = put_below(to, prefix, key, json_object_get(before, key), json_object_get(now, key));
		}
	}
	return failed;
}

static const json_t *configuration(const json_t *result)
{
	return json_object_get(json_object_get(result, "manifest"), "configuration");
}

/* The jobs that ended in both results, and the sums of one of their values: of the object `part` in them if it is not
 * NULL. */
static void sum(const json_t *before, const json_t *now, const char *part, const char *key, double sums[2])
{
	sums[0] = sums[1] = 0;
	for (void *at = json_object_iter((json_t *)now); at; at = json_object_iter_next((json_t *)now, at)) {
		const json_t *job = json_object_iter_value(at),
			     *was = json_object_get(before, json_object_iter_key(at));

		if (!was || json_is_true(json_object_get(job, "stopped")) ||
		    json_is_true(json_object_get(was, "stopped")))
			continue;
		sums[0] += json_number_value(json_object_get(part ? json_object_get(was, part) : was, key));
		sums[1] += json_number_value(json_object_get(part ? json_object_get(job, part) : job, key));
	}
}

static bool put_sum(json_t *to, const char *name, const json_t *before, const json_t *now, const char *part,
		    const char *key)
{
	double sums[2];

	sum(before, now, part, key, sums);
	return json_object_set_new(to, name, json_pack("[f, f]", sums[0], sums[1])) < 0;
}

/* The sums of all jobs: base, time, each part of the stalls, fetches and write-backs. NULL when out of memory. */
static json_t *sums_of(const json_t *before, const json_t *now)
{
	static const char *const plain[] = {"base_s", "time_s", "lost_s"};
	json_t *to = json_object();
	bool failed = !to;

	for (size_t i = 0; i < sizeof(plain) / sizeof(*plain) && !failed; i++)
		failed = put_sum(to, plain[i], before, now, NULL, plain[i]);
	for (int stall = 0; stall < STALLS && !failed; stall++) {
		char name[64];

		snprintf(name, sizeof(name), "stall_%s_s", stall_names[stall]);
		failed = put_sum(to, name, before, now, "stall_s", stall_names[stall]);
	}
	failed = failed || put_sum(to, "faults_demand", before, now, "faults", "demand") ||
		 put_sum(to, "writebacks", before, now, NULL, "writebacks");
	if (!failed)
		return to;
	json_decref(to);
	return NULL;
}

int run_compare_make(const char *against, const json_t *before, const json_t *now, json_t **comparison, struct err *err)
{
	static const char *const lists[][2] = {{"jobs", "slowdown"},
					       {"links", "utilisation"},
					       {"hypervisors", "pages_read"}};
	static const char *const whole[] = {"end_s", "pages_lost", "pages_stored"};
	json_t *to = json_pack("{s:s, s:{}}", "against", against, "configuration");
	bool failed = !to ||
		      put_keys(json_object_get(to, "configuration"), "", configuration(before), configuration(now));

	for (size_t i = 0; i < sizeof(whole) / sizeof(*whole) && !failed; i++)
		failed = put_pair(to, whole[i], json_object_get(before, whole[i]), json_object_get(now, whole[i]));
	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists) && !failed; i++) {
		json_t *one = by_name(json_object_get(before, lists[i][0])),
		       *other = by_name(json_object_get(now, lists[i][0]));

		failed = !one || !other || (i == 0 && json_object_set_new(to, "sums", sums_of(one, other)) < 0) ||
			 json_object_set_new(to, lists[i][0], differences(one, other, lists[i][1])) < 0;
		json_decref(one);
		json_decref(other);
	}
	*comparison = to;
	if (!failed)
		return 0;
	json_decref(to);
	return err_memory(err, "the comparison");
}

/* ---- text ---- */

struct pairs {
	const char *title;
	const json_t *pairs;
	size_t shown;
	double scale; /* of the numbers, before they are printed */
	int digits;
};

/* A number, a text, or - for null. */
static void put_value(const struct pairs *table, const json_t *value, FILE *to)
{
	if (json_is_number(value))
		fprintf(to, "\t%.*f", table->digits, table->scale * json_number_value(value));
	else
		fprintf(to, "\t%s", json_is_string(value) ? json_string_value(value) : "-");
}

static void put_pairs(const void *context, FILE *to)
{
	const struct pairs *table = context;
	size_t left = table->shown;

	fprintf(to, "%s\tbefore\tnow\tchange\n", table->title);
	for (void *at = json_object_iter((json_t *)table->pairs); at && left;
	     at = json_object_iter_next((json_t *)table->pairs, at), left--) {
		const json_t *pair = json_object_iter_value(at), *before = json_array_get(pair, 0),
			     *now = json_array_get(pair, 1);

		run_name(json_object_iter_key(at), to);
		put_value(table, before, to);
		put_value(table, now, to);
		if (json_is_number(before) && json_is_number(now))
			fprintf(to, "\t%+.*f", table->digits,
				table->scale * (json_number_value(now) - json_number_value(before)));
		fputc('\n', to);
	}
}

static int print_pairs(const struct pairs *table, FILE *to, struct err *err)
{
	size_t count = json_object_size(table->pairs);
	int status;

	if (count == 0)
		return 0;
	fputc('\n', to);
	status = run_table(put_pairs, table, to, err);
	if (count > table->shown)
		fprintf(to, "(the %zu largest differences of %zu)\n", table->shown, count);
	return status;
}

/* The sums that are not 0 in both, times in ms. */
static int print_sums(const json_t *sums, FILE *to, struct err *err)
{
	json_t *times = json_object(), *counts = json_object();
	int status = times && counts ? 0 : err_memory(err, "the comparison");

	for (void *at = json_object_iter((json_t *)sums); at && status == 0;
	     at = json_object_iter_next((json_t *)sums, at)) {
		const char *name = json_object_iter_key(at);
		json_t *pair = json_object_iter_value(at);
		bool is_time = strcmp(name + strlen(name) - 2, "_s") == 0;
		char text[NAME];

		if (json_number_value(json_array_get(pair, 0)) == 0 && json_number_value(json_array_get(pair, 1)) == 0)
			continue;
		snprintf(text, sizeof(text), "%.*s", (int)(strlen(name) - (is_time ? 2 : 0)), name);
		if (json_object_set(is_time ? times : counts, text, pair) < 0)
			status = err_memory(err, "the comparison");
	}
	if (status == 0)
		status = print_pairs(&(struct pairs){"sums over jobs, ms", times, SIZE_MAX, 1000, 3}, to, err);
	if (status == 0)
		status = print_pairs(&(struct pairs){"sums over jobs", counts, SIZE_MAX, 1, 0}, to, err);
	json_decref(times);
	json_decref(counts);
	return status;
}

int run_compare_print(const json_t *comparison, bool all, FILE *to, struct err *err)
{
	size_t shown = all ? SIZE_MAX : RUN_SHOWN;
	const struct pairs lists[] = {
		{"configuration", json_object_get(comparison, "configuration"), SIZE_MAX, 1, 0},
		{"slowdown of job", json_object_get(comparison, "jobs"), shown, 1, 4},
		{"utilisation of link, %", json_object_get(comparison, "links"), shown, 100, 1},
		{"pages read from", json_object_get(comparison, "hypervisors"), shown, 1, 0},
	};
	int status;

	fputs("\ncompared with ", to);
	run_name(json_string_value(json_object_get(comparison, "against")), to);
	fputc('\n', to);
	status = print_pairs(&lists[0], to, err);
	if (status == 0)
		status = print_sums(json_object_get(comparison, "sums"), to, err);
	for (size_t i = 1; i < sizeof(lists) / sizeof(*lists) && status == 0; i++)
		status = print_pairs(&lists[i], to, err);
	return status;
}
