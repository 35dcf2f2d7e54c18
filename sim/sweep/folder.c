/* SPDX-License-Identifier: MIT */
#include "sweep/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

#define MANIFEST "manifest.json"
#define LOCK     ".lock"
#define POINTS   "points"

/* A file's path PATH/NAME, which the caller frees; NULL when memory runs out. */
static char *whole_path(const struct folder *folder, const char *name)
{
	char *path;

	return asprintf(&path, "%s/%s", folder->path, name) < 0 ? NULL : path;
}

/* A record lock: unlike flock's, forked workers do not inherit it. It ends with the process. */
static int take_lock(struct folder *folder, struct err *err)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	char *path = whole_path(folder, LOCK);
	int status = 0;

	if (!path)
		return err_memory(err, "a path");
	folder->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (folder->lock < 0)
		status = err_errno(err, ERR_FAILED, "%s: cannot write there", folder->path);
	else if (fcntl(folder->lock, F_SETLK, &lock) < 0)
		status = errno == EAGAIN || errno == EACCES
				 ? err_set(err, ERR_FAILED, "%s: another sweep is at work there", folder->path)
				 : err_errno(err, ERR_FAILED, "%s", path);
	free(path);
	return status;
}

static void clear(const struct folder *folder, const char *name, bool halves)
{
	char *path = whole_path(folder, name);
	DIR *inside = path ? opendir(path) : NULL;
	const struct dirent *entry;

	while (inside && (entry = readdir(inside)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
		    (!halves || entry->d_name[0] == '.'))
			unlinkat(dirfd(inside), entry->d_name, 0);
	if (inside)
		closedir(inside);
	free(path);
}

static bool is_empty(const char *path)
{
	DIR *folder = opendir(path);
	const struct dirent *entry;
	bool empty = true;

	while (folder && empty && (entry = readdir(folder)))
		empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
			strcmp(entry->d_name, LOCK) == 0;
	if (folder)
		closedir(folder);
	return empty;
}

/* A manifest without what two sweeps in one folder may differ in: the number of repeats per point, the keys' values,
 * and what no result depends on. */
static json_t *comparable(const json_t *manifest)
{
	static const char *const free_to_differ[] = {"repeats", "machine", "traces", "comment", "command", "date"};
	json_t *copy = json_deep_copy(manifest), *configuration = json_object_get(copy, "configuration"), *axis;
	const char *name;

	for (size_t i = 0; i < sizeof(free_to_differ) / sizeof(*free_to_differ); i++)
		json_object_del(copy, free_to_differ[i]);
	json_object_del(configuration, "repeats");
	json_object_foreach(json_object_get(configuration, "sweep"), name, axis)
		json_object_set_new(json_object_get(configuration, "sweep"), name, json_null());
	return copy;
}

/* The path of the first difference, in `path`; false when there is none. */
static bool find_difference(const json_t *a, const json_t *b, char *path, size_t size)
{
	size_t used = strlen(path);
	const char *key;
	json_t *value;
	size_t i;

	if (json_equal(a, b))
		return false;
	if (json_is_object(a) && json_is_object(b)) {
		json_object_foreach((json_t *)a, key, value)
		{
			snprintf(path + used, size - used, "%s%s", used ? "." : "", key);
			if (find_difference(value, json_object_get(b, key), path, size))
				return true;
		}
		json_object_foreach((json_t *)b, key, value) if (!json_object_get(a, key))
		{
			snprintf(path + used, size - used, "%s%s", used ? "." : "", key);
			return true;
		}
	}
	if (json_is_array(a) && json_is_array(b))
		json_array_foreach(a, i, value)
		{
			snprintf(path + used, size - used, ".%zu", i);
			if (find_difference(value, json_array_get(b, i), path, size))
				return true;
		}
	path[used] = '\0';
	return true;
}

/* "1us", or "nothing", for messages. */
static struct err_quoted value_at(const json_t *json, const char *path)
{
	char words[512], *rest = words, *word;
	const json_t *at = json;

	snprintf(words, sizeof(words), "%s", path);
	while (at && (word = strsep(&rest, ".")))
		at = json_is_array(at) ? json_array_get(at, (size_t)atol(word)) : json_object_get(at, word);
	if (!at)
		return (struct err_quoted){"nothing"};
	return json_is_string(at) ? err_quote(json_string_value(at)) : (struct err_quoted){"something else"};
}

static int compare(const struct folder *folder, const json_t *manifest, struct err *err)
{
	json_t *there, *theirs, *ours;
	char path[512] = "";
	int status = folder_get_json(folder, MANIFEST, &there, err);

	if (status < 0)
		return status;
	theirs = comparable(there);
	ours = comparable(manifest);
	if (find_difference(ours, theirs, path, sizeof(path)))
		status = err_set(
			err, ERR_USAGE,
			"%s: it holds another sweep's results: %s was %s and is %s now: name another folder (--out)",
			folder->path, path, value_at(theirs, path).text, value_at(ours, path).text);
	json_decref(ours);
	json_decref(theirs);
	json_decref(there);
	return status;
}

static int check_contents(const struct folder *folder, const json_t *manifest, struct err *err)
{
	if (folder_has(folder, MANIFEST))
		return compare(folder, manifest, err);
	if (!is_empty(folder->path))
		return err_set(err, ERR_USAGE, "%s: it holds other files, and no sweep's: name another folder (--out)",
			       folder->path);
	return 0;
}

static int make_inside(const struct folder *folder, const char *name, struct err *err)
{
	char *path = whole_path(folder, name);
	int status = path ? folder_make(path, err) : err_memory(err, "a path");

	free(path);
	return status;
}

int folder_make_empty(const struct folder *folder, const char *name, struct err *err)
{
	int status = make_inside(folder, name, err);

	if (status == 0)
		clear(folder, name, false);
	return status;
}

int folder_take_text(const struct folder *folder, const char *name, char *text, size_t size)
{
	char *path = whole_path(folder, name);
	FILE *from = path ? fopen(path, "re") : NULL;

	if (from) {
		text[fread(text, 1, size - 1, from)] = '\0';
		fclose(from);
		unlink(path);
	}
	free(path);
	return from ? 0 : -1;
}

int folder_share(struct folder *folder, const char *path, struct err *err)
{
	*folder = (struct folder){.path = strdup(path), .lock = -1};
	return folder->path ? 0 : err_memory(err, "a path");
}

int folder_open(struct folder *folder, const char *path, const json_t *manifest, struct err *err)
{
	int status = folder_share(folder, path, err);

	if (status == 0)
		status = folder_make(path, err);
	if (status == 0)
		status = take_lock(folder, err);
	if (status == 0)
		status = check_contents(folder, manifest, err);
	if (status == 0)
		status = make_inside(folder, POINTS, err);
	if (status == 0) {
		clear(folder, POINTS, true); /* partial files of a killed sweep */
		status = folder_put_json(folder, MANIFEST, manifest, JSON_INDENT(2), err);
	}
	if (status < 0)
		folder_close(folder);
	return status;
}

void folder_close(struct folder *folder)
{
	if (folder->path && folder->lock >= 0)
		close(folder->lock);
	free(folder->path);
	*folder = (struct folder){.lock = -1};
}

int folder_begin(const struct folder *folder, const char *name, struct output_file *to, struct err *err)
{
	char *path = whole_path(folder, name);
	int status = path ? output_create(to, path, OUTPUT_HIDDEN, err) : err_memory(err, "a path");

	free(path);
	return status;
}

int folder_put_json(const struct folder *folder, const char *name, const json_t *json, size_t flags, struct err *err)
{
	char *text = json_dumps(json, flags);
	struct output_file to;
	int status = text ? folder_begin(folder, name, &to, err) : err_memory(err, "a result");

	if (status == 0) {
		fputs(text, to.stream);
		fputc('\n', to.stream);
		status = output_finish(&to, 0, err);
	}
	free(text);
	return status;
}

bool folder_has(const struct folder *folder, const char *name)
{
	char *path = whole_path(folder, name);
	bool there = path && access(path, F_OK) == 0;

	free(path);
	return there;
}

bool folder_has_result(const struct folder *folder, const char *name, bool *damaged)
{
	char *path = whole_path(folder, name);
	json_t *json = path ? json_load_file(path, 0, NULL) : NULL;
	bool whole = json_array_size(json_object_get(json, "jobs")) > 0;

	*damaged = !whole && path && access(path, F_OK) == 0;
	if (*damaged)
		unlink(path);
	json_decref(json);
	free(path);
	return whole;
}

int folder_get_json(const struct folder *folder, const char *name, json_t **json, struct err *err)
{
	char *path = whole_path(folder, name);
	json_error_t error;
	int status = 0;

	if (!path)
		return err_memory(err, "a path");
	*json = json_load_file(path, 0, &error);
	if (!*json)
		status = err_set(err, ERR_FAILED, "%s:%d:%d: %s: remove the file: its run is then made again", path,
				 error.line, error.column, error.text);
	free(path);
	return status;
}
