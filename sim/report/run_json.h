/* SPDX-License-Identifier: MIT */
/* A run's result as one JSON object: what `megavm run --json` prints. Equal results give equal bytes. */
#ifndef REPORT_RUN_JSON_H
#define REPORT_RUN_JSON_H

#include <stdio.h>

#include <jansson.h>

#include "base/err.h"
#include "fault/result.h"

/*
 * Times end in their unit (_s, _ns), and every number is printed so that it reads back as the same. `slowdown` is null
 * for a job that has none (job_slowdown). `manifest` comes from manifest_make and stays the caller's. The caller also
 * owns the result of run_json_make.
 */
int run_json_make(const struct run_result *result, json_t *manifest, json_t **json, struct err *err);
int run_json_write(const json_t *json, FILE *to, struct err *err);
int run_json_print(const struct run_result *result, json_t *manifest, FILE *to, struct err *err);

/* Writes the object to a file (base/output.h), or to standard output when `path` is NULL. */
int run_json_save(const json_t *json, const char *path, struct err *err);

#endif
