/* SPDX-License-Identifier: MIT */
#include "trace/header.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "trace/filter.h"

int trace_header_init(struct trace_header *header, struct err *err)
{
	*header = (struct trace_header){.page_shift = TRACE_PAGE_SHIFT, .vcpus = 1};
	header->workload = strdup("");
	header->size = strdup("");
	header->command = strdup("");
	header->recorder = strdup("");
	header->notes = json_object();
	if (header->workload && header->size && header->command && header->recorder && header->notes)
		return 0;
	trace_header_free(header);
	return err_memory(err, "a trace's header");
}

int trace_header_text(char **text, const char *value, struct err *err)
{
	char *copy = strdup(value);
	json_t *valid = json_string(value);

	if (!copy) {
		json_decref(valid);
		return err_memory(err, "a trace's header");
	}
	for (char *at = copy; !valid && *at; at++)
		if (*at & 0x80)
			*at = '?';
	json_decref(valid);
	free(*text);
	*text = copy;
	return 0;
}

int trace_header_cpu_clock(struct trace_header *header, uint64_t ips, struct err *err)
{
	json_t *note = json_sprintf("thread CPU time without the recorder's faults, at %" PRIu64
				    " instructions per second",
				    ips);

	return note && json_object_set_new(header->notes, "clock", note) == 0 ? 0 : err_memory(err, "a trace's header");
}

int trace_header_copy(struct trace_header *to, const struct trace_header *from, struct err *err)
{
	json_t *json = trace_header_to_json(from);
	char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;
	int status = text ? trace_header_parse(to, text, strlen(text), err) : err_memory(err, "a trace's header");

	free(text);
	json_decref(json);
	return status;
}

void trace_header_free(struct trace_header *header)
{
	free(header->workload);
	free(header->size);
	free(header->command);
	free(header->recorder);
	json_decref(header->notes);
	*header = (struct trace_header){0};
}

json_t *trace_header_to_json(const struct trace_header *header)
{
	json_t *active = header->active ? json_integer(header->active) : NULL;
	json_t *together = header->together ? json_true() : NULL;

	return json_pack("{s:i, s:I, s:i, s:I, s:b, s:o*, s:o*, s:s, s:s, s:s, s:s, s:O}", "page_shift",
			 (int)header->page_shift, "guest_bytes", (json_int_t)header->guest_bytes, "vcpus",
			 (int)header->vcpus, "k", (json_int_t)header->k, "again", header->again, "active", active,
			 "together", together, "workload", header->workload, "size", header->size, "command",
			 header->command, "recorder", header->recorder, "notes", header->notes);
}

static int number(const json_t *json, const char *key, uint64_t min, uint64_t max, uint64_t *value, struct err *err)
{
	const json_t *found = json_object_get(json, key);

	if (!json_is_integer(found))
		return err_set(err, ERR_FAILED, "header: '%s' is missing or not a number", key);
	*value = (uint64_t)json_integer_value(found);
	if (*value < min || *value > max)
		return err_set(err, ERR_FAILED, "header: '%s' is %" PRIu64 ": allowed are %" PRIu64 " to %" PRIu64, key,
			       *value, min, max);
	return 0;
}

static int text(const json_t *json, const char *key, char **value, struct err *err)
{
	const char *found = json_string_value(json_object_get(json, key));

	if (!found)
		return err_set(err, ERR_FAILED, "header: '%s' is missing or not a text", key);
	return trace_header_text(value, found, err);
}

static int fill(struct trace_header *header, const json_t *json, struct err *err)
{
	const json_t *notes = json_object_get(json, "notes");
	uint64_t page_shift = 0, vcpus = 0, k = 0, active = 0;
	int status;

	if ((status = number(json, "page_shift", 6, 30, &page_shift, err)) < 0 ||
	    (status = number(json, "guest_bytes", 0, INT64_MAX, &header->guest_bytes, err)) < 0 ||
	    (status = number(json, "vcpus", 1, TRACE_VCPUS_MAX, &vcpus, err)) < 0 ||
	    (status = number(json, "k", 0, TRACE_FILTER_MAX, &k, err)) < 0 ||
	    (json_object_get(json, "active") &&
	     (status = number(json, "active", 0, TRACE_ACTIVE_MAX, &active, err)) < 0) ||
	    (status = text(json, "workload", &header->workload, err)) < 0 ||
	    (status = text(json, "size", &header->size, err)) < 0 ||
	    (status = text(json, "command", &header->command, err)) < 0 ||
	    (status = text(json, "recorder", &header->recorder, err)) < 0)
		return status;
	header->page_shift = (unsigned)page_shift;
	header->vcpus = (unsigned)vcpus;
	header->k = (uint32_t)k;
	header->again = json_is_true(json_object_get(json, "again"));
	header->active = (uint32_t)active;
	header->together = json_is_true(json_object_get(json, "together"));
	if (active && active < k)
		return err_set(err, ERR_FAILED,
			       "header: 'active' is %" PRIu64 ": allowed are 0 and k (%" PRIu64 ") or more", active, k);
	if (notes && json_object_update(header->notes, (json_t *)notes) != 0)
		return err_set(err, ERR_FAILED, "header: 'notes' is not an object");
	return 0;
}

int trace_header_parse(struct trace_header *header, const char *words, size_t length, struct err *err)
{
	json_error_t wrong;
	json_t *json = json_loadb(words, length, JSON_REJECT_DUPLICATES, &wrong);
	int status;

	if (!json_is_object(json)) {
		json_decref(json);
		return err_set(err, ERR_FAILED, "header: not a JSON object: %s", wrong.text);
	}
	status = trace_header_init(header, err);
	if (status == 0) {
		status = fill(header, json, err);
		if (status < 0)
			trace_header_free(header);
	}
	json_decref(json);
	return status;
}

const char *trace_min_reason(uint32_t k, uint32_t active)
{
	return active ? " (2 A - 1, where A is the active set with which it was recorded)"
	       : k    ? " (K, to which the trace is filtered)"
		      : "";
}

struct trace_clock trace_totals_clock(const struct trace_totals *totals)
{
	struct trace_clock sum = {0, 0};

	for (unsigned vcpu = 0; vcpu < TRACE_VCPUS_MAX; vcpu++) {
		sum.insn += totals->end[vcpu].insn;
		sum.idle_ns += totals->end[vcpu].idle_ns;
	}
	return sum;
}
