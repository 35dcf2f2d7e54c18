/* SPDX-License-Identifier: MIT */
/*
 * Serves virtual machine monitors that hand over their guests' memory, one after the other, over a Unix socket:
 *
 *   monitor: makes the memory, registers it with a userfaultfd, connects,
 *            sends its layout (layout.h) and, with it (SCM_RIGHTS), the userfaultfd and perhaps the memory's file
 *   pager:   answers the traps until the monitor ends; nothing is sent back
 *
 * With the userfaultfd alone the memory is private anonymous memory, as Firecracker's after a snapshot was loaded:
 * pages are brought in with UFFDIO_COPY and cannot be taken out again. So a local share has no effect, and only the
 * first touch of each page waits (post-copy). With a second descriptor, of the memfd that is the guest's memory, pages
 * leave too. The pager then registers the regions for minor faults itself, which needs a userfaultfd that was enabled
 * with UFFD_FEATURE_MINOR_SHMEM.
 *
 * A page with content (in the file of content, or in the memfd) is remote until its first touch. A range that the
 * monitor gives back (UFFD_EVENT_REMOVE) is zeros afterwards, and its next touch costs no fetch.
 *
 * Source: see layout.h. The second descriptor is this project's addition.
 */
#ifndef EMULATOR_HANDOVER_H
#define EMULATOR_HANDOVER_H

#include <signal.h>

#include "emulator/calibrate.h"
#include "emulator/layout.h"

struct handover {
	pid_t monitor;
	int connection, uffd, memory; /* memory: -1 without one */
	struct areas areas;
};

/* Waits for the socket's next connection and reads what the monitor hands over, for at most 10 s. Returns 0 or a
 * negative code: the message, or its descriptors, cannot be used. After success handover_free frees everything. */
int handover_receive(int socket, struct handover *handover, struct err *err);
void handover_free(struct handover *handover);

struct handover_options {
	int content;                       /* a file with the content of the guest's memory; -1: none */
	const volatile sig_atomic_t *stop; /* set by a signal's handler: the monitor is killed */
};

/* Answers the monitor's traps until it ends. Fills in *job, as pager_result does, and *counts. Returns 0 or a negative
 * code; after an error the monitor has been killed, because it would hang. */
int handover_serve(const struct handover *handover, const struct config *config, const struct handover_options *options,
		   struct job_result *job, struct pager_counts *counts, struct err *err);

#endif
