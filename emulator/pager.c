/* SPDX-License-Identifier: MIT */
#include "emulator/pager.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "emulator/borrowed.h"
#include "trace/header.h"

#define PAGE_BYTES (UINT64_C(1) << TRACE_PAGE_SHIFT)

enum { STOP_SIGNAL = SIGUSR2 };

int64_t pager_clock_ps(void)
{
	return pager_read_ps(CLOCK_MONOTONIC);
}

int64_t pager_read_ps(clockid_t clock)
{
	struct timespec now = {0};

	clock_gettime(clock, &now);
	return (now.tv_sec * INT64_C(1000000000) + now.tv_nsec) * 1000;
}

/* ---- pages that leave the target's page table ---- */

/* A page that the kernel leaves mapped is tried again when the next trap begins. */
void pager_unmap(struct pager *pager, const page_id *page, uint32_t count)
{
	uint64_t vpn[UNMAP_PAGES];
	uint32_t left;

	for (uint32_t i = 0; i < count; i++) {
		vpn[i] = pager->pages.info[page[i]].vpn;
		pager->pages.info[page[i]].unmapping = 0;
	}
	left = unmap_pages(&pager->unmapper, vpn, count);
	for (uint32_t i = 0; i < left; i++) {
		page_id stuck = pages_find(&pager->pages, vpn[i]);

		pager->pages.info[stuck].unmapping = 1;
		pager->counts.stuck++;
		if (pager->unmap_count < PAGER_LATER)
			pager->unmap_later[pager->unmap_count++] = stuck;
	}
	for (uint32_t i = 0; i < count; i++) {
		struct page_info *info = &pager->pages.info[page[i]];

		if (!info->unmapping)
			info->mapped = info->guarded = 0;
	}
}

/* The model wants the page to trap at its next touch. */
static void leaves(void *context, page_id page)
{
	struct pager *pager = context;
	struct page_info *info = &pager->pages.info[page];

	if (pager->lent.is_private)
		return;
	if (info->fetching)
		info->unmapping = 1;
	else if (info->mapped)
		pager_unmap(pager, &page, 1);
}

/* It goes to a peer. It is unmapped once the page in whose place it leaves has been asked for. */
static void goes(void *context, page_id page)
{
	struct pager *pager = context;

	pager->pages.info[page].unmapping = 1;
	if (pager->unmap_count < PAGER_LATER)
		pager->unmap_later[pager->unmap_count++] = page;
	borrowed_evicted(pager->borrowed, page);
}

void pager_fail(struct pager *pager, int status, const struct err *err)
{
	if (pager->status == 0) {
		pager->status = status;
		pager->err = *err;
	}
	kill(pager->pid, SIGKILL);
}

/* ---- life ---- */

int pager_init(struct pager *pager, const struct config *config, uint32_t capacity, uint32_t local,
	       struct borrowed *borrowed, struct err *err)
{
	const struct live_guest guest = {capacity, local, PAGER_WAITS, borrowed ? borrowed_carrier(borrowed) : NULL};
	int status;

	*pager = (struct pager){
		.config = config, .borrowed = borrowed, .delays = !borrowed, .unmapper = {.pidfd = -1, .pagemap = -1}};
	if ((status = pages_init(&pager->pages, capacity, err)) < 0)
		return status;
	status = live_init(&pager->live, config, &guest, err);
	if (status < 0) {
		pages_free(&pager->pages);
		return status;
	}
	pager->live.watch = (struct live_watch){pager, borrowed ? goes : leaves, leaves};
	if (borrowed)
		borrowed_bind(borrowed, pager);
	pager->unmap_later = calloc(PAGER_LATER, sizeof(*pager->unmap_later));
	pthread_mutex_init(&pager->lock, NULL);
	pthread_cond_init(&pager->settled, NULL);
	status = pager->unmap_later ? live_begin(&pager->live, err) : err_memory(err, "the pager");
	if (status < 0)
		pager_free(pager);
	return status;
}

