/* SPDX-License-Identifier: MIT */
/*
 * The result of a run without simulating it, to the last digit: where one VM of one virtual CPU has the fabric to
 * itself and evicts by LRU. Which pages come and go does not depend on time then, so that one pass over the trace
 * (memory/multi_lru.h) serves any number of local sizes and any number of latencies, bandwidths and software costs
 * (timeline.h) at once.
 *
 * It holds where nothing that a page meets on its way differs from donor to donor or from draw to draw: no further VM,
 * no traffic and no events, constant latency, FIFO links, a fabric of one switch or one cable, donors that have room
 * for every page, one copy of each, and a placement that does not look at the clock.
 */
#ifndef CLUSTER_CLOSED_FORM_H
#define CLUSTER_CLOSED_FORM_H

#include "cluster/platform.h"
#include "fault/result.h"
#include "trace/decoded.h"

/* Whether it holds; of the trace only the totals are used. */
bool closed_form_holds(const struct config *config, const struct decoded_trace *trace);

/* A number that is the same for configurations whose platforms have the same links by the same names: these can be
 * answered together. */
uint64_t closed_form_platform(const struct config *config);

/*
 * The results of `count` configurations of which it holds for the trace, in result[0] to result[count - 1], the
 * caller's. `platform` is that of any of them.
 */
int closed_form_run(const struct config *config, size_t count, const struct decoded_trace *trace,
		    struct platform *platform, struct run_result *result, struct err *err);

#endif
