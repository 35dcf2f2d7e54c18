/* SPDX-License-Identifier: MIT */
/*
 * A recorder with an active set, written for clarity, which can make mistakes, and strings of touches for it.
 */
#ifndef TESTS_NAIVE_RECORDER_H
#define TESTS_NAIVE_RECORDER_H

#include <stdbool.h>

#include "memory/curve.h"
#include "naive_lru.h"

#define STRING_TOUCHES 1500 /* at most */
#define STRING_VCPUS   2

struct string {
	uint32_t count, pages, known; /* known: in the opening snapshot, ids below this */
	page_id page[STRING_TOUCHES];
	trace_kind kind[STRING_TOUCHES];
	uint32_t touch[STRING_TOUCHES]; /* of a recording: which touch of the whole string each record is */
	struct trace_snapshot_page snapshot[NAIVE_PAGES];
};

enum mistake { NO_MISTAKE, KEEPS_ONE_MORE, WRITE_DOES_NOT_RENEW, MAPS_WRITABLE };

/* How a recording is made. */
struct naive_way {
	struct active_rule rule;
	bool asks; /* a first write makes no record: it is asked for when the page leaves, and marks the record by which
		    * the page came in */
	enum mistake mistake;
};

/* A rule that keeps 1 to 40 pages, half of them up to 5, of which one leaves, all, or some in between. */
struct active_rule draw_rule(uint64_t *seed);

/*
 * A random string: half of them by test_refs, a quarter of Zipf's law (the page of rank r has a chance of 1 / r), a
 * quarter against a recorder of that rule. Page ids are those of a file: in order of first touch.
 */
struct string string_draw(uint64_t *seed, struct active_rule rule);

/* Makes some of a string's pages, and some that it never touches, an opening snapshot. */
void string_add_snapshot(struct string *string, uint64_t *seed);

/* What is recorded of a string. */
struct string recorded(const struct string *full, const struct naive_way *way);

/* The curve of a string that was recorded by a rule. */
struct curve string_curve(const struct string *string, struct active_rule rule);

static inline bool between(uint64_t low, uint64_t value, uint64_t high)
{
	return low <= value && value <= high;
}

#endif
