/* SPDX-License-Identifier: MIT */
/*
 * What a touch of a page that is at a peer costs, against the pager without peers (its floor: the page is in the memory
 * file) and a plain transfer of a page: UCX's get for shared memory, a blocking ping-pong of 4 KiB for TCP. The lender
 * is a process of its own.
 */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "config/config.h"
#include "emulator/borrowed.h"
#include "emulator/calibrate.h"
#include "peers/lender.h"

enum { PAGE = 4096, PINGS = 2000, PAGES = 1024, ROUNDS = 9 };

struct task {
	struct config config;
	struct borrowed *borrowed;
	int ping;                              /* the socket of the ping-pong; -1: UCX's get */
	struct calibration_touch peers, floor; /* of the last round */
};

static double us(int64_t ps)
{
	return (double)ps / 1e6;
}

/* ---- the other processes ---- */

static void lend(int ready)
{
	static volatile sig_atomic_t stop;
	const struct lender_options options = {.memory_bytes = UINT64_C(64) << 20,
					       .listen = "127.0.0.1:0",
					       .lease_ms = 60000,
					       .leave_ms = 1000,
					       .stop = &stop,
					       .quiet = true,
					       .ready = fdopen(ready, "w")};
	struct lender_counts counts;
	struct err err;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	_exit(lender_run(&options, &counts, &err) < 0);
}

static pid_t start_lender(char address[64])
{
	int line[2];
	pid_t pid;
	FILE *from;

	if (pipe(line) < 0 || (pid = fork()) < 0)
		abort();
	if (pid == 0)
		lend(line[1]);
	close(line[1]);
	from = fdopen(line[0], "r");
	if (!from || fscanf(from, "%63s", address) != 1)
		abort();
	fclose(from);
	return pid;
}

static bool receive(int fd, char *page, size_t bytes)
{
	for (size_t at = 0; at < bytes;) {
		ssize_t got = read(fd, page + at, bytes - at);

		if (got <= 0)
			return false;
		at += (size_t)got;
	}
	return true;
}

/* Answers each byte with a page. */
static void answer(int listener)
{
	static char page[PAGE];
	const int yes = 1;
	int fd = accept(listener, NULL, NULL);
	char byte;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
	while (read(fd, &byte, 1) == 1 && write(fd, page, PAGE) == PAGE)
		;
	_exit(0);
}

static pid_t start_answers(int *fd)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(address);
	const int yes = 1;
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	pid_t pid;

	if (bind(listener, (struct sockaddr *)&address, size) < 0 || listen(listener, 1) < 0 ||
	    getsockname(listener, (struct sockaddr *)&address, &size) < 0 || (pid = fork()) < 0)
		abort();
	if (pid == 0)
		answer(listener);
	close(listener);
	*fd = socket(AF_INET, SOCK_STREAM, 0);
	if (connect(*fd, (struct sockaddr *)&address, size) < 0)
		abort();
	setsockopt(*fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
	return pid;
}

/* ---- the two sides ---- */

static int compare(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The median of the ping-pong, in us. */
static double ping_pong(int fd)
{
	static double took[PINGS];
	static char page[PAGE];

	for (int i = 0; i < PINGS; i++) {
		const double begin = bench_wall();

		if (write(fd, "", 1) != 1 || !receive(fd, page, PAGE))
			abort();
		took[i] = (bench_wall() - begin) * 1e6;
	}
	qsort(took, PINGS, sizeof(*took), compare);
	return took[PINGS / 2];
}

static double touch_peers(void *context)
{
	struct task *task = context;
	struct calibration calibration;
	struct err err;

	bench_need(calibrate(&task->config, false, task->borrowed, &calibration, &err), &err);
	task->peers = calibration.touch;
	return us(calibration.touch.fetched_ps);
}

static double touch_floor(void *context)
{
	struct task *task = context;
	struct calibration calibration;
	struct err err;

	bench_need(calibrate(&task->config, false, NULL, &calibration, &err), &err);
	task->floor = calibration.touch;
	return us(calibration.touch.fetched_ps) +
	       (task->ping < 0 ? us(borrowed_read_ps(task->borrowed)) : ping_pong(task->ping));
}

static void compare_way(struct task *task, const char *address, int wire, const char *what, const char *reference)
{
	const struct borrowed_options options = {.peers = {.addresses = address, .wire = wire, .deadline_us = 10000000},
						 .pages = PAGES};
	struct err err;

	bench_need(borrowed_open(&task->borrowed, &task->config, &options, &err), &err);
	bench_row(&(struct bench_row){.what = what,
				      .reference = reference,
				      .cost = bench_median(ROUNDS, touch_peers, touch_floor, task),
				      .unit = "us a touch",
				      .kind = BENCH_TIMES_THE_COST,
				      .target = 1.3});
	bench_note("the same touch when it also evicts a page, which goes to the peer", us(task->peers.remote_ps),
		   "us");
	bench_note("that touch without peers", us(task->floor.remote_ps), "us");
	bench_note("a read of a page by UCX alone", us(borrowed_read_ps(task->borrowed)), "us");
	borrowed_close(task->borrowed);
}

void bench_peers(void)
{
	static const char text[] = "{engine: native, policy: fifo, vms: [{command: bench}]}";
	struct task task = {.ping = -1};
	char address[64];
	struct err err;
	pid_t lender = start_lender(address), answers;

	bench_part(
		"peers",
		"a process touches pages that a pager serves; they are at a lender, another process of this machine. "
		"Medians of 128 touches a round");
	bench_need(config_read_text(&(struct config_text){"bench", text, sizeof(text) - 1}, NULL, 0, &task.config,
				    &err),
		   &err);
	compare_way(&task, address, WIRE_SHARED, "touch of a page at a peer, by shared memory",
		    "the pager without peers, and UCX's get");
	answers = start_answers(&task.ping);
	compare_way(&task, address, WIRE_TCP, "touch of a page at a peer, by TCP",
		    "the pager without peers, and a ping-pong of 4 KiB");
	kill(lender, SIGKILL);
	kill(answers, SIGKILL);
	waitpid(lender, NULL, 0);
	waitpid(answers, NULL, 0);
	close(task.ping);
	config_free(&task.config);
}
