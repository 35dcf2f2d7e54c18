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

struct calibration {
	struct pager_cost cost;
	int64_t floor_ps; /* the median of a remote touch that also evicts a page */
};

/* Measures with the processors that this process may use now: on one processor a trap is a switch between two
 * processes, on several it is a message to another one. `several`: the way in which a target of several threads is
 * served. Returns 0 or a negative code. */
int calibrate(const struct config *config, bool several, struct calibration *calibration, struct err *err);

#endif
