/* SPDX-License-Identifier: MIT */
#include "emulator/native_peers.h"

#include <stdlib.h>

enum { MEASUREMENTS = 7 };

static int compare_times(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static int64_t middle(int64_t *time_ps)
{
	qsort(time_ps, MEASUREMENTS, sizeof(*time_ps), compare_times);
	return time_ps[MEASUREMENTS / 2];
}

/* What a touch takes whose page comes from a peer and in whose place another goes there: the medians of several
 * measurements, because other programs disturb a single one. */
static int measure_touches(const struct config *config, struct borrowed *borrowed, struct native_result *native,
			   struct err *err)
{
	int64_t first_ps[MEASUREMENTS], evicting_ps[MEASUREMENTS], remote_ps[MEASUREMENTS];
	int status = 0;

	for (int i = 0; i < MEASUREMENTS && status == 0; i++) {
		struct calibration calibration;

		status = calibrate(config, false, borrowed, &calibration, err);
		first_ps[i] = calibration.touch.first_ps;
		evicting_ps[i] = calibration.touch.first_evicting_ps;
		remote_ps[i] = calibration.touch.remote_ps;
	}
	if (status == 0)
		native->touch = (struct calibration_touch){.first_ps = middle(first_ps),
							   .first_evicting_ps = middle(evicting_ps),
							   .remote_ps = middle(remote_ps)};
	native->read_ps = borrowed_read_ps(borrowed);
	borrowed_reset(borrowed);
	return status;
}

int native_open_peers(const struct config *config, const struct native_options *options, struct borrowed **borrowed,
		      struct native_result *native, struct err *err)
{
	static const int wires[] = {PEERS_AUTO, WIRE_SHARED, WIRE_RDMA, WIRE_TCP}; /* enum network_transport */
	const struct borrowed_options own = {.peers = {.addresses = config->peers,
						       .key_path = options->key,
						       .wire = wires[config->fabric.transport],
						       .deadline_us = config->donors.detect_ps / 1000000},
					     .verify = options->verify,
					     .pages = native_machine_pages()};
	int status;

	*borrowed = NULL;
	if (!config->peers)
		return 0;
	status = borrowed_open(borrowed, config, &own, err);
	if (status == 0)
		status = measure_touches(config, *borrowed, native, err);
	if (status < 0) {
		borrowed_close(*borrowed);
		*borrowed = NULL;
	}
	return status;
}

/* The model's closed form for these faults: every trap takes what was measured before the program started. The first
 * pages find free frames; every later one evicts another. */
void native_predict(const struct job_result *job, struct native_result *native)
{
	const struct calibration_touch *touch = &native->touch;
	const int64_t first = (int64_t)job->faults.first_touch, local = (int64_t)job->local_pages,
		      free = first < local ? first : local;

	native->predicted_ps = job->base_ps + (free + (int64_t)native->pager.guard_traps) * touch->first_ps +
			       (first - free) * touch->first_evicting_ps +
			       (int64_t)job->faults.demand * touch->remote_ps;
}
