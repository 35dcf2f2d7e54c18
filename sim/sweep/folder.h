/* SPDX-License-Identifier: MIT */
/*
 * A sweep's folder:
 *
 *   points/DIGEST.json   one result, named by the digest of everything that it depends on
 *   results.csv          all results
 *   manifest.json        what was swept
 *   .lock                locked while a sweep is running there
 *
 * Every file is written under a temporary name and then renamed, so that a killed sweep leaves complete files only.
 */
#ifndef SWEEP_FOLDER_H
#define SWEEP_FOLDER_H

#include <stdbool.h>
#include <stdio.h>

#include <jansson.h>

#include "base/err.h"
#include "base/output.h"

struct folder {
	char *path;
	int lock; /* a file descriptor, or -1 */
};

/*
 * Makes the folder if it does not exist, takes its lock and removes the partial files of a killed sweep. Returns 0, or
 * a negative code when the folder cannot be written to, when another sweep is running there, or when it has the results
 * of another sweep, according to its manifest.
 */
int folder_open(struct folder *folder, const char *path, const json_t *manifest, struct err *err);

/* Opens a folder that another process has locked, without locking it. Returns 0 or a negative code. */
int folder_share(struct folder *folder, const char *path, struct err *err);

void folder_close(struct folder *folder);

/* Opens a file of the folder, which output_finish closes and puts in place, or not. Returns 0 or a negative code. */
int folder_begin(const struct folder *folder, const char *name, struct output_file *to, struct err *err);
int folder_put_json(const struct folder *folder, const char *name, const json_t *json, size_t flags, struct err *err);

/* Makes an empty folder in the folder, or empties it. Returns 0 or a negative code. */
int folder_make_empty(const struct folder *folder, const char *name, struct err *err);

/* Reads a small file's text and removes the file; returns -1 when there is none. */
int folder_take_text(const struct folder *folder, const char *name, char *text, size_t size);

bool folder_has(const struct folder *folder, const char *name);

/* Whether a result file is there and whole. One that is damaged is removed, and *damaged is set. */
bool folder_has_result(const struct folder *folder, const char *name, bool *damaged);

int folder_get_json(const struct folder *folder, const char *name, json_t **json, struct err *err);

#endif
