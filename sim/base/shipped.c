/* SPDX-License-Identifier: MIT */
#include "base/shipped.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/nearest.h"

#define INSTALLED "../share/megavm"

/* Looks from the program's own folder: the installed folder beside it, then the source tree from where it was built.
 * The test programs are one folder deeper. */
int shipped_folder(const struct shipped *shipped, char folder[PATH_MAX], struct err *err)
{
	const char *own = getenv(shipped->variable);
	char program[PATH_MAX] = "";
	char *slash;

	if (own && *own) {
		snprintf(folder, PATH_MAX, "%s", own);
		return 0;
	}
	if (readlink("/proc/self/exe", program, sizeof(program) - 1) < 0)
		return err_errno(err, ERR_FAILED, "/proc/self/exe");
	slash = strrchr(program, '/');
	*(slash ? slash : program) = '\0';
	if ((snprintf(folder, PATH_MAX, "%s/" INSTALLED "/%s", program, shipped->folder) < PATH_MAX &&
	     access(folder, R_OK) == 0) ||
	    (snprintf(folder, PATH_MAX, "%s/%s", program, shipped->from_build) < PATH_MAX &&
	     access(folder, R_OK) == 0) ||
	    (snprintf(folder, PATH_MAX, "%s/../%s", program, shipped->from_build) < PATH_MAX &&
	     access(folder, R_OK) == 0))
		return 0;
	return err_set(err, ERR_FAILED, "no folder of %s at %s/" INSTALLED "/%s: %s can name another", shipped->what,
		       program, shipped->folder, shipped->variable);
}

/* The name that a folder entry stands for, to be freed; NULL if the entry is of another kind. */
static char *name_of(const struct shipped *shipped, const char *folder, const char *entry)
{
	size_t length = strlen(entry), suffix = strlen(shipped->suffix);
	char *path;
	bool there;

	if (entry[0] == '.')
		return NULL;
	if (shipped->suffix[0] != '/')
		return length >= suffix && strcmp(entry + length - suffix, shipped->suffix) == 0
			       ? strndup(entry, length - suffix)
			       : NULL;
	if (asprintf(&path, "%s/%s%s", folder, entry, shipped->suffix) < 0)
		return NULL;
	there = access(path, F_OK) == 0;
	free(path);
	return there ? strdup(entry) : NULL;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int shipped_names_read(const struct shipped *shipped, struct shipped_names *names, struct err *err)
{
	struct dirent **entries;
	char folder[PATH_MAX];
	int n, status = shipped_folder(shipped, folder, err);

	*names = (struct shipped_names){0};
	if (status < 0)
		return status;
	n = scandir(folder, &entries, NULL, NULL);
	if (n < 0)
		return err_errno(err, ERR_FAILED, "the folder of %s, %s", shipped->what, folder);
	names->name = calloc((size_t)n + 1, sizeof(char *));
	for (int i = 0; i < n; i++) {
		char *name = names->name ? name_of(shipped, folder, entries[i]->d_name) : NULL;

		if (name)
			names->name[names->count++] = name;
		free(entries[i]);
	}
	free(entries);
	if (!names->name)
		return err_memory(err, shipped->what);
	if (names->count == 0) {
		shipped_names_free(names);
		return err_set(err, ERR_FAILED, "the folder of %s, %s, is empty", shipped->what, folder);
	}
	qsort(names->name, names->count, sizeof(char *), compare_names);
	return 0;
}

void shipped_names_free(struct shipped_names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->name[i]);
	free(names->name);
	*names = (struct shipped_names){0};
}

static int unknown(const struct shipped *shipped, const char *name, struct err *err)
{
	struct shipped_names names;
	struct nearest nearest;
	char known[512] = "";
	size_t used = 0;
	int status = shipped_names_read(shipped, &names, err);

	if (status < 0)
		return status;
	nearest_init(&nearest, name);
	for (size_t i = 0; i < names.count; i++) {
		nearest_offer(&nearest, names.name[i]);
		if (used < sizeof(known))
			used += (size_t)snprintf(known + used, sizeof(known) - used, "%s%s", i ? ", " : "",
						 names.name[i]);
	}
	shipped_names_free(&names);
	return err_set(err, ERR_USAGE, "%s is not one of %s%s; %s", err_quote(name).text, known,
		       nearest_hint(&nearest).text, shipped->or_else);
}

int shipped_find(const struct shipped *shipped, const char *name, char **path, struct err *err)
{
	char folder[PATH_MAX];
	int status = shipped_folder(shipped, folder, err);

	if (status < 0)
		return status;
	if (asprintf(path, "%s/%s%s", folder, name, shipped->suffix) < 0)
		return err_memory(err, shipped->what);
	if (*name && access(*path, F_OK) == 0)
		return 0;
	free(*path);
	return unknown(shipped, name, err);
}
