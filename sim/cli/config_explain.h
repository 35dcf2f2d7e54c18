/* SPDX-License-Identifier: MIT */
/* megavm config --explain and --schema: what the option table says of keys. */
#ifndef CLI_CONFIG_EXPLAIN_H
#define CLI_CONFIG_EXPLAIN_H

#include "base/err.h"

struct config;

/* Prints a key's help, type, default, range and where its value comes from; with a configuration, its values there.
 * ERR_USAGE for an unknown key, with the nearest. */
int config_explain(const char *key, const struct config *config, struct err *err);

/* Prints a JSON Schema (draft 2020-12) of a configuration's file, made of the option table. Returns 0 or a negative
 * code. */
int config_schema(struct err *err);

#endif
