/* SPDX-License-Identifier: MIT */
/*
 * What a trap through the pager costs on this machine, measured before the target starts: a process of our own touches
 * pages that the pager serves without any delay.
 *
 *   touch -> kernel -> [pager reads the event ... ends the call that maps the page] -> the touch returns
 *   |<---------------------------------- floor ---------------------------------------------------------->|
 *                       |<----------------- took ------------------------------>|        outside = floor - took
 */
#ifndef EMULATOR_CALIBRATE_H
#define EMULATOR_CALIBRATE_H

#include "emulator/pager.h"

/* What touches take, from the target's view: medians, in ps. */
struct calibration_touch {
	int64_t first_ps;          /* a first touch that finds a free frame */
	int64_t first_evicting_ps; /* a first touch that evicts a page */
	int64_t fetched_ps;        /* a touch of a remote page that finds a free frame */
	int64_t remote_ps;         /* a touch of a remote page, which evicts a page */
};

struct calibration {
	struct pager_cost cost;
	int64_t floor_ps; /* the median of a remote touch that also evicts a page */
	struct calibration_touch touch;
};

/* Measures with the processors that this process may use now: on one processor a trap is a switch between two
 * processes, on several it is a message to another one. `several`: the way in which a target of several threads is
 * served; `borrowed`: with peers, where the evicted pages then really go, or NULL. Returns 0 or a negative code. */
int calibrate(const struct config *config, bool several, struct borrowed *borrowed, struct calibration *calibration,
	      struct err *err);

#endif
