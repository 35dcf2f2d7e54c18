/* SPDX-License-Identifier: MIT */
/* The result of a run: the table, the JSON, the CSV and the figures are all made from this struct. */
#ifndef FAULT_RESULT_H
#define FAULT_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/histogram.h"
#include "fault/local_memory.h"
#include "policy/policy.h"

/* The parts of a virtual CPU's stalls, in ps. */
enum stall {
	STALL_EXIT,
	STALL_HANDLER,
	STALL_HANDLER_QUEUE, /* waiting for a handler: fault.capacity */
	STALL_LOOKUP,
	STALL_POST,
	STALL_QUEUE,
	STALL_WIRE,
	STALL_COMPLETION,
	STALL_MAP,
	STALL_BUFFER,    /* waiting for room in the write-back buffer */
	STALL_IN_FLIGHT, /* waiting for a page in flight: prefetched, or fetched for another virtual CPU */
	STALL_MINOR,     /* minor faults: touches of local pages that trapped */
	STALL_FIRST,     /* first touches: exit, handler and map */
	STALLS,
};

/* Their names in results: "exit", "handler", ... "in_flight", "minor", "first_touch". */
extern const char *const stall_names[STALLS];

/* What a job's footprint is of. Footprints of different scopes differ for the same workload, so their shares of local
 * memory and their slowdowns are never compared. */
enum scope {
	SCOPE_GUEST,   /* all memory of a guest: its kernel, its page cache, its programs */
	SCOPE_PROCESS, /* the memory of one program */
	SCOPES,
};

extern const char *const scope_names[SCOPES];

struct job_result {
	char *name, *trace, *workload;
	const char *policy, *prefetcher;
	enum policy_filtered policy_counts; /* what the policy's counts are worth on the trace */
	enum scope scope;
	uint64_t instructions, idle_ns, footprint_pages, local_pages;
	int64_t start_ps, base_ps, time_ps; /* base and completion count from the start */
	int64_t time_max_ps;    /* completion at most; more than time_ps only if virtual CPUs may wait for each other's
				   fetches (docs/model.md) */
	uint64_t base_idle_ns;  /* the part of base_ps that is idle: the mean of the virtual CPUs */
	bool stopped;           /* ended early */
	const char *stopped_by; /* then: why, after the job's name; NULL for a job that has ended */
	uint64_t restarts;      /* after its hypervisor failed or left; what is counted here is of the last one alone */
	int64_t lost_ps;        /* the part of the time until the last restart */
	struct {
		uint64_t demand, first_touch, in_flight, minor;
		uint64_t compulsory; /* of `demand`: pages that began remote and were touched for the first time */
	} faults;
	struct {
		uint64_t issued, used, late, unused, polluted, dropped;
	} prefetch;
	uint64_t writebacks;
	struct {
		double mean, p50, p99, max;
	} fetch_ns;                        /* of demand fetches, from fault to resume; 0 without any */
	struct histogram_step *fetch_step; /* their distribution, in ps */
	size_t fetch_steps;
	int64_t stall_ps[STALLS];
};

struct link_result {
	char *name;
	double utilisation;   /* of the whole run, 0 to 1 */
	double queue_ns_mean; /* a message's mean wait */
	uint64_t bytes;
};

struct hypervisor_result {
	char *name;
	uint64_t frames_own, frames_lent, frames_hosted; /* its VMs'; lent; holding peers' pages at the end */
	uint64_t pages_read,
		pages_written; /* sent to borrowers; received of them, or on the way. Moves are not among them */
	uint64_t pages_lost;   /* hosted here when it failed, with no other copy */
};

/* ---- joins, leaves and failures ---- */

enum change_action { CHANGE_FAIL, CHANGE_JOIN, CHANGE_LEAVE };

/* What became of the copies of pages that a hypervisor held when its failure was known, or when it left. */
enum change_outcome {
	CHANGE_REPLICA, /* another donor has a copy, which is used from then on */
	CHANGE_LOCAL,   /* the page was local: it is sent again when it is evicted */
	CHANGE_STORED,  /* fetched from the backing store from then on */
	CHANGE_LOST,    /* no copy was left */
	CHANGE_MOVED,   /* sent to another donor */
	CHANGE_STAYED,  /* a leave that found no room for it, or that was not over */
	CHANGE_FREED,   /* not needed any more: given up by its VM meanwhile, or of a VM that has ended */
	CHANGE_OUTCOMES,
};

extern const char *const change_action_names[], *const change_outcome_names[CHANGE_OUTCOMES];

struct change_pages {
	uint64_t copies, became[CHANGE_OUTCOMES]; /* which sum up to `copies` */
};

/* What became of a VM of that hypervisor. */
enum change_vm { CHANGE_VM_STOPPED, CHANGE_VM_RESTARTED, CHANGE_VM_NO_ROOM, CHANGE_VM_WAITS };

extern const char *const change_vm_names[];

struct change_vm_result {
	size_t job;
	enum change_vm became; /* waits: the run was over before the failure was known */
	size_t hypervisor;     /* restarted: where */
	int64_t at_ps;         /* stopped or restarted: when */
	int64_t lost_ps;       /* restarted: since its job, or its last restart, began */
};

struct change_result {
	enum change_action action;
	bool happened; /* before the end of the run */
	size_t hypervisor;
	int64_t at_ps;
	int64_t known_ps; /* a failure: when it was known; -1: not before the end. Otherwise at_ps */
	/* A leave: when the last page that it sent had arrived. A failure: when the last copy had been made anew. at_ps
	 * without any. */
	int64_t done_ps;
	uint64_t remade;             /* a failure: copies that were made anew at other hypervisors */
	uint64_t frames;             /* a join: how many it lends */
	struct change_pages all;     /* the sums over all jobs */
	struct change_pages *of;     /* by job; NULL for a join */
	uint64_t waits;              /* demand fetches that waited until the failure was known */
	int64_t wait_ps;             /* from the beginning of those fetches until then, in all */
	struct change_vm_result *vm; /* the VMs that ran there */
	size_t vms;
};

struct run_result {
	int64_t end_ps;
	struct job_result *job;
	size_t jobs;
	struct link_result *link;
	size_t links;
	struct hypervisor_result *hypervisor;
	size_t hypervisors;
	uint64_t pages_lost, pages_stored; /* without any copy left; kept in the backing store only */
	struct change_result *change;      /* in the order of their times */
	size_t changes;
};

void run_result_free(struct run_result *result);
void change_results_free(struct change_result *change, size_t count);

/* Fills in a local memory's counts: all but faults.in_flight. */
void job_counts(struct job_result *job, const struct local_counts *counts);

/* Fills in the distribution of fetch times; `fetches` is in ps. run_result_free frees what it allocates. Returns 0 or a
 * negative code. */
int job_fetches(struct job_result *job, const struct histogram *fetches, struct err *err);

/* Completion time over the time with all memory local; NAN for a job that stopped and for one that takes no time. */
double job_slowdown(const struct job_result *job);
double job_slowdown_max(const struct job_result *job);

/* The share of the time with all memory local in which the guest is idle; 0 for a job that takes no time. No fetch
 * lengthens it. */
double job_idle_share(const struct job_result *job);

#endif