void pager_free(struct pager *pager)
{
	struct err err;

	if (pager->runs)
		pager_detach(pager, &err);
	live_free(&pager->live);
	pages_free(&pager->pages);
	areas_free(&pager->areas);
	free(pager->unmap_later);
	pthread_mutex_destroy(&pager->lock);
	pthread_cond_destroy(&pager->settled);
}

static void wake_reader(int number)
{
	(void)number;
}

int pager_attach(struct pager *pager, pid_t pid, const struct uffd *uffd, int memory, struct err *err)
{
	const struct sigaction action = {.sa_handler = wake_reader};
	int status = unmap_open(&pager->unmapper, pid, err);

	if (status < 0)
		return status;
	if (pager->recorder)
		unmap_watch(&pager->unmapper, pager_page_written, pager);
	pager->pid = pid;
	sigaction(STOP_SIGNAL, &action, NULL);
	pager->uffd = *uffd;
	pager->memory = memory;
	atomic_store(&pager->stop, false);
	if (!pager->begin_ps) {
		clock_getcpuclockid(pid, &pager->processor);
		pager->begin_ps = pager_clock_ps();
		pager->begin_processor_ps = pager_read_ps(pager->processor);
	}
	errno = pthread_create(&pager->thread, NULL, pager_serve, pager);
	if (errno) {
		unmap_close(&pager->unmapper);
		return err_errno(err, ERR_FAILED, "the pager's thread");
	}
	pager->runs = true;
	return 0;
}

/* The model's faults that nobody waits for any more run to their ends. */
static int end_waits(struct pager *pager, struct err *err)
{
	for (unsigned i = 0; i < PAGER_WAITS; i++) {
		while (!pager->borrowed && pager->wait[i].busy && live_is_waiting(&pager->live, i)) {
			int status = live_advance(&pager->live, live_next_ps(&pager->live), err);

			if (status < 0)
				return status;
		}
		if (pager->wait[i].busy)
			pager->pages.info[pager->wait[i].page].fetching = 0;
		pager->wait[i].busy = false;
	}
	pager->waits = 0;
	pager->unmap_count = 0;
	if (pager->borrowed)
		borrowed_forget_waits(pager->borrowed);
	return 0;
}

static void stop_thread(struct pager *pager)
{
	const struct timespec pause = {0, 1000000};

	atomic_store(&pager->stop, true);
	/* A signal that arrives between the check of `stop` and the system call is lost, so it is repeated. */
	while (pthread_kill(pager->thread, STOP_SIGNAL) == 0 && pthread_tryjoin_np(pager->thread, NULL) != 0)
		nanosleep(&pause, NULL);
	pager->runs = false;
}

int pager_detach(struct pager *pager, struct err *err)
{
	int status;

	if (!pager->runs)
		return 0;
	stop_thread(pager);
	status = end_waits(pager, err);
	if (status == 0)
		status = pager_drop(pager, 0, PAGES_VPN_END << TRACE_PAGE_SHIFT, err);
	unmap_close(&pager->unmapper);
	if (pager->status < 0) {
		*err = pager->err;
		return pager->status;
	}
	return status;
}

int64_t pager_process_ps(pid_t process)
{
	clockid_t clock;

	return clock_getcpuclockid(process, &clock) == 0 ? pager_read_ps(clock) : 0;
}

int64_t pager_queued_ps(pid_t thread)
{
	unsigned long long ran_ns, queued_ns = 0;
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%ld/schedstat", (long)thread);
	file = fopen(path, "re");
	if (file && fscanf(file, "%llu %llu", &ran_ns, &queued_ns) != 2)
		queued_ns = 0;
	if (file)
		fclose(file);
	return (int64_t)queued_ns * 1000;
}

