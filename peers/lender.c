/* SPDX-License-Identifier: MIT */
#include "peers/lender.h"

#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "peers/borrower_end.h"
#include "peers/lender_state.h"
#include "trace/header.h"

enum { EVENTS = 64, TICK_MS = 50 };

int64_t lender_now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

void lender_say(const struct lender *lender, const char *format, ...)
{
	va_list arguments;

	if (lender->options->quiet)
		return;
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
}

struct wire_host *lender_host(struct lender *lender, enum wire_kind kind, const char *device, struct err *err)
{
	struct lender_host *host = NULL;

	for (size_t i = 0; i < LENDER_HOSTS && !host; i++) {
		struct lender_host *one = &lender->host[i];

		if (!one->host || (one->kind == kind && strcmp(one->device, device) == 0))
			host = one;
	}
	if (!host) {
		err_set(err, ERR_FAILED, "pages by more than %d ways", LENDER_HOSTS);
		return NULL;
	}
	if (!host->host) {
		if (wire_host_open(&host->host, kind, device, err) < 0)
			return NULL;
		host->kind = kind;
		snprintf(host->device, sizeof(host->device), "%s", device);
	}
	return host->host;
}

/* ---- connections ---- */

static void watch(struct lender *lender, int fd, void *subject, bool add)
{
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = subject};

	(void)epoll_ctl(lender->poll, add ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, fd, &event);
}

void lender_watch_wire(struct lender *lender, struct borrower_end *end, bool add)
{
	watch(lender, wire_descriptor(end->wire), end, add);
}

static void drop_end(struct lender *lender, struct borrower_end *end)
{
	watch(lender, end->channel.fd, end, false);
	if (end->wire)
		lender_watch_wire(lender, end, false);
	for (struct borrower_end **at = &lender->ends; *at; at = &(*at)->next)
		if (*at == end) {
			*at = end->next;
			break;
		}
	lender->connections--;
	borrower_end_close(lender, end);
	free(end);
}

