/* SPDX-License-Identifier: MIT */
/*
 * First uses: whether the first use of a page, from some moment on, overwrites the page whole. It does if all of its
 * bytes are written before any of them is read, by whatever touches memory. Then what the page held before was not
 * needed.
 *
 * Exact to the byte. A page takes 4 bytes, and half a KiB more while it is written in part and not read.
 */
#ifndef BOCHS_PLUGIN_FIRST_USE_H
#define BOCHS_PLUGIN_FIRST_USE_H

#include <stdbool.h>
#include <stddef.h>

#include "trace/ref.h"

/* A page's state. From FIRST_USE_PARTS on it is written in part, and the rest is the number of its part. */
enum first_use {
	FIRST_USE_NONE,  /* not used */
	FIRST_USE_READS, /* or it is not to be known */
	FIRST_USE_OVERWRITES,
	FIRST_USE_PARTS,
};

struct first_use_part; /* the bytes that are written of a page which is not decided */

struct first_uses {
	uint32_t *state; /* by frame, enum first_use; NULL before first_uses_begin */
	gfn frames;
	struct first_use_part *part;
	uint32_t parts, room;
	uint32_t unused; /* the first of a list of parts that no page has */
	uint32_t overwritten;
};

/* Begins: no page below `frames` has been used. Returns 0 or a negative code. */
int first_uses_begin(struct first_uses *uses, gfn frames, struct err *err);

/* Whether the page has still to be observed. Pages are not before first_uses_begin and after first_uses_end. */
static inline bool first_uses_watch(const struct first_uses *uses, gfn frame)
{
	return uses->state && uses->state[frame] != FIRST_USE_READS && uses->state[frame] != FIRST_USE_OVERWRITES;
}

/* A page is read, at least in part, or what its first use is need not be known. */
void first_uses_read(struct first_uses *uses, gfn frame);

/* These bytes of a page, up to its end at most, are written and not read. Returns 0 or a negative code. */
int first_uses_write(struct first_uses *uses, gfn frame, unsigned offset, unsigned bytes, struct err *err);

/* Ends, and sets `frame` to an array of the pages that were overwritten whole, for the caller to free. Returns 0 or a
 * negative code. */
int first_uses_end(struct first_uses *uses, gfn **frame, size_t *count, struct err *err);

void first_uses_free(struct first_uses *uses);

#endif
