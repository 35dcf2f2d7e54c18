/* SPDX-License-Identifier: MIT */
/* Builds a workload's images with workloads/guest/build.sh. */
#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "workload/workload.h"

enum { SETTINGS = 7 };

/* The settings that the script needs from workload.yaml. */
static int settings_make(const struct workload *workload, const struct workload_size *size, char *setting[SETTINGS],
			 struct err *err)
{
	const struct {
		const char *name, *value;
	} texts[SETTINGS - 1] = {
		{"SIZE", size->name},
		{"REGION", workload->region_is_boot ? "boot" : "job"},
		{"PACKAGES", workload->packages},
		{"PROGRAMS", workload->programs},
		{"VARIABLES", size->variables},
		{"ENVIRONMENT", workload->environment},
	};

	for (int i = 0; i < SETTINGS - 1; i++)
		if (asprintf(&setting[i], "GUEST_%s=%s", texts[i].name, texts[i].value) < 0)
			return err_memory(err, "a guest's settings");
	if (asprintf(&setting[SETTINGS - 1], "GUEST_DISK_FREE=%llu", (unsigned long long)size->disk_free_bytes) < 0)
		return err_memory(err, "a guest's settings");
	return 0;
}

/* Runs the script. Its standard output goes to `out`, its standard error to `log`, or to our standard error when that
 * is a terminal. */
static int run(char *const argv[], char *const environment[], FILE *out, FILE *log, struct err *err)
{
	posix_spawn_file_actions_t actions;
	pid_t child;
	int wrong, status;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", 0, 0);
	posix_spawn_file_actions_adddup2(&actions, fileno(out), STDOUT_FILENO);
	if (!isatty(STDERR_FILENO))
		posix_spawn_file_actions_adddup2(&actions, fileno(log), STDERR_FILENO);
	wrong = posix_spawn(&child, argv[0], &actions, NULL, argv, environment);
	posix_spawn_file_actions_destroy(&actions);
	if (wrong) {
		errno = wrong;
		return err_errno(err, ERR_FAILED, "%s", argv[0]);
	}
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return err_errno(err, ERR_FAILED, "%s", argv[0]);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	return WIFEXITED(status) ? err_set(err, ERR_FAILED, "%s ended with status %d", argv[0], WEXITSTATUS(status))
				 : err_set(err, ERR_FAILED, "%s was ended by signal %d", argv[0], WTERMSIG(status));
}

/* The settings, then our environment without any GUEST_ variables. */
static char **environment_make(char *setting[SETTINGS])
{
	size_t n = 0;
	char **environment;

	while (environ[n])
		n++;
	environment = calloc(n + SETTINGS + 1, sizeof(char *));
	if (!environment)
		return NULL;
	memcpy(environment, setting, SETTINGS * sizeof(char *));
	n = SETTINGS;
	for (char **variable = environ; *variable; variable++)
		if (strncmp(*variable, "GUEST_", strlen("GUEST_")) != 0)
			environment[n++] = *variable;
	return environment;
}

static void show(FILE *log)
{
	char line[512];

	rewind(log);
	while (fgets(line, sizeof(line), log))
		fputs(line, stderr);
}

static int image_fill(const struct workload *workload, const char *folder, struct workload_image *image,
		      struct err *err)
{
	const char *dash = strrchr(folder, '-');

	if (!dash)
		return err_set(err, ERR_FAILED, "%s: its build did not print a folder of images: %s", workload->name,
			       err_quote(folder).text);
	image->digest = strdup(dash + 1);
	if (!image->digest || asprintf(&image->iso, "%s/boot.iso", folder) < 0 ||
	    asprintf(&image->packages_file, "%s/packages.txt", folder) < 0 ||
	    asprintf(&image->disk, "%s/disk.img", folder) < 0)
		return err_memory(err, "a guest's images");
	if (access(image->disk, F_OK) < 0) {
		free(image->disk);
		image->disk = NULL;
	}
	return 0;
}

static int build(const struct workload *workload, char *const argv[], char *setting[SETTINGS],
		 struct workload_image *image, struct err *err)
{
	char **environment = environment_make(setting);
	FILE *out = tmpfile(), *log = tmpfile();
	char folder[4096] = "";
	int status;

	if (!environment || !out || !log) {
		status = err_errno(err, ERR_FAILED, "%s: a file for the output of its build", workload->name);
	} else {
		status = run(argv, environment, out, log, err);
		if (status < 0)
			show(log);
		rewind(out);
		if (status == 0 && fgets(folder, sizeof(folder), out))
			folder[strcspn(folder, "\n")] = '\0';
		if (status == 0)
			status = image_fill(workload, folder, image, err);
	}
	if (out)
		fclose(out);
	if (log)
		fclose(log);
	free(environment);
	return status;
}

/* $XDG_CACHE_HOME, otherwise ~/.cache: XDG Base Directory Specification. */
int workload_cache_folder(char folder[PATH_MAX], struct err *err)
{
	const char *own = getenv("MEGAVM_CACHE"), *caches = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
	int length;

	if (own && *own)
		length = snprintf(folder, PATH_MAX, "%s", own);
	else if (caches && *caches == '/')
		length = snprintf(folder, PATH_MAX, "%s/megavm", caches);
	else if (home && *home)
		length = snprintf(folder, PATH_MAX, "%s/.cache/megavm", home);
	else
		return err_set(err, ERR_FAILED, "no folder for a guest's images: neither MEGAVM_CACHE nor HOME is set");
	return length < PATH_MAX ? 0
				 : err_set(err, ERR_FAILED, "the path of the folder of a guest's images is too long");
}

int workload_prepare(const struct workload *workload, const char *size_name, const char *cache_folder,
		     struct workload_image *image, struct err *err)
{
	const struct workload_size *size;
	char *setting[SETTINGS] = {NULL}, *script = NULL, folder[PATH_MAX];
	int status = workload_size_find(workload, size_name, &size, err);

	*image = (struct workload_image){0};
	if (status == 0)
		status = workload_folder(folder, err);
	if (status == 0 && asprintf(&script, "%s/guest/build.sh", folder) < 0)
		status = err_memory(err, "a guest's images");
	if (status == 0)
		status = settings_make(workload, size, setting, err);
	if (status == 0)
		status = build(workload, (char *const[]){script, workload->folder, (char *)cache_folder, NULL}, setting,
			       image, err);
	if (status < 0)
		workload_image_free(image);
	for (int i = 0; i < SETTINGS; i++)
		free(setting[i]);
	free(script);
	return status;
}

void workload_image_free(struct workload_image *image)
{
	free(image->iso);
	free(image->disk);
	free(image->packages_file);
	free(image->digest);
	*image = (struct workload_image){0};
}