static void take_connection(struct lender *lender)
{
	const int yes = 1;
	struct sockaddr_storage from;
	socklen_t size = sizeof(from);
	int fd = accept4(lender->listener, (struct sockaddr *)&from, &size, SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct borrower_end *end;

	if (fd < 0)
		return;
	end = lender->connections < LENDER_BORROWERS ? calloc(1, sizeof(*end)) : NULL;
	if (!end) {
		close(fd);
		return;
	}
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
	channel_open(&end->channel, fd, &lender->key, SEAL_LENDER, &lender->counts->channel);
	end->lender = lender;
	end->number = ++lender->counts->connections;
	end->heard_us = lender_now_us();
	end->next = lender->ends;
	lender->ends = end;
	lender->connections++;
	watch(lender, fd, end, true);
}

/* Whether a connection is to be kept: it is not silent for too long. */
static bool is_heard(struct lender *lender, struct borrower_end *end, int64_t now_us)
{
	const int64_t limit_ms = end->state == END_JOINED ? lender->options->lease_ms : LENDER_HANDSHAKE_MS;

	if (now_us - end->heard_us <= limit_ms * 1000)
		return true;
	if (end->state == END_JOINED) {
		lender_say(lender, "borrower %" PRIu64 ": silent for %" PRId64 " ms: its leases end", end->number,
			   limit_ms);
		lender->counts->ended_silent++;
	}
	return false;
}

/* ---- the loop ---- */

/* Handles whatever has arrived at all connections. Returns whether anything had. */
static bool serve_all(struct lender *lender)
{
	bool busy = false;

	for (struct borrower_end *end = lender->ends, *next; end; end = next) {
		struct err err;
		int status;

		next = end->next;
		status = borrower_end_serve(lender, end, &busy, &err);
		if (status < 0 && end->state == END_JOINED) {
			lender->counts->ended_gone++;
			lender_say(lender, "borrower %" PRIu64 ": %s: its leases end", end->number, err.text);
		} else if (status < 0) {
			lender_say(lender, "connection %" PRIu64 ": refused: %s", end->number, err.text);
		}
		if (status != 0)
			drop_end(lender, end);
	}
	return busy;
}

static void end_silent(struct lender *lender)
{
	const int64_t now_us = lender_now_us();

	for (struct borrower_end *end = lender->ends, *next; end; end = next) {
		next = end->next;
		if (!is_heard(lender, end, now_us))
			drop_end(lender, end);
	}
}

/* Every wire must be armed, or there is something to do now. */
static bool may_sleep(struct lender *lender)
{
	bool armed = true;

	for (struct borrower_end *end = lender->ends; end; end = end->next)
		armed = (!end->wire || wire_arm(end->wire)) && armed;
	return armed;
}

static void sleep_until_event(struct lender *lender)
{
	struct epoll_event event[EVENTS];
	int count = epoll_wait(lender->poll, event, EVENTS, TICK_MS);

	for (int i = 0; i < count; i++)
		if (!event[i].data.ptr)
			take_connection(lender);
}

static void begin_leaving(struct lender *lender)
{
	lender->leaves_us = lender_now_us() + lender->options->leave_ms * 1000;
	lender->leaving = true;
	if (lender->leased)
		lender_say(lender, "leaving: %" PRIu64 " frames are lent; waiting for their borrowers", lender->leased);
	for (struct borrower_end *end = lender->ends; end; end = end->next)
		borrower_end_tell_state(end, 0);
}

/* Whether it goes on. */
static bool goes_on(struct lender *lender)
{
	const int stop = *lender->options->stop;

	if (stop && !lender->leaving)
		begin_leaving(lender);
	return !(lender->leaving && (stop > 1 || !lender->leased || lender_now_us() > lender->leaves_us));
}

static void run(struct lender *lender)
{
	int64_t busy_us = 0, checked_us = 0;

	while (goes_on(lender)) {
		const int64_t now_us = lender_now_us();

		if (serve_all(lender))
			busy_us = now_us;
		if (now_us - checked_us > TICK_MS * 1000) {
			end_silent(lender);
			checked_us = now_us;
		}
		if (now_us - busy_us >= lender->options->spin_us && may_sleep(lender))
			sleep_until_event(lender);
	}
}

static void close_all(struct lender *lender)
{
	lender->counts->frames_left = lender->leased;
	while (lender->ends)
		drop_end(lender, lender->ends);
	for (size_t i = 0; i < LENDER_HOSTS; i++)
		wire_host_close(lender->host[i].host);
	if (lender->listener >= 0)
		close(lender->listener);
	if (lender->poll >= 0)
		close(lender->poll);
}

static int begin(struct lender *lender, struct endpoint *endpoint, struct err *err)
{
	const struct lender_options *options = lender->options;
	int status = endpoint_parse("--listen", options->listen, endpoint, err);

	if (status == 0)
		status = seal_read_key(options->key_path, &lender->key, err);
	if (status < 0)
		return status;
	if (!lender->key.is_given && !endpoint_is_loopback(endpoint))
		return err_set(err, ERR_USAGE,
			       "--listen: %s is reached from other machines, and there is no key to know them by: give "
			       "--key FILE (or listen on 127.0.0.1)",
			       endpoint->text);
	if (!lender->key.is_given)
		lender_say(lender, "warning: without --key, every process on this machine may borrow");
	lender->poll = epoll_create1(EPOLL_CLOEXEC);
	lender->listener = endpoint_listen(endpoint, err);
	if (lender->poll < 0 || lender->listener < 0)
		return lender->poll < 0 ? err_errno(err, ERR_FAILED, "epoll") : ERR_FAILED;
	watch(lender, lender->listener, NULL, true);
	return 0;
}

int lender_run(const struct lender_options *options, struct lender_counts *counts, struct err *err)
{
	struct lender lender = {.options = options,
				.counts = counts,
				.frames = options->memory_bytes >> TRACE_PAGE_SHIFT,
				.machine = endpoint_machine(),
				.listener = -1,
				.poll = -1};
	struct endpoint endpoint;
	int status;

	*counts = (struct lender_counts){0};
	lender.frames -= lender.frames % LENDER_LEASE_FRAMES;
	if (!lender.frames)
		return err_set(err, ERR_USAGE,
			       "--memory: %" PRIu64 " bytes; memory is lent in leases of %d MiB, so this is the least",
			       options->memory_bytes, LENDER_LEASE_FRAMES >> (20 - TRACE_PAGE_SHIFT));
	status = begin(&lender, &endpoint, err);
	if (status == 0) {
		lender_say(&lender, "%s: lending %" PRIu64 " frames of 4 KiB", endpoint.text, lender.frames);
		if (options->ready) {
			fprintf(options->ready, "%s\n", endpoint.text);
			fflush(options->ready);
		}
		run(&lender);
	}
	close_all(&lender);
	return status;
}
