/* SPDX-License-Identifier: MIT */
/*
 * A real guest with only part of its memory local. The emulator that runs it reports every touch at the guest's own
 * time, and makes the guest wait for the stall that it gets back. The fault machine, the costs and the fabric's links
 * are the same code as in the simulator, with the same configuration; only the touches come from the guest (closed
 * loop) and not from a trace (open loop).
 *
 * All remote pages are at one donor on the same switch. With one VM this gives the same times as several donors,
 * because pages from all donors queue on the VM's own link. There is no placement, replica, failing donor, other VM or
 * other traffic here.
 *
 * Before the region of interest begins, touches cost nothing, but the local memory already has its size and evicts by
 * LRU. So the most recently used pages are local when the region begins, as in a replay of the region's trace.
 */
#ifndef LIVE_LIVE_H
#define LIVE_LIVE_H

#include "config/config.h"
#include "fabric/events.h"
#include "fabric/exchange.h"
#include "fabric/latency.h"
#include "fabric/plane.h"
#include "fault/machine.h"

#define LIVE_VCPUS_MAX 32
#define LIVE_WAITS     INT64_MAX /* instead of a stall: not known yet */

/* What an emulator whose guest touches real memory has to know. Each may be NULL. */
struct live_watch {
	void *context;
	void (*evicted)(void *context, page_id page);  /* the page became remote */
	void (*unmapped)(void *context, page_id page); /* the page stays local; its next touch has to be reported */
};

/* What carries pages in place of the modelled links: an emulator that really has peers. No stall is modelled then: the
 * times are those at which the carrier reports arrivals to the machine. */
struct live_carrier {
	void *context;
	unsigned copies; /* of each remote page */
	/* As in struct fault_ops. */
	int64_t (*fetch)(void *context, page_id page, unsigned vcpu, int64_t now_ps);
	bool (*place)(void *context, page_id page);
	void (*write_back)(void *context, page_id page);
	void (*lost)(void *context, unsigned vcpu);
	/* The guest has given the page's memory back; its entries in the Remote Page Map are still there. */
	void (*forget)(void *context, page_id page);
};

struct live_guest {
	gfn frames;     /* guest frames */
	uint32_t local; /* of them local */
	unsigned vcpus;
	const struct live_carrier *carrier; /* NULL: the modelled links; it lasts as long as the guest */
};

struct live {
	const struct config *config;
	const struct live_carrier *carrier;
	struct live_watch watch; /* the emulator sets it after live_init */
	struct fault_cost cost;
	struct fault_machine machine; /* in the region */
	struct local_memory warm;     /* before the region */
	bool begun;
	gfn *frame; /* by page id, the same number: 0, 1, 2...; used only by a prefetcher, like `map` */
	struct frame_map map;
	uint64_t donor_frames; /* used at the donor */
	struct events events;
	struct plane plane;
	struct plane_receiver receiver;
	struct event_handler timer; /* the machine's */
	struct event_handler write_back;
	struct latency latency;
	struct loaded loaded; /* fabric.curve, or empty */
	struct rng latency_rng;
	struct exchange_writes writes;     /* in flight */
	struct exchanges exchanges;        /* reads in flight */
	int64_t request_ps;                /* the time to send a request */
	int64_t resume_ps[LIVE_VCPUS_MAX]; /* by virtual CPU: when its last wait ended */
	bool jitters;                      /* each message's whole latency is drawn at random: the links have none */
	uint64_t footprint;                /* distinct pages of the region so far */
	uint8_t *seen;                     /* by page: 1 when it was touched in the region */
	int status;                        /* of an operation that failed, with `err` */
	struct err err;
};

/*
 * Sets up a guest. The caller keeps the configuration alive. Returns 0 or a negative code. After success, live_free
 * frees everything.
 */
int live_init(struct live *live, const struct config *config, const struct live_guest *guest, struct err *err);
void live_free(struct live *live);

/* Begins the region of interest, at time 0. Returns 0 or a negative code. */
int live_begin(struct live *live, struct err *err);

/*
 * The guest touches a frame. Returns true when the touch is done: the page is mapped and was touched before. *stall_ps:
 * the cost of a minor fault, otherwise 0. Almost every touch ends here, and its time need not be known. When it returns
 * false, call live_touch.
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
	*stall_ps = fault_free_touch(&live->machine, 0, page, write);
	return true;
}

struct live_touch {
	unsigned vcpu;
	gfn frame;
	bool write;
	int64_t now_ps; /* the virtual CPU's own time since the region began, including its waits */
};

/*
 * Any other touch. *stall_ps: how long the virtual CPU has to wait, in ps, 0 before the region begins. LIVE_WAITS: the
 * page is in flight, and the caller advances the time (live_advance) until live_is_waiting is false; the virtual CPU
 * then resumes at live_resume_ps. Returns 0 or a negative code.
 *
 * Several virtual CPUs should touch in the order of their times. A touch whose time has already passed is handled at
 * the present time.
 */
int live_touch(struct live *live, const struct live_touch *touch, int64_t *stall_ps, struct err *err);

/* Runs all events up to until_ps. Returns 0 or a negative code. */
int live_advance(struct live *live, int64_t until_ps, struct err *err);

/* The time of the next event in ps, EVENTS_END when nothing is in flight. */
int64_t live_next_ps(const struct live *live);

static inline bool live_is_waiting(const struct live *live, unsigned vcpu)
{
	return fault_is_waiting(&live->machine, vcpu);
}

static inline int64_t live_resume_ps(const struct live *live, unsigned vcpu)
{
	return live->resume_ps[vcpu];
}

/* For a guest of one virtual CPU: as live_touch, but the stall is always known. */
int live_touch_alone(struct live *live, gfn frame, bool write, int64_t now_ps, int64_t *stall_ps, struct err *err);

/* The page has content and is remote, although the guest has not touched it here. No touch of it came before, or
 * live_forget was called since. Returns 0 or a negative code. */
int live_add_remote(struct live *live, gfn frame, struct err *err);

/* The guest has given a page's memory back. Its next touch is a first touch. No virtual CPU waits for the page. Returns
 * 0 or a negative code. */
int live_forget(struct live *live, gfn frame, struct err *err);

/* The region ends. Returns how long the virtual CPU that has most to do handles the completions of its last prefetches,
 * in ps. */
int64_t live_end(struct live *live);

/* Fills in the faults, prefetches, write-backs, fetch times and stalls so far; the caller fills in names and times.
 * Returns 0 or a negative code. */
int live_result(const struct live *live, struct job_result *job, struct err *err);

#endif
