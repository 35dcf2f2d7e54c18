/* SPDX-License-Identifier: MIT */
/*
 * Memory over time: how many pages a job has in use, and what a rack of servers needs for several jobs: as much local
 * memory as the sum of what its jobs have there at one time, and as large a pool as the sum of the rest at one time.
 * Those are less than the sums of the jobs' peaks where the jobs need their memory at different times.
 *
 * A page is in use from its first touch to the end of its job; the pages of a region's snapshot from its beginning. So
 * memory that a guest frees counts to the end of the job: no trace says what is freed.
 */
#ifndef REPLAY_DEMAND_H
#define REPLAY_DEMAND_H

#include "trace/reader.h"

struct demand {
	uint32_t begin_pages; /* in use at the beginning */
	size_t count;         /* pages that come into use later */
	int64_t *at_ps;       /* when each does, with all memory local; rises */
	int64_t end_ps;       /* of the job, with all memory local */
};

/* Reads the trace from its first record; the reader decodes clocks. `ips`: instructions per second. Returns 0, and
 * demand_free frees it, or a negative code. */
int demand_read(struct demand *demand, struct trace_reader *reader, uint64_t ips, struct err *err);
void demand_free(struct demand *demand);

struct rack_job {
	const struct demand *demand;
	uint32_t local_pages; /* its local memory */
	double slowdown;      /* at that size: its waiting is spread evenly over its time */
	int64_t start_ps;
	size_t server;
};

/* Pages. */
struct rack_need {
	uint64_t server;      /* local memory of a server: what the fullest needs */
	uint64_t pool;        /* of all jobs together */
	uint64_t server_only; /* of a server with no pool, in which the same jobs run with all memory local */
	uint64_t server_peaks, pool_peaks; /* the sums of the jobs' own peaks, for comparison */
};

/* What the rack needs. Returns 0, or a negative code: out of memory, or a job ends after more than 106 days. */
int rack_need(const struct rack_job *job, size_t jobs, size_t servers, struct rack_need *need, struct err *err);

#endif
