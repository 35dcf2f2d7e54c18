/* SPDX-License-Identifier: MIT */
/*
 * When a job ends, from the clocks of its virtual CPUs and their stalls (docs/model.md, "Base"). A trace does not say
 * which virtual CPU waits for which, so a job of several has two bounds: nobody waits for another one's stall, or
 * everybody waits for each.
 */
#ifndef FAULT_COMPLETION_H
#define FAULT_COMPLETION_H

#include "base/time.h"

/* A virtual CPU's times, in ps. */
struct completion_vcpu {
	time_wide clock_ps;      /* instructions and idle time */
	time_wide stall_ps;      /* all stalls */
	time_wide base_stall_ps; /* those that it has with all memory local too: first touches, if fault.base is lazy */
};

struct completion {
	int64_t base_ps;     /* with all memory local: of the virtual CPU that ends last */
	int64_t time_ps;     /* at least: the largest clock and stalls of a virtual CPU */
	int64_t time_max_ps; /* at most: the largest clock and the stalls of all virtual CPUs */
};

/* shared_ps: the part of the stalls in which another virtual CPU waits for the same page already; it counts once in
 * time_max_ps. Returns 0, or ERR_FAILED if a time is longer than 106 days. */
int completion_of(const struct completion_vcpu *vcpu, unsigned vcpus, time_wide shared_ps,
		  struct completion *completion, struct err *err);

#endif
