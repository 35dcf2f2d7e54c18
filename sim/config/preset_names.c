/* SPDX-License-Identifier: MIT */
#include "config/preset_names.h"

#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "base/find.h"

static const struct shipped presets = {
	.what = "presets",
	.variable = "MEGAVM_FABRICS",
	.adds = true,
	.folder = "configs/fabrics",
	.suffix = ".yaml",
	.or_else = "a file has a '/' in its name or .yaml at its end",
};

int preset_names_read(struct shipped_names *names, struct err *err)
{
	return shipped_names_read(&presets, names, err);
}

int preset_find(const char *name, char **path, struct err *err)
{
	if (!find_is_path(name))
		return shipped_find(&presets, name, path, err);
	if (access(name, F_OK) < 0)
		return err_errno(err, ERR_USAGE, "%s", name);
	*path = strdup(name);
	return *path ? 0 : err_memory(err, "a preset");
}
