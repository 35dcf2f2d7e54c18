/* SPDX-License-Identifier: MIT */
/* megavm trace info: describes a trace, as text or as one JSON object. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include <jansson.h>

#include "cli/listing.h"
#include "cli/table_format.h"
#include "cli/trace.h"
#include "cli/trace_damage.h"
#include "cli/words.h"
#include "report/columns.h"

struct arguments {
	const char *path;
	bool json;
	struct trace_reader_options reader;
};

static const struct argp_option options[] = {
	{"json", 'j', NULL, 0, "Print one JSON object", 0},
	{"recover", 'r', NULL, 0, "Read the undamaged blocks of a damaged or truncated trace", 0},
	{0},
};

static error_t parse(int key, char *word, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case 'j':
		arguments->json = true;
		table_format_instead(state, "--json");
		return 0;
	case 'r': arguments->reader.recover = true; return 0;
	default: return words_operand_parse(key, word, state, &arguments->path, "trace");
	}
}

/* The quotient `what` / `by`, or 0 when `by` is 0. */
static double per(double what, double by)
{
	return by > 0 ? what / by : 0;
}

static json_t *markers_json(const struct trace_reader *reader)
{
	size_t count;
	const struct trace_marker *marker = trace_reader_markers(reader, &count);
	json_t *array = json_array();

	for (size_t i = 0; i < count; i++) {
		uint64_t insn = 0, idle_ns = 0;

		for (unsigned vcpu = 0; vcpu < trace_reader_header(reader)->vcpus; vcpu++) {
			insn += marker[i].clock[vcpu].insn;
			idle_ns += marker[i].clock[vcpu].idle_ns;
		}
		json_array_append_new(array, json_pack("{s:s, s:I, s:I, s:I}", "name", marker[i].name, "record",
						       (json_int_t)marker[i].record, "instructions", (json_int_t)insn,
						       "idle_ns", (json_int_t)idle_ns));
	}
	return array;
}

static int print_json(const struct trace_reader *reader, struct err *err)
{
	const struct trace_header *header = trace_reader_header(reader);
	const struct trace_totals *totals = trace_reader_totals(reader);
	struct trace_clock clock = trace_totals_clock(totals);
	json_t *json = trace_header_to_json(header), *sources = json_object();
	const struct trace_overwritten *overwritten = trace_reader_overwritten(reader);
	uint32_t snapshot_pages;

	trace_reader_snapshot(reader, &snapshot_pages);
	for (int source = 0; source < TRACE_SOURCES; source++)
		json_object_set_new(sources, trace_source_names[source],
				    json_integer((json_int_t)totals->sources[source]));
	if (!json ||
	    json_object_update_new(
		    json, json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:I, s:f, s:o}", "records",
				    (json_int_t)totals->records, "instructions", (json_int_t)clock.insn, "idle_ns",
				    (json_int_t)clock.idle_ns, "instructions_outside", (json_int_t)totals->outside.insn,
				    "idle_ns_outside", (json_int_t)totals->outside.idle_ns, "footprint_pages",
				    (json_int_t)totals->footprint, "pages", (json_int_t)totals->pages, "snapshot_pages",
				    (json_int_t)snapshot_pages, "reads", (json_int_t)(totals->records - totals->writes),
				    "writes", (json_int_t)totals->writes, "sources", sources, "bytes",
				    (json_int_t)trace_reader_bytes(reader), "bytes_per_1000_instructions",
				    per((double)trace_reader_bytes(reader) * 1000, (double)clock.insn), "markers",
				    markers_json(reader))) < 0) {
		json_decref(json);
		return err_memory(err, "a trace's description");
	}
	json_object_set_new(json, "overwritten_pages",
			    overwritten ? json_integer((json_int_t)overwritten->count) : json_null());
	json_dumpf(json, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(json);
	return 0;
}

/* Writes a property's name and the beginning of its value; an empty name goes on with the property above. */
static __attribute__((format(printf, 3, 4))) void put(FILE *to, const char *name, const char *format, ...)
{
	va_list rest;

	fprintf(to, columns_format() == COLUMNS_TEXT ? "%-14s " : "%s\t", name);
	va_start(rest, format);
	vfprintf(to, format, rest);
	va_end(rest);
}

static void put_markers(const struct trace_reader *reader, FILE *to)
{
	size_t count;
	const struct trace_marker *marker = trace_reader_markers(reader, &count);

	for (size_t i = 0; i < count; i++)
		put(to, i ? "" : "markers", "%s at record %" PRIu64 ", instruction %" PRIu64 "\n", marker[i].name,
		    marker[i].record, marker[i].clock[0].insn);
}

