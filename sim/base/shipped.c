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

/* The folder that the variable names, or NULL. */
static const char *named_folder(const struct shipped *shipped)
{
	const char *own = getenv(shipped->variable);

	return own && *own ? own : NULL;
}

/* The user's folder that comes before the one that ships, or NULL. */
static const char *own_folder(const struct shipped *shipped)
{
	return shipped->adds ? named_folder(shipped) : NULL;
}

/* Looks from the program's own folder: the installed folder beside it, then the source tree from where it was built.
 * The test programs are one folder deeper. */
bool shipped_root(const char *inside, char root[PATH_MAX])
{
	static const char *const ways[] = {INSTALLED, ROOT_FROM_BUILD, "../" ROOT_FROM_BUILD};
	char program[PATH_MAX] = "", path[2 * PATH_MAX], *slash;

	if (readlink("/proc/self/exe", program, sizeof(program) - 1) < 0)
		return false;
	slash = strrchr(program, '/');
	*(slash ? slash : program) = '\0';
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		snprintf(path, sizeof(path), "%s/%s", program, ways[i]);
		if (!realpath(path, root))
			continue;
		snprintf(path, sizeof(path), "%s/%s", root, inside);
		if (access(path, R_OK) == 0)
			return true;
	}
	return false;
}

int shipped_folder(const struct shipped *shipped, char folder[PATH_MAX], struct err *err)
{
	const char *own = shipped->adds ? NULL : named_folder(shipped);
	char root[PATH_MAX];

	if (own) {
		snprintf(folder, PATH_MAX, "%s", own);
		return 0;
	}
	if (shipped_root(shipped->folder, root) &&
	    snprintf(folder, PATH_MAX, "%s/%s", root, shipped->folder) < PATH_MAX)
		return 0;
	return err_set(err, ERR_FAILED,
		       "no folder of %s at " INSTALLED "/%s from where the program is: %s can name another",
		       shipped->what, shipped->folder, shipped->variable);
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

/* Adds the names in one folder. */
static int add_folder(const struct shipped *shipped, const char *folder, struct shipped_names *names, struct err *err)
{
	struct dirent **entries;
	int n = scandir(folder, &entries, NULL, NULL);
	char **all;
	size_t before = names->count;

	if (n < 0)
		return err_errno(err, ERR_FAILED, "the folder of %s, %s", shipped->what, folder);
	all = realloc(names->name, (names->count + (size_t)n + 1) * sizeof(*all));
	names->name = all ? all : names->name;
	for (int i = 0; i < n; i++) {
		char *name = all ? name_of(shipped, folder, entries[i]->d_name) : NULL;

		if (name)
			names->name[names->count++] = name;
		free(entries[i]);
	}
	free(entries);
	if (!all)
		return err_memory(err, shipped->what);
	return names->count > before
		       ? 0
		       : err_set(err, ERR_FAILED, "the folder of %s, %s, is empty", shipped->what, folder);
}

/* Sorts the names and drops those that are there twice. */
static void sort_names(struct shipped_names *names)
{
	size_t kept = 0;

	qsort(names->name, names->count, sizeof(char *), compare_names);
	for (size_t i = 0; i < names->count; i++) {
		if (kept && strcmp(names->name[kept - 1], names->name[i]) == 0)
			free(names->name[i]);
		else
			names->name[kept++] = names->name[i];
	}
	names->count = kept;
}

int shipped_names_read(const struct shipped *shipped, struct shipped_names *names, struct err *err)
{
	const char *own = own_folder(shipped);
	char folder[PATH_MAX];
	int status;

	*names = (struct shipped_names){0};
	status = own ? add_folder(shipped, own, names, err) : 0;
	if (status == 0)
		status = shipped_folder(shipped, folder, err);
	if (status == 0)
		status = add_folder(shipped, folder, names, err);
	if (status == 0)
		sort_names(names);
	else
		shipped_names_free(names);
	return status;
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

/* Sets `path` to the name's file in this folder. Returns 1, 0 when there is none, or a negative code. */
static int find_in(const struct shipped *shipped, const char *folder, const char *name, char **path, struct err *err)
{
	if (asprintf(path, "%s/%s%s", folder, name, shipped->suffix) < 0)
		return err_memory(err, shipped->what);
	if (*name && access(*path, F_OK) == 0)
		return 1;
	free(*path);
	return 0;
}

int shipped_find(const struct shipped *shipped, const char *name, char **path, struct err *err)
{
	const char *own = own_folder(shipped);
	char folder[PATH_MAX];
	int found = own ? find_in(shipped, own, name, path, err) : 0;

	if (found == 0 && shipped_folder(shipped, folder, err) < 0)
		return ERR_FAILED;
	if (found == 0)
		found = find_in(shipped, folder, name, path, err);
	return found == 0 ? unknown(shipped, name, err) : found < 0 ? found : 0;
}
