/* SPDX-License-Identifier: MIT */
/* The pager's thread: reads the target's traps, lets the model decide what each costs, and ends each in time. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "emulator/borrowed.h"
#include "emulator/pager.h"
#include "emulator/pager_lent.h"
#include "emulator/pager_record.h"
#include "trace/header.h"

#define PAGE_MASK   (~((UINT64_C(1) << TRACE_PAGE_SHIFT) - 1))
#define PS_PER_NS   1000
#define SPIN_PS     (INT64_C(80) * 1000000) /* a sleep wakes up late by about 60 us on Linux, so the rest is spun */
#define NO_DEADLINE INT64_MAX

/* By how much the real clock is ahead of the model's, without the time before the target began: with one thread, what
 * its traps took beyond their stalls. */
static int64_t ahead_ps(const struct pager *pager)
{
	return pager->borrowed ? 0 : pager->trapped_ps - pager->stalled_ps;
}

/* The model's clock at a time of the real one. */
static int64_t model_ps(const struct pager *pager, int64_t real_ps)
{
	int64_t at_ps = real_ps - pager->begin_ps - ahead_ps(pager);

	if (pager->accounts && !atomic_load(&pager->several)) /* so that other programs do not matter */
		at_ps = pager_ran_ps(pager) + pager->stalled_ps;
	return at_ps > 0 ? at_ps : 0;
}

static const struct pager_cost *cost(const struct pager *pager)
{
	return &pager->cost[atomic_load(&pager->several)];
}

/* ---- the end of a trap ---- */

/* A page that is not new: it has come from a peer, or is in the file. A page that is at neither was evicted again
 * before this thread's turn came; the thread touches it again. */
static int map_known(struct pager *pager, const struct pager_wait *wait, bool guarded)
{
	const void *content = pager->borrowed ? borrowed_content(pager->borrowed, wait->page) : NULL;
	int status;

	if (!content) {
		status = uffd_map(&pager->uffd, wait->address, guarded);
		return status == -EFAULT && pager->borrowed ? -ENOENT : status;
	}
	status = uffd_copy(&pager->uffd, wait->address, content, guarded);
	if (status != -EAGAIN)
		borrowed_release(pager->borrowed, wait->page);
	return status == -EEXIST ? -EFBIG : status;
}

/* Maps a page; what the pager expects to be in the file may differ from what is. Wakes the thread. False
 * when an event has to be read first. */
static bool map(struct pager *pager, const struct pager_wait *wait, bool guarded)
{
	struct page_info *info = &pager->pages.info[wait->page];
	struct err err;
	int status;

	if (wait->stored)
		status = lent_bring(pager, wait->address);
	else
		status = wait->first ? uffd_zero(&pager->uffd, wait->address, guarded)
				     : map_known(pager, wait, guarded);
	if (status == -EEXIST && wait->first) /* its thread was stopped before the range was registered */
		status = uffd_map(&pager->uffd, wait->address, guarded);
	else if (status == -EFAULT && !wait->first && !pager->borrowed)
		status = uffd_zero(&pager->uffd, wait->address, guarded);
	if (status == -EAGAIN)
		return false;
	if (status == -EEXIST || status == -ENOENT) {
		uffd_wake(&pager->uffd, wait->address);
	} else if (status < 0 && status != -ESRCH) {
		errno = -status;
		err_errno(&err, ERR_FAILED, "userfaultfd: a page cannot be mapped");
		pager_fail(pager, ERR_FAILED, &err);
	}
	if (pager->borrowed && (status == -ENOENT || status == -ESRCH))
		return true;
	if (!info->mapped || status == 0) {
		info->guarded = guarded;
		info->mapped = 1;
	}
	if (pager->borrowed && !guarded)
		borrowed_written(pager->borrowed, wait->page);
	return true;
}