static void put_header(const struct trace_header *header, FILE *to)
{
	const char *key;
	json_t *value;

	put(to, "workload", "%s%s%s\n", *header->workload ? header->workload : "unnamed",
	    *header->size ? ", size " : "", header->size);
	if (*header->command)
		put(to, "command", "%s\n", header->command);
	put(to, "recorded by", "%s\n", *header->recorder ? header->recorder : "unknown");
	put(to, "guest", "%u virtual CPU%s, pages of %" PRIu64 " bytes, ", header->vcpus, header->vcpus == 1 ? "" : "s",
	    UINT64_C(1) << header->page_shift);
	if (header->guest_bytes)
		fprintf(to, "%.6g MiB of memory\n", (double)header->guest_bytes / (1 << 20));
	else
		fprintf(to, "memory unknown\n");
	if (header->k)
		put(to, "filter", "K = %" PRIu32 " pages: exact for LRU memories of %" PRIu32 " pages or more%s\n",
		    header->k, header->k,
		    header->again ? "; counts the touches left out" : "; does not count the touches left out");
	else if (!header->active)
		put(to, "filter", "none: the trace holds every reference\n");
	if (header->active)
		put(to, "active set", "A = %" PRIu32 " pages: bounds LRU memories of %" PRIu32 " pages or more\n",
		    header->active, trace_header_min_pages(header));
	json_object_foreach(header->notes, key, value)
		put(to, key, "%s\n", json_is_string(value) ? json_string_value(value) : "(not a text)");
}

/* The pages that are overwritten whole; those of a whole recording are not of a snapshot. */
static void put_overwritten(const struct trace_reader *reader, FILE *to)
{
	const struct trace_overwritten *overwritten = trace_reader_overwritten(reader);

	if (!overwritten)
		return;
	put(to, "overwritten", "%" PRIu32 " pages whole by their first use", overwritten->count);
	if (*overwritten->observed.from)
		fprintf(to, " after %s", overwritten->observed.from);
	if (*overwritten->observed.to)
		fprintf(to, ", until %s", overwritten->observed.to);
	fputc('\n', to);
}

static void put_text(const struct trace_reader *reader, FILE *to)
{
	const struct trace_totals *totals = trace_reader_totals(reader);
	unsigned shift = trace_reader_header(reader)->page_shift;
	struct trace_clock clock = trace_totals_clock(totals);
	double bytes = (double)trace_reader_bytes(reader);
	uint32_t snapshot_pages;

	put_header(trace_reader_header(reader), to);
	put(to, "instructions", "%" PRIu64 ", and %.6g ms idle\n", clock.insn, (double)clock.idle_ns / 1e6);
	if (totals->outside.insn || totals->outside.idle_ns)
		put(to, "left out", "%" PRIu64 " instructions, %.6g ms idle: outside the region of interest\n",
		    totals->outside.insn, (double)totals->outside.idle_ns / 1e6);
	put(to, "records", "%" PRIu64 ", %.4g per 1000 instructions\n", totals->records,
	    per((double)totals->records * 1000, (double)clock.insn));
	put(to, "footprint", "%" PRIu64 " pages, %.6g MiB\n", totals->footprint,
	    (double)(totals->footprint << shift) / (1 << 20));
	trace_reader_snapshot(reader, &snapshot_pages);
	if (snapshot_pages)
		put(to, "snapshot", "%" PRIu32 " pages touched before\n", snapshot_pages);
	put_overwritten(reader, to);
	put(to, "references", "%" PRIu64 " reads, %" PRIu64 " writes\n", totals->records - totals->writes,
	    totals->writes);
	put(to, "sources", "%s", "");
	for (int source = 0; source < TRACE_SOURCES; source++)
		fprintf(to, "%s%" PRIu64 " %s", source ? ", " : "", totals->sources[source],
			trace_source_names[source]);
	fputc('\n', to);
	put(to, "file", "%" PRIu64 " bytes: %.4g a record, %.4g per 1000 instructions\n", trace_reader_bytes(reader),
	    per(bytes, (double)totals->records), per(bytes * 1000, (double)clock.insn));
	put_markers(reader, to);
}

static const struct argp_child children[] = {TABLE_FORMAT_CHILD, {0}};

int cli_trace_info(int argc, char **argv, struct err *err)
{
	static const struct argp argp = {options, parse, "TRACE", "Describe a trace.", children, NULL, NULL};
	struct arguments arguments = {0};
	struct trace_reader *reader;
	struct listing listing;
	int status = cli_parse(&argp, argc, argv, &arguments, err);

	if (status == 0)
		status = trace_reader_open(&reader, arguments.path, &arguments.reader, err);
	if (status < 0)
		return status;
	cli_trace_damage(arguments.path, reader);
	if (arguments.json)
		status = print_json(reader, err);
	else if ((status = listing_begin_blocks(&listing, "property\tvalue", err)) == 0) {
		put_text(reader, listing.to);
		status = listing_end(&listing, 0, err);
	}
	trace_reader_close(reader);
	return status;
}
