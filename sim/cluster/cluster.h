/* SPDX-License-Identifier: MIT */
/*
 * Simulating one configuration: VMs on peering hypervisors that lend each other memory over a modelled interconnect.
 * SimGrid parses the platform, gives the routes and drives the clock; the page plane moves the pages.
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
	struct platform *platform;           /* the configuration's, loaded before; or NULL */
	const struct decoded_traces *traces; /* with every trace of the configuration, read before; or NULL */
	int64_t quantum_ps;                  /* of the driver; 0 for the default. Results do not depend on it */
};

/* Any number of times where the platform does not need SimGrid (platform_needs_simgrid), otherwise once a process:
 * SimGrid cannot begin anew. On success the caller owns *result. */
int cluster_run(const struct config *config, const struct cluster_options *options, struct run_result *result,
		struct err *err);

#endif
