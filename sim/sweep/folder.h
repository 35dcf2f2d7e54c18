/* SPDX-License-Identifier: MIT */
/*
 * A sweep's folder:
 *
 *   points/DIGEST.json   one result, under a name that tells what it was made from
 *   results.csv          all of them
 *   manifest.json        what the sweep was
 *   .lock                held while a sweep is at work there
 *
 * Every file is written under another name and renamed into place, so that a killed sweep leaves whole results and no
 * halves.
 */
#ifndef SWEEP_FOLDER_H
#define SWEEP_FOLDER_H

#include <stdbool.h>
#include <stdio.h>

#include <jansson.h>

#include "base/err.h"

struct folder {
	char *path;
	int lock; /* a file descriptor, or -1 */
};

/*
 * Makes the folder unless it is there, takes its lock and clears away what a killed sweep left half done. An error when
 * it cannot be written to, when another sweep is at work there, or when it holds what is not this sweep's: `manifest`
 * tells which.
 */
int folder_open(struct folder *folder, const char *path, const json_t *manifest, struct err *err);

/* A folder that another process has opened. */
int folder_share(struct folder *folder, const char *path, struct err *err);

void folder_close(struct folder *folder);

/* Writes a file of the folder: what is between the two calls is there as a whole or not at all. folder_end closes `to`
 * in any case. */
int folder_begin(const struct folder *folder, const char *name, FILE **to, struct err *err);
int folder_end(const struct folder *folder, const char *name, FILE *to, struct err *err);
int folder_put_json(const struct folder *folder, const char *name, const json_t *json, size_t flags, struct err *err);

/* A folder in it, with nothing in there. */
int folder_make_empty(const struct folder *folder, const char *name, struct err *err);

/* What a small file says, and removes it; -1 when there is none. */
int folder_take_text(const struct folder *folder, const char *name, char *text, size_t size);

bool folder_has(const struct folder *folder, const char *name);
int folder_get_json(const struct folder *folder, const char *name, json_t **json, struct err *err);

#endif
