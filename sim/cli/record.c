/* SPDX-License-Identifier: MIT */
/* megavm record: records the memory references of a workload's guest in Bochs, or of a program at native speed. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "cli/record_native.h"
#include "cli/words.h"
#include "record/record.h"
#include "trace/filter.h"
#include "trace/writer.h"

enum { KEY_MEMORY = 256, KEY_IPS, KEY_VCPUS, KEY_REGION, KEY_LEVEL, KEY_CROSSCHECK, KEY_CONSOLE, KEY_JOB, KEY_CACHE };
enum { KEY_NATIVE = 300, KEY_ACTIVE, KEY_ONLY, KEY_PROGRAM_OUTPUT };

#define IPS_DEFAULT 2000000000u /* the default of the option cpu.ips */
#define K_DEFAULT   64

struct arguments {
	const char *workload, *out;
	const char *only_bochs;  /* an option that was given and is for a guest in Bochs; NULL */
	const char *only_native; /* the same for a program */
	bool is_native;
	struct record_native native;
	struct record_options options;
};

static const struct argp_option rows[] = {
	{"output", 'o', "FILE", 0, "the trace to write (WORKLOAD-SIZE.mvt)", 0},
	{"level", KEY_LEVEL, "N", 0, "zstd compression level of the trace, 1 to 19 (3)", 0},
	{"ips", KEY_IPS, "N", 0,
	 "instructions per second of guest time, or of a program's processor time (2e9, like cpu.ips)", 0},
	{NULL, 0, NULL, 0, "A program at native speed:", 2},
	{"native", KEY_NATIVE, NULL, 0, "record COMMAND, an unmodified program, with bounds instead of exact counts",
	 0},
	{"active", KEY_ACTIVE, "SIZE", 0,
	 "memory in which touches run unrecorded (16MiB): LRU is bounded from twice that size on", 0},
	{"only-mappings", KEY_ONLY, "SIZE", 0, "record only mappings of exactly this size, as a VM's memory", 0},
	{"program-output", KEY_PROGRAM_OUTPUT, "FILE", 0, "write the program's standard output to FILE", 0},
	{NULL, 0, NULL, 0, "A guest in Bochs:", 1},
	{"size", 's', "SIZE", 0, "size of the workload, such as tiny, small, paper (its only one, otherwise small)", 0},
	{"region", KEY_REGION, NULL, 0,
	 "keep only the region of interest, with a snapshot of the memory at its beginning", 0},
	{"job", KEY_JOB, NULL, 0,
	 "record only the job's own memory, anonymous pages, by virtual page: what a control group's limit is about",
	 0},
	{"k", 'k', "N", 0, "pages of the filter, 16 or more (64); 0 records every change of page", 0},
	{"guest-memory", KEY_MEMORY, "SIZE", 0,
	 "memory that the BIOS reports to the guest, for example 8GiB (what the workload asks for)", 0},
	{"vcpus", KEY_VCPUS, "N", 0, "virtual CPUs (1)", 0},
	{"crosscheck", KEY_CROSSCHECK, NULL, 0,
	 "record the page of every single instruction, to check the faster method against it; slow", 0},
	{"console", KEY_CONSOLE, "FILE", 0, "write the guest's serial console to FILE", 0},
	{"cache", KEY_CACHE, "DIR", 0,
	 "where downloads and guest images are kept ($MEGAVM_CACHE, otherwise ~/.cache/megavm)", 0},
	{0},
};

static uint64_t parse_size(const struct argp_state *state, const char *option, const char *word)
{
	const uint64_t bytes = words_size(state, option, word);

	if (bytes < 1 << TRACE_PAGE_SHIFT || bytes >> TRACE_PAGE_SHIFT > TRACE_ACTIVE_MAX)
		argp_error(state, "%s %s: allowed are 4KiB to 4TiB", option, word);
	return bytes;
}

