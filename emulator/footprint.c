/* SPDX-License-Identifier: MIT */
#include "emulator/footprint.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>
#include <xxhash.h>

#include "base/file.h"
#include "base/json_file.h"
#include "base/version.h"

/* Adds a text and its end to the digest. */
static void add(XXH3_state_t *digest, const char *text)
{
	XXH3_64bits_update(digest, text, strlen(text) + 1);
}

/* Adds the file that will be run, as execvp finds it: its path, size and date. A program that is not found has no file
 * here, and fails when it is started. */
static void add_program(XXH3_state_t *digest, const char *program)
{
	char *path = strchr(program, '/') ? NULL : getenv("PATH"), *copy = strdup(path ? path : ""), *rest = copy;
	char file[PATH_MAX], line[PATH_MAX + 64];
	struct stat info;
	const char *folder;

	snprintf(file, sizeof(file), "%s", program);
	while (path && rest && (folder = strsep(&rest, ":"))) {
		snprintf(file, sizeof(file), "%s/%s", *folder ? folder : ".", program);
		if (access(file, X_OK) == 0)
			break;
	}
	free(copy);
	if (stat(file, &info) < 0)
		return;
	snprintf(line, sizeof(line), "%s %jd %jd.%09ld", file, (intmax_t)info.st_size, (intmax_t)info.st_mtim.tv_sec,
		 info.st_mtim.tv_nsec);
	add(digest, line);
}

static uint64_t digest_of(char *const *argv, uint64_t only_bytes)
{
	XXH3_state_t *digest = XXH3_createState();
	char folder[PATH_MAX] = "", size[32];
	uint64_t sum;

	if (!digest)
		return 0;
	XXH3_64bits_reset(digest);
	if (!getcwd(folder, sizeof(folder)))
		folder[0] = '\0';
	snprintf(size, sizeof(size), "%" PRIu64, only_bytes);
	add_program(digest, argv[0]);
	add(digest, folder);
	add(digest, size);
	add(digest, megavm_version);
	for (int i = 0; argv[i]; i++)
		add(digest, argv[i]);
	sum = XXH3_64bits_digest(digest);
	XXH3_freeState(digest);
	return sum;
}

char *footprint_path(const char *cache, char *const *argv, uint64_t only_bytes, struct err *err)
{
	char folder[PATH_MAX], *path;

	if (snprintf(folder, sizeof(folder), "%s/footprints", cache) >= (int)sizeof(folder)) {
		err_set(err, ERR_FAILED, "%s: the path is too long", cache);
		return NULL;
	}
	if (folder_make(folder, err) < 0)
		return NULL;
	if (asprintf(&path, "%s/%016" PRIx64 ".json", folder, digest_of(argv, only_bytes)) < 0) {
		err_memory(err, "a path");
		return NULL;
	}
	return path;
}

bool footprint_read(const char *path, struct footprint *footprint)
{
	json_t *json = json_load_file(path, 0, NULL);

	*footprint = (struct footprint){(uint64_t)json_integer_value(json_object_get(json, "pages")),
					json_integer_value(json_object_get(json, "real_ps")),
					json_integer_value(json_object_get(json, "processor_ps")),
					json_integer_value(json_object_get(json, "base_ps"))};
	json_decref(json);
	return footprint->pages;
}

int footprint_write(const char *path, const struct footprint *footprint, struct err *err)
{
	json_t *json = json_pack("{s:I, s:I, s:I, s:I}", "pages", (json_int_t)footprint->pages, "real_ps",
				 (json_int_t)footprint->real_ps, "processor_ps", (json_int_t)footprint->processor_ps,
				 "base_ps", (json_int_t)footprint->base_ps);
	int status = json ? json_file_write(path, json, err) : err_memory(err, "a footprint");

	json_decref(json);
	return status;
}
