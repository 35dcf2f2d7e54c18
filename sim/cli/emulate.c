/* SPDX-License-Identifier: MIT */
/* megavm emulate: runs a guest or a program with part of its memory remote; it waits for the fetches. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "cli/emulate_native.h"
#include "cli/table_format.h"
#include "cli/words.h"
#include "record/emulate.h"
#include "report/manifest.h"
#include "report/run_json.h"
#include "report/run_text.h"

enum { KEY_BOCHS = 256, KEY_MEMORY, KEY_RECORD, KEY_CACHE, KEY_CLOCK, KEY_VCPUS };
enum {
	KEY_NATIVE = 300,
	KEY_LOCAL,
	KEY_FABRIC,
	KEY_POLICY,
	KEY_OUTPUT,
	KEY_ONLY,
	KEY_PEERS,
	KEY_KEY,
	KEY_TRANSPORT,
	KEY_VERIFY,
	KEY_VIRTUAL
};

struct arguments {
	struct words_config config;
	bool json;
	const char *json_file;  /* --json=FILE */
	const char *only_bochs; /* an option that was given and is Bochs's alone; NULL */
	const char *only_native;
	bool is_native;
	struct emulate_native native;
	struct emulate_options options;
};

static const struct argp_option rows[] = {
	{"set", 's', "KEY=VALUE", 0, "override a key of the configuration", 0},
	{"json", 'j', "FILE", OPTION_ARG_OPTIONAL,
	 "write one JSON object with the same keys as 'megavm run', to standard output or (--json=FILE) to a file", 0},
	{"cache", KEY_CACHE, "DIR", 0,
	 "where images and the runs with all memory local are kept ($MEGAVM_CACHE, otherwise ~/.cache/megavm)", 0},
	{NULL, 0, NULL, 0, "A guest in Bochs:", 1},
	{"bochs", KEY_BOCHS, "WORKLOAD", 0,
	 "emulate this workload's guest in Bochs ('megavm list workloads' lists them); sets vms.workload", 0},
	{"size", 'z', "SIZE", 0,
	 "size of the workload, such as tiny, small, paper (its only one, otherwise small); sets vms.size", 0},
	{"record", KEY_RECORD, "FILE", 0, "write the trace of the delayed run to FILE", 0},
	{"guest-memory", KEY_MEMORY, "SIZE", 0, "memory that the BIOS reports to the guest (as the workload says)", 0},
	{"vcpus", KEY_VCPUS, "N", 0, "virtual CPUs (1); while one waits for a page, the others run", 0},
	{"machine-clock", KEY_CLOCK, NULL, 0,
	 "take times from the emulated machine's clock, exact to a tick, instead of the guest's own clock", 0},
	{NULL, 0, NULL, 0, "A program at native speed:", 2},
	{"native", KEY_NATIVE, NULL, 0,
	 "run COMMAND, an unmodified program; sets engine, and vms.command. CONFIG may be left out; the policy is then "
	 "fifo",
	 0},
	{"local", KEY_LOCAL, "SHARE", 0, "local memory: 50%, 64MiB; sets vms.local", 0},
	{"fabric", KEY_FABRIC, "PRESET", 0, "the interconnect ('megavm list fabrics'); sets fabric.preset", 0},
	{"policy", KEY_POLICY, "NAME", 0, "fifo, random or segmented-fifo: a pager sees only touches that trap", 0},
	{"output", KEY_OUTPUT, "FILE", 0, "write the program's standard output to FILE", 0},
	{"only-mappings", KEY_ONLY, "SIZE", 0,
	 "manage only mappings of exactly this size: for qemu-system-x86_64 its guest's memory (the default there, "
	 "from -m)",
	 0},
	{"peers", KEY_PEERS, "LIST", 0,
	 "lenders ('megavm lend'), HOST:PORT,..., that really hold the remote pages; nothing is modelled then. Sets "
	 "peers",
	 0},
	{"key", KEY_KEY, "FILE", 0, "the lenders' key (mode 600); without it they must be on this machine", 0},
	{"transport", KEY_TRANSPORT, "WAY", 0, "ucx, shared, tcp or rdma: how pages go; sets fabric.transport", 0},
	{"verify", KEY_VERIFY, NULL, 0, "hold every page that comes from a peer against a checksum", 0},
	{"virtual", KEY_VIRTUAL, NULL, 0,
	 "account for all stalls and let none pass in real time, as long as the program has one thread", 0},
	{0},
};

