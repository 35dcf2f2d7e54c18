/* SPDX-License-Identifier: MIT */
#include "record/kept.h"

#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json_file.h"
#include "base/version.h"

static int find_path(const struct guest *guest, const char *cache, const char *kind, char path[PATH_MAX],
		     struct err *err)
{
	char own[PATH_MAX];
	int status = cache ? 0 : workload_cache_folder(own, err);

	if (status < 0)
		return status;
	if (snprintf(path, PATH_MAX, "%s/base", cache ? cache : own) >= PATH_MAX - 200)
		return err_set(err, ERR_FAILED, "%s: the path is too long", cache ? cache : own);
	if (folder_make(path, err) < 0)
		return ERR_FAILED;
	snprintf(path + strlen(path), 200, "/%s-%s-%.16s-%" PRIu64 "-%" PRIu64 "-%u-%s%s.json", guest->workload->name,
		 guest->size->name, guest->image.digest, guest->memory_bytes >> 20, guest->ips, guest->vcpus,
		 megavm_version, kind);
	return 0;
}

/* Waits for the lock; goes on without it where locks are not available. */
static int take_lock(const char *path)
{
	char name[PATH_MAX + 8];
	int lock;

	snprintf(name, sizeof(name), "%s.lock", path);
	lock = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (lock >= 0)
		flock(lock, LOCK_EX);
	return lock;
}

int kept_open(struct kept *kept, const struct guest *guest, const char *cache, const char *kind, struct err *err)
{
	int status = find_path(guest, cache, kind, kept->path, err);

	if (status < 0)
		return status;
	kept->lock = take_lock(kept->path);
	kept->json = json_load_file(kept->path, 0, NULL);
	if (!json_is_object(kept->json)) {
		json_decref(kept->json);
		kept->json = json_object();
	}
	if (kept->json)
		return 0;
	kept_close(kept);
	return err_memory(err, "the run with all memory local");
}

void kept_close(struct kept *kept)
{
	json_decref(kept->json);
	if (kept->lock >= 0)
		close(kept->lock);
}

int kept_put(struct kept *kept, const char *name, json_t *result, struct err *err)
{
	if (json_object_set_new(kept->json, name, result) < 0)
		return err_memory(err, "the run with all memory local");
	return json_file_write(kept->path, kept->json, err);
}

json_t *kept_costless(json_t *configuration)
{
	static const char *const costs[] = {"exit", "handler", "lookup", "map", "minor"};
	json_t *copy = json_deep_copy(configuration), *fault = json_object_get(copy, "fault");
	int failed = 0;

	for (size_t i = 0; i < sizeof(costs) / sizeof(costs[0]); i++)
		failed |= json_object_set_new(fault, costs[i], json_string("0ns"));
	if (!failed)
		return copy;
	json_decref(copy);
	return NULL;
}
