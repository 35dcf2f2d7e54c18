/* SPDX-License-Identifier: MIT */
/*
 * The operations of userfaultfd that the pager uses, on a descriptor that belongs to another process. The memory is
 * shared memory of a file (memfd), registered for missing pages (no page in the file), minor faults (the page is in the
 * file and not in the process's page table) and writes to protected pages.
 *
 * Source: Documentation/admin-guide/mm/userfaultfd.rst of Linux. Needs Linux 5.14 (minor faults of shared memory).
 * With 6.4 and later a page can be mapped write-protected, so that the first write to it traps and pages that were only
 * read are known to be clean.
 */
#ifndef EMULATOR_UFFD_H
#define EMULATOR_UFFD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <linux/userfaultfd.h>

#include "base/err.h"

#ifndef UFFDIO_CONTINUE_MODE_WP /* Linux 6.4 */
#define UFFDIO_CONTINUE_MODE_WP ((__u64)1 << 1)
#endif

struct uffd {
	int fd;
	bool guards; /* pages can be mapped write-protected */
	bool quiet;  /* the kernel itself lets such a page be written, without an event */
	bool events; /* the process waits while a change of its mappings is unread; until then the operations below
		      * return -EAGAIN */
};

/* Checks, on this process itself, that userfaultfd can be used and has what the pager needs. ERR_FAILED says what is
 * missing and what to do. */
int uffd_check(struct err *err);

/* Whether this kernel can map pages write-protected. */
bool uffd_has_guards(void);

/* Whether it can let protected pages be written without an event. */
bool uffd_has_quiet_guards(void);

/* What is done with write protection, if there is any. */
enum uffd_guards { UFFD_NO_GUARDS, UFFD_GUARDS, UFFD_QUIET_GUARDS };

/* Enables a new descriptor. Returns 0 or a negative code. */
int uffd_enable(struct uffd *uffd, int fd, enum uffd_guards guards, struct err *err);

/* Registers [start, start + bytes) of the descriptor's process. Returns 0 or a negative code. */
int uffd_register(const struct uffd *uffd, uint64_t start, uint64_t bytes, struct err *err);

/*
 * Map one page and wake whoever waits for it. They return 0, or a negative errno: -EEXIST when a page is mapped there
 * already (nobody is woken), -EFAULT when uffd_map finds no page in the file, -ENOENT when the range is no longer
 * registered, -ESRCH when the process is gone.
 */
int uffd_zero(const struct uffd *uffd, uint64_t address, bool guarded); /* a new page of zeros */
int uffd_map(const struct uffd *uffd, uint64_t address, bool guarded);  /* the page of the file */
int uffd_copy(const struct uffd *uffd, uint64_t address, const void *content, bool guarded);

/* Lets a protected page be written, and wakes whoever waits for it. Returns 0 or a negative errno. */
int uffd_unguard(const struct uffd *uffd, uint64_t address);

/* Wakes whoever waits for the page; they touch it again. */
void uffd_wake(const struct uffd *uffd, uint64_t address);

#endif