/* The stall is over: the thread goes on. False when an event has to be read first. */
static bool finish(struct pager *pager, struct pager_wait *wait)
{
	const struct local_memory *memory = &pager->live.machine.memory;
	struct page_info *info = &pager->pages.info[wait->page];
	bool guarded = pager->uffd.guards && !wait->write && !local_memory_is_dirty(memory, wait->page);

	if (!map(pager, wait, guarded))
		return false;
	if (!guarded && local_memory_is_local(memory, wait->page) && !local_memory_is_dirty(memory, wait->page))
		local_memory_mark_dirty(&pager->live.machine.memory, wait->page); /* its writes are not seen */
	info->fetching = 0;
	wait->busy = false;
	pager->waits--;
	if ((info->unmapping || !local_memory_is_local(memory, wait->page)) && pager->unmap_count < PAGER_LATER)
		pager->unmap_later[pager->unmap_count++] = wait->page;
	pthread_cond_broadcast(&pager->settled);
	return true;
}

/* A trap has ended that took from `read_ps` until now and that the model charges with stall_ps. */
static void account(struct pager *pager, int64_t read_ps, int64_t stall_ps)
{
	int64_t took_ps = pager_clock_ps() - read_ps + cost(pager)->outside_ps;

	if (atomic_load(&pager->several) || pager->borrowed)
		return;
	pager->trapped_ps += took_ps;
	pager->stalled_ps += stall_ps;
}

static void sample(struct pager *pager, const struct pager_wait *wait, int64_t finish_ps)
{
	struct pager_samples *samples = pager->samples;
	int64_t now_ps = pager_clock_ps();

	if (!samples || samples->count == samples->room)
		return;
	samples->took_ps[samples->count] = now_ps - wait->read_ps;
	samples->finish_ps[samples->count++] = now_ps - finish_ps;
}

/* ---- the beginning of a trap ---- */

static struct pager_wait *free_wait(struct pager *pager)
{
	for (unsigned i = 0; i < PAGER_WAITS; i++)
		if (!pager->wait[i].busy)
			return &pager->wait[i];
	return NULL;
}

/* The model has fetched the page again since, or the target has given it back. */
static bool is_wanted(const struct pager *pager, page_id page)
{
	const struct page_info *info = &pager->pages.info[page];

	if (!info->mapped || info->fetching)
		return true;
	return !info->unmapping && (pager->recorder || local_memory_is_local(&pager->live.machine.memory, page));
}

/* A page that was evicted while it was being fetched was mapped for its thread's touch. It goes when the next trap
 * begins, and so does a page that the kernel did not unmap. */
static void unmap_late_pages(struct pager *pager)
{
	const uint32_t count = pager->unmap_count;
	page_id page[PAGER_LATER];

	memcpy(page, pager->unmap_later, count * sizeof(*page));
	pager->unmap_count = 0;
	for (uint32_t i = 0; i < count; i++)
		if (!is_wanted(pager, page[i]))
			pager_unmap(pager, &page[i], 1);
}

/* A trapped touch goes to the recorder, whose active set says what is mapped from now on. */
static void record(struct pager *pager, const struct pager_wait *wait)
{
	struct err err;

	if (pager_record(pager, wait, &err) < 0) {
		pager_fail(pager, ERR_FAILED, &err);
		return;
	}
	pager->pages.info[wait->page].unmapping = 0;
	map(pager, wait, !wait->write);
	account(pager, wait->read_ps, 0);
}

/* A first write to a page that was mapped for reading. */
static void unguard(struct pager *pager, uint64_t address, page_id page, int64_t read_ps)
{
	struct page_info *info = page == PAGE_NONE ? NULL : &pager->pages.info[page];

	pager->counts.guard_traps++;
	if (info && local_memory_is_local(&pager->live.machine.memory, page))
		local_memory_mark_dirty(&pager->live.machine.memory, page);
	if (info && pager->borrowed)
		borrowed_written(pager->borrowed, page);
	if (info)
		info->guarded = 0;
	if (uffd_unguard(&pager->uffd, address) < 0)
		uffd_wake(&pager->uffd, address);
	account(pager, read_ps, 0);
}

