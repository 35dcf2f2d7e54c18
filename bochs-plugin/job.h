/* SPDX-License-Identifier: MIT */
/*
 * The job of a guest, told apart from all else that runs: the touches of its own memory, by virtual page.
 *
 * Its address space is the one in which a page that the guest names is mapped to the frame that the guest names with it
 * (workloads/guest/vm.c: the page of the job's stack, as it starts). From then on what is touched there by an address
 * of user mode counts, whether by the job or by the kernel for it.
 *
 * A page is the job's own from its first write on: then it is anonymous memory, or a page of a private mapping that was
 * copied. Until then it is a file's or the kernel's page of zeros, which are not charged to a job that only reads them.
 * Left out are the kernel's touches by other addresses (clearing a page, DMA) and pages of shared mappings that are
 * only read. A page that is unmapped and mapped again at its address remains the same page.
 */
#ifndef BOCHS_PLUGIN_JOB_H
#define BOCHS_PLUGIN_JOB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct job {
	bool named, found;
	uint64_t page, frame; /* that the guest named */
	uint64_t space;       /* where its page tables begin, once it is found */
	uint64_t *own;        /* a hash table of its pages, each plus one; 0: free */
	uint64_t places, pages;
};

/* Reads "PAGE:FRAME", hexadecimal. Another job takes the place of the one before. Returns 0 or a negative code. */
int job_name(struct job *job, const char *text, struct err *err);

/* An access to memory by the processor. */
struct job_access {
	uint64_t space, page, frame; /* page tables, virtual page, frame that it is mapped to */
	bool writes;
};

/* Whether the access is one to the job's own memory. Returns 1 or 0, or a negative code. */
int job_touches(struct job *job, const struct job_access *access, struct err *err);

void job_free(struct job *job);

#endif
