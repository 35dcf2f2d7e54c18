/* SPDX-License-Identifier: MIT */
/*
 * Runs of a guest with all of its memory local. Each is the same for every configuration of the guest at its rate, so
 * its results are kept in a file of the cache.
 */
#ifndef RECORD_KEPT_H
#define RECORD_KEPT_H

#include <limits.h>

#include "record/guest.h"

struct kept {
	char path[PATH_MAX];
	int lock;     /* of several processes that need the same run, only one does it */
	json_t *json; /* an object of results by their names */
};

/*
 * Opens the file of a guest. `cache`: the folder of images and times, NULL for the user's own. `kind`: a suffix that
 * tells apart what runs; "" for the guest as it is recorded. Returns 0, and kept_close must be called, or a negative
 * code.
 */
int kept_open(struct kept *kept, const struct guest *guest, const char *cache, const char *kind, struct err *err);
void kept_close(struct kept *kept);

/* Adds a result, which it takes over (NULL: memory ran out), and writes the file. Returns 0 or a negative code. */
int kept_put(struct kept *kept, const char *name, json_t *result, struct err *err);

/* A copy of a configuration in which no fault takes time; NULL when memory runs out. */
json_t *kept_costless(json_t *configuration);

#endif
