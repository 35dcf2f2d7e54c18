/* SPDX-License-Identifier: MIT */
/*
 * One guest's second-level faults, from the touch to the resume. Every engine uses this machine:
 *
 *     touch --+-- mapped ------------------------------------------------------------------------> goes on
 *             +-- minor fault: the page is local and not mapped (prefetched, or the policy asked)-> goes on
 *             +-- first touch: [wait for the write-back buffer], exit, handler, map --------------> goes on
 *             +-- remote: [wait for the write-back buffer], exit, handler, lookup, post,
 *             |           fetch (and prefetches) ... arrival, completion, map -------------------> goes on
 *             +-- in flight, prefetched or for another virtual CPU: exit, handler, lookup,
 *                         wait for it, map -------------------------------------------------------> goes on
 *
 * A demand fetch may need a handler (fault.capacity): after the exit it waits for the handler that is free first, and
 * occupies it for cost->busy_ps. Fetches are served in the order of their faults.
 *
 * A touch waits for the write-back buffer when it evicts a dirty page and the buffer has no place for it; a prefetch is
 * dropped instead. The virtual CPU that issues prefetches posts them one after the other while it waits for its own
 * page. It handles their completions at the beginning of its next fault.
 *
 * The machine owns the local memory with its policy and prefetcher, the Remote Page Map, the write-back buffer's
 * occupancy, the waiting virtual CPUs, the parts of every stall and the histogram of fetch times. Its user supplies
 * struct fault_ops: how a page is sent and placed, how timers are set, how a virtual CPU resumes. The cluster supplies
 * donors and several VMs, a live guest one donor, a replay the uncontended fetch.
 */
#ifndef FAULT_MACHINE_H
#define FAULT_MACHINE_H

#include "base/histogram.h"
#include "fault/cost.h"
#include "fault/local_memory.h"
#include "fault/result.h"
#include "memory/rpm.h"

#define FAULT_WAITS      INT64_MAX /* instead of a time of resume: not known yet, ops->resume will be called */
#define FAULT_IN_FLIGHT  INT64_MAX /* instead of a time of arrival: not known yet */
#define FAULT_LOST       INT64_MIN /* instead of a time of arrival: no copy of the page is left */
#define FAULT_COPIES_MAX (RPM_COPIES_MAX + 1)

struct fault_machine;

/* What the user of a machine supplies. `context` is the one given to fault_init. All times are in ps, of one clock. */
struct fault_ops {
	/* Requests a page at now_ps for virtual CPU `vcpu`, which waits. Returns FAULT_IN_FLIGHT (fault_fetched or
	 * fault_fetch_again is then called when it has arrived), FAULT_LOST, or the time at which it arrives. */
	int64_t (*fetch)(void *context, page_id page, unsigned vcpu, int64_t now_ps);
	/* Requests a page that no virtual CPU waits for yet. Returns as fetch does (fault_prefetched is called when it
	 * has arrived). */
	int64_t (*prefetch)(void *context, page_id page);
	/* Chooses the remote frames of a page that has none, and records them with fault_note. False when no frame is
	 * free (the user then ends the run). NULL: no Remote Page Map. */
	bool (*place)(void *context, page_id page);
	/* Sends a dirty page to its remote frames; fault_written is called when that frees a place in the write-back
	 * buffer. */
	void (*write_back)(void *context, page_id page);
	/* A virtual CPU waits for the write-back buffer until the oldest `writes` write-backs have ended. May be NULL.
	 */
	void (*hurry)(void *context, uint64_t writes);
	/* A page was evicted. May be NULL. */
	void (*evicted)(void *context, page_id page);
	/* The policy wants a local page to trap at its next touch. May be NULL. */
	void (*unmapped)(void *context, page_id page);
	/* Calls fault_timer(machine, timer) at at_ps, which is later than now. NULL when fetch always
	 * returns a time: no timer is needed then. */
	void (*schedule)(void *context, int64_t at_ps, uint64_t timer);
	/* A virtual CPU whose touch had to wait resumes at resume_ps. */
	void (*resume)(void *context, unsigned vcpu, int64_t resume_ps);
	/* A virtual CPU needs a page that is lost. The user ends the guest (fault_stop). NULL: no page is ever lost. */
	void (*lost)(void *context, unsigned vcpu);
	/* The Remote Page Map could not grow. May be NULL without one. */
	void (*fail)(void *context, int status, const struct err *err);
};

