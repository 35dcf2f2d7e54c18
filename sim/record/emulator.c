/* SPDX-License-Identifier: MIT */
#include "record/emulator.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"

#define CONSOLE_LINES 20

static int path_in(const struct emulator *emulator, const char *name, char **path, struct err *err)
{
	if (asprintf(path, "%s/%s", emulator->folder, name) >= 0)
		return 0;
	*path = NULL;
	return err_memory(err, "a path");
}

int emulator_init(struct emulator *emulator, struct err *err)
{
	const char *tmp = getenv("TMPDIR");

	*emulator = (struct emulator){0};
	if (asprintf(&emulator->folder, "%s/megavm-XXXXXX", tmp && *tmp ? tmp : "/tmp") < 0) {
		emulator->folder = NULL;
		return err_memory(err, "a path");
	}
	if (!mkdtemp(emulator->folder)) {
		int status = err_errno(err, ERR_FAILED, "%s", emulator->folder);

		free(emulator->folder);
		emulator->folder = NULL;
		return status;
	}
	if (path_in(emulator, "console", &emulator->console, err) == 0 &&
	    path_in(emulator, "log", &emulator->log, err) == 0)
		return 0;
	emulator_free(emulator);
	return ERR_FAILED;
}

void emulator_free(struct emulator *emulator)
{
	DIR *folder = emulator->folder ? opendir(emulator->folder) : NULL;

	for (const struct dirent *entry; folder && (entry = readdir(folder));)
		unlinkat(dirfd(folder), entry->d_name,
			 0); /* it holds no folders except "." and "..", for which this fails */
	if (folder) {
		closedir(folder);
		rmdir(emulator->folder);
	}
	free(emulator->folder);
	free(emulator->console);
	free(emulator->log);
	*emulator = (struct emulator){0};
}

/* The emulator is in the same folder as this program, installed or built. */
static int find_program(const struct emulator *emulator, const char *variant, char program[PATH_MAX], struct err *err)
{
	char own[PATH_MAX] = "";
	char *slash;

	if (readlink("/proc/self/exe", own, sizeof(own) - 1) < 0)
		return err_errno(err, ERR_FAILED, "/proc/self/exe");
	slash = strrchr(own, '/');
	*(slash ? slash : own) = '\0';
	if (snprintf(program, PATH_MAX, "%s/megavm-bochs%s%s", emulator->programs ? emulator->programs : own,
		     variant ? "-" : "", variant ? variant : "") >= PATH_MAX)
		return err_set(err, ERR_FAILED, "%s: the path is too long", own);
	if (access(program, X_OK) == 0)
		return 0;
	return err_set(err, ERR_FAILED,
		       "%s: the emulator was not found ('make bochs' builds it from Debian's source of Bochs)",
		       program);
}

static int write_description(const char *path, const struct hardware *hardware, struct err *err)
{
	FILE *file = fopen(path, "w");
	int status;

	if (!file)
		return err_errno(err, ERR_FAILED, "%s", path);
	status = hardware_write(hardware, file, err);
	if (fclose(file) != 0 && status == 0)
		status = err_errno(err, ERR_FAILED, "%s", path);
	return status;
}

static volatile sig_atomic_t child;

static void pass_on(int signal)
{
	if (child > 0)
		kill((pid_t)child, signal);
}

static void __attribute__((noreturn))
become(const char *program, const char *description, const char *settings, const char *log)
{
	char own_log[PATH_MAX], terminal[16];
	int out;

	/* Bochs prints messages before it opens its log. The plug-in, which shows progress, restores standard error
	 * (observer.c). */
	snprintf(own_log, sizeof(own_log), "%s.out", log);
	out = open(own_log, O_WRONLY | O_CREAT | O_TRUNC, 0666);
	snprintf(terminal, sizeof(terminal), "%d", dup(STDERR_FILENO));
	setenv("MEGAVM_STDERR", terminal, 1);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	setpgid(0, 0); /* so that Ctrl-C arrives once, from the parent, and not also from the terminal */
	setenv("MEGAVM_SETTINGS", settings, 1);
	if (out >= 0) {
		dup2(out, STDOUT_FILENO);
		dup2(out, STDERR_FILENO);
	}
	close(STDIN_FILENO);
	open("/dev/null", O_RDONLY);
	execl(program, program, "-q", "-f", description, (char *)NULL);
	_exit(127);
}