/* With one thread nothing else happens until it goes on, so the model runs ahead to that time. */
static int run_ahead(struct pager *pager, unsigned slot, struct err *err)
{
	int status = 0;

	while (status == 0 && live_is_waiting(&pager->live, slot)) {
		int64_t next_ps = live_next_ps(&pager->live);

		status = next_ps == EVENTS_END
				 ? err_set(err, ERR_FAILED, "the page that a thread waits for is not in flight")
				 : live_advance(&pager->live, next_ps, err);
	}
	return status;
}

/* Begins a trap on a page of the model. */
static void begin(struct pager *pager, struct pager_wait *wait, struct err *err)
{
	const unsigned slot = (unsigned)(wait - pager->wait);
	struct live_touch touch = {slot, wait->page, wait->write, model_ps(pager, wait->read_ps)};
	int64_t stall_ps;
	int status;

	wait->busy = true;
	pager->waits++;
	pager->pages.info[wait->page].fetching = 1;
	pager->pages.info[wait->page].unmapping = 0;
	status = live_touch(&pager->live, &touch, &stall_ps, err);
	wait->touch_ps = pager->live.events.now_ps;
	if (status == 0 && !atomic_load(&pager->several) && !pager->borrowed)
		status = run_ahead(pager, slot, err);
	if (status == 0 && stall_ps != LIVE_WAITS)
		pager->live.resume_ps[slot] = wait->touch_ps + stall_ps;
	if (pager->borrowed)
		unmap_late_pages(pager);
	if (status < 0)
		pager_fail(pager, status, err);
}

/* A trap on a page that is mapped already. A page of lent memory may have been freed by its owner. */
static int map_again(const struct pager *pager, uint64_t address, bool guarded)
{
	int status = pager->lent.is_private ? -EFAULT : uffd_map(&pager->uffd, address, guarded);

	return status == -EFAULT && pager->lent.is_lent ? uffd_zero(&pager->uffd, address, guarded) : status;
}

static void touch(struct pager *pager, uint64_t address, uint64_t flags, int64_t read_ps)
{
	const bool write = flags & UFFD_PAGEFAULT_FLAG_WRITE, minor = flags & UFFD_PAGEFAULT_FLAG_MINOR;

	struct pager_wait *wait = free_wait(pager);
	page_id page = pages_find(&pager->pages, address >> TRACE_PAGE_SHIFT);
	bool first = page == PAGE_NONE, stored = first && lent_is_stored(pager, address);
	struct err err;

	if (!wait) { /* it traps again */
		uffd_wake(&pager->uffd, address);
		return;
	}
	if (first)
		page = pages_add(&pager->pages, address >> TRACE_PAGE_SHIFT);
	if (page == PAGE_NONE) {
		err_set(&err, ERR_FAILED, "the target has more than the %u pages of this machine's memory",
			pager->pages.capacity);
		pager_fail(pager, ERR_FAILED, &err);
		return;
	}
	*wait = (struct pager_wait){.address = address,
				    .page = page,
				    .write = write,
				    .first = first && !minor,
				    .stored = stored && !minor,
				    .read_ps = read_ps};
	if (pager->pages.info[page].mapped) { /* already mapped for another thread, or unmapped by the target itself */
		pager->counts.repeated++;
		if (map_again(pager, address, pager->pages.info[page].guarded) < 0)
			uffd_wake(&pager->uffd, address);
		account(pager, read_ps, 0);
		return;
	}
	if (first && pager->lent.is_lent && (stored || minor) && live_add_remote(&pager->live, page, &err) < 0)
		pager_fail(pager, ERR_FAILED, &err);
	if (pager->recorder)
		record(pager, wait);
	else
		begin(pager, wait, &err);
}

static void take(struct pager *pager, const struct uffd_msg *event, int64_t read_ps)
{
	const uint64_t address = event->arg.pagefault.address & PAGE_MASK, flags = event->arg.pagefault.flags;
	struct err err;

	if (event->event != UFFD_EVENT_PAGEFAULT) {
		if (lent_change(pager, event, &err) < 0)
			pager_fail(pager, ERR_FAILED, &err);
		return;
	}
	pager->counts.traps++;
	unmap_late_pages(pager);
	if (!areas_find(&pager->areas, address))
		uffd_wake(&pager->uffd, address);
	else if (flags & UFFD_PAGEFAULT_FLAG_WP)
		unguard(pager, address, pages_find(&pager->pages, address >> TRACE_PAGE_SHIFT), read_ps);
	else
		touch(pager, address, flags, read_ps);
}

