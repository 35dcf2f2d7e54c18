/* SPDX-License-Identifier: MIT */
/*
 * A progress line on standard error, drawn only on a terminal, at most five times a second, and gone when the work is
 * done:
 *
 *   sort.lk: 42 %, 18.3 M references/s, 12 s left
 */
#ifndef BASE_PROGRESS_H
#define BASE_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PROGRESS_EVERY 65536 /* items between two calls of progress_step, about */

struct progress {
	const char *label, *unit; /* what is worked on; what is counted, in the plural */
	uint64_t total;           /* of `done`, in any measure; 0 when unknown */
	int64_t began_ns, shown_ns;
	bool on;
};

/* Begins; draws nothing when standard error is no terminal. Label and unit must stay. */
void progress_begin(struct progress *progress, const char *label, const char *unit, uint64_t total);

/* `done` of the total, and `items` worked off so far. */
void progress_step(struct progress *progress, uint64_t done, uint64_t items);

/* Clears the line. */
void progress_end(struct progress *progress);

/* The line as it stands after so many seconds. */
void progress_text(const struct progress *progress, uint64_t done, uint64_t items, double seconds, char *out,
		   size_t size);

#endif
