/* SPDX-License-Identifier: MIT */
#include "base/find.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/shipped.h"

/* "FOLDER/NAME" if there is such a file. Returns 1 with the path, 0, or a negative code. */
static int try(const char *folder, const char *name, char **path, struct err *err)
{
	if (asprintf(path, "%s/%s", folder, name) < 0)
		return err_memory(err, "a path");
	if (access(*path, F_OK) == 0)
		return 1;
	free(*path);
	return 0;
}

int find_file(const char *name, const char *beside, char **path, struct err *err)
{
	char own[PATH_MAX];
	int found = 0;

	if (name[0] && name[0] != '/') {
		if (beside && strcmp(beside, ".") != 0)
			found = try(beside, name, path, err);
		if (found == 0 && access(name, F_OK) < 0 && shipped_root(name, own))
			found = try(own, name, path, err);
	}
	if (found)
		return found < 0 ? found : 0;
	*path = strdup(name);
	return *path ? 0 : err_memory(err, "a path");
}

char *find_folder(const char *path)
{
	const char *slash = strrchr(path, '/');

	return !slash ? NULL : slash == path ? strdup("/") : strndup(path, (size_t)(slash - path));
}

bool find_is_path(const char *value)
{
	static const char yaml[] = ".yaml";
	size_t length = strlen(value), suffix = sizeof(yaml) - 1;

	return strchr(value, '/') || (length >= suffix && strcmp(value + length - suffix, yaml) == 0);
}
