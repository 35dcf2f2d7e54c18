/*
 * The result of a run without simulating it, to the last digit: where one VM of one virtual CPU has the fabric to
 * itself and evicts by LRU. Which pages come and go does not depend on time then, so that one pass over the trace
 * (memory/ladder.h) serves any number of local sizes and any number of latencies, bandwidths and software costs
 * (timeline.h) at once.
 *
 * It holds where nothing that a page meets on its way differs from donor to donor or from draw to draw: no further VM,
 * no traffic and no events, constant latency, FIFO links, a fabric of one switch or one cable, donors that have room
 * for every page, one copy of each, and a placement that does not look at the clock.
 */
#ifndef CLUSTER_ALONE_H
#define CLUSTER_ALONE_H

#include "cluster/platform.h"
#include "cluster/tape.h"
#include "replay/result.h"

/* Whether it holds; of the tape only the totals are used. */
bool alone_holds(const struct config *config, const struct tape *tape);

/* A number that is the same for configurations whose platforms have the same links by the same names: these can be
 * answered together. */
uint64_t alone_platform(const struct config *config);

/*
 * The results of `count` configurations of which it holds for the tape, in result[0] to result[count - 1], the
 * caller's. `platform` is that of any of them.
 */
int alone_run(const struct config *config, size_t count, const struct tape *tape, struct platform *platform,
	      struct run_result *result, struct err *err);

#endif
