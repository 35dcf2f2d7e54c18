/* SPDX-License-Identifier: MIT */
/* A replay: declarations that its files share. */
#ifndef REPLAY_STATE_H
#define REPLAY_STATE_H

#include <pthread.h>
#include <stdatomic.h>

#include "fault/machine.h"
#include "replay/future.h"
#include "replay/oracle.h"
#include "replay/replay.h"
#include "trace/decoded.h"
#include "trace/reader.h"

/* What all points share. Only the fields below `reading` change during the replay. */
struct shared {
	const char *path;
	const struct replay_options *options;
	struct replay_point *points;
	size_t count, group;
	struct future future;    /* empty when no point needs it */
	struct frame_map frames; /* empty when no point prefetches */
	const gfn *frame;
	gfn guest_frames;
	int64_t clock_ps;                      /* the largest of its virtual CPUs */
	struct decoded_traces traces;          /* empty unless virtual CPUs are replayed in the order of time */
	const struct decoded_trace *in_memory; /* NULL then */
	struct trace_reader_options reading;
	atomic_size_t next;        /* the first point of the next group */
	atomic_uint_fast64_t done; /* records times points */
	uint64_t total;
	atomic_bool failed;
	pthread_mutex_t lock;
	struct err *err; /* of the first failure; guarded by the lock */
	int status;
};

/* One point that is being replayed. Without a prefetcher and with one virtual CPU that never waits for a handler, times
 * do not affect the counts: `memory` is `own`, and there is no machine. Otherwise they do: `memory` is the machine's.
 */
struct run {
	struct replay_point *point;
	const struct shared *shared;
	struct local_memory *memory, own;
	struct fault_machine machine;
	struct oracle oracle;
	bool is_timed, has_oracle;
	struct fault_cost cost; /* of the machine */
	bool in_order_of_time;  /* replay/vcpus.h */
	struct prefetch_future future;
	uint64_t next_use;                              /* of the current record */
	uint64_t touches[TRACE_VCPUS_MAX][TOUCH_KINDS]; /* those that stall, when nothing depends on time */
	/* Of a timed run: */
	struct trace_clock clock[TRACE_VCPUS_MAX];
	int64_t stall_ps[TRACE_VCPUS_MAX];
	int64_t stall_max_ps; /* more would not fit: the run has `overrun` then */
	bool overrun;
	int64_t arrival_ps; /* of the page prefetched last */
};

/* Adds to the progress and, in the one thread that has `reports`, reports it. */
void replay_advance(struct shared *shared, uint64_t visits, bool reports);

static inline void add_stall(struct run *run, unsigned vcpu, int64_t stall_ps)
{
	int64_t sum_ps = run->stall_ps[vcpu] + stall_ps;

	run->overrun |= sum_ps > run->stall_max_ps;
	run->stall_ps[vcpu] = sum_ps > run->stall_max_ps ? run->stall_max_ps : sum_ps;
}

#endif
