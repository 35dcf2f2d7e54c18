/* SPDX-License-Identifier: MIT */
/* Which presets there are, and the file of each. */
#ifndef CONFIG_PRESET_NAMES_H
#define CONFIG_PRESET_NAMES_H

#include "base/shipped.h"

/* The names of the folder's presets; shipped_names_free gives them back. */
int preset_names_read(struct shipped_names *names, struct err *err);

/*
 * The file of a preset, which the caller frees: a name with a '/' in it or .yaml at its end is the file itself.
 * ERR_USAGE when there is none such; the text names the nearest preset and all that there are, but not where the name
 * stood.
 */
int preset_find(const char *name, char **path, struct err *err);

#endif