void pager_end(struct pager *pager)
{
	if (pager->end_ps)
		return;
	pager->end_ps = pager_clock_ps();
	pager->processor_ps = pager_read_ps(pager->processor) - pager->begin_processor_ps;
	pager->queued_ps = pager_queued_ps(pager->pid) + pager_queued_ps(pager->thread_id);
}

/* ---- mappings ---- */

int pager_add(struct pager *pager, const struct area *area, struct err *err)
{
	int status;

	pthread_mutex_lock(&pager->lock);
	status = areas_add(&pager->areas, area, err);
	pthread_mutex_unlock(&pager->lock);
	return status;
}

static bool is_fetching(const struct pager *pager, uint64_t from, uint64_t to)
{
	for (unsigned i = 0; i < PAGER_WAITS; i++) {
		uint64_t vpn = pager->wait[i].address >> TRACE_PAGE_SHIFT;

		if (pager->wait[i].busy && vpn >= from && vpn < to)
			return true;
	}
	return false;
}

/* A page of a trace keeps its id. */
static void forget_recorded(struct pager *pager, page_id page)
{
	struct page_info *info = &pager->pages.info[page];

	active_forget(&pager->recorder->active, page);
	info->mapped = info->guarded = info->unmapping = 0;
}

/* Forgets the pages of a range, once no thread waits for one of them. */
static int forget(struct pager *pager, uint64_t start, uint64_t end, struct err *err)
{
	const uint64_t from = start >> TRACE_PAGE_SHIFT, to = end >> TRACE_PAGE_SHIFT;
	int status = 0;

	while (is_fetching(pager, from, to) && pager->runs)
		pthread_cond_wait(&pager->settled, &pager->lock);
	for (uint64_t vpn = pages_next(&pager->pages, from, to); vpn < to && status == 0;
	     vpn = pages_next(&pager->pages, vpn + 1, to)) {
		page_id page = pages_find(&pager->pages, vpn);

		if (pager->recorder) {
			forget_recorded(pager, page);
			continue;
		}
		status = live_forget(&pager->live, page, err);
		pages_remove(&pager->pages, page);
	}
	return status;
}

/* Frees a part's memory. */
static void punch(void *context, const struct area *area)
{
	const struct pager *pager = context;

	if (pager->lent.is_lent) /* its owner frees it */
		return;
	(void)fallocate(pager->memory, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)area->offset,
			(off_t)(area->end - area->start));
}

int pager_drop(struct pager *pager, uint64_t start, uint64_t end, struct err *err)
{
	int status;

	pthread_mutex_lock(&pager->lock);
	status = forget(pager, start, end, err);
	if (status == 0)
		status = areas_remove(&pager->areas, start, end, punch, pager, err);
	pthread_mutex_unlock(&pager->lock);
	return status;
}

int pager_discard(struct pager *pager, uint64_t start, uint64_t end, struct err *err)
{
	int status;

	pthread_mutex_lock(&pager->lock);
	status = forget(pager, start, end, err);
	areas_visit(&pager->areas, start, end, punch, pager);
	pthread_mutex_unlock(&pager->lock);
	return status;
}

/* A page that moves may lose its write protection, so it counts as written from now on. */
static bool move_pages(struct pager *pager, uint64_t from, uint64_t to, uint64_t count)
{
	for (uint64_t vpn = pages_next(&pager->pages, from, from + count); vpn < from + count;
	     vpn = pages_next(&pager->pages, vpn + 1, from + count)) {
		page_id page = pages_find(&pager->pages, vpn);
		struct page_info *info = &pager->pages.info[page];

		if (!pages_move(&pager->pages, page, vpn - from + to))
			return false;
		if (info->guarded && local_memory_is_local(&pager->live.machine.memory, page))
			local_memory_mark_dirty(&pager->live.machine.memory, page);
		info->guarded = 0;
	}
	return true;
}