static error_t parse_native(int key, char *word, struct argp_state *state, struct arguments *arguments)
{
	struct record_native *native = &arguments->native;

	if (key != KEY_NATIVE)
		arguments->only_native = "--active, --only-mappings and --program-output";
	switch (key) {
	case KEY_NATIVE: arguments->is_native = true; return 0;
	case KEY_ACTIVE: native->active_bytes = parse_size(state, "--active", word); return 0;
	case KEY_ONLY: native->only_bytes = parse_size(state, "--only-mappings", word); return 0;
	case KEY_PROGRAM_OUTPUT: native->output = word; return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

/* Checks that the options belong together. */
static error_t end_native(struct argp_state *state, struct arguments *arguments)
{
	if (arguments->only_bochs)
		argp_error(state, "%s are for a guest in Bochs, not for --native", arguments->only_bochs);
	if (!arguments->native.argv)
		argp_error(state, "no command given (-- COMMAND ARGS)");
	if (!arguments->options.out)
		argp_error(state, "no trace given (-o FILE)");
	return 0;
}

static error_t parse(int key, char *word, struct argp_state *state)
{
	struct arguments *arguments = state->input;
	struct record_options *options = &arguments->options;

	if (key >= KEY_NATIVE && key <= KEY_PROGRAM_OUTPUT)
		return parse_native(key, word, state, arguments);
	if (key == 's' || key == 'k' || (key >= KEY_MEMORY && key <= KEY_CACHE && key != KEY_IPS && key != KEY_LEVEL))
		arguments->only_bochs =
			"--size, --k, --region, --job, --guest-memory, --vcpus, --crosscheck, --console and --cache";
	switch (key) {
	case 's': options->size = word; return 0;
	case 'o': options->out = word; return 0;
	case 'k':
		options->k = (uint32_t)words_count(state, "--k", word, 0, TRACE_FILTER_MAX);
		if (options->k && options->k < TRACE_FILTER_MACHINE_MIN)
			argp_error(
				state,
				"--k %s: allowed are 0, and %d to %u: one instruction may touch more pages than that",
				word, TRACE_FILTER_MACHINE_MIN, TRACE_FILTER_MAX);
		return 0;
	case KEY_REGION: options->region = true; return 0;
	case KEY_LEVEL: options->level = (int)words_count(state, "--level", word, 1, 19); return 0;
	case KEY_MEMORY: options->memory_bytes = words_guest_memory(state, word); return 0;
	case KEY_IPS: options->ips = words_count(state, "--ips", word, 1000000, HARDWARE_IPS_MAX); return 0;
	case KEY_VCPUS: options->vcpus = (unsigned)words_count(state, "--vcpus", word, 1, 8); return 0;
	case KEY_CROSSCHECK: options->crosscheck = true; return 0;
	case KEY_JOB: options->job = true; return 0;
	case KEY_CONSOLE: options->console = word; return 0;
	case KEY_CACHE: options->cache = word; return 0;
	case ARGP_KEY_ARG:
		if (state->quoted && state->next > state->quoted) {
			arguments->native.argv = &state->argv[state->next - 1];
			state->next = state->argc;
			return 0;
		}
		words_operand(state, &arguments->workload, "workload", word);
		return 0;
	case ARGP_KEY_END:
		if (arguments->is_native)
			return end_native(state, arguments);
		if (arguments->only_native || arguments->native.argv)
			argp_error(state, "%s need --native",
				   arguments->native.argv ? "a command after '--'" : arguments->only_native);
		if (!arguments->workload)
			argp_error(state, "no workload given ('megavm list workloads' lists them)");
		if (options->crosscheck && options->vcpus > 1)
			argp_error(state, "--crosscheck works with one virtual CPU only");
		if (options->job && (options->crosscheck || options->vcpus > 1))
			argp_error(state, "--job works with one virtual CPU only, and without --crosscheck");
		return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = rows,
	.parser = parse,
	.args_doc = "WORKLOAD\n--native -o FILE -- COMMAND ARGS",
	.doc = "Boots a Linux guest in Bochs, runs the workload in it, and records every page of its physical memory "
	       "that instructions, instruction fetch, page walks and devices touch. With --native "
	       "it records an unmodified program on this machine instead: a trace that bounds LRU (docs/native.md).\v"
	       "The guest's images are built from Debian packages at their first use. Two recordings of one workload "
	       "are identical, byte for byte. Ctrl-C ends a recording; the part written so far stays in FILE.part, and "
	       "'megavm trace info --recover' reads it.",
};

/* The command as the trace's header stores it: only the options that change the trace, and nothing that depends on the
 * machine, so that two recordings are identical. */
static int command_text(const struct arguments *arguments, const char *workload, char **text, struct err *err)
{
	const struct record_options *options = &arguments->options;
	char memory[UNITS_TEXT + 32] = "", size[UNITS_TEXT], ips[UNITS_TEXT + 16] = "", number[UNITS_TEXT],
				 vcpus[32] = "";

	if (options->memory_bytes)
		snprintf(memory, sizeof(memory), " --guest-memory %s", size_text(options->memory_bytes, size));
	if (options->ips != IPS_DEFAULT)
		snprintf(ips, sizeof(ips), " --ips %s", count_text(options->ips, number));
	if (options->vcpus > 1)
		snprintf(vcpus, sizeof(vcpus), " --vcpus %u", options->vcpus);
	if (asprintf(text, "megavm record %s --size %s --k %" PRIu32 "%s%s%s%s%s%s", workload, options->size,
		     options->k, memory, ips, vcpus, options->crosscheck ? " --crosscheck" : "",
		     options->job ? " --job" : "", options->region ? " --region" : "") < 0)
		return err_memory(err, "a command");
	return 0;
}

static void print(const struct arguments *arguments, const struct record_result *result)
{
	const struct trace_totals *totals = &result->totals;
	const struct guest_result *guest = &result->guest;
	struct trace_clock clock = trace_totals_clock(totals);
	const char *key;
	json_t *value;

	printf("%s\n", arguments->options.out);
	printf("%-14s %" PRIu64 " instructions, %.6g ms idle, in %.3g s: %.3g M instructions/s\n", "emulated",
	       guest->instructions, (double)guest->idle_ns / 1e6, guest->seconds,
	       (double)guest->instructions / guest->seconds / 1e6);
	printf("%-14s %" PRIu64 " instructions, %.6g ms idle\n", arguments->options.region ? "region" : "recorded",
	       clock.insn, (double)clock.idle_ns / 1e6);
	printf("%-14s %" PRIu64 " of %" PRIu64 " moves from page to page\n", "records", totals->records,
	       guest->references);
	printf("%-14s %" PRIu64 " pages, %.6g MiB\n", "footprint", totals->footprint, (double)totals->footprint / 256);
	printf("%-14s", "sources");
	for (int source = 0; source < TRACE_SOURCES; source++)
		printf("%s %" PRIu64 " %s", source ? "," : "", totals->sources[source], trace_source_names[source]);
	printf("\n");
	json_object_foreach(guest->reports, key, value) printf("%-14s %s\n", key, json_string_value(value));
}

static int run(struct arguments *arguments, const struct workload *workload, struct err *err)
{
	struct record_options *options = &arguments->options;
	const struct workload_size *size;
	struct record_result result;
	char *out = NULL, *command = NULL;
	int status = workload_size_find(workload, options->size, &size, err);

	if (status < 0)
		return status;
	options->size = size->name;
	if (!options->out && asprintf(&out, "%s-%s.mvt", workload->name, options->size) < 0)
		return err_memory(err, "a path");
	if (!options->out)
		options->out = out;
	status = command_text(arguments, workload->name, &command, err);
	options->command = command;
	if (status == 0)
		status = record(workload, options, &result, err);
	if (status == 0) {
		print(arguments, &result);
		guest_result_free(&result.guest);
	}
	free(command);
	free(out);
	return status;
}

int cli_record(int argc, char **argv, struct err *err)
{
	struct arguments arguments = {
		.options = {.size = "", .ips = IPS_DEFAULT, .k = K_DEFAULT, .level = TRACE_LEVEL_DEFAULT, .vcpus = 1}};
	struct workload workload;
	int status;

	arguments.native.active_bytes = 16 << 20;
	status = cli_parse(&argp, argc, argv, &arguments, err);
	if (status == 0 && arguments.is_native) {
		arguments.native.out = arguments.options.out;
		arguments.native.ips = arguments.options.ips;
		arguments.native.level = arguments.options.level;
		return record_native(&arguments.native, err);
	}
	if (status == 0)
		status = workload_read(&workload, arguments.workload, err);
	if (status < 0)
		return status;
	status = run(&arguments, &workload, err);
	workload_free(&workload);
	return status;
}
