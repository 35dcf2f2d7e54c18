/* SPDX-License-Identifier: MIT */
/*
 * A guest that runs for real, with only part of its memory local. Whoever runs it (an emulator) reports every touch at
 * the guest's own time and makes the guest wait for as long as the answer says. This is the closed loop to the
 * simulator's open one: the fault machine, the costs and the links of the fabric are the same code, driven by the same
 * configuration; only the next touch comes from the guest and not from a trace.
 *
 * The remote pages are all at one donor at the same switch. For one VM that changes nothing: pages from several donors
 * queue on the VM's own link all the same. So there is no placement, no replica, no failing donor, no other VM and no
 * other traffic here.
 *
 * Before the region of interest begins, everything is free, but memory is already as small as it will be, in the order
 * of LRU: the pages used last are local when the region begins, as in a replay of the region's trace.
 */
#ifndef LIVE_LIVE_H
#define LIVE_LIVE_H

#include "config/config.h"
#include "fabric/events.h"
#include "fabric/latency.h"
#include "fabric/plane.h"
#include "fault/machine.h"

#define LIVE_VCPUS_MAX 32
#define LIVE_WAITS     INT64_MAX /* in place of a stall: it is not known yet */

struct live {
	const struct config *config;
	struct fault_cost cost;
	struct fault_machine machine; /* of the region */
	struct local_memory warm;     /* before it */
	bool begun;
	gfn *frame; /* pages are guest frames here: 0, 1, 2... */
	struct frame_map map;
	uint64_t donor_frames; /* taken at the donor */
	struct events events;
	struct plane plane;
	struct plane_receiver receiver;
	struct event_handler timer; /* the machine's */
	struct latency latency;
	int64_t resume_ps[LIVE_VCPUS_MAX]; /* by virtual CPU: when its last wait ended */
	bool jitters;       /* latencies are drawn, whole, for each message: the links have none of their own */
	uint64_t footprint; /* distinct pages of the region so far */
	uint8_t *seen;      /* a flag a page: touched in the region */
	int status;         /* of an operation that failed */
	struct err err;
};

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
 * The guest touches a frame; true when nothing else follows: the page is mapped and was touched before. *stall_ps: what
 * a minor fault costs, otherwise 0. Almost every touch ends here, and its time need not be known.
 */
static inline bool live_touch_local(struct live *live, gfn frame, bool write, int64_t *stall_ps)
{
	page_id page = (page_id)frame;

	*stall_ps = 0;
	if (!live->begun) {
		if (!local_memory_is_mapped(&live->warm, page))
			return false;
		local_memory_touch(&live->warm, page, write);
		return true;
	}
	if (!live->seen[frame] || !local_memory_is_mapped(&live->machine.memory, page))
		return false;
	*stall_ps = fault_free_touch(&live->machine, page, write);
	return true;
}

struct live_touch {
	unsigned vcpu;
	gfn frame;
	bool write;
	int64_t now_ps; /* the virtual CPU's own time since the region began, including its waits */
};

/*
 * Any other touch. *stall_ps: how
 * long it has to wait now, 0 before the region begins; or LIVE_WAITS: what it waits for is in flight, and the caller
 * advances the time (live_advance) until live_is_waiting is false. The virtual CPU then goes on at live_resume_ps.
 *
 * Several virtual CPUs should touch in the order of their times. A touch that comes late, by less than a fetch takes,
 * is handled at the time that has been reached.
 */
int live_touch(struct live *live, const struct live_touch *touch, int64_t *stall_ps, struct err *err);

/* Lets everything happen that is due until then. */
int live_advance(struct live *live, int64_t until_ps, struct err *err);

/* When the next thing happens, EVENTS_END when nothing is in flight. */
int64_t live_next_ps(const struct live *live);

static inline bool live_is_waiting(const struct live *live, unsigned vcpu)
{
	return fault_is_waiting(&live->machine, vcpu);
}

static inline int64_t live_resume_ps(const struct live *live, unsigned vcpu)
{
	return live->resume_ps[vcpu];
}

/* For a guest of one virtual CPU: as live_touch, and the stall is always known. */
int live_touch_alone(struct live *live, gfn frame, bool write, int64_t now_ps, int64_t *stall_ps, struct err *err);

/* What has happened so far: faults, prefetches, write-backs, fetch times and stalls. Names and times are the caller's
 * to fill. */
int live_result(const struct live *live, struct job_result *job, struct err *err);

#endif
