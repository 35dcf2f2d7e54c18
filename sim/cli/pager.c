/* SPDX-License-Identifier: MIT */
/* megavm pager: serves virtual machine monitors that hand over their guests' memory. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "cli/table_format.h"
#include "cli/words.h"
#include "config/config.h"
#include "config/engine.h"
#include "emulator/handover.h"
#include "emulator/native.h"
#include "report/manifest.h"
#include "report/run_json.h"
#include "report/run_text.h"

enum { KEY_SOCKET = 256, KEY_CONTENT, KEY_COUNT };

struct arguments {
	struct words_config config;
	const char *socket, *content;
	uint64_t count; /* of monitors; 0: no end */
	bool json;
};

static const struct argp_option rows[] = {
	{"socket", KEY_SOCKET, "PATH", 0, "listen on a Unix socket that is made there", 0},
	{"content", KEY_CONTENT, "FILE", 0,
	 "the content of the guest's memory (a snapshot's memory file), at the offsets of the layout", 0},
	{"count", KEY_COUNT, "N", 0, "end after N monitors; without it SIGINT or SIGTERM ends the command", 0},
	{"json", 'j', NULL, 0, "print a JSON object in one line for each monitor that has ended", 0},
	{"set", 's', "KEY=VALUE", 0, "override a key of the configuration", 0},
	{0},
};

static error_t parse(int key, char *word, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case KEY_SOCKET: arguments->socket = word; return 0;
	case KEY_CONTENT: arguments->content = word; return 0;
	case KEY_COUNT: arguments->count = words_count(state, "--count", word, 1, 1000000); return 0;
	case 'j':
		arguments->json = true;
		table_format_instead(state, "--json");
		return 0;
	case ARGP_KEY_END:
		if (!arguments->socket)
			argp_error(state, "--socket PATH is needed");
		words_config_set(state, &arguments->config, "engine", engine_name(ENGINE_NATIVE));
		words_config_set(state, &arguments->config, "vms.command", "monitor"); /* the job's name */
		break;
	}
	return words_config_parse(key, word, state, &arguments->config);
}

static const struct argp_child children[] = {TABLE_FORMAT_CHILD, {0}};

static const struct argp argp = {
	.options = rows,
	.parser = parse,
	.children = children,
	.args_doc = "CONFIG",
	.doc = "Serves virtual machine monitors, one after the other: each connects to the socket and sends its memory "
	       "layout "
	       "(Firecracker's JSON) with its userfaultfd. Each fault of its guest takes as long as the configuration "
	       "says.\v"
	       "With a userfaultfd alone the guest's memory is private: pages are brought in from --content and never "
	       "leave, "
	       "so vms.local has no effect. A monitor whose guest's memory is a memfd sends that as a second "
	       "descriptor, "
	       "and vms.local, a size or a part of the layout's pages, then is what it keeps. When this command ends, "
	       "it kills "
	       "the monitor that it serves, which would hang.",
};

/* ---- signals ---- */

static volatile sig_atomic_t stop;

static void end(int number)
{
	(void)number;
	stop = 1;
}

