/* SPDX-License-Identifier: MIT */
/*
 * A guest that runs for real, with only part of its memory local. Whoever runs it (an emulator) tells every touch at
 * the guest's own time and makes the guest wait for as long as it is told. This is the closed loop to the simulator's
 * open one: local memory, policy, prefetcher, remote page map, costs and the links of the fabric are the same code, and
 * the same configuration drives them; only the next touch is the guest's and not a trace's.
 *
 * The pages beyond the local ones lie with one donor at the same switch. That changes nothing for one VM: what several
 * donors send it queues on its own link all the same. So there are no donors' placement, replicas or failures here, no
 * other VMs and no other traffic.
 *
 * Before the region of interest begins everything is free, but memory is already as small as it will be, in the order
 * of LRU: what is local when the region begins are the pages used last, as a replay of the region's trace has it.
 */
#ifndef LIVE_LIVE_H
#define LIVE_LIVE_H

#include "base/histogram.h"
#include "config/config.h"
#include "fabric/events.h"
#include "fabric/latency.h"
#include "fabric/plane.h"
#include "memory/rpm.h"
#include "replay/cost.h"
#include "replay/local_memory.h"
#include "replay/result.h"

#define LIVE_VCPUS_MAX 32
#define LIVE_WAITS     INT64_MAX /* in place of a stall: it is not known yet */

/* A virtual CPU that waits for a page, or has waited. */
struct live_vcpu {
	bool waiting, behind_buffer, behind_ahead;
	bool write;
	page_id page;
	int64_t fault_ps, resume_ps;
};

struct live {
	const struct config *config;
	struct replay_cost cost;
	struct local_memory memory; /* of the region; before it, `warm` */
	struct local_memory warm;
	bool begun;
	gfn *frame; /* pages are guest frames here: 0, 1, 2... */
	struct frame_map map;
	struct rpm rpm;
	uint64_t donor_frames; /* taken at the donor */
	struct events events;
	struct plane plane;
	struct plane_receiver receiver;
	struct event_handler send; /* the fetch, when its software part is over */
	struct latency latency;
	struct histogram fetches;
	uint32_t buffered; /* write-backs on their way */
	struct live_vcpu vcpu[LIVE_VCPUS_MAX];
	unsigned vcpus;
	bool jitters;       /* latencies are drawn, whole, for each message: the links have none of their own */
	uint64_t footprint; /* distinct pages of the region so far */
	uint8_t *seen;      /* a flag a page: touched in the region */
	int64_t stall_ps[STALLS];
	int status; /* of a hook that failed */
	struct err err;
};

/* What the emulators cannot do of a configuration is ERR_USAGE, with the key. */
int live_check(const struct config *config, struct err *err);

/*
 * A guest of `frames` guest frames, `local` of them local, and of so many virtual CPUs. The configuration stays the
 * caller's and must stay. On success live_free gives all back.
 */
int live_init(struct live *live, const struct config *config, gfn frames, uint32_t local, unsigned vcpus,
	      struct err *err);
void live_free(struct live *live);

/* The region of interest begins: time begins at 0. */
int live_begin(struct live *live, struct err *err);

/*
 * The guest touches a frame; true when that is all there is to it: the page is local and was there before. *stall_ps:
 * what a minor fault costs, otherwise 0. Almost every touch ends here, and needs no time told.
 */
static inline bool live_touch_local(struct live *live, gfn frame, bool write, int64_t *stall_ps)
{
	struct local_memory *memory = live->begun ? &live->memory : &live->warm;

	*stall_ps = 0;
	if ((memory->state[frame] & (PAGE_LOCAL | PAGE_AHEAD)) != PAGE_LOCAL || (live->begun && !live->seen[frame]))
		return false;
	if (local_memory_touch(memory, (page_id)frame, write) == TOUCH_MINOR) {
		*stall_ps = live->cost.minor_ps;
		live->stall_ps[STALL_MINOR] += live->cost.minor_ps;
	}
	return true;
}

/*
 * Any other touch. now_ps: the virtual CPU's own time since the region began, what it has waited included. *stall_ps:
 * for how long it has to wait now, 0 before the region begins; or LIVE_WAITS: what it waits for is on its way, and time
 * has to be told (live_advance) until live_is_waiting says no. Then it goes on at live_resume_ps.
 *
 * Several virtual CPUs should touch in the order of their times; one that is late by less than a fetch takes is heard
 * as if it were on time.
 */
int live_touch(struct live *live, unsigned vcpu, gfn frame, bool write, int64_t now_ps, int64_t *stall_ps,
	       struct err *err);

/* All that happens until then happens. */
int live_advance(struct live *live, int64_t until_ps, struct err *err);

/* When the next thing happens, EVENTS_END when nothing is on its way. */
int64_t live_next_ps(const struct live *live);

static inline bool live_is_waiting(const struct live *live, unsigned vcpu)
{
	return live->vcpu[vcpu].waiting;
}

static inline int64_t live_resume_ps(const struct live *live, unsigned vcpu)
{
	return live->vcpu[vcpu].resume_ps;
}

/* For a guest of one virtual CPU: as live_touch, and the stall is always known. */
int live_touch_alone(struct live *live, gfn frame, bool write, int64_t now_ps, int64_t *stall_ps, struct err *err);

/* What has happened so far: faults, prefetches, write-backs, fetch times and stalls. Names and times are the caller's
 * to fill. */
int live_result(const struct live *live, struct job_result *job, struct err *err);

#endif
