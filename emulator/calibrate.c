/* SPDX-License-Identifier: MIT */
#include "emulator/calibrate.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/table.h"
#include "trace/header.h"

#define PAGE_BYTES ((size_t)1 << TRACE_PAGE_SHIFT)

/* The process touches the pages in order. Half of them are local, so that by FIFO the first half is remote after that.
 * The second half is discarded, and all pages are touched again: remote ones that find free frames, and new ones. Then
 * they are touched once more: by FIFO every touch is remote and evicts a page. */
enum { PAGES = 256, LOCAL = PAGES / 2, ROUNDS = 3, LAST = (ROUNDS - 1) * PAGES, TIMES = ROUNDS * PAGES + 1 };

/* What the two processes share. */
struct toucher {
	volatile unsigned char *page; /* PAGES pages of the memory file, at the same address in both */
	int64_t *touch_ps;            /* by round and page; then the processor time of the last round */
	int memory, ready[2], go[2];
};

/* The process that touches. */
static void touch_all(const struct toucher *toucher)
{
	int fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
	char byte;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (write(toucher->ready[1], &fd, sizeof(fd)) != sizeof(fd) || read(toucher->go[0], &byte, 1) != 1)
		_exit(1);
	for (int round = 0; round < ROUNDS; round++) {
		int64_t processor_ps;

		if (round == 1 &&
		    (write(toucher->ready[1], "", 1) != 1 || read(toucher->go[0], &byte, 1) != 1)) /* discard */
			_exit(1);
		processor_ps = pager_read_ps(CLOCK_PROCESS_CPUTIME_ID);
		for (int i = 0; i < PAGES; i++) {
			int64_t begin_ps = pager_clock_ps();

			toucher->page[i * PAGE_BYTES] = 1;
			toucher->touch_ps[round * PAGES + i] = pager_clock_ps() - begin_ps;
		}
		toucher->touch_ps[ROUNDS * PAGES] = pager_read_ps(CLOCK_PROCESS_CPUTIME_ID) - processor_ps;
	}
	_exit(0);
}

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static int64_t median(int64_t *value, size_t count)
{
	qsort(value, count, sizeof(*value), compare);
	return count ? value[count / 2] : 0;
}

/* Serves the process until it ends. */
static int serve(struct pager *pager, const struct toucher *toucher, pid_t pid, struct err *err)
{
	const struct area area = {(uintptr_t)toucher->page, (uintptr_t)toucher->page + PAGES * PAGE_BYTES, 0,
				  PAGES * PAGE_BYTES};
	int number = -1, fd, pidfd = (int)syscall(SYS_pidfd_open, pid, 0), exit_status, status;
	struct uffd uffd;
	char byte;

	if (read(toucher->ready[0], &number, sizeof(number)) != sizeof(number) || number < 0)
		number = -1;
	fd = number < 0 ? -1 : (int)syscall(SYS_pidfd_getfd, pidfd, number, 0);
	close(pidfd);
	if (fd < 0)
		return err_errno(err, ERR_FAILED, "userfaultfd of another process");
	status = uffd_enable(&uffd, fd, UFFD_NO_GUARDS, err);
	if (status == 0)
		status = uffd_register(&uffd, area.start, area.end - area.start, err);
	if (status == 0)
		status = pager_add(pager, &area, err);
	if (status == 0)
		status = pager_attach(pager, pid, &uffd, toucher->memory, err);
	if (status == 0 && write(toucher->go[1], "", 1) != 1)
		status = err_errno(err, ERR_FAILED, "a pipe");
	if (status == 0 && read(toucher->ready[0], &byte, 1) == 1) {
		status = pager_discard(pager, area.start + LOCAL * PAGE_BYTES, area.end, err);
		if (status == 0 && write(toucher->go[1], "", 1) != 1)
			status = err_errno(err, ERR_FAILED, "a pipe");
	}
	if (status < 0)
		kill(pid, SIGKILL);
	while (waitpid(pid, &exit_status, 0) < 0 && errno == EINTR)
		;
	if (status == 0)
		status = pager_detach(pager, err);
	close(fd);
	if (status == 0 && exit_status != 0)
		status = err_set(err, ERR_FAILED,
				 "the pager's floor cannot be measured: the process that touches has failed");
	return status;
}

