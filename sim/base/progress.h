/* SPDX-License-Identifier: MIT */
/*
 * A progress line on standard error. It is drawn on a terminal, at most five times a second, and cleared at the end; of
 * long work a log has a line a minute:
 *
 *   sort.lk: 42 %, 18.3 M references/s, 12 s left
 *
 * MEGAVM_PROGRESS=off in the environment switches it off.
 */
#ifndef BASE_PROGRESS_H
#define BASE_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PROGRESS_EVERY 65536 /* items between two calls of progress_step, roughly */

struct progress {
	const char *label, *unit; /* the name of the work; the unit that is counted, in the plural */
	uint64_t total;           /* the final value of `done`, in any measure; 0 if unknown */
	int64_t began_ns, shown_ns;
	bool on;
	bool logged; /* lines instead of one that changes */
};

/* Begins. Draws nothing if standard error is not a terminal. `label` and `unit` must stay valid until the end. */
void progress_begin(struct progress *progress, const char *label, const char *unit, uint64_t total);

/* As progress_begin, for work that may take hours: where standard error is no terminal, a line a minute. */
void progress_begin_logged(struct progress *progress, const char *label, const char *unit, uint64_t total);

/* Reports progress: `done` out of the total, and the number of items processed so far. */
void progress_step(struct progress *progress, uint64_t done, uint64_t items);

/* Clears the line. */
void progress_end(struct progress *progress);

/* Writes to `out` the line for this progress after so many seconds. */
void progress_text(const struct progress *progress, uint64_t done, uint64_t items, double seconds, char *out,
		   size_t size);

#endif
