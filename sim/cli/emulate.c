/* SPDX-License-Identifier: MIT */
/* megavm emulate: runs a guest with part of its memory remote; the guest waits for the fetches. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "cli/words.h"
#include "record/emulate.h"
#include "report/manifest.h"
#include "report/run_json.h"
#include "report/run_text.h"

enum { KEY_BOCHS = 256, KEY_MEMORY, KEY_RECORD, KEY_CACHE, KEY_CLOCK, KEY_VCPUS };

struct arguments {
	struct words_config config;
	bool json;
	struct emulate_options options;
};

static const struct argp_option rows[] = {
	{"bochs", KEY_BOCHS, "WORKLOAD", 0,
	 "emulate this workload's guest in Bochs ('megavm list workloads' lists them); sets vms.workload", 0},
	{"size", 'z', "SIZE", 0, "size of the workload: tiny, small (the default), paper; sets vms.size", 0},
	{"set", 's', "KEY=VALUE", 0, "override a key of the configuration", 0},
	{"json", 'j', NULL, 0, "print one JSON object with the same keys as 'megavm run'", 0},
	{"record", KEY_RECORD, "FILE", 0, "write the trace of the delayed run to FILE", 0},
	{"guest-memory", KEY_MEMORY, "SIZE", 0, "memory that the BIOS reports to the guest (as the workload says)", 0},
	{"vcpus", KEY_VCPUS, "N", 0, "virtual CPUs (1); while one waits for a page, the others run", 0},
	{"machine-clock", KEY_CLOCK, NULL, 0,
	 "take times from the emulated machine's clock, exact to a tick, instead of the guest's own clock", 0},
	{"cache", KEY_CACHE, "DIR", 0,
	 "where images and the runs with all memory local are kept ($MEGAVM_CACHE, otherwise ~/.cache/megavm)", 0},
	{0},
};

static error_t parse(int key, char *word, struct argp_state *state)
{
	struct arguments *arguments = state->input;
	struct emulate_options *options = &arguments->options;

	switch (key) {
	case ARGP_KEY_INIT: words_config_set(state, &arguments->config, "engine", engine_name(ENGINE_BOCHS)); return 0;
	case KEY_BOCHS: words_config_set(state, &arguments->config, "vms.workload", word); return 0;
	case 'z': words_config_set(state, &arguments->config, "vms.size", word); return 0;
	case 'j': arguments->json = true; return 0;
	case KEY_RECORD: options->trace = word; return 0;
	case KEY_MEMORY: options->memory_bytes = words_guest_memory(state, word); return 0;
	case KEY_VCPUS: options->vcpus = (unsigned)words_count(state, "--vcpus", word, 1, 8); return 0;
	case KEY_CLOCK: options->machine_clock = true; return 0;
	case KEY_CACHE: options->cache = word; return 0;
	default: return words_config_parse(key, word, state, &arguments->config);
	}
}

static const struct argp argp = {
	.options = rows,
	.parser = parse,
	.args_doc = "CONFIG",
	.doc = "Runs a workload's guest in Bochs with only its local share of memory resident. At every second-level "
	       "fault the virtual CPU waits as long as the configuration says that the fetch takes. The guest itself "
	       "then measures how much later its job completes.\v"
	       "CONFIG is as for 'megavm run', with one VM; its trace is not read. The local share refers to the "
	       "footprint of the region of interest. A first run with all memory local measures that footprint; its "
	       "result is kept and used again. The guest runs at cpu.ips instructions a second. Workload boot is timed "
	       "by the machine's clock, because the guest's own clock starts in the middle of it.",
};

static int print(const struct arguments *arguments, const struct run_result *result, json_t *manifest, struct err *err)
{
	return arguments->json ? run_json_print(result, manifest, stdout, err)
			       : run_text_print(result, true, stdout, err);
}

static int run(struct arguments *arguments, struct err *err)
{
	json_t *none = json_array(), *manifest = NULL;
	struct run_result result;
	struct config config;
	char *command = NULL;
	int status = config_read(arguments->config.path, arguments->config.sets, arguments->config.set_count, &config,
				 err);

	if (status < 0) {
		json_decref(none);
		return status;
	}
	status = words_config_one_point(&arguments->config, &config, err);
	if (status == 0 &&
	    asprintf(&command, "megavm emulate --bochs %s --size %s", config.vms[0].workload, config.vms[0].size) < 0)
		status = err_memory(err, "a command");
	arguments->options.command = command;
	if (status == 0)
		status = manifest_make(&config, none, &manifest, err);
	if (status == 0)
		status = emulate(&config, json_object_get(manifest, "configuration"), &arguments->options, &result,
				 err);
	if (status == 0) {
		status = print(arguments, &result, manifest, err);
		run_result_free(&result);
	}
	config_free(&config);
	free(command);
	json_decref(manifest);
	json_decref(none);
	return status;
}

int cli_emulate(int argc, char **argv, struct err *err)
{
	struct arguments arguments = {.options.vcpus = 1};
	int status = words_config_init(&arguments.config, argc, err);

	if (status == 0)
		status = cli_parse(&argp, argc, argv, &arguments, err);
	if (status == 0)
		status = run(&arguments, err);
	words_config_free(&arguments.config);
	return status;
}
