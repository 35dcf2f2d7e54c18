/* SPDX-License-Identifier: MIT */
/* The part of a native run that has peers. For native.c. */
#ifndef EMULATOR_NATIVE_PEERS_H
#define EMULATOR_NATIVE_PEERS_H

#include "emulator/borrowed.h"
#include "emulator/native.h"

/* The pages of this machine's memory. */
uint32_t native_machine_pages(void);

/* Joins the configuration's peers, if it has any (*borrowed is NULL otherwise, and the caller's until borrowed_close),
 * and measures what touches take with them. Returns 0 or a negative code. */
int native_open_peers(const struct config *config, const struct native_options *options, struct borrowed **borrowed,
		      struct native_result *native, struct err *err);

/* The time that follows from what was measured before for the faults that the program had: native->predicted_ps. */
void native_predict(const struct job_result *job, struct native_result *native);

#endif
