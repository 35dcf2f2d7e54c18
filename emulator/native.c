/* SPDX-License-Identifier: MIT */
#include "emulator/native.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <wordexp.h>

#include "base/share.h"
#include "config/engine.h"
#include "emulator/borrowed.h"
#include "emulator/launch.h"
#include "emulator/native_peers.h"
#include "emulator/qemu.h"
#include "live/one_job.h"
#include "trace/header.h"

#define FILE_BYTES (UINT64_C(1) << 62) /* of the memory file: addresses, not memory */

/* ---- what this machine must have ---- */

/* Paging out shared memory leaves it in memory only when there is no swap. */
static int check_swap(struct err *err)
{
	FILE *file = fopen("/proc/swaps", "re");
	char line[512];
	int lines = 0;

	while (file && fgets(line, sizeof(line), file))
		lines++;
	if (file)
		fclose(file);
	return lines > 1 ? err_set(err, ERR_FAILED,
				   "this machine has swap, to which the pager's evicted pages would really go: switch "
				   "it off "
				   "('swapoff -a') while it runs")
			 : 0;
}

uint32_t native_machine_pages(void)
{
	uint64_t pages = (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE) >> TRACE_PAGE_SHIFT;

	return pages < FRAME_MAP_PAGES_MAX ? (uint32_t)pages : FRAME_MAP_PAGES_MAX;
}

/* ---- where program and pager run ---- */

struct places {
	cpu_set_t own; /* where this process may run */
	bool pinned;
	struct calibration calibration[2]; /* with one thread, with several */
};

static int pin(const cpu_set_t *own)
{
	cpu_set_t one;
	int cpu = sched_getcpu();

	CPU_ZERO(&one);
	CPU_SET(cpu < 0 || !CPU_ISSET(cpu, own) ? 0 : cpu, &one);
	return sched_setaffinity(0, sizeof(one), &one);
}

/* Measures the floor on one processor and on all that there are; a program of one thread gets the better one. */
static int choose_places(const struct config *config, struct places *places, struct err *err)
{
	struct calibration spread;
	int status;

	CPU_ZERO(&places->own);
	sched_getaffinity(0, sizeof(places->own), &places->own);
	if ((status = calibrate(config, true, NULL, &places->calibration[1], err)) < 0 ||
	    (status = calibrate(config, false, NULL, &spread, err)) < 0)
		return status;
	places->pinned = CPU_COUNT(&places->own) > 1 && pin(&places->own) == 0;
	status = calibrate(config, false, NULL, &places->calibration[0], err);
	if (status == 0 && spread.floor_ps < places->calibration[0].floor_ps) {
		places->calibration[0] = spread;
		places->pinned = false;
		sched_setaffinity(0, sizeof(places->own), &places->own);
	}
	return status;
}

static void leave_places(const struct places *places)
{
	sched_setaffinity(0, sizeof(places->own), &places->own);
}

/* ---- signals: the program gets what the terminal or the user sends ---- */

static volatile sig_atomic_t forward_to;

static void forward(int number)
{
	if (forward_to)
		kill((pid_t)forward_to, number);
}

static void ignore(int number)
{
	(void)number;
}

/* The terminal sends SIGINT and SIGQUIT to the program, too. The handlers do not survive the program's start. */
static void take_signals(void)
{
	const struct sigaction pass = {.sa_handler = forward}, leave = {.sa_handler = ignore};

	sigaction(SIGTERM, &pass, NULL);
	sigaction(SIGHUP, &pass, NULL);
	sigaction(SIGINT, &leave, NULL);
	sigaction(SIGQUIT, &leave, NULL);
}

