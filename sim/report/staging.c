/* SPDX-License-Identifier: MIT */
#include "report/staging.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/output.h"

int staging_open(struct staging *staging, const char *folder, struct err *err)
{
	int status = folder_make(folder, err);

	*staging = (struct staging){0}; /* so that staging_drop does nothing after an error */
	if (status < 0)
		return status;
	if (asprintf(&staging->path, "%s/.megavm-XXXXXX", folder) < 0)
		staging->path = NULL;
	staging->folder = strdup(folder);
	if (!staging->folder || !staging->path)
		status = err_memory(err, "a path");
	else if (!mkdtemp(staging->path))
		status = err_errno(err, ERR_FAILED, "%s", folder);
	if (status < 0) {
		free(staging->folder);
		free(staging->path);
		*staging = (struct staging){0};
	}
	return status;
}

int staging_open_for(struct staging *staging, const char *path, struct err *err)
{
	const char *slash = strrchr(path, '/');
	char *folder = !slash ? strdup(".") : slash == path ? strdup("/") : strndup(path, (size_t)(slash - path));
	int status;

	*staging = (struct staging){0};
	status = folder ? staging_open(staging, folder, err) : err_memory(err, "a path");
	free(folder);
	return status;
}

/* "FOLDER/NAME", which the caller frees; NULL when out of memory. */
static char *join(const char *folder, const char *name)
{
	char *path;

	return asprintf(&path, "%s/%s", folder, name) < 0 ? NULL : path;
}

FILE *staging_create(const struct staging *staging, const char *name, struct err *err)
{
	char *path = join(staging->path, name);
	FILE *file = path ? fopen(path, "w") : NULL;

	if (!file)
		err_errno(err, ERR_FAILED, "%s/%s", staging->folder, name);
	free(path);
	return file;
}

int staging_close(const struct staging *staging, FILE *file, const char *name, struct err *err)
{
	int bad = ferror(file);

	if (fclose(file) != 0 || bad)
		return err_errno(err, ERR_FAILED, "%s/%s", staging->folder, name);
	return 0;
}

static int is_file(const struct dirent *entry)
{
	return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

int staging_move(const struct staging *staging, const char *name, const char *path, struct err *err)
{
	char *from = join(staging->path, name);
	int status = 0;

	if (!from)
		return err_memory(err, "a path");
	status = output_move(from, path, err);
	free(from);
	return status;
}

int staging_commit(struct staging *staging, struct err *err)
{
	struct dirent **entry;
	int count = scandir(staging->path, &entry, is_file, alphasort), status = 0;

	if (count < 0)
		return err_errno(err, ERR_FAILED, "%s", staging->path);
	for (int i = 0; i < count; i++) {
		char *to = join(staging->folder, entry[i]->d_name);

		if (status == 0)
			status = to ? staging_move(staging, entry[i]->d_name, to, err) : err_memory(err, "a path");
		free(to);
		free(entry[i]);
	}
	free(entry);
	return status;
}

void staging_drop(struct staging *staging)
{
	DIR *dir = staging->path ? opendir(staging->path) : NULL;

	for (struct dirent *entry; dir && (entry = readdir(dir));)
		if (is_file(entry))
			unlinkat(dirfd(dir), entry->d_name, 0);
	if (dir)
		closedir(dir);
	if (staging->path)
		rmdir(staging->path);
	free(staging->path);
	free(staging->folder);
	*staging = (struct staging){0};
}
