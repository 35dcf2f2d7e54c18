/* SPDX-License-Identifier: MIT */
/*
 * Computes the exact result of a run without simulating it, when one VM with one virtual CPU uses the fabric by itself
 * and evicts by LRU. Which pages are fetched and evicted then does not depend on time, so one pass over the trace
 * (memory/multi_lru.h) gives the results of many local sizes, latencies, bandwidths and software costs (timeline.h).
 *
 * It holds when every transfer takes the same time: no other VM, no background traffic, no events, constant latency,
 * FIFO links with one queue (cluster.priority: same), a fabric of one switch or one cable, donors with room for every
 * page, one copy of each page, and a placement that does not depend on time.
 */
#ifndef CLUSTER_CLOSED_FORM_H
#define CLUSTER_CLOSED_FORM_H

#include "cluster/platform.h"
#include "fault/result.h"
#include "trace/decoded.h"

/* Whether the closed form holds. Only the trace's totals are used. */
bool closed_form_holds(const struct config *config, const struct decoded_trace *trace);

/* A number that is equal for configurations whose platforms have the same links with the same names. Such
 * configurations can share a closed_form_run. */
uint64_t closed_form_platform(const struct config *config);

/*
 * Computes the results of `count` configurations, for all of which the closed form holds with this trace. `platform` is
 * that of any of them. Returns 0, and the caller owns result[0] to result[count - 1]; or a negative code. A run that is
 * longer than 106 days gets a result without a job.
 */
int closed_form_run(const struct config *config, size_t count, const struct decoded_trace *trace,
		    struct platform *platform, struct run_result *result, struct err *err);

#endif