static void give_signals_back(void)
{
	forward_to = 0;
	signal(SIGTERM, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	signal(SIGQUIT, SIG_DFL);
}

/* ---- one run ---- */

struct run {
	const struct config *config;
	const struct native_options *options;
	char *const *argv;
	const struct places *places;
	uint32_t local;
	bool measures;             /* the run with all memory local, whose output nobody wants */
	struct recorder *recorder; /* NULL: none */
	struct native_options own; /* where options points when a VMM's guest memory was looked for */
};

static int trace_program(const struct run *run, struct pager *pager, struct tracer *tracer, int *exit_status,
			 struct err *err)
{
	struct launch program = {.argv = run->argv, .memory = tracer->memory, .output = run->options->output};
	int null = run->measures ? open("/dev/null", O_WRONLY | O_CLOEXEC) : -1, report = -1, reason, status;
	pid_t pid;

	if (null >= 0)
		program.output = null;
	pager->recorder = run->recorder;
	pager->delays = !run->options->accounts && !pager->borrowed;
	pager->accounts = run->options->accounts && !pager->borrowed;
	for (int i = 0; i < 2; i++)
		pager->cost[i] = run->places->calibration[i].cost;
	status = launch(&program, &pid, &report, err);
	if (status == 0) {
		forward_to = pid;
		take_signals();
		status = tracer_run(tracer, pid, exit_status, err);
		give_signals_back();
	}
	reason = status == 0 ? launch_failure(report) : 0;
	if (reason) {
		errno = reason;
		status = err_errno(err, ERR_FAILED, "%s", run->argv[0]);
	}
	if (report >= 0)
		close(report);
	if (null >= 0)
		close(null);
	return status;
}

static void fill_native(const struct run *run, const struct pager *pager, const struct tracer *tracer,
			struct native_result *native)
{
	native->real_ps = pager->end_ps - pager->begin_ps;
	native->pinned = run->places->pinned;
	for (int i = 0; i < 2; i++)
		native->floor_ps[i] = run->places->calibration[i].floor_ps;
	native->several = pager_is_real(pager);
	native->guards = tracer->uffd.guards;
	native->only_bytes = tracer->only_bytes;
	native->pager = pager->counts;
	native->tracer = tracer->counts;
}

/* A program that ends well without the mappings that were to be managed has not shown anything. */
static int check_managed(const struct run *run, const struct job_result *job, const struct native_result *native,
			 struct err *err)
{
	if (!run->options->only_bytes || job->footprint_pages || native->exit_status != 0)
		return 0;
	return err_set(err, ERR_USAGE,
		       "%s touched no private anonymous mapping of exactly %" PRIu64
		       " bytes, and only such were to be managed",
		       run->argv[0], run->options->only_bytes);
}

static int run_pager(const struct run *run, struct borrowed *borrowed, struct job_result *job,
		     struct native_result *native, struct err *err)
{
	struct tracer tracer = {.only_bytes = run->options->only_bytes,
				.guards = run->recorder ? UFFD_QUIET_GUARDS : UFFD_GUARDS,
				.pinned = run->places->pinned,
				.cpus = run->places->own,
				.pager_cpus = run->places->own};
	struct pager pager;
	int status = pager_init(&pager, run->config, native_machine_pages(), run->local, borrowed, err);

	if (status < 0)
		return status;
	tracer.pager = &pager;
	tracer.memory = memfd_create("megavm", MFD_CLOEXEC);
	if (tracer.memory < 0 || ftruncate(tracer.memory, (off_t)FILE_BYTES) < 0)
		status = err_errno(err, ERR_FAILED, "a memory file");
	if (status == 0)
		status = trace_program(run, &pager, &tracer, &native->exit_status, err);
	if (status == 0)
		status = pager_result(&pager, job, err);
	if (status == 0)
		status = check_managed(run, job, native, err);
	if (status == 0)
		fill_native(run, &pager, &tracer, native);
	native->ran_ps = pager_ran_ps(&pager);
	if (tracer.memory >= 0)
		close(tracer.memory);
	if (run->places->pinned)
		pin(&run->places->own); /* a program of several threads has undone it */
	pager_free(&pager);
	return status;
}

/* Runs the program with `run->local` pages resident. */
static int run_once(const struct run *run, struct job_result *job, struct native_result *native, struct err *err)
{
	struct borrowed *borrowed = NULL;
	int status = run->measures || run->recorder
			     ? 0
			     : native_open_peers(run->config, run->options, &borrowed, native, err);

	if (status < 0)
		return status;
	status = run_pager(run, borrowed, job, native, err);
	if (borrowed && status == 0)
		native->peers = borrowed_json(borrowed);
	borrowed_close(borrowed);
	return status;
}

/* ---- the run with all memory local ---- */

/* The program reads its standard input twice, so it must be a file, whose position is restored. */
static int check_input(off_t *position, struct err *err)
{
	*position = lseek(STDIN_FILENO, 0, SEEK_CUR);
	return *position >= 0 || isatty(STDIN_FILENO) || fcntl(STDIN_FILENO, F_GETFD) < 0
		       ? 0
		       : err_set(err, ERR_USAGE,
				 "vms.local: a share in per cent needs a first run with all memory local, and standard "
				 "input "
				 "can be read only once: redirect it from a file ('< FILE' or '< /dev/null'), or give "
				 "a "
				 "size");
}

/* Runs the program without a pager. */
static int run_alone(const struct run *run, struct footprint *footprint, struct err *err)
{
	const int64_t begin_ps = pager_clock_ps();
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC), status = 0;
	posix_spawn_file_actions_t actions;
	siginfo_t end;
	pid_t pid;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, null, STDOUT_FILENO);
	errno = posix_spawnp(&pid, run->argv[0], &actions, NULL, run->argv, environ);
	if (errno)
		status = err_errno(err, ERR_FAILED, "%s", run->argv[0]);
	posix_spawn_file_actions_destroy(&actions);
	close(null);
	if (status < 0)
		return status;
	forward_to = pid;
	take_signals();
	while (waitid(P_PID, (id_t)pid, &end, WEXITED | WNOWAIT) < 0 && errno == EINTR)
		;
	footprint->real_ps = pager_clock_ps() - begin_ps;
	footprint->processor_ps = pager_process_ps(pid);
	footprint->base_ps = footprint->real_ps - pager_queued_ps(pid);
	give_signals_back();
	waitpid(pid, NULL, 0);
	if (end.si_code != CLD_EXITED)
		status = err_set(err, ERR_FAILED, "%s: ended by signal %d (%s) when it ran by itself", run->argv[0],
				 end.si_status, strsignal(end.si_status));
	return status;
}

