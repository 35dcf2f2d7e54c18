/* SPDX-License-Identifier: MIT */
/* Which presets there are, and the file of each. */
#ifndef CONFIG_PRESET_NAMES_H
#define CONFIG_PRESET_NAMES_H

#include "base/shipped.h"

enum preset_kind {
	PRESET_FABRIC, /* of configs/fabrics and $MEGAVM_FABRICS: interconnects and backing stores */
	PRESET_FAULT,  /* of configs/faults and $MEGAVM_FAULTS: what handles faults */
};

/* The names of the presets of a kind; shipped_names_free gives them back. */
int preset_names_read(enum preset_kind kind, struct shipped_names *names, struct err *err);

/*
 * The file of a preset, which the caller frees: a name with a '/' in it or .yaml at its end is the file itself.
 * ERR_USAGE when there is none such; the text names the nearest preset and all that there are, but not where the name
 * stood.
 */
int preset_find(enum preset_kind kind, const char *name, char **path, struct err *err);

#endif