/* The pages at the new addresses are new pages of the trace, so their touches must trap. */
static void move_recorded(struct pager *pager, uint64_t to, uint64_t bytes)
{
	pager->counts.stuck += unmap_range(&pager->unmapper, to, to + bytes);
}

int pager_move(struct pager *pager, uint64_t from, uint64_t to, uint64_t bytes, struct err *err)
{
	struct area moved = {0};
	const struct area *area;
	int status;

	pthread_mutex_lock(&pager->lock);
	while (is_fetching(pager, from >> TRACE_PAGE_SHIFT, (from + bytes) >> TRACE_PAGE_SHIFT) && pager->runs)
		pthread_cond_wait(&pager->settled, &pager->lock);
	status = pager->recorder ? forget(pager, from, from + bytes, err) : 0;
	area = areas_find(&pager->areas, from);
	if (area)
		moved = (struct area){to, to + bytes, area->offset + (from - area->start), area->limit};
	if (area && status == 0)
		status = areas_remove(&pager->areas, from, from + bytes, NULL, NULL, err);
	if (area && status == 0)
		status = areas_add(&pager->areas, &moved, err);
	if (status == 0 && pager->recorder)
		move_recorded(pager, to, bytes);
	else if (status == 0 &&
		 !move_pages(pager, from >> TRACE_PAGE_SHIFT, to >> TRACE_PAGE_SHIFT, bytes >> TRACE_PAGE_SHIFT))
		status = err_memory(err, "the target's pages");
	pthread_mutex_unlock(&pager->lock);
	return status;
}

void pager_set_several(struct pager *pager, bool several)
{
	pthread_mutex_lock(&pager->lock);
	pager->had_several |= several;
	pager->delays |= several && pager->accounts;
	atomic_store(&pager->several, several);
	pthread_mutex_unlock(&pager->lock);
}

bool pager_area(struct pager *pager, uint64_t address, struct area *area)
{
	const struct area *found;

	pthread_mutex_lock(&pager->lock);
	found = areas_find(&pager->areas, address);
	if (found)
		*area = *found;
	pthread_mutex_unlock(&pager->lock);
	return found;
}

static void note_any(void *context, const struct area *area)
{
	(void)area;
	*(bool *)context = true;
}

bool pager_overlaps(struct pager *pager, uint64_t start, uint64_t end)
{
	bool any = false;

	pthread_mutex_lock(&pager->lock);
	areas_visit(&pager->areas, start, end, note_any, &any);
	pthread_mutex_unlock(&pager->lock);
	return any;
}

/* ---- the result ---- */

int64_t pager_ran_ps(const struct pager *pager)
{
	const int64_t processor_ps = pager->end_ps ? pager->processor_ps
						   : pager_read_ps(pager->processor) - pager->begin_processor_ps;

	return processor_ps - (int64_t)pager->counts.traps * pager->cost[0].processor_ps;
}

/* The target's time without its traps, for one thread. */
static int64_t base_ps(const struct pager *pager)
{
	const int64_t real_ps = pager->end_ps - pager->begin_ps;
	const int64_t slept_ps = real_ps - pager->processor_ps - pager->trapped_ps - pager->queued_ps;
	const int64_t ran_ps = pager_ran_ps(pager);

	return (ran_ps > 0 ? ran_ps : 0) + (slept_ps > 0 ? slept_ps : 0);
}

int pager_result(const struct pager *pager, struct job_result *job, struct err *err)
{
	int status = live_result(&pager->live, job, err);

	job->footprint_pages = pager_footprint(pager);
	job->local_pages = pager->live.machine.memory.config.frames < job->footprint_pages
				   ? pager->live.machine.memory.config.frames
				   : job->footprint_pages;
	job->base_ps = pager_is_real(pager) ? 0 : base_ps(pager);
	job->time_ps = pager_is_real(pager) ? pager->end_ps - pager->begin_ps : job->base_ps + pager->stalled_ps;
	job->time_max_ps = job->time_ps;
	return status;
}
