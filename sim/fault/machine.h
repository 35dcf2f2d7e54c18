/* SPDX-License-Identifier: MIT */
/*
 * One guest's second-level faults, from the touch to the resume. Every engine uses this machine:
 *
 *     touch --+-- mapped, or a first touch with a free frame --------------------------------> goes on
 *             +-- minor fault: exit, handler, map -------------------------------------------> goes on
 *             +-- remote: [wait for the write-back buffer], exit, handler, lookup, post,
 *             |           fetch (and prefetches) ... arrival, completion, map --------------> goes on
 *             +-- in flight, prefetched or for another virtual CPU: wait for it -------------> goes on
 *
 * The machine owns the local memory with its policy and prefetcher, the Remote Page Map, the places in the write-back
 * buffer, the virtual CPUs that wait, the parts of every stall and the histogram of fetches. Whoever uses it supplies
 * struct fault_ops: how to send a page, where a page is placed, what a clock is, how a virtual CPU goes on. The cluster
 * supplies donors and several VMs, a live guest one donor, a replay the uncontended fetch.
 */
#ifndef FAULT_MACHINE_H
#define FAULT_MACHINE_H

#include "base/histogram.h"
#include "fault/cost.h"
#include "fault/local_memory.h"
#include "fault/result.h"
#include "memory/rpm.h"

#define FAULT_WAITS      INT64_MAX /* in place of a time of resume: not known yet, ops->resume will be called */
#define FAULT_IN_FLIGHT  INT64_MAX /* in place of a time of arrival: not known yet */
#define FAULT_LOST       INT64_MIN /* in place of a time of arrival: nobody has the page any more */
#define FAULT_COPIES_MAX (RPM_COPIES_MAX + 1)

struct fault_machine;

/* What the user of a machine supplies. `context` is what fault_init was given. Times are in ps, of one clock. */
struct fault_ops {
	/* Requests a page for virtual CPU `vcpu`, which waits. Returns FAULT_IN_FLIGHT (fault_fetched or
	 * fault_fetch_again is then called when it has come), FAULT_LOST, or the time at which it arrives. */
	int64_t (*fetch)(void *context, page_id page, unsigned vcpu);
	/* Requests a page that nobody waits for yet. Returns as fetch does (fault_prefetched is called when it has
	 * come). */
	int64_t (*prefetch)(void *context, page_id page);
	/* Gives a page that has no remote copy its places, and says so by fault_note. False when there is none (the
	 * user then ends the run). NULL: no Remote Page Map. */
	bool (*place)(void *context, page_id page);
	/* Sends a dirty page's bytes to its places; fault_written is called when a place in the buffer is free again.
	 */
	void (*write_back)(void *context, page_id page);
	/* A page has left. May be NULL. */
	void (*evicted)(void *context, page_id page);
	/* Calls fault_timer(machine, timer) at at_ps, which is later than now. NULL when fetch always gives the time:
	 * nothing ever waits for a timer then. */
	void (*schedule)(void *context, int64_t at_ps, uint64_t timer);
	/* A virtual CPU whose touch has waited goes on at resume_ps. */
	void (*resume)(void *context, unsigned vcpu, int64_t resume_ps);
	/* A virtual CPU needs a page that is lost. The user ends the guest (fault_stop). NULL: no page is ever lost. */
	void (*lost)(void *context, unsigned vcpu);
	/* The Remote Page Map could not grow. May be NULL without one. */
	void (*fail)(void *context, int status, const struct err *err);
};

enum fault_wait {
	FAULT_RUNS,
	FAULT_WAITS_FETCH,  /* for the page that it has requested */
	FAULT_WAITS_PAGE,   /* for a page that is in flight: prefetched, or requested by another virtual CPU */
	FAULT_WAITS_BUFFER, /* for a place in the write-back buffer, before it requests its page */
};

struct fault_vcpu {
	page_id page;
	uint8_t wait; /* enum fault_wait */
	bool write;
	int64_t fault_ps; /* when it touched the page that it waits for */
};

struct fault_config {
	struct local_config local; /* its hooks and `shared` are the machine's to set */
	const struct fault_cost *cost;
	unsigned vcpus;
	gfn rpm_frames;     /* the Remote Page Map's keys are below this; 0: no map */
	const gfn *rpm_key; /* by page id: its key; NULL: the page id itself */
	unsigned copies;    /* of each page in the map, 1 to FAULT_COPIES_MAX; 0 without a map */
	bool shares_pages;  /* a virtual CPU waits for a page that another one is fetching (needs ops->schedule) */
};

/* The parts of a stall that differ from fetch to fetch are added up; those that are the same for each fetch follow from
 * the number of fetches (fault_result). */
