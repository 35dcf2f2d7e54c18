/* SPDX-License-Identifier: MIT */
/*
 * The pager's part of a recording (recorder.h): which pages leave the target's page table, and which were written while
 * they were in it. A page that comes in by a read is mapped write-protected; at its first write the kernel only removes
 * the protection (UFFD_FEATURE_WP_ASYNC). So whether a page is still protected when it is unmapped says whether it was
 * written: bit 57 of its entry in /proc/PID/pagemap, which stays when it is unmapped.
 */
#ifndef EMULATOR_PAGER_RECORD_H
#define EMULATOR_PAGER_RECORD_H

#include "emulator/pager.h"

/* Records a touch that trapped, of a page that is not mapped. The pages that leave before it are unmapped; the caller
 * maps this one. Returns 0 or a negative code. */
int pager_record(struct pager *pager, const struct pager_wait *wait, struct err *err);

#endif