static int run_all_local(const struct run *run, struct footprint *footprint, struct err *err)
{
	struct run all = *run;
	struct job_result job = {0};
	struct native_result native = {0};
	int status;

	all.local = native_machine_pages();
	all.measures = true;
	status = run_once(&all, &job, &native, err);
	free(job.fetch_step);
	footprint->pages = job.footprint_pages;
	if (status == 0 && WIFSIGNALED(native.exit_status))
		status = err_set(err, ERR_FAILED, "%s: ended by signal %d (%s) in the run with all memory local",
				 run->argv[0], WTERMSIG(native.exit_status), strsignal(WTERMSIG(native.exit_status)));
	return status;
}

static int measure_footprint(const struct run *run, struct footprint *footprint, struct err *err)
{
	off_t position;
	int status = check_input(&position, err);

	if (status < 0)
		return status;
	if (!run->options->quiet)
		fprintf(stderr,
			"%s: running it once by itself, for its time, and once with all memory local, for its "
			"footprint\n",
			run->argv[0]);
	status = run_alone(run, footprint, err);
	if (position >= 0)
		lseek(STDIN_FILENO, position, SEEK_SET);
	if (status == 0)
		status = run_all_local(run, footprint, err);
	if (position >= 0)
		lseek(STDIN_FILENO, position, SEEK_SET);
	return status;
}

static int find_footprint(const struct run *run, struct footprint *footprint, bool *from_cache, struct err *err)
{
	char *path = footprint_path(run->options->cache, run->argv, run->options->only_bytes, err);
	int status = path ? 0 : ERR_FAILED;

	*from_cache = status == 0 && footprint_read(path, footprint);
	if (status == 0 && !*from_cache) {
		status = measure_footprint(run, footprint, err);
		if (status == 0)
			status = footprint_write(path, footprint, err);
	}
	free(path);
	return status;
}

/* ---- the whole ---- */

static int choose_local(struct run *run, struct native_result *native, struct err *err)
{
	const struct share *local = &run->config->vms[0].local;
	int status = 0;

	if (local->is_size)
		run->local = (uint32_t)share_pages(local, native_machine_pages(), TRACE_PAGE_SHIFT);
	else if ((status = find_footprint(run, &native->alone, &native->from_cache, err)) == 0)
		run->local = (uint32_t)share_pages(local, native->alone.pages, TRACE_PAGE_SHIFT);
	if (status == 0 && run->local == 0)
		status = err_set(err, ERR_USAGE, "vms.local: no page of %s would be local", run->argv[0]);
	return status;
}