enum fault_wait {
	FAULT_RUNS,
	FAULT_WAITS_FETCH,  /* for the page that it has requested, or for the software of its first touch */
	FAULT_WAITS_PAGE,   /* for a page in flight: prefetched, or requested by another virtual CPU */
	FAULT_WAITS_BUFFER, /* for a place in the write-back buffer, before it goes on with its fault */
};

struct fault_vcpu {
	page_id page;
	uint8_t wait;      /* enum fault_wait */
	bool write, first; /* of its touch: it writes; it is the page's first */
	int64_t fault_ps;  /* when it touched the page that it waits for */
	uint64_t written;  /* while it waits for the buffer: how many write-backs must have arrived */
	int64_t posted_ps; /* when it has posted the prefetches of its fault */
	int64_t owed_ps;   /* completions of its prefetches, to be handled at its next fault */
	uint64_t first_touches;
};

struct fault_config {
	struct local_config local; /* fault_init sets its hooks and `shared` */
	const struct fault_cost *cost;
	unsigned vcpus;
	gfn rpm_frames;     /* keys of the Remote Page Map are below this; 0: no map */
	const gfn *rpm_key; /* by page id: its key; NULL: the page id itself */
	unsigned copies;    /* of each page in the map, 1 to FAULT_COPIES_MAX; 0 without a map */
	bool shares_pages;  /* a virtual CPU waits for a page that another one is fetching (needs ops->schedule) */
};

/* Parts of a stall that differ from fetch to fetch are summed here. Those that are the same for every fetch follow from
 * the number of fetches (fault_result). */
struct fault_machine {
	struct local_memory memory;
	const struct fault_ops *ops;
	void *context;
	const struct fault_cost *cost;
	struct fault_vcpu *vcpu;
	unsigned vcpus, copies;
	int64_t *handler_free_ps; /* of each handler: when it takes the next fetch */
	const gfn *rpm_key;
	struct rpm *rpm;        /* NULL, or the first copies (rpm_first), then the further replicas */
	uint64_t sent, written; /* write-backs: their difference is in flight, each with a place in the buffer */
	uint64_t requested;     /* demand fetches begun */
	uint64_t waited;        /* touches of pages in flight that trapped and waited until the page was mapped */
	int64_t queue_ps, wire_ps, buffer_ps, in_flight_ps, handler_queue_ps;
	int64_t post_ps, completion_ps; /* of prefetches: posts that outlasted the fetch; completions */
	int64_t shared_ps; /* the part of the stalls in which another virtual CPU waits for the same page already */
	bool shares_pages, stopped;
	bool has_lost;              /* some page is lost */
	struct histogram fetches;   /* ps from fault to resume */
	struct rpm one_map;         /* where rpm points with one copy */
	struct fault_vcpu one_vcpu; /* where vcpu points with one virtual CPU */
};

/* Sets a machine up: no page is known, no virtual CPU waits. The caller keeps the ops and whatever the configuration
 * points to alive. Returns 0 or a negative code; after an error there is nothing to free. */
int fault_init(struct fault_machine *machine, const struct fault_config *config, const struct fault_ops *ops,
	       void *context, struct err *err);
void fault_free(struct fault_machine *machine);

/* Starts a new run of the guest's job: no virtual CPU waits. The memory stays as it is. */
void fault_restart(struct fault_machine *machine);

/* A virtual CPU's run has ended. Returns the completions that it still has to handle, in ps. */
int64_t fault_end(struct fault_machine *machine, unsigned vcpu);

/* How long a virtual CPU takes for its first touches when all memory is local, in ps: 0 unless fault.base is lazy. */
int64_t fault_base_ps(const struct fault_machine *machine, unsigned vcpu);

/* Ends the guest: whatever arrives from now on is ignored. */
void fault_stop(struct fault_machine *machine);

/*
 * A virtual CPU touches a page at time now_ps; everything earlier has been handled. Returns when it resumes, in ps:
 * now_ps for a hit, later for a stall of known length, FAULT_WAITS when ops->resume will report the time (or ops->lost
 * has been called).
 */
int64_t fault_touch(struct fault_machine *machine, unsigned vcpu, page_id page, bool write, int64_t now_ps);

