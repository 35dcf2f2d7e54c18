/* SPDX-License-Identifier: MIT */
#include "config/preset_names.h"

#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "base/find.h"

static const struct shipped presets[] = {
	[PRESET_FABRIC] = {.what = "presets",
			   .variable = "MEGAVM_FABRICS",
			   .adds = true,
			   .folder = "configs/fabrics",
			   .suffix = ".yaml",
			   .or_else = "a file has a '/' in its name or .yaml at its end"},
	[PRESET_FAULT] = {.what = "presets of fault costs",
			  .variable = "MEGAVM_FAULTS",
			  .adds = true,
			  .folder = "configs/faults",
			  .suffix = ".yaml",
			  .or_else = "a file has a '/' in its name or .yaml at its end"},
};

int preset_names_read(enum preset_kind kind, struct shipped_names *names, struct err *err)
{
	return shipped_names_read(&presets[kind], names, err);
}

int preset_find(enum preset_kind kind, const char *name, char **path, struct err *err)
{
	if (!find_is_path(name))
		return shipped_find(&presets[kind], name, path, err);
	if (access(name, F_OK) < 0)
		return err_errno(err, ERR_USAGE, "%s", name);
	*path = strdup(name);
	return *path ? 0 : err_memory(err, "a preset");
}