int native_make_result(const struct config *config, const struct job_result *job, struct run_result *result,
		       struct err *err)
{
	struct job_result of_process = *job;

	of_process.scope = SCOPE_PROCESS;
	return one_job_result(config, &of_process, config->vms[0].name, "", result, err);
}

/* The program's own run gives the base, if there was one. */
static void set_times(struct job_result *job, struct native_result *native)
{
	const int64_t stalls_ps = job->time_ps - job->base_ps;

	if (!native->alone.pages)
		return;
	job->footprint_pages = native->alone.pages;
	job->base_ps = native->several ? native->alone.real_ps : native->alone.base_ps;
	if (!native->several)
		job->time_ps = job->time_max_ps = job->base_ps + stalls_ps;
	if (native->peers)
		native_predict(job, native);
}

static int run_all(struct run *run, struct run_result *result, struct native_result *native, struct err *err)
{
	struct job_result job = {0};
	int status = choose_local(run, native, err);

	if (status == 0)
		status = run_once(run, &job, native, err);
	if (status < 0) {
		free(job.fetch_step);
		return status;
	}
	set_times(&job, native);
	return native_make_result(run->config, &job, result, err);
}

static int split_command(const char *command, wordexp_t *words, struct err *err)
{
	int status = wordexp(command, words, WRDE_NOCMD | WRDE_SHOWERR);

	if (status == WRDE_NOSPACE)
		return err_memory(err, "a command");
	if (status == 0 && words->we_wordc)
		return 0;
	if (status == 0)
		wordfree(words);
	return err_set(
		err, ERR_USAGE,
		"vms.command: %s is not a program and its arguments (no pipes, redirections or several commands; for "
		"those run a script)",
		err_quote(command).text);
}

/* Checks the machine, finds the command, and measures the floor. `words` is freed by end. */
static int begin(struct run *run, struct places *places, wordexp_t *words, struct err *err)
{
	int status = uffd_check(err);

	run->places = places;
	run->argv = run->options->argv;
	if (status < 0 || (status = check_swap(err)) < 0)
		return status;
	if (!run->argv) {
		status = split_command(run->config->vms[0].command, words, err);
		if (status < 0)
			return status;
		run->argv = words->we_wordv;
	}
	if (!run->options->only_bytes) {
		run->own = *run->options;
		run->options = &run->own;
		status = qemu_guest_bytes(run->argv, &run->own.only_bytes, err);
	}
	return status < 0 ? status : choose_places(run->config, places, err);
}

static void end(const struct run *run, wordexp_t *words)
{
	leave_places(run->places);
	if (run->argv != run->options->argv)
		wordfree(words);
}

int native_run(const struct config *config, const struct native_options *options, struct run_result *result,
	       struct native_result *native, struct err *err)
{
	struct run run = {.config = config, .options = options};
	struct places places = {0};
	wordexp_t words = {0};
	int status = engine_check(&engines[ENGINE_NATIVE], config, err);

	*native = (struct native_result){0};
	if (status < 0)
		return status;
	status = begin(&run, &places, &words, err);
	if (status == 0)
		status = run_all(&run, result, native, err);
	end(&run, &words);
	return status;
}

int native_record(const struct config *config, const struct native_options *options,
		  const struct recorder_options *recording, struct trace_totals *totals, struct native_result *native,
		  struct err *err)
{
	struct run run = {.config = config, .options = options, .local = native_machine_pages()};
	struct places places = {0};
	struct job_result job = {0};
	struct recorder recorder;
	wordexp_t words = {0};
	int status;

	*native = (struct native_result){0};
	if (!uffd_has_quiet_guards())
		return err_set(err, ERR_FAILED, "a recorder has to see writes: needed is Linux 6.7 or later");
	status = begin(&run, &places, &words, err);
	if (status == 0)
		status = recorder_init(&recorder, recording, native_machine_pages(), err);
	if (status == 0) {
		run.recorder = &recorder;
		status = run_once(&run, &job, native, err);
		free(job.fetch_step);
		if (status == 0)
			status = recorder_finish(&recorder, native->ran_ps, totals, err);
		else
			recorder_abandon(&recorder);
	}
	end(&run, &words);
	return status;
}
