/* SPDX-License-Identifier: MIT */
/*
 * What a trace says about itself: HEAD's JSON object, and the totals that stand in INDX.
 *
 *   {"page_shift": 12, "guest_bytes": 1073741824, "vcpus": 1, "k": 64, "again": true, "workload": "sort",
 *    "size": "small", "command": "...", "recorder": "...", "notes": {"e820": "..."}}
 *
 * A recording with an active set also has "active": 4096, the pages of that set, and "together": true if its pages
 * leave together (memory/active.h).
 */
#ifndef TRACE_HEADER_H
#define TRACE_HEADER_H

#include <stdbool.h>

#include <jansson.h>

#include "trace/ref.h"

#define TRACE_PAGE_SHIFT 12         /* 4 KiB, x86's page */
#define TRACE_ACTIVE_MAX (1u << 30) /* the largest active set: 2 A fits 32 bits */

struct trace_header {
	unsigned page_shift;
	uint64_t guest_bytes; /* memory that the guest has; 0 when unknown (imported) */
	unsigned vcpus;
	uint32_t k;      /* the filter's pages; 0: every reference is there */
	bool again;      /* the records say how many touches the filter has left out after them (ref.h) */
	uint32_t active; /* the pages of the active set with which it was recorded; 0: no such set */
	bool together;   /* the pages of the active set leave together */
	char *workload, *size, *command, *recorder; /* never NULL after trace_header_init */
	json_t *notes;                              /* an object of strings: anything else worth keeping */
};

struct trace_totals {
	uint64_t records;
	uint64_t pages;     /* that have an id: those of the opening snapshot and those touched */
	uint64_t footprint; /* distinct pages that the records touch: what a local ratio refers to */
	uint64_t writes;    /* records with the write flag */
	uint64_t sources[TRACE_SOURCES];
	struct trace_clock
		outside; /* of all virtual CPUs, before and behind the region of interest; 0 for a whole trace */
	struct trace_clock end[TRACE_VCPUS_MAX];
};

/*
 * The smallest LRU memory, in pages, for which a trace is exact or has bounds: K, or 2 A - 1 with an active set of A
 * pages (not less than K then), or 1. And the reason, to be put behind that number in a message: " (K, ...)", or "" for
 * 1.
 */
static inline uint32_t trace_min_pages(uint32_t k, uint32_t active)
{
	return active ? 2 * active - 1 : k ? k : 1;
}
const char *trace_min_reason(uint32_t k, uint32_t active);

static inline uint32_t trace_header_min_pages(const struct trace_header *header)
{
	return trace_min_pages(header->k, header->active);
}

/* A header with defaults: 4 KiB pages, one virtual CPU, empty texts. */
int trace_header_init(struct trace_header *header, struct err *err);

/* Replaces one of the texts. JSON is UTF-8, file names and commands need not be: in one that is not, every byte beyond
 * ASCII becomes '?'. */
int trace_header_text(char **text, const char *value, struct err *err);

/* For a recorder at native speed: notes what the clock is (`notes.clock`): the time that each thread had a processor,
 * without what it spent in faults of the recorder, counted as `ips` instructions per second. */
int trace_header_cpu_clock(struct trace_header *header, uint64_t ips, struct err *err);

int trace_header_copy(struct trace_header *to, const struct trace_header *from, struct err *err);
void trace_header_free(struct trace_header *header);

/* As a new JSON object, or NULL when memory ran out. */
json_t *trace_header_to_json(const struct trace_header *header);

/* From HEAD's text; every key is checked, unknown ones are passed over. On an error there is nothing to free. */
int trace_header_parse(struct trace_header *header, const char *text, size_t length, struct err *err);

/* Instructions and idle time of all virtual CPUs at the end. */
struct trace_clock trace_totals_clock(const struct trace_totals *totals);

#endif