static int measure(struct pager *pager, struct toucher *toucher, struct calibration *calibration, struct err *err)
{
	struct pager_samples samples = {.room = ROUNDS * PAGES};
	pid_t pid;
	int status;

	samples.took_ps = calloc(samples.room, sizeof(*samples.took_ps));
	samples.finish_ps = calloc(samples.room, sizeof(*samples.finish_ps));
	if (!samples.took_ps || !samples.finish_ps) {
		free(samples.took_ps);
		free(samples.finish_ps);
		return err_memory(err, "the measurement of the pager's floor");
	}
	pager->samples = &samples;
	pid = fork();
	if (pid == 0)
		touch_all(toucher);
	status = pid < 0 ? err_errno(err, ERR_FAILED, "fork") : serve(pager, toucher, pid, err);
	if (status == 0 && samples.count <= LAST) /* some pages may have stayed mapped */
		status = err_set(err, ERR_FAILED, "the pager's floor cannot be measured: %zu of %zu touches trapped",
				 samples.count, samples.room);
	if (status == 0) {
		const int64_t took_ps = median(samples.took_ps + LAST, samples.count - LAST);

		calibration->touch = (struct calibration_touch){median(toucher->touch_ps, LOCAL),
								median(toucher->touch_ps + LOCAL, PAGES - LOCAL),
								median(toucher->touch_ps + PAGES, LOCAL),
								median(toucher->touch_ps + LAST, PAGES)};
		calibration->floor_ps = calibration->touch.remote_ps;
		calibration->cost.processor_ps = toucher->touch_ps[ROUNDS * PAGES] / PAGES;
		calibration->cost.finish_ps = median(samples.finish_ps + LAST, samples.count - LAST);
		calibration->cost.outside_ps = calibration->floor_ps > took_ps ? calibration->floor_ps - took_ps : 0;
	}
	free(samples.took_ps);
	free(samples.finish_ps);
	return status;
}

static void close_pair(int pair[2])
{
	close(pair[0]);
	close(pair[1]);
}

static int prepare(struct toucher *toucher, struct err *err)
{
	*toucher = (struct toucher){.memory = memfd_create("megavm-floor", MFD_CLOEXEC)};
	if (toucher->memory < 0 || ftruncate(toucher->memory, PAGES * PAGE_BYTES) < 0)
		return err_errno(err, ERR_FAILED, "a memory file");
	if (pipe2(toucher->ready, O_CLOEXEC) < 0 || pipe2(toucher->go, O_CLOEXEC) < 0)
		return err_errno(err, ERR_FAILED, "a pipe");
	toucher->page = mmap(NULL, PAGES * PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, toucher->memory, 0);
	toucher->touch_ps = mmap(NULL, TIMES * sizeof(*toucher->touch_ps), PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (toucher->page == MAP_FAILED || toucher->touch_ps == MAP_FAILED)
		return err_errno(err, ERR_FAILED, "the memory for the measurement of the pager's floor");
	return 0;
}

int calibrate(const struct config *config, bool several, struct borrowed *borrowed, struct calibration *calibration,
	      struct err *err)
{
	struct toucher toucher;
	struct pager pager;
	int status = prepare(&toucher, err);

	if (status < 0)
		return status;
	status = pager_init(&pager, config, PAGES, LOCAL, borrowed, err);
	if (status == 0) {
		pager.delays = false;
		pager_set_several(&pager, several);
		status = measure(&pager, &toucher, calibration, err);
		pager_free(&pager);
	}
	munmap((void *)toucher.page, PAGES * PAGE_BYTES);
	munmap(toucher.touch_ps, TIMES * sizeof(*toucher.touch_ps));
	close_pair(toucher.ready);
	close_pair(toucher.go);
	close(toucher.memory);
	return status;
}
