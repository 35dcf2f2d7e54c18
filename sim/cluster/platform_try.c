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

/* Looks one route up, without keeping it. */
static int ask_route(struct platform *platform, enum platform_network network, uint32_t from, uint32_t to,
		     struct trial *trial)
{
	sg_host_t one = platform_host(platform, network, from), other = platform_host(platform, network, to);

	note(trial->from, sizeof(trial->from), one);
	note(trial->to, sizeof(trial->to), other);
	xbt_dynar_reset(platform->route);
	sg_host_get_route(one, other, platform->route);
	if (xbt_dynar_length(platform->route) == 0)
		return err_set(&trial->err, ERR_USAGE, "no link between %s and %s", trial->from, trial->to);
	return 0;
}

/* Between a host that borrows, or whose pages move, and all others. */
static int ask_all_of(struct platform *platform, uint32_t host, struct trial *trial)
{
	int status = 0;

	for (uint32_t other = 0; other < platform_hypervisors(platform) && status == 0; other++)
		if (other != host && (status = ask_route(platform, PLATFORM_FABRIC, host, other, trial)) == 0)
			status = ask_route(platform, PLATFORM_FABRIC, other, host, trial);
	return status;
}

static int ask_traffic(struct platform *platform, const struct config *config, struct trial *trial)
{
	int status = 0;

	for (size_t i = 0; i < config->traffic_count && status == 0; i++) {
		const struct config_traffic *traffic = &config->traffic[i];
		bool service = traffic->network == TRAFFIC_SERVICE && config->service_mode == SERVICE_OWN;

		if (traffic->from != traffic->to &&
		    platform_has(platform, service ? PLATFORM_SERVICE : PLATFORM_FABRIC))
			status = ask_route(platform, service ? PLATFORM_SERVICE : PLATFORM_FABRIC,
					   (uint32_t)traffic->from, (uint32_t)traffic->to, trial);
	}
	return status;
}

static int ask_routes(struct platform *platform, const struct config *config, struct trial *trial)
{
	const uint32_t hosts = platform_hypervisors(platform);
	bool *asked = calloc(hosts, sizeof(*asked));
	int status = asked ? 0 : err_memory(&trial->err, "the routes");

	for (size_t i = 0; i < config->vm_count && asked; i++)
		for (uint64_t j = 0; j < config->vms[i].count && j < hosts; j++)
			asked[(config->vms[i].host + j) % hosts] = true;
	for (size_t i = 0; i < config->event_count && asked; i++)
		asked[config->events[i].hypervisor] |= config->events[i].action == ACTION_LEAVE;
	for (uint32_t host = 0; asked && host < hosts && config_restarts(config); host++) /* VMs may restart on any */
		asked[host] = true;
	for (uint32_t host = 0; host < hosts && status == 0; host++)
		if (asked[host])
			status = ask_all_of(platform, host, trial);
	free(asked);
	return status < 0 ? status : ask_traffic(platform, config, trial);
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
	if (status == 0)
		status = ask_routes(platform, config, trial);
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
