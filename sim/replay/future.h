/* SPDX-License-Identifier: MIT */
/* A trace's future: when each reference's page is referenced next, for OPT and the oracle prefetcher. It takes 4 bytes
 * per record. */
#ifndef REPLAY_FUTURE_H
#define REPLAY_FUTURE_H

#include "trace/reader.h"

#define FUTURE_NEVER UINT64_MAX

struct future {
	uint32_t *gap;   /* by record: records until the next one of the same page, 0 when there is none */
	uint64_t *first; /* by page: its first record, FUTURE_NEVER when there is none */
	uint64_t records;
};

/* Reads a whole trace of at most 2^32 - 1 records; the reader is at its first record. Returns 0 or a negative code. */
int future_read(struct future *future, struct trace_reader *reader, struct err *err);

/* The same for records in memory, given by their pages, which are below `pages`. */
int future_of(struct future *future, const page_id *page, uint64_t records, uint32_t pages, struct err *err);

void future_free(struct future *future);

/* The position of the next reference to the page of record `at`, FUTURE_NEVER when there is none. */
static inline uint64_t future_next(const struct future *future, uint64_t at)
{
	return future->gap[at] ? at + future->gap[at] : FUTURE_NEVER;
}

#endif
