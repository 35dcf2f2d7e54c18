/* SPDX-License-Identifier: MIT */
/*
 * What a result was made from, as JSON: {"version", "comment", "seed", "configuration", "traces": [{"path",
 * "digest"}]}. The configuration is whole, every default filled in, its values as --set takes them; being JSON it is
 * YAML as well, and reads back as the same configuration.
 */
#ifndef REPORT_MANIFEST_H
#define REPORT_MANIFEST_H

#include <jansson.h>

#include "base/err.h"
#include "config/config.h"

/* Adds {"path", "digest"} of a file to a list unless it is there; reads the whole of it. */
int manifest_add_file(json_t *files, const char *path, struct err *err);

/* The digest of a file in such a list, or NULL. */
const char *manifest_digest(const json_t *files, const char *path);

/* The traces that the configuration names for the simulator, each once, in that order. Those in the list `known` are
 * not read again; it may be NULL. */
int manifest_traces(const struct config *config, const json_t *known, json_t **traces, struct err *err);

/* The manifest, with `traces` in it (which the caller keeps). The caller owns both and gives them back with
 * json_decref. */
int manifest_make(const struct config *config, json_t *traces, json_t **manifest, struct err *err);

#endif
