/* SPDX-License-Identifier: MIT */
#include "emulator/uffd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "trace/header.h"

#define PAGE_BYTES (UINT64_C(1) << TRACE_PAGE_SHIFT)
#define NEEDED     (UFFD_FEATURE_MISSING_SHMEM | UFFD_FEATURE_MINOR_SHMEM | UFFD_FEATURE_THREAD_ID)
#ifndef UFFD_FEATURE_WP_UNPOPULATED
#define UFFD_FEATURE_WP_UNPOPULATED (1 << 13) /* Linux 6.4, like UFFDIO_CONTINUE_MODE_WP, for which there is no bit */
#endif
#ifndef UFFD_FEATURE_WP_ASYNC
#define UFFD_FEATURE_WP_ASYNC (1 << 15) /* Linux 6.7 */
#endif
#define GUARDS (UFFD_FEATURE_PAGEFAULT_FLAG_WP | UFFD_FEATURE_WP_HUGETLBFS_SHMEM)

static const unsigned char zeros[PAGE_BYTES];

/* The features that the kernel offers; 0 when it cannot be asked. */
static uint64_t offered(void)
{
	struct uffdio_api api = {.api = UFFD_API};
	int fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return 0;
	if (ioctl(fd, UFFDIO_API, &api) < 0)
		api.features = 0;
	close(fd);
	return api.features;
}

int uffd_check(struct err *err)
{
	int fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);

	if (fd < 0 && errno == EPERM)
		return err_set(err, ERR_FAILED,
			       "userfaultfd: not permitted: run as root, or allow it with 'sysctl "
			       "vm.unprivileged_userfaultfd=1' "
			       "(a container may also need CAP_SYS_PTRACE)");
	if (fd < 0 && errno == ENOSYS)
		return err_set(
			err, ERR_FAILED,
			"userfaultfd: this kernel has none; needed is Linux 5.14 or later with CONFIG_USERFAULTFD");
	if (fd < 0)
		return err_errno(err, ERR_FAILED, "userfaultfd");
	close(fd);
	if ((offered() & NEEDED) != NEEDED)
		return err_set(err, ERR_FAILED,
			       "userfaultfd: this kernel does not report minor faults of shared memory; needed is "
			       "Linux 5.14 or "
			       "later");
	return 0;
}

bool uffd_has_guards(void)
{
	const uint64_t all = GUARDS | UFFD_FEATURE_WP_UNPOPULATED;

	return (offered() & all) == all;
}

bool uffd_has_quiet_guards(void)
{
	return uffd_has_guards() && (offered() & UFFD_FEATURE_WP_ASYNC);
}

int uffd_enable(struct uffd *uffd, int fd, enum uffd_guards guards, struct err *err)
{
	struct uffdio_api api = {.api = UFFD_API, .features = NEEDED};

	*uffd = (struct uffd){.fd = fd, .guards = guards != UFFD_NO_GUARDS && uffd_has_guards()};
	uffd->quiet = guards == UFFD_QUIET_GUARDS;
	if (uffd->guards)
		api.features |= GUARDS;
	if (uffd->quiet)
		api.features |= UFFD_FEATURE_WP_UNPOPULATED | UFFD_FEATURE_WP_ASYNC;
	return ioctl(fd, UFFDIO_API, &api) < 0 ? err_errno(err, ERR_FAILED, "userfaultfd") : 0;
}

int uffd_register(const struct uffd *uffd, uint64_t start, uint64_t bytes, struct err *err)
{
	struct uffdio_register range = {.range = {start, bytes},
					.mode = UFFDIO_REGISTER_MODE_MISSING | UFFDIO_REGISTER_MODE_MINOR |
						(uffd->guards ? UFFDIO_REGISTER_MODE_WP : 0)};

	return ioctl(uffd->fd, UFFDIO_REGISTER, &range) < 0
		       ? err_errno(err, ERR_FAILED, "userfaultfd: a range of %llu bytes", (unsigned long long)bytes)
		       : 0;
}

/* The kernel asks to try again while the process changes its mappings. */
static int repeat(const struct uffd *uffd, unsigned long request, void *argument)
{
	while (ioctl(uffd->fd, request, argument) < 0)
		if ((errno != EAGAIN || uffd->events) && errno != EINTR)
			return -errno;
	return 0;
}

int uffd_zero(const struct uffd *uffd, uint64_t address, bool guarded)
{
	struct uffdio_zeropage zero = {.range = {address, PAGE_BYTES}};
	struct uffdio_copy copy = {
		.dst = address, .src = (uintptr_t)zeros, .len = PAGE_BYTES, .mode = UFFDIO_COPY_MODE_WP};

	return guarded ? repeat(uffd, UFFDIO_COPY, &copy) : repeat(uffd, UFFDIO_ZEROPAGE, &zero);
}

int uffd_copy(const struct uffd *uffd, uint64_t address, const void *content, bool guarded)
{
	struct uffdio_copy copy = {.dst = address,
				   .src = (uintptr_t)content,
				   .len = PAGE_BYTES,
				   .mode = guarded ? UFFDIO_COPY_MODE_WP : 0};

	return repeat(uffd, UFFDIO_COPY, &copy);
}

int uffd_map(const struct uffd *uffd, uint64_t address, bool guarded)
{
	struct uffdio_continue map = {.range = {address, PAGE_BYTES}, .mode = guarded ? UFFDIO_CONTINUE_MODE_WP : 0};

	return repeat(uffd, UFFDIO_CONTINUE, &map);
}

int uffd_unguard(const struct uffd *uffd, uint64_t address)
{
	struct uffdio_writeprotect writable = {.range = {address, PAGE_BYTES}};

	return repeat(uffd, UFFDIO_WRITEPROTECT, &writable);
}

void uffd_wake(const struct uffd *uffd, uint64_t address)
{
	struct uffdio_range range = {address, PAGE_BYTES};

	(void)ioctl(uffd->fd, UFFDIO_WAKE, &range);
}
