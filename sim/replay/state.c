/* SPDX-License-Identifier: MIT */
#include "replay/state.h"

void replay_advance(struct shared *shared, uint64_t visits, bool reports)
{
	uint64_t done = atomic_fetch_add(&shared->done, visits) + visits;

	if (reports && shared->options->progress)
		shared->options->progress(shared->options->context, done, shared->total);
}