static error_t parse_bochs(int key, char *word, struct argp_state *state, struct arguments *arguments)
{
	struct emulate_options *options = &arguments->options;

	arguments->only_bochs = "--bochs, --size, --record, --guest-memory, --vcpus and --machine-clock";
	switch (key) {
	case KEY_BOCHS: words_config_set(state, &arguments->config, "vms.workload", word); return 0;
	case 'z': words_config_set(state, &arguments->config, "vms.size", word); return 0;
	case KEY_RECORD: options->trace = word; return 0;
	case KEY_MEMORY: options->memory_bytes = words_guest_memory(state, word); return 0;
	case KEY_VCPUS: options->vcpus = (unsigned)words_count(state, "--vcpus", word, 1, 8); return 0;
	case KEY_CLOCK: options->machine_clock = true; return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static error_t parse_native(int key, char *word, struct argp_state *state, struct arguments *arguments)
{
	struct emulate_native *native = &arguments->native;

	if (key != KEY_NATIVE)
		arguments->only_native = "--local, --fabric, --policy, --output, --only-mappings, --peers, --key, "
					 "--transport, --verify and --virtual";
	switch (key) {
	case KEY_NATIVE: arguments->is_native = true; return 0;
	case KEY_LOCAL: words_config_set(state, &arguments->config, "vms.local", word); return 0;
	case KEY_FABRIC: words_config_set(state, &arguments->config, "fabric.preset", word); return 0;
	case KEY_POLICY: words_config_set(state, &arguments->config, "policy", word); return 0;
	case KEY_OUTPUT: native->output = word; return 0;
	case KEY_ONLY: native->only_bytes = words_size(state, "--only-mappings", word); return 0;
	case KEY_PEERS: words_config_set(state, &arguments->config, "peers", word); return 0;
	case KEY_KEY: native->key = word; return 0;
	case KEY_TRANSPORT: words_config_set(state, &arguments->config, "fabric.transport", word); return 0;
	case KEY_VERIFY: native->verify = true; return 0;
	case KEY_VIRTUAL: native->accounts = true; return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

/* Checks that the options belong together. */
static error_t end(struct argp_state *state, struct arguments *arguments)
{
	const bool native = arguments->is_native;

	if (native && arguments->only_bochs)
		argp_error(state, "%s are for a guest in Bochs, not for --native", arguments->only_bochs);
	if (!native && (arguments->only_native || arguments->native.argv))
		argp_error(state, "%s need --native",
			   arguments->native.argv ? "a command after '--'" : arguments->only_native);
	if (native && !arguments->config.path && !arguments->native.argv)
		argp_error(state, "no command given (-- COMMAND ARGS, or CONFIG with vms.command)");
	words_config_set(state, &arguments->config, "engine", engine_name(native ? ENGINE_NATIVE : ENGINE_BOCHS));
	if (arguments->json)
		arguments->native.json = arguments->json_file ? arguments->json_file : "";
	return native ? 0 : words_config_parse(ARGP_KEY_END, NULL, state, &arguments->config);
}

static error_t parse(int key, char *word, struct argp_state *state)
{
	struct arguments *arguments = state->input;
	struct emulate_options *options = &arguments->options;

	switch (key) {
	case 'j':
		arguments->json = true;
		table_format_instead(state, "--json");
		arguments->json_file = word;
		return 0;
	case KEY_CACHE: options->cache = arguments->native.cache = word; return 0;
	case ARGP_KEY_ARG:
		if (state->quoted && state->next > state->quoted) {
			emulate_native_command(state, &arguments->config, &arguments->native);
			return 0;
		}
		return words_config_parse(key, word, state, &arguments->config);
	case ARGP_KEY_END: return end(state, arguments);
	}
	if (key >= KEY_NATIVE && key <= KEY_VIRTUAL)
		return parse_native(key, word, state, arguments);
	if (key == 'z' || (key >= KEY_BOCHS && key <= KEY_VCPUS))
		return parse_bochs(key, word, state, arguments);
	return words_config_parse(key, word, state, &arguments->config);
}

static const struct argp_child children[] = {TABLE_FORMAT_CHILD, {0}};

static const struct argp argp = {
	.options = rows,
	.parser = parse,
	.children = children,
	.args_doc = "CONFIG\n--native [CONFIG] [-- COMMAND ARGS]",
	.doc = "Runs a workload's guest in Bochs, or (--native) an unmodified program on this machine, with only its "
	       "local "
	       "share of memory resident. At every second-level fault it waits as long as the configuration says that "
	       "the "
	       "fetch takes.\v"
	       "CONFIG is as for 'megavm run', with one VM; its trace is not read. The local share refers to the "
	       "footprint of the region of interest. A first run with all memory local measures that footprint; its "
	       "result is kept and used again. The guest runs at cpu.ips instructions a second. Workload boot is timed "
	       "by the machine's clock, because the guest's own clock starts in the middle of it.",
};

static int print(const struct arguments *arguments, const struct run_result *result, json_t *manifest, struct err *err)
{
	json_t *json;
	int status;

	if (!arguments->json)
		return run_text_print(result, manifest_fault_costs(manifest), true, stdout, err);
	status = run_json_make(result, manifest, &json, err);
	if (status < 0)
		return status;
	status = run_json_save(json, arguments->json_file, err);
	json_decref(json);
	return status;
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
	if (status == 0 && asprintf(&command, "megavm emulate --bochs %s%s%s", config.vms[0].workload,
				    *config.vms[0].size ? " --size " : "", config.vms[0].size) < 0)
		status = err_memory(err, "a command");
	arguments->options.command = command;
	if (status == 0)
		status = manifest_make(&config, none, &manifest, err);
	if (status == 0)
		status = manifest_sign(manifest, err);
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
		status = arguments.is_native ? emulate_native(&arguments.config, &arguments.native, err)
					     : run(&arguments, err);
	words_config_free(&arguments.config);
	return status;
}