struct fault_machine {
	struct local_memory memory;
	const struct fault_ops *ops;
	void *context;
	const struct fault_cost *cost;
	struct fault_vcpu *vcpu;
	unsigned vcpus, copies;
	const gfn *rpm_key;
	struct rpm *rpm;    /* NULL, or the first copies (rpm_first), then the further replicas */
	uint64_t buffered;  /* write-backs in flight */
	uint64_t requested; /* demand fetches begun */
	int64_t queue_ps, wire_ps, buffer_ps, in_flight_ps;
	bool shares_pages, stopped;
	bool has_lost;              /* some page is lost */
	struct histogram fetches;   /* ps from fault to resume */
	uint64_t in_flight;         /* touches that waited for a page in flight */
	struct rpm one_map;         /* where rpm points with one copy */
	struct fault_vcpu one_vcpu; /* where vcpu points with one virtual CPU */
};

/* Sets a machine up: every page absent, nobody waits. The ops and what the configuration points to stay the caller's
 * and must stay. On an error nothing is left to free. */
int fault_init(struct fault_machine *machine, const struct fault_config *config, const struct fault_ops *ops,
	       void *context, struct err *err);
void fault_free(struct fault_machine *machine);

/* A new run of the guest's job: every virtual CPU runs. The memory stays as it is. */
void fault_restart(struct fault_machine *machine);

/* The guest ends: nothing goes on any more, whatever arrives. */
void fault_stop(struct fault_machine *machine);

/*
 * A virtual CPU touches a page at time now_ps, up to which everything has happened. Returns when it goes on: now_ps for
 * a hit, later for a stall that is known, FAULT_WAITS when ops->resume will say it (or ops->lost has been called).
 */
int64_t fault_touch(struct fault_machine *machine, unsigned vcpu, page_id page, bool write, int64_t now_ps);

/* A touch for which local_memory_is_free_touch holds: it needs no time. Returns what it stalls, 0 or a minor fault's
 * time. */
static inline int64_t fault_free_touch(struct fault_machine *machine, page_id page, bool write)
{
	return local_memory_touch(&machine->memory, page, write) == TOUCH_MINOR ? machine->cost->minor_ps : 0;
}

/* What came is the page that a virtual CPU has requested; queue_ps and wire_ps are the parts of its way. Returns when
 * that virtual CPU goes on. */
int64_t fault_fetched(struct fault_machine *machine, unsigned vcpu, int64_t at_ps, int64_t queue_ps, int64_t wire_ps);

/* What came for a virtual CPU is of no use (its donor has failed since): the page is requested again. */
void fault_fetch_again(struct fault_machine *machine, unsigned vcpu, int64_t at_ps, int64_t queue_ps, int64_t wire_ps);

/* A prefetched page has come. */
void fault_prefetched(struct fault_machine *machine, page_id page, int64_t at_ps);

/* The donor of a page that is being prefetched is gone: the page is requested again, and the next message that comes is
 * ignored. Nothing happens for any other page. */
void fault_prefetch_again(struct fault_machine *machine, page_id page);

/* A place in the write-back buffer is free. */
void fault_written(struct fault_machine *machine, int64_t at_ps);

/* What ops->schedule was asked for. */
void fault_timer(struct fault_machine *machine, uint64_t timer, int64_t now_ps);

/* For speed alone: a touch of this page is expected before long, and touches of other guests until then. Fetches into
 * the processor's caches what the touch looks at first. */
static inline void fault_soon(const struct fault_machine *machine, page_id page)
{
	local_memory_soon(&machine->memory, page, machine->memory.array.base != NULL);
	if (machine->rpm)
		rpm_soon(&machine->rpm[0], machine->rpm_key ? machine->rpm_key[page] : page);
}

/* The same for the pages that probably leave next. */
void fault_victims_soon(const struct fault_machine *machine);

/* The Remote Page Map's entry of a page: copy 0 holds the state and the number of further copies. */
static inline rpm_entry fault_entry(const struct fault_machine *machine, unsigned copy, page_id page)
{
	return rpm_get(&machine->rpm[copy], machine->rpm_key ? machine->rpm_key[page] : page);
}

void fault_note(struct fault_machine *machine, unsigned copy, page_id page, rpm_entry entry);

static inline bool fault_is_waiting(const struct fault_machine *machine, unsigned vcpu)
{
	return machine->vcpu[vcpu].wait != FAULT_RUNS;
}

/* When a waiting virtual CPU touched its page, and which page that is. */
static inline int64_t fault_since_ps(const struct fault_machine *machine, unsigned vcpu)
{
	return machine->vcpu[vcpu].fault_ps;
}

static inline page_id fault_page(const struct fault_machine *machine, unsigned vcpu)
{
	return machine->vcpu[vcpu].page;
}

/* Fills in what the machine has counted: faults, prefetches, write-backs, stalls and fetch times. */
int fault_result(const struct fault_machine *machine, struct job_result *job, struct err *err);

#endif
