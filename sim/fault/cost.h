/* SPDX-License-Identifier: MIT */
/* What a guest's faults cost, and how its clock converts to time (docs/model.md). config_cost fills it in. */
#ifndef FAULT_COST_H
#define FAULT_COST_H

#include <stdbool.h>

#include "base/time.h"
#include "trace/ref.h"

/* Times in ps. */
struct fault_cost {
	uint64_t ips;      /* instructions per second of a virtual CPU */
	int64_t demand_ps; /* an uncontended demand fetch, from the fault to the resume: software, latency, transfer */
	int64_t transfer_ps; /* the transfer of one page at the fabric's bandwidth */
	int64_t minor_ps;    /* a minor fault: the page is local, but the touch trapped */
	int64_t first_ps;    /* a first touch: exit, handler and map */
	/* The software parts of a demand fetch. */
	int64_t exit_ps, handler_ps, lookup_ps, post_ps; /* before the page is requested */
	int64_t completion_ps, map_ps;                   /* after the page has arrived */
	unsigned handlers;    /* that serve the fetches of a guest; 0: each virtual CPU serves its own */
	int64_t busy_ps;      /* for which a fetch occupies its handler */
	uint64_t buffer;      /* pages that the write-back buffer holds */
	bool maps_on_arrival; /* a prefetched page is mapped when it arrives; otherwise by a minor fault */
	bool base_has_first;  /* with all memory local a first touch traps as well */
};

/* Whether even a virtual CPU that is alone waits for its handler: its next fetch may begin before the handler is done.
 */
static inline bool fault_waits_for_itself(const struct fault_cost *cost)
{
	return cost->handlers == 1 && cost->busy_ps > cost->demand_ps;
}

/* The software part of a trap up to the wait for a page in flight. */
static inline int64_t fault_trap_ps(const struct fault_cost *cost)
{
	return cost->exit_ps + cost->handler_ps + cost->lookup_ps;
}

/* The software part of a demand fetch before the page is requested. */
static inline int64_t fault_before_ps(const struct fault_cost *cost)
{
	return fault_trap_ps(cost) + cost->post_ps;
}

/* The software part of a demand fetch after the page has arrived. */
static inline int64_t fault_after_ps(const struct fault_cost *cost)
{
	return cost->completion_ps + cost->map_ps;
}

/* The time of a clock in ps, rounded down: instructions / ips + idle time. */
static inline time_wide fault_clock_wide_ps(struct trace_clock clock, uint64_t ips)
{
	return (time_wide)clock.insn * 1000000000000u / ips + (time_wide)clock.idle_ns * 1000;
}

/* The same for a clock that is known to fit: one of a trace whose end does (completion_of). */
static inline int64_t fault_clock_ps(struct trace_clock clock, uint64_t ips)
{
	return (int64_t)((time_wide)clock.insn * 1000000000000u / ips) + (int64_t)clock.idle_ns * 1000;
}

#endif
