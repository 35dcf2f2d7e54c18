/* SPDX-License-Identifier: MIT */
/*
 * What a trap through the pager costs, compared with the least that userfaultfd can do: a loop of one thread that reads
 * an event and maps the page, for a process that touches pages which are in its memory file and not in its page table.
 * Both on one processor, where a trap is a switch between two processes.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "emulator/pager.h"

enum { PAGES = 2000, PAGE_BYTES = 4096, ROUNDS = 5 };

/* What the two processes share. */
struct toucher {
	unsigned char *page;
	int64_t *touch_ps; /* of the last round, by page */
	unsigned rounds;
	int memory, ready[2], go[2];
};

static int by_time(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static int fail(const char *what)
{
	struct err err;

	bench_need(err_errno(&err, ERR_FAILED, "%s", what), &err);
	return -1;
}

static void prepare(struct toucher *toucher, unsigned rounds)
{
	*toucher = (struct toucher){.rounds = rounds, .memory = memfd_create("bench", MFD_CLOEXEC)};
	if (toucher->memory < 0 || ftruncate(toucher->memory, PAGES * PAGE_BYTES) < 0 || pipe(toucher->ready) < 0 ||
	    pipe(toucher->go) < 0)
		fail("a memory file");
	toucher->page = mmap(NULL, PAGES * PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, toucher->memory, 0);
	toucher->touch_ps = mmap(NULL, PAGES * sizeof(*toucher->touch_ps), PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (toucher->page == MAP_FAILED || toucher->touch_ps == MAP_FAILED)
		fail("memory");
	memset(toucher->page, 1, PAGES * PAGE_BYTES); /* the file has the pages; a child's page table does not */
	if (madvise(toucher->page, PAGES * PAGE_BYTES, MADV_DONTNEED) < 0)
		fail("memory");
}

static void release(const struct toucher *toucher)
{
	munmap(toucher->page, PAGES * PAGE_BYTES);
	munmap(toucher->touch_ps, PAGES * sizeof(*toucher->touch_ps));
	for (int i = 0; i < 2; i++) {
		close(toucher->ready[i]);
		close(toucher->go[i]);
	}
	close(toucher->memory);
}

/* The process that touches. */
static void touch_all(const struct toucher *toucher)
{
	volatile unsigned char *page = toucher->page;
	int fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
	char byte;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (write(toucher->ready[1], &fd, sizeof(fd)) != sizeof(fd) || read(toucher->go[0], &byte, 1) != 1)
		_exit(1);
	for (unsigned round = 0; round < toucher->rounds; round++)
		for (size_t i = 0; i < PAGES; i++) {
			int64_t begin_ps = pager_clock_ps();

			page[i * PAGE_BYTES] = 1;
			toucher->touch_ps[i] = pager_clock_ps() - begin_ps;
		}
	_exit(0);
}

/* Starts the process and takes its userfaultfd. */
static pid_t start(const struct toucher *toucher, struct uffd *uffd)
{
	struct err err;
	int number, pidfd, fd;
	pid_t pid = fork();

	if (pid == 0)
		touch_all(toucher);
	if (pid < 0 || read(toucher->ready[0], &number, sizeof(number)) != sizeof(number))
		fail("fork");
	pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	fd = (int)syscall(SYS_pidfd_getfd, pidfd, number, 0);
	close(pidfd);
	if (fd < 0)
		fail("userfaultfd of another process");
	bench_need(uffd_enable(uffd, fd, UFFD_NO_GUARDS, &err), &err);
	bench_need(uffd_register(uffd, (uintptr_t)toucher->page, PAGES * PAGE_BYTES, &err), &err);
	return pid;
}

/* Waits for the process; the median of its touches in us. */
static double finish(struct toucher *toucher, pid_t pid)
{
	double median;
	int status;

	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (status != 0)
		fail("the process that touches");
	qsort(toucher->touch_ps, PAGES, sizeof(*toucher->touch_ps), by_time);
	median = (double)toucher->touch_ps[PAGES / 2] * 1e-6;
	release(toucher);
	return median;
}

static double bare_loop(void *context)
{
	struct toucher toucher;
	struct uffd uffd;
	struct uffd_msg event;
	pid_t pid;

	(void)context;
	prepare(&toucher, 1);
	pid = start(&toucher, &uffd);
	if (write(toucher.go[1], "", 1) != 1)
		fail("a pipe");
	for (size_t i = 0; i < PAGES; i++) {
		if (read(uffd.fd, &event, sizeof(event)) != sizeof(event) ||
		    uffd_map(&uffd, event.arg.pagefault.address & ~(uint64_t)(PAGE_BYTES - 1), false) < 0)
			fail("userfaultfd");
	}
	close(uffd.fd);
	return finish(&toucher, pid);
}

/* How the pager is asked to serve. */
struct service {
	const char *policy;
	uint32_t local;
	unsigned rounds;
	uint64_t traps; /* what it counted */
};

static double through_pager(void *context)
{
	struct service *service = context;
	struct toucher toucher;
	struct config config;
	struct pager pager;
	struct uffd uffd;
	struct area area;
	struct err err;
	char yaml[120];
	pid_t pid;
	int length = snprintf(yaml, sizeof(yaml),
			      "engine: native\npolicy: %s\nfabric: {preset: ib-edr}\nvms: [{command: bench}]\n",
			      service->policy);

	bench_need(config_read_text(&(struct config_text){"bench", yaml, (size_t)length}, NULL, 0, &config, &err),
		   &err);
	bench_need(pager_init(&pager, &config, PAGES, service->local, NULL, &err), &err);
	pager.delays = false;
	pager.lent = (struct pager_lent){.is_lent = true, .content = -1};
	prepare(&toucher, service->rounds);
	area = (struct area){(uintptr_t)toucher.page, (uintptr_t)toucher.page + PAGES * PAGE_BYTES, 0,
			     PAGES * PAGE_BYTES};
	pid = start(&toucher, &uffd);
	bench_need(pager_add(&pager, &area, &err), &err);
	bench_need(pager_attach(&pager, pid, &uffd, toucher.memory, &err), &err);
	if (write(toucher.go[1], "", 1) != 1)
		fail("a pipe");
	while (waitid(P_PID, (id_t)pid, &(siginfo_t){0}, WEXITED | WNOWAIT) < 0 && errno == EINTR)
		;
	bench_need(pager_detach(&pager, &err), &err);
	service->traps = pager.counts.traps;
	close(uffd.fd);
	pager_free(&pager);
	config_free(&config);
	return finish(&toucher, pid);
}

static void row(const char *what, struct service service, double target)
{
	bench_row(&(struct bench_row){.what = what,
				      .reference = "bare userfaultfd loop",
				      .cost = bench_median(ROUNDS, through_pager, bare_loop, &service),
				      .unit = "us",
				      .kind = BENCH_TIMES_THE_COST,
				      .target = target,
				      .is_open = target == 0});
	bench_same(what, service.traps, (uint64_t)PAGES * service.rounds);
}

void bench_native(void)
{
	cpu_set_t own, one;

	bench_part("native", "touch to return in another process, median of 2000 touches, median of 5 rounds in turns; "
			     "one processor");
	sched_getaffinity(0, sizeof(own), &own);
	CPU_ZERO(&one);
	CPU_SET((size_t)sched_getcpu(), &one);
	sched_setaffinity(0, sizeof(one), &one);
	row("a fetch, nothing evicted", (struct service){"fifo", PAGES, 1, 0}, 1.3);
	row("a fetch that evicts a page", (struct service){"fifo", PAGES / 2, 2, 0}, 0);
	row("a soft fault", (struct service){"segmented-fifo", PAGES, 2, 0}, 0);
	sched_setaffinity(0, sizeof(own), &own);
}