/* ---- waiting ---- */

/* When on the real clock the call that ends this trap has to begin; NO_DEADLINE while the model does not know. */
static int64_t deadline_ps(const struct pager *pager, const struct pager_wait *wait)
{
	const unsigned slot = (unsigned)(wait - pager->wait);
	int64_t stall_ps;

	if (live_is_waiting(&pager->live, slot))
		return NO_DEADLINE;
	stall_ps = live_resume_ps(&pager->live, slot) - wait->touch_ps;
	if (!pager->delays)
		return wait->read_ps;
	return wait->read_ps + stall_ps - cost(pager)->outside_ps - cost(pager)->finish_ps;
}

/* Ends all traps whose time has come. Returns the next time at which something happens. */
static int64_t finish_due(struct pager *pager, int64_t now_ps)
{
	int64_t next_ps = NO_DEADLINE;

	for (unsigned i = 0; i < PAGER_WAITS && pager->waits; i++) {
		struct pager_wait *wait = &pager->wait[i];
		int64_t due_ps = wait->busy ? deadline_ps(pager, wait) : NO_DEADLINE;

		if (due_ps == NO_DEADLINE)
			continue;
		if (due_ps > now_ps) {
			next_ps = due_ps < next_ps ? due_ps : next_ps;
			continue;
		}
		if (!finish(pager, wait)) {
			next_ps = now_ps;
			continue;
		}
		pager->counts.short_stalls += due_ps < wait->read_ps;
		if (pager->delays && atomic_load(&pager->several)) {
			pager->counts.late++;
			pager->counts.late_ps += now_ps - due_ps;
		}
		sample(pager, wait, now_ps);
		account(pager, wait->read_ps, live_resume_ps(&pager->live, i) - wait->touch_ps);
	}
	return next_ps;
}

/* With several threads the model's events happen at their times on the real clock. Returns the time of the next one. */
static int64_t run_events(struct pager *pager, int64_t now_ps)
{
	struct err err;
	int64_t event_ps;
	int status = live_advance(&pager->live, model_ps(pager, now_ps), &err);

	if (status < 0)
		pager_fail(pager, status, &err);
	event_ps = live_next_ps(&pager->live);
	return event_ps == EVENTS_END ? NO_DEADLINE : event_ps + pager->begin_ps + ahead_ps(pager);
}

/* Waits for an event or for a time on the real clock; the last part of a wait is spun. True: read now. */
static bool wait_for_event(struct pager *pager, int64_t until_ps)
{
	struct pollfd ready = {.fd = pager->uffd.fd, .events = POLLIN};
	int64_t left_ps = until_ps - pager_clock_ps() - SPIN_PS;
	struct timespec limit = {0, 0};

	if (until_ps == NO_DEADLINE)
		return ppoll(&ready, 1, NULL, NULL) > 0;
	if (left_ps > 0)
		limit = (struct timespec){left_ps / PS_PER_NS / 1000000000, left_ps / PS_PER_NS % 1000000000};
	return ppoll(&ready, 1, &limit, NULL) > 0;
}

/* The only thread of the target waits until then: nothing can arrive. */
static void sleep_until(int64_t until_ps)
{
	int64_t wake_ps = until_ps - SPIN_PS;
	struct timespec wake = {wake_ps / PS_PER_NS / 1000000000, wake_ps / PS_PER_NS % 1000000000};

	if (wake_ps > pager_clock_ps())
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &wake, NULL);
	while (pager_clock_ps() < until_ps)
		;
}