static int start_and_wait(struct emulator *emulator, const char *program, const char *description, const char *settings,
			  int *status, struct err *err)
{
	struct rusage usage = {0};
	struct sigaction action = {.sa_handler = pass_on}, before[2];
	pid_t pid;

	fflush(NULL);
	child = 0;
	sigaction(SIGINT, &action, &before[0]);
	sigaction(SIGTERM, &action, &before[1]);
	pid = fork();
	if (pid == 0)
		become(program, description, settings, emulator->log);
	child = pid;
	while (pid > 0 && wait4(pid, status, 0, &usage) < 0 && errno == EINTR)
		;
	child = 0;
	emulator->user_seconds = (double)usage.ru_utime.tv_sec + (double)usage.ru_utime.tv_usec / 1e6;
	sigaction(SIGINT, &before[0], NULL);
	sigaction(SIGTERM, &before[1], NULL);
	return pid > 0 ? 0 : err_errno(err, ERR_FAILED, "cannot start %s", program);
}

/* The last fatal message in the emulator's log, without the time; "" when there is none. */
static void last_panic(const char *log, char *line, size_t size)
{
	FILE *file = fopen(log, "r");
	char read[512];

	line[0] = '\0';
	while (file && fgets(read, sizeof(read), file)) {
		const char *panic = strstr(read, "p["); /* TIMEp[DEVICE] TEXT */

		if (panic && strspn(read, "0123456789") == (size_t)(panic - read))
			snprintf(line, size, "%.*s", (int)strcspn(panic + 1, "\n"), panic + 1);
	}
	if (file)
		fclose(file);
}

static int explain(const struct emulator *emulator, const char *program, int status, struct err *err)
{
	char panic[512];

	if (WIFSIGNALED(status))
		return err_set(err, ERR_FAILED, "%s: ended by signal %d (%s)", program, WTERMSIG(status),
			       strsignal(WTERMSIG(status)));
	last_panic(emulator->log, panic, sizeof(panic));
	return err_set(err, ERR_FAILED, "%s: ended with status %d before the guest did%s%s", program,
		       WEXITSTATUS(status), *panic ? ": " : "", panic);
}

int emulator_run(struct emulator *emulator, const char *variant, struct hardware *hardware, json_t *settings,
		 json_t **outcome, struct err *err)
{
	char program[PATH_MAX], *description = NULL, *told = NULL, *answer = NULL;
	int ended = 0, status;

	hardware->console = emulator->console;
	hardware->log = emulator->log;
	hardware->folder = emulator->folder;
	status = find_program(emulator, variant, program, err);
	if (status == 0 && ((status = path_in(emulator, "bochsrc", &description, err)) < 0 ||
			    (status = path_in(emulator, "settings.json", &told, err)) < 0 ||
			    (status = path_in(emulator, "outcome.json", &answer, err)) < 0))
		goto out;
	if (status == 0 && hardware->told)
		status = hardware_tell(hardware, err);
	if (status == 0)
		status = write_description(description, hardware, err);
	if (status == 0 && settings &&
	    (json_object_set_new(settings, "outcome", json_string(answer)) < 0 ||
	     json_dump_file(settings, told, JSON_INDENT(1)) < 0))
		status = err_errno(err, ERR_FAILED, "%s", told);
	if (status == 0)
		status = start_and_wait(emulator, program, description, told, &ended, err);
	if (status == 0 && settings) {
		*outcome = json_load_file(answer, 0, NULL);
		if (!*outcome)
			status = explain(emulator, program, ended, err);
	}
out:
	free(description);
	free(told);
	free(answer);
	return status;
}

void emulator_show_console(const struct emulator *emulator)
{
	size_t size = 0, at, lines = 0;
	struct err err;
	char *text = file_read(emulator->console, &size, &err);

	if (!text || size == 0) {
		free(text);
		return;
	}
	for (at = size - 1; at > 0; at--)
		if (text[at - 1] == '\n' && ++lines == CONSOLE_LINES)
			break;
	fprintf(stderr, "the last lines of the guest's console:\n");
	for (; at < size; at++)
		if (text[at] != '\r')
			fputc(text[at], stderr);
	if (text[size - 1] != '\n')
		fputc('\n', stderr);
	free(text);
}