/* For a user without ops->schedule: a virtual CPU touched at since_ps a page that another one was fetching until
 * now_ps. Returns when it resumes. */
int64_t fault_join(struct fault_machine *machine, unsigned vcpu, page_id page, bool write, int64_t since_ps,
		   int64_t now_ps);

/* A touch whose time need not be known: it needs no fetch, no eviction and no wait. The page is mapped, or this is its
 * first touch and a frame is free; when virtual CPUs share pages and first touches take time, the others wait for it.
 */
static inline bool fault_is_free_touch(const struct fault_machine *machine, page_id page)
{
	return local_memory_is_mapped(&machine->memory, page) || (!(machine->shares_pages && machine->cost->first_ps) &&
								  local_memory_is_free_touch(&machine->memory, page));
}

/* A touch for which fault_is_free_touch holds. Returns its stall in ps. */
static inline int64_t fault_free_touch(struct fault_machine *machine, unsigned vcpu, page_id page, bool write)
{
	enum touch touch = local_memory_touch(&machine->memory, page, write);

	if (__builtin_expect(touch == TOUCH_HIT, 1))
		return 0;
	machine->vcpu[vcpu].first_touches += touch == TOUCH_FIRST;
	return touch == TOUCH_FIRST ? machine->cost->first_ps : machine->cost->minor_ps;
}

/* The page that a virtual CPU requested has arrived, after queue_ps in queues and wire_ps on the wire. Returns when
 * that virtual CPU resumes, in ps. */
int64_t fault_fetched(struct fault_machine *machine, unsigned vcpu, int64_t at_ps, int64_t queue_ps, int64_t wire_ps);

/* The page that arrived for a virtual CPU is not valid, because its donor has failed: requests the page again. */
void fault_fetch_again(struct fault_machine *machine, unsigned vcpu, int64_t at_ps, int64_t queue_ps, int64_t wire_ps);

/* A prefetched page has arrived. */
void fault_prefetched(struct fault_machine *machine, page_id page, int64_t at_ps);

/* The donor of a page that is being prefetched is gone: requests the page again; the next message that arrives for it
 * will be ignored. Does nothing for any other page. */
void fault_prefetch_again(struct fault_machine *machine, page_id page);

/* A write-back has arrived: its place in the write-back buffer is free. */
void fault_written(struct fault_machine *machine, int64_t at_ps);

/* A timer set by ops->schedule has expired. */
void fault_timer(struct fault_machine *machine, uint64_t timer, int64_t now_ps);

/* Only for speed: loads what a touch of this page reads first into the processor's caches. Useful when the touch is
 * expected soon, but after touches of other guests. */
static inline void fault_soon(const struct fault_machine *machine, page_id page)
{
	local_memory_soon(&machine->memory, page, machine->memory.array.base != NULL);
	if (machine->rpm)
		rpm_soon(&machine->rpm[0], machine->rpm_key ? machine->rpm_key[page] : page);
}

/* The same for the pages that will probably be evicted next. */
void fault_victims_soon(const struct fault_machine *machine);

/* A page's entry in the Remote Page Map. Copy 0 holds the state and the number of further copies. */
static inline rpm_entry fault_entry(const struct fault_machine *machine, unsigned copy, page_id page)
{
	return rpm_get(&machine->rpm[copy], machine->rpm_key ? machine->rpm_key[page] : page);
}

/* Sets that entry. Calls ops->fail when memory runs out. */
void fault_note(struct fault_machine *machine, unsigned copy, page_id page, rpm_entry entry);

static inline bool fault_is_waiting(const struct fault_machine *machine, unsigned vcpu)
{
	return machine->vcpu[vcpu].wait != FAULT_RUNS;
}

/* When a waiting virtual CPU touched its page, in ps. */
static inline int64_t fault_since_ps(const struct fault_machine *machine, unsigned vcpu)
{
	return machine->vcpu[vcpu].fault_ps;
}

/* The page that a virtual CPU touched last, through fault_touch. */
static inline page_id fault_page(const struct fault_machine *machine, unsigned vcpu)
{
	return machine->vcpu[vcpu].page;
}

/* Fills in the faults, prefetches, write-backs, stalls and fetch times that the machine has counted. Returns 0 or a
 * negative code. */
int fault_result(const struct fault_machine *machine, struct job_result *job, struct err *err);

#endif
