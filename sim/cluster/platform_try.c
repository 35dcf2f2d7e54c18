/* SPDX-License-Identifier: MIT */
/*
 * SimGrid ends the process when a platform file is wrong: it aborts on bad XML, throws on an unknown name, and crashes
 * when a route is missing. So the user's file is first loaded in a child process, and the child's output becomes our
 * error message.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cluster/platform_simgrid.h"

/* How far the child got, in shared memory, because it may crash at any point. */
struct trial {
	struct err err;
	bool loaded, done;
	char from[64], to[64];
};

static void note(char *into, size_t size, sg_host_t host)
{
	snprintf(into, size, "%s", sg_host_get_name(host));
}

static int ask_routes(struct platform *platform, enum platform_network network, struct trial *trial)
{
	const uint32_t count = platform_has(platform, network) ? platform_hypervisors(platform) : 0;
	struct platform_route route;

	for (uint32_t from = 0; from < count; from++) {
		note(trial->from, sizeof(trial->from), platform_host(platform, network, from));
		for (uint32_t to = 0; to < count; to++) {
			note(trial->to, sizeof(trial->to), platform_host(platform, network, to));
			if (platform_route(platform, network, from, to, &route, &trial->err) < 0)
				return ERR_FAILED;
			if (from != to && route.count == 0)
				return err_set(&trial->err, ERR_USAGE, "no link between %s and %s", trial->from,
					       trial->to);
		}
	}
	return 0;
}

static _Noreturn void child(const struct config *config, struct trial *trial, int output)
{
	struct platform *platform;
	int status;

	setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
	dup2(output, STDOUT_FILENO);
	dup2(output, STDERR_FILENO);
	status = platform_load_file(&platform, config, config->cluster.platform, &trial->err);
	trial->loaded = true;
	for (enum platform_network network = 0; status == 0 && network < PLATFORM_NETWORKS; network++)
		status = ask_routes(platform, network, trial);
	trial->done = true;
	_exit(-status);
}

/* "[0.000000] ./src/xbt/exception.cpp:95: [xbt_exception/ERROR] Parse error at ..." without what precedes the
 * message. */
static const char *words(char *output)
{
	char *text = output, *next;

	output[strcspn(output, "\n")] = '\0';
	while ((next = strstr(text, "] ")))
		text = next + 2;
	return text;
}

static int judge(const char *path, const struct trial *trial, int status, char *output, size_t size, struct err *err)
{
	if (trial->done && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	if (trial->done) {
		*err = trial->err;
		err_prefix(err, "cluster.platform: %s", path);
		return -WEXITSTATUS(status);
	}
	if (trial->loaded)
		return err_set(err, ERR_USAGE, "cluster.platform: %s: no route from %s to %s", path, trial->from,
			       trial->to);
	if (!output[0])
		snprintf(output, size, "%s", WIFSIGNALED(status) ? strsignal(WTERMSIG(status)) : "no reason given");
	return err_set(err, ERR_USAGE, "cluster.platform: %s: SimGrid does not take it: %s", path, words(output));
}

/* Keeps the beginning of the child's output and discards the rest: a child whose output is not read would block. */
static void drain(int from, char *output, size_t size)
{
	char rest[512];
	size_t used = 0;
	ssize_t got;

	while ((got = read(from, rest, sizeof(rest))) > 0)
		for (ssize_t i = 0; i < got && used < size - 1; i++)
			output[used++] = rest[i];
	output[used] = '\0';
}

static int run(const struct config *config, struct trial *trial, struct err *err)
{
	char output[768];
	int ends[2], status;
	pid_t pid;

	if (pipe(ends) < 0)
		return err_errno(err, ERR_FAILED, "cannot try a platform file");
	fflush(NULL); /* or the child would write what we have buffered, too */
	pid = fork();
	if (pid == 0)
		child(config, trial, ends[1]);
	close(ends[1]);
	if (pid > 0)
		drain(ends[0], output, sizeof(output));
	close(ends[0]);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return err_errno(err, ERR_FAILED, "cannot try a platform file");
	return judge(config->cluster.platform, trial, status, output, sizeof(output), err);
}

int platform_try(const struct config *config, struct err *err)
{
	struct trial *trial = mmap(NULL, sizeof(*trial), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int status;

	if (trial == MAP_FAILED)
		return err_memory(err, "the trial of a platform file");
	status = run(config, trial, err);
	munmap(trial, sizeof(*trial));
	return status;
}
