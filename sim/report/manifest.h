/* SPDX-License-Identifier: MIT */
/*
 * What a result was made from, as JSON: {"version", "comment", "seed", "fault_costs", "configuration", "traces":
 * [{"path", "digest"}]}, and {"command", "date"} where a command has made it. The configuration is complete, with every
 * default filled in, and its values are written as --set takes them. JSON is valid YAML, so it can be read as the same
 * configuration.
 */
#ifndef REPORT_MANIFEST_H
#define REPORT_MANIFEST_H

#include <jansson.h>

#include "base/err.h"
#include "config/config.h"

/* Adds {"path", "digest"} of a file to a list unless the list already has it; reads the whole file. */
int manifest_add_file(json_t *files, const char *path, struct err *err);

/* The digest of a file in such a list, or NULL. */
const char *manifest_digest(const json_t *files, const char *path);

/* The traces that the configuration names, each once, in order. Traces in the list `known`, which may be NULL, are not
 * read again. */
int manifest_traces(const struct config *config, const json_t *known, json_t **traces, struct err *err);

/* Makes the manifest, which includes `traces`. The caller owns both and releases them with json_decref. */
int manifest_make(const struct config *config, json_t *traces, json_t **manifest, struct err *err);

/* What faults cost, in words: "none (ideal)". */
const char *manifest_fault_costs(const json_t *manifest);

/* Adds "command", as it was typed, and "date". Results of a sweep's points have neither: the same point gives the same
 * bytes. Returns 0 or a negative code. */
int manifest_sign(json_t *manifest, struct err *err);

/* The signed manifest of a configuration, with the digests of its traces: all of the above for one command's result.
 * The caller releases it. Returns 0 or a negative code. */
int manifest_of_command(const struct config *config, json_t **manifest, struct err *err);

#endif