static bool read_event(struct pager *pager)
{
	struct uffd_msg event;
	int64_t read_ps;

	if (read(pager->uffd.fd, &event, sizeof(event)) != sizeof(event))
		return false;
	read_ps = pager_clock_ps();
	pthread_mutex_lock(&pager->lock);
	take(pager, &event, read_ps);
	pthread_mutex_unlock(&pager->lock);
	return true;
}

/* Sets whether a read waits for an event: one system call fewer than poll and read. Polling needs the other mode. */
static void set_blocking(struct pager *pager, bool *blocking, bool wanted)
{
	if (*blocking != wanted)
		fcntl(pager->uffd.fd, F_SETFL, wanted ? 0 : O_NONBLOCK);
	*blocking = wanted;
}

static void wait_and_read(struct pager *pager, bool *blocking, int64_t next_ps)
{
	bool several = atomic_load(&pager->several);

	set_blocking(pager, blocking, !several && !pager->waits);
	if (*blocking)
		read_event(pager);
	else if (!several && next_ps != NO_DEADLINE)
		sleep_until(next_ps);
	else if (pager->waits == PAGER_WAITS && !pager->uffd.events)
		sleep_until(next_ps);
	else if (wait_for_event(pager, next_ps))
		while (read_event(pager) && pager->waits < PAGER_WAITS)
			;
}

/* Runs what is due. Returns the next time on the real clock at which something happens. */
static int64_t run_due(struct pager *pager)
{
	int64_t next_ps = NO_DEADLINE, due_ps;

	pthread_mutex_lock(&pager->lock);
	if ((atomic_load(&pager->several) || pager->borrowed) && pager->waits)
		next_ps = run_events(pager, pager_clock_ps());
	due_ps = finish_due(pager, pager_clock_ps());
	if (!pager->waits)
		next_ps = NO_DEADLINE;
	pthread_mutex_unlock(&pager->lock);
	return due_ps < next_ps ? due_ps : next_ps;
}

/* ---- with peers ---- */

/* Waits for a touch, for something from a peer, or until a heart-beat is due. Returns whether it was the last. */
static bool wait_with_peers(struct pager *pager, bool takes)
{
	struct pollfd ready[1 + BORROWED_POLLS];
	struct timespec limit;
	int64_t wait_us;
	unsigned count;

	pthread_mutex_lock(&pager->lock);
	count = borrowed_wait(pager->borrowed, ready + 1, &wait_us);
	pthread_mutex_unlock(&pager->lock);
	ready[0] = (struct pollfd){takes ? pager->uffd.fd : -1, POLLIN, 0};
	if (!count)
		wait_us = 0;
	limit = (struct timespec){wait_us / 1000000, wait_us % 1000000 * 1000};
	if (ppoll(ready, 1 + count, &limit, NULL) == 0)
		return count;
	for (unsigned i = 1; i <= count; i++)
		if (ready[i].revents)
			borrowed_look(pager->borrowed);
	return false;
}

/* It never spins: whoever answers may need this processor. */
static void serve_with_peers(struct pager *pager)
{
	bool idle = false;

	while (!atomic_load(&pager->stop)) {
		const bool takes = !borrowed_is_full(pager->borrowed) && pager->waits < PAGER_WAITS;
		bool busy;

		if (takes && read_event(pager))
			run_due(pager); /* its page may be here already */
		pthread_mutex_lock(&pager->lock);
		busy = borrowed_step(pager->borrowed, idle);
		pthread_mutex_unlock(&pager->lock);
		if (busy)
			run_due(pager);
		idle = !busy && wait_with_peers(pager, takes);
	}
}

void *pager_serve(void *context)
{
	struct pager *pager = context;
	int64_t next_ps = NO_DEADLINE;
	bool blocking = false;

	pager->thread_id = (pid_t)syscall(SYS_gettid);
	if (pager->borrowed) {
		fcntl(pager->uffd.fd, F_SETFL, O_NONBLOCK);
		serve_with_peers(pager);
		return NULL;
	}
	while (!atomic_load(&pager->stop)) {
		wait_and_read(pager, &blocking, next_ps);
		next_ps = run_due(pager);
	}
	return NULL;
}
