/*
 * What a result was made from, as JSON: {"version", "seed", "configuration", "traces": [{"path", "digest"}]}. The configuration is whole,
 * every default filled in, its values as --set takes them; being JSON it is YAML as well, and reads back as the same configuration.
 */
#ifndef REPORT_MANIFEST_H
#define REPORT_MANIFEST_H

#include <jansson.h>

#include "base/err.h"
#include "config/config.h"

/* The traces that the configuration names, each once, in that order. Reads every one of them whole: a sweep asks once for all its points. */
int manifest_traces(const struct config *config, json_t **traces, struct err *err);

/* The manifest, with `traces` in it (which the caller keeps). The caller owns both and gives them back with json_decref. */
int manifest_make(const struct config *config, json_t *traces, json_t **manifest, struct err *err);

#endif
