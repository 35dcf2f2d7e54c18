/* SPDX-License-Identifier: MIT */
/* What is different for memory that belongs to a virtual machine monitor: where content comes from, and what the
 * monitor reports of its own changes. Called by the pager's thread, which holds the lock. */
#ifndef EMULATOR_PAGER_LENT_H
#define EMULATOR_PAGER_LENT_H

#include "emulator/pager.h"

/* Whether the content of a page that is not known yet is in the file of content. */
bool lent_is_stored(const struct pager *pager, uint64_t address);

/* Copies such a page to its place and wakes whoever waits for it. Returns 0 or a negative errno, as uffd_copy. */
int lent_bring(const struct pager *pager, uint64_t address);

/* An event other than a page fault. Returns 0 or a negative code: the monitor did what is not supported. */
int lent_change(struct pager *pager, const struct uffd_msg *event, struct err *err);

#endif
