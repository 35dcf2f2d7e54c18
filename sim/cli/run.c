/* SPDX-License-Identifier: MIT */
/* megavm run: simulates one configuration. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/output.h"
#include "cli/table_format.h"
#include "cli/words.h"
#include "cluster/cluster.h"
#include "cluster/platform.h"
#include "report/manifest.h"
#include "report/run_compare.h"
#include "report/run_json.h"
#include "report/run_text.h"

enum { KEY_CHECK = 256, KEY_DUMP, KEY_EVENTS, KEY_QUANTUM, KEY_ALL, KEY_COMPARE };

struct arguments {
	struct words_config config;
	const char *out, *dump, *compare;
	bool json, all;
	struct cluster_options options;
};

static const struct argp_option options[] = {
	{"set", 's', "KEY=VALUE", 0,
	 "override a key: vms.local=25% sets it for every VM, vms.0.local=25% for the first", 0},
	{"json", 'j', NULL, 0, "print one JSON object", 0},
	{"out", 'o', "DIR", 0, "also write result.json and result.txt into this folder", 0},
	{"all", KEY_ALL, NULL, 0, "print every job and donor, not only the 20 worst jobs and the 20 hottest donors", 0},
	{"compare", KEY_COMPARE, "RESULT.json", 0,
	 "also say what differs from another run, whose --out or --json wrote this file", 0},
	{"events", KEY_EVENTS, "FILE", 0, "write every fault into FILE as CSV, compressed if its name ends in .zst", 0},
	{"check", KEY_CHECK, NULL, 0,
	 "check after every event and at the end that each page is in one place (or in its replicas) and that the "
	 "frame counts add up",
	 0},
	{"dump-platform", KEY_DUMP, "FILE", 0,
	 "write the generated platform as SimGrid XML (- is standard output) and do not simulate", 0},
	{"quantum", KEY_QUANTUM, "PS", 0,
	 "picoseconds between two steps of SimGrid's clock (1e8); results do not depend on it", 0},
	{0},
};

/* Options of a simulation have no effect where none is run. */
static void refuse_beside_dump(const struct argp_state *state, const struct arguments *arguments)
{
	const char *option = arguments->json                  ? "--json"
			     : arguments->out                 ? "--out"
			     : arguments->all                 ? "--all"
			     : arguments->compare             ? "--compare"
			     : arguments->options.events_path ? "--events"
			     : arguments->options.check       ? "--check"
							      : NULL;

	if (arguments->dump && option)
		argp_error(state, "--dump-platform does not simulate: %s has no effect", option);
}

static error_t parse(int key, char *word, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case 'j':
		arguments->json = true;
		table_format_instead(state, "--json");
		return 0;
	case 'o': arguments->out = word; return 0;
	case KEY_COMPARE: arguments->compare = word; return 0;
	case KEY_ALL: arguments->all = true; return 0;
	case KEY_EVENTS: arguments->options.events_path = word; return 0;
	case KEY_CHECK: arguments->options.check = true; return 0;
	case KEY_DUMP: arguments->dump = word; return 0;
	case ARGP_KEY_END:
		refuse_beside_dump(state, arguments);
		return words_config_parse(key, word, state, &arguments->config);
	case KEY_QUANTUM:
		arguments->options.quantum_ps = (int64_t)words_count(state, "--quantum", word, 1, INT64_MAX / 2);
		return 0;
	default: return words_config_parse(key, word, state, &arguments->config);
	}
}

static const struct argp_child children[] = {TABLE_FORMAT_CHILD, {0}};

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "CONFIG",
	.doc = "Simulates one configuration: VMs on hypervisors that lend each other memory. Reports each job's "
	       "completion time and slowdown, what it waited for, what joins, leaves and failures did, and how busy "
	       "the links and donors were.\v"
	       "CONFIG is a YAML file, or - for standard input. 'megavm list options' explains the keys, 'megavm list "
	       "examples' says where examples are. Paths in CONFIG are looked for beside it, then in the working "
	       "folder, then among what ships.",
	.children = children,
};

/* A result in its two forms, with what differs from another one if that is asked for. */
struct answer {
	const struct run_result *result;
	const char *fault_costs;
	json_t *json, *comparison;
};

