/* SPDX-License-Identifier: MIT */
#include "cli/emulate_native.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/command_line.h"
#include "config/config.h"
#include "emulator/native.h"
#include "report/manifest.h"
#include "report/run_json.h"
#include "report/run_text.h"
#include "workload/workload.h"

/* What a command without a configuration runs. A pager sees only traps, so the default policy cannot be LRU. */
static const char minimal[] = "{engine: native, policy: fifo, vms: [{}]}";

void emulate_native_command(struct argp_state *state, struct words_config *config, struct emulate_native *native)
{
	char **argv = &state->argv[state->next - 1], *text = command_line_join(argv[0], argv + 1);

	native->argv = argv;
	if (!text)
		argp_failure(state, 1, 0, "out of memory");
	words_config_set(state, config, "vms.command", text);
	free(text);
	state->next = state->argc;
}

/* ---- the result ---- */

static int write_json(const char *path, const struct run_result *result, const struct native_result *native,
		      json_t *manifest, struct err *err)
{
	json_t *json, *own = native_json(native);
	int status = own ? run_json_make(result, manifest, &json, err) : err_memory(err, "the result");

	if (status < 0) {
		json_decref(own);
		return status;
	}
	status = json_object_set_new(json, "native", own) < 0 ? err_memory(err, "the result")
							      : run_json_save(json, *path ? path : NULL, err);
	json_decref(json);
	return status;
}

/* The result never mixes with the program's output: text goes to standard error, JSON to standard output only when the
 * program's goes elsewhere. */
static int print(const struct emulate_native *arguments, const struct run_result *result,
		 const struct native_result *native, json_t *manifest, struct err *err)
{
	int status;

	if (arguments->json)
		return write_json(arguments->json, result, native, manifest, err);
	status = run_text_print(result, manifest_fault_costs(manifest), true, stderr, err);
	if (status == 0)
		native_print(native, stderr);
	return status;
}

/* ---- the run ---- */

static int open_output(const struct emulate_native *arguments, int *output, struct err *err)
{
	*output = -1;
	if (arguments->output)
		*output = open(arguments->output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	else if (arguments->json && !*arguments->json)
		*output = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	else
		return 0;
	return *output < 0 ? err_errno(err, ERR_FAILED, "%s", arguments->output ? arguments->output : "standard error")
			   : 0;
}

int emulate_native_pass_on(int exit_status)
{
	const struct rlimit no_core = {0, 0};

	if (WIFEXITED(exit_status))
		return WEXITSTATUS(exit_status);
	fflush(NULL);
	setrlimit(RLIMIT_CORE, &no_core);
	signal(WTERMSIG(exit_status), SIG_DFL);
	raise(WTERMSIG(exit_status));
	return 128 + WTERMSIG(exit_status);
}

static int run(const struct config *config, const struct emulate_native *arguments, struct err *err)
{
	struct native_options options = {.argv = arguments->argv,
					 .only_bytes = arguments->only_bytes,
					 .accounts = arguments->accounts,
					 .key = arguments->key,
					 .verify = arguments->verify,
					 .cache = arguments->cache};
	struct native_result native;
	struct run_result result;
	json_t *none = json_array(), *manifest = NULL;
	char cache[PATH_MAX];
	int status = options.cache ? 0 : workload_cache_folder(cache, err);

	if (!options.cache)
		options.cache = cache;
	if (status == 0)
		status = manifest_make(config, none, &manifest, err);
	if (status == 0)
		status = open_output(arguments, &options.output, err);
	if (status == 0)
		status = native_run(config, &options, &result, &native, err);
	if (status == 0) {
		status = print(arguments, &result, &native, manifest, err);
		run_result_free(&result);
		native_free(&native);
	}
	json_decref(manifest);
	json_decref(none);
	return status < 0 ? status : emulate_native_pass_on(native.exit_status);
}

int emulate_native(const struct words_config *words, const struct emulate_native *arguments, struct err *err)
{
	const struct config_text text = {"emulate --native", minimal, sizeof(minimal) - 1};
	struct config config;
	int status = words->path ? config_read(words->path, words->sets, words->set_count, &config, err)
				 : config_read_text(&text, words->sets, words->set_count, &config, err);

	if (status < 0)
		return status;
	if (words->path)
		status = words_config_one_point(words, &config, err);
	if (status == 0)
		status = run(&config, arguments, err);
	config_free(&config);
	return status;
}
