/* SPDX-License-Identifier: MIT */
/*
 * Simulates one configuration: VMs on hypervisors that lend each other memory over a modelled interconnect. SimGrid
 * parses the platform, gives the routes and drives the clock where they are needed; the page plane moves the pages.
 */
#ifndef CLUSTER_CLUSTER_H
#define CLUSTER_CLUSTER_H

#include "cluster/platform.h"
#include "config/config.h"
#include "fault/result.h"
#include "trace/decoded.h"

struct cluster_options {
	bool check;              /* verify the whole state after every change and at the end: slow */
	const char *events_path; /* every fault as CSV, or NULL */
	bool progress;
	struct platform *platform;           /* the configuration's, already loaded; or NULL */
	const struct decoded_traces *traces; /* with every trace of the configuration, already read; or NULL */
	int64_t quantum_ps;                  /* of the driver; 0: the default. Results do not depend on it */
};

/* Runs the simulation. A process can do so once when the platform needs SimGrid (platform_needs_simgrid), which cannot
 * be restarted, and otherwise any number of times. Returns 0, and the caller owns *result; or a negative code. */
int cluster_run(const struct config *config, const struct cluster_options *options, struct run_result *result,
		struct err *err);

#endif