static int print_json(const struct answer *answer, FILE *to, struct err *err)
{
	return run_json_write(answer->json, to, err);
}

static int print_text(const struct answer *answer, bool all, FILE *to, struct err *err)
{
	int status = run_text_print(answer->result, answer->fault_costs, all, to, err);

	return status < 0 || !answer->comparison ? status : run_compare_print(answer->comparison, all, to, err);
}

/* Writes one file of the output folder. */
static int write_one(const char *folder, const char *name, const struct answer *answer, bool json, struct err *err)
{
	struct output_file file;
	char *path;
	int status;

	if (asprintf(&path, "%s/%s", folder, name) < 0)
		return err_memory(err, "a path");
	status = output_create(&file, path, OUTPUT_HIDDEN, err);
	if (status == 0) {
		status = json ? print_json(answer, file.stream, err) : print_text(answer, true, file.stream, err);
		status = output_finish(&file, status, err);
	}
	free(path);
	return status;
}

static int write_out(const char *folder, const struct answer *answer, struct err *err)
{
	int status = folder_make(folder, err);

	if (status == 0)
		status = write_one(folder, "result.json", answer, true, err);
	return status == 0 ? write_one(folder, "result.txt", answer, false, err) : status;
}

/* Makes the JSON of a result, and compares it with `before` if that is given. */
static int make_json(struct answer *answer, const struct arguments *arguments, const struct config *config,
		     const json_t *before, struct err *err)
{
	json_t *manifest = NULL;
	int status = manifest_of_command(config, &manifest, err);

	if (status == 0)
		status = run_json_make(answer->result, manifest, &answer->json, err);
	if (status == 0 && before) {
		status = run_compare_make(arguments->compare, before, answer->json, &answer->comparison, err);
		if (status == 0 && json_object_set(answer->json, "comparison", answer->comparison) < 0)
			status = err_memory(err, "the result");
	}
	json_decref(manifest);
	return status;
}

static int report(const struct arguments *arguments, const struct config *config, const struct run_result *result,
		  const json_t *before, struct err *err)
{
	struct answer answer = {.result = result, .fault_costs = config->fault_costs};
	int status = 0;

	if (arguments->json || arguments->out || before)
		status = make_json(&answer, arguments, config, before, err);
	/* the files first: a reader that ends early costs none of them */
	if (status == 0 && arguments->out)
		status = write_out(arguments->out, &answer, err);
	if (status == 0)
		status = arguments->json ? print_json(&answer, stdout, err)
					 : print_text(&answer, arguments->all, stdout, err);
	json_decref(answer.comparison);
	json_decref(answer.json);
	return status;
}

/* Simulates, and reports the result. The file to compare with is read first, so that a long run is not for nothing. */
static int simulate(const struct arguments *arguments, const struct config *config, struct err *err)
{
	struct run_result result;
	json_t *before = NULL;
	int status = arguments->compare ? run_compare_read(arguments->compare, &before, err) : 0;

	if (status < 0)
		return status;
	status = cluster_run(config, &arguments->options, &result, err);
	if (status == 0) {
		status = report(arguments, config, &result, before, err);
		run_result_free(&result);
	}
	json_decref(before);
	return status;
}

static int dump(const struct config *config, const char *path, struct err *err)
{
	struct output_file file;
	int status = output_create(&file, path, OUTPUT_HIDDEN, err);

	return status < 0 ? status : output_finish(&file, platform_write(config, file.stream, err), err);
}

static int run(struct arguments *arguments, struct err *err)
{
	struct config config;
	int status = config_read(arguments->config.path, arguments->config.sets, arguments->config.set_count, &config,
				 err);

	if (status < 0)
		return status;
	status = words_config_one_point(&arguments->config, &config, err);
	if (status == 0)
		status = arguments->dump ? dump(&config, arguments->dump, err) : simulate(arguments, &config, err);
	config_free(&config);
	return status;
}

int cli_run(int argc, char **argv, struct err *err)
{
	struct arguments arguments = {.options.progress = true};
	int status = words_config_init(&arguments.config, argc, err);

	if (status == 0)
		status = cli_parse(&argp, argc, argv, &arguments, err);
	if (status == 0)
		status = run(&arguments, err);
	words_config_free(&arguments.config);
	return status;
}
