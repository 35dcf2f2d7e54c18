/* SPDX-License-Identifier: MIT */
/*
 * A workload whose guest pages itself: its job runs in Bochs under a limit of its memory (a control group's
 * memory.max), and the guest's own kernel swaps to a block device in memory (null_blk) that answers as late as the
 * fabric. Nothing is injected: the time of a page passes on the guest's own clock.
 *
 * It runs twice: once with all memory local, which shows what is the job's own, and once under the limit.
 */
#ifndef RECORD_SWAP_H
#define RECORD_SWAP_H

#include "config/config.h"
#include "fault/result.h"
#include "record/guest.h"

/*
 * The configuration has one VM, which names a workload and its size. `configuration`: the same as JSON
 * (report/manifest.h). `cache`: the folder of images and of the runs with all memory local, NULL for the user's own. On
 * success the caller owns *result: one job, no links, one hypervisor. Faults and write-backs are the kernel's major
 * faults and pages swapped out in the region; what the kernel does not say is 0: first touches, which are among the
 * minor faults, the times of fetches, and the parts of the stalls.
 */
int swap_emulate(const struct config *config, json_t *configuration, const char *cache, struct run_result *result,
		 struct err *err);

#endif