static void take_signals(void)
{
	const struct sigaction action = {.sa_handler = end};

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

/* ---- one monitor ---- */

static int print(const struct arguments *arguments, const struct run_result *result, const struct pager_counts *counts,
		 json_t *manifest, struct err *err)
{
	json_t *json, *own;
	int status;

	if (!arguments->json) {
		status = run_text_print(result, manifest_fault_costs(manifest), true, stdout, err);
		printf("%" JSON_INTEGER_FORMAT " traps; %" JSON_INTEGER_FORMAT " ranges given back\n",
		       (json_int_t)counts->traps, (json_int_t)counts->removals);
		fflush(stdout);
		return status;
	}
	status = run_json_make(result, manifest, &json, err);
	if (status < 0)
		return status;
	own = json_pack("{s:I, s:I, s:I}", "traps", (json_int_t)counts->traps, "removals", (json_int_t)counts->removals,
			"pages_not_unmapped", (json_int_t)counts->stuck);
	if (!own || json_object_set_new(json, "pager", own) < 0 || json_dumpf(json, stdout, JSON_COMPACT) < 0)
		status = err_memory(err, "the result");
	putchar('\n');
	fflush(stdout);
	json_decref(json);
	return status;
}

static int serve(const struct arguments *arguments, const struct handover *handover, const struct config *config,
		 int content, json_t *manifest, struct err *err)
{
	const struct handover_options options = {.content = content, .stop = &stop};
	struct pager_counts counts = {0};
	struct job_result job = {0};
	struct run_result result;
	int status;

	fprintf(stderr, "process %ld: %llu pages, %s\n", (long)handover->monitor,
		(unsigned long long)layout_pages(&handover->areas),
		handover->memory >= 0
			? "of a memfd: they come and leave"
			: "private: they are brought in and never leave, so vms.local has no effect (post-copy)");
	status = handover_serve(handover, config, &options, &job, &counts, err);
	if (status == 0)
		status = native_make_result(config, &job, &result, err);
	if (status < 0)
		return status;
	status = print(arguments, &result, &counts, manifest, err);
	run_result_free(&result);
	return status;
}

/* Until a monitor connects. False when a signal came first; it may come just before the call that waits. */
static bool wait_for_monitor(int socket)
{
	struct pollfd connection = {.fd = socket, .events = POLLIN};

	while (!stop && poll(&connection, 1, 100) <= 0)
		;
	return !stop;
}

/* An error of one monitor does not end the command. */
static int serve_all(const struct arguments *arguments, const struct config *config, int socket, int content,
		     json_t *manifest, struct err *err)
{
	int status = 0;

	for (uint64_t served = 0; (!arguments->count || served < arguments->count) && wait_for_monitor(socket);
	     served++) {
		struct handover handover;

		status = handover_receive(socket, &handover, err);
		if (status < 0) {
			fprintf(stderr, "%s: refused: %s\n", arguments->socket, err->text);
			continue;
		}
		status = serve(arguments, &handover, config, content, manifest, err);
		if (status < 0)
			fprintf(stderr, "process %ld: killed: %s\n", (long)handover.monitor, err->text);
		handover_free(&handover);
	}
	return 0;
}

/* ---- the command ---- */

static int listen_at(const char *path, int *fd, struct err *err)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	if (strlen(path) >= sizeof(address.sun_path))
		return err_set(err, ERR_USAGE, "--socket: %s is longer than %zu bytes", err_quote(path).text,
			       sizeof(address.sun_path) - 1);
	strcpy(address.sun_path, path);
	*fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (*fd >= 0 && bind(*fd, (struct sockaddr *)&address, sizeof(address)) == 0 && listen(*fd, 8) == 0)
		return 0;
	return err_errno(err, ERR_FAILED, "%s", path);
}

static int run(const struct arguments *arguments, const struct config *config, struct err *err)
{
	json_t *none = json_array(), *manifest = NULL;
	int fd = -1, content = -1, status = engine_check(&engines[ENGINE_NATIVE], config, err);

	if (status == 0)
		status = uffd_check(err);
	if (status == 0)
		status = manifest_make(config, none, &manifest, err);
	if (status == 0 && arguments->content) {
		content = open(arguments->content, O_RDONLY | O_CLOEXEC);
		status = content < 0 ? err_errno(err, ERR_FAILED, "%s", arguments->content) : 0;
	}
	if (status == 0)
		status = listen_at(arguments->socket, &fd, err);
	if (status == 0) {
		take_signals();
		fprintf(stderr, "%s: waiting for monitors\n", arguments->socket);
		status = serve_all(arguments, config, fd, content, manifest, err);
		unlink(arguments->socket);
	}
	if (fd >= 0)
		close(fd);
	if (content >= 0)
		close(content);
	json_decref(manifest);
	json_decref(none);
	return status;
}

int cli_pager(int argc, char **argv, struct err *err)
{
	struct arguments arguments = {0};
	struct config config;
	int status = words_config_init(&arguments.config, argc, err);

	if (status == 0)
		status = cli_parse(&argp, argc, argv, &arguments, err);
	if (status == 0)
		status = config_read(arguments.config.path, arguments.config.sets, arguments.config.set_count, &config,
				     err);
	if (status == 0) {
		status = words_config_one_point(&arguments.config, &config, err);
		if (status == 0)
			status = run(&arguments, &config, err);
		config_free(&config);
	}
	words_config_free(&arguments.config);
	return status;
}
