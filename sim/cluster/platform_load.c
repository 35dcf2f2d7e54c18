/* SPDX-License-Identifier: MIT */
/* Loads a platform: SimGrid reads the user's file or a generated one, or the links are made without SimGrid. */
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cluster/platform_simgrid.h"

/* SimGrid reads a file by its path: the generated XML is in a file in memory, which is gone when it is closed. */
static int load_generated(struct platform **platform, const struct config *config, struct err *err)
{
	int fd = memfd_create("platform.xml", MFD_CLOEXEC), status;
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
	char path[32];

	if (!file) {
		if (fd >= 0)
			close(fd);
		return err_errno(err, ERR_FAILED, "cannot make room for the platform");
	}
	status = platform_write(config, file, err);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (status == 0)
		status = platform_load_file(platform, config, path, err);
	fclose(file);
	return status;
}

static int load_user(struct platform **platform, const struct config *config, struct err *err)
{
	const char *path = config->cluster.platform;
	struct stat about;
	int status;

	if (access(path, R_OK) < 0 || stat(path, &about) < 0)
		return err_errno(err, ERR_FAILED, "cluster.platform: cannot read %s", path);
	if (!S_ISREG(about.st_mode)) /* it is read twice */
		return err_set(err, ERR_FAILED, "cluster.platform: %s is not a regular file", path);
	status = platform_try(config, err);
	return status < 0 ? status : platform_load_file(platform, config, path, err);
}

bool platform_needs_clock(const struct config *config)
{
	return config->traffic_count || config->event_count || config->fabric.sharing == SHARING_FLUID;
}

bool platform_needs_simgrid(const struct config *config)
{
	return !platform_is_direct(config) || platform_needs_clock(config);
}

int platform_load(struct platform **platform, const struct config *config, struct err *err)
{
	if (config->cluster.platform[0])
		return load_user(platform, config, err);
	return platform_needs_simgrid(config) ? load_generated(platform, config, err)
					      : platform_make_direct(platform, config, err);
}
