/* SPDX-License-Identifier: MIT */
/*
 * The native pager: keeps a share of a process's managed memory in its page table, and makes every touch of another
 * page wait as long as the configuration says that its fetch takes. Policy, Remote Page Map, costs, links and counters
 * are those of the simulator (live/live.h, fault/machine.h); only the touches are real.
 *
 *   target: touches a page that is not in its page table; the kernel stops the thread and reports it (userfaultfd)
 *   pager:  finds the page, asks `live` for the stall, unmaps the victims, waits for the rest of the stall, maps the
 * page
 *
 * A remote page stays in the memory file: nothing is copied. Its way to a peer and back is modelled. (Unless there are
 * peers: borrowed.h.) The pager only sees touches that trap, so it can use only policies with traps_suffice.
 *
 * With a recorder the model is not asked: the recorder's active set decides which pages are mapped, and every trap
 * costs nothing.
 *
 * Time. A trap through the pager takes some microseconds by itself (the floor), measured in calibrate.h. A stall that
 * is longer than the floor passes in real time; a shorter one takes as long as the floor. For a target of one thread
 * the pager corrects this, with a virtual time:
 *
 *   base = the target's processor time - its part of the traps + the time that it slept for other reasons
 *   time = base + the model's stalls
 *
 * Sleep for other reasons is the real time without the processor time, the traps, and the time that the target and the
 * pager waited for a processor (/proc/ID/schedstat): other programs on the machine do not count. This base is an
 * estimate: the error of a trap's cost counts once for each trap. A run of the program by itself gives a better one
 * (native.h). With several threads, others run while one waits, so sums correct nothing, and the time is the real time.
 */
#ifndef EMULATOR_PAGER_H
#define EMULATOR_PAGER_H

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "emulator/areas.h"
#include "emulator/pages.h"
#include "emulator/recorder.h"
#include "emulator/uffd.h"
#include "emulator/unmap.h"
#include "live/live.h"

enum { PAGER_LATER = 256 };            /* pages that wait to be unmapped */
enum { PAGER_WAITS = LIVE_VCPUS_MAX }; /* faults that can be outstanding at a time; further ones queue in the kernel */

/* What a trap costs, in ps: beyond the time between the pager's reading of its event and the end of the call that maps
 * the page; that call. */
struct pager_cost {
	int64_t outside_ps, finish_ps;
	int64_t processor_ps; /* the target's processor time for a trap */
};

/* What traps took, for calibrate.c. */
struct pager_samples {
	int64_t *took_ps, *finish_ps; /* from the reading of an event to the end of its trap; the last part of it */
	size_t count, room;
};

struct pager_counts {
	uint64_t traps;        /* events read */
	uint64_t guard_traps;  /* first writes to pages that were mapped for reading; they cost nothing in the model */
	uint64_t repeated;     /* events for pages that were mapped already */
	uint64_t short_stalls; /* stalls below the floor */
	uint64_t removals;     /* ranges that the target gave back, by its events */
	uint64_t stuck;        /* pages that the kernel did not unmap when asked on every CPU */
	uint64_t late;         /* with several threads: stalls that ended after their time */
	int64_t late_ps;       /* by how much in all */
};

/* Memory that belongs to a virtual machine monitor (handover.h), and not to this process. */
struct pager_lent {
	bool is_lent;
	bool is_private;     /* private anonymous memory: a page that was brought in never leaves */
	int content;         /* a file with the content of pages that were not touched yet; -1: they are zeros */
	unsigned char *gone; /* by page of that file: given back since, so that it is zeros now */
};

struct pager_wait {
	bool busy;
	uint64_t address;
	page_id page;
	bool write, first;
	bool stored;      /* its content is in the file of `lent` */
	int64_t read_ps;  /* when its event was read, on the real clock */
	int64_t touch_ps; /* the same on the model's clock */
};

struct borrowed;

struct pager {
	const struct config *config;
	struct live live;
	struct recorder *recorder; /* NULL: none */
	struct borrowed *borrowed; /* remote pages are really at peers, and no stall is modelled; NULL: they are not */
	struct pages pages;
	struct areas areas;
	struct pager_cost cost[2]; /* with one thread, with several */
	bool delays;               /* stalls pass in real time */
	bool accounts; /* they do not as long as there is one thread; the model's clock is the virtual time */
	struct pager_samples *samples; /* NULL: none are taken */

	/* The target; set by pager_attach. */
	pid_t pid;
	int memory;
	struct unmapper unmapper;
	struct pager_lent lent; /* the user sets it after pager_init */
	struct uffd uffd;

	/* Everything below and the fields above except the target's are guarded by `lock` while the thread runs. */
	pthread_mutex_t lock;
	pthread_cond_t settled; /* a fault has ended */
	pthread_t thread;
	pid_t thread_id; /* of the thread, set by itself */
	bool runs;
	atomic_bool stop;
	atomic_bool several; /* the target has several threads */
	bool had_several;    /* at any time: there is no virtual time */
	struct pager_wait wait[PAGER_WAITS];
	unsigned waits;       /* busy */
	page_id *unmap_later; /* pages evicted before their fetch ended, or that the kernel did not unmap */
	uint32_t unmap_count;
	struct pager_counts counts;
	clockid_t processor;                      /* the target's processor time */
	int64_t begin_ps;                         /* real clock */
	int64_t end_ps;                           /* the same; 0 while it runs */
	int64_t begin_processor_ps, processor_ps; /* its processor time at the beginning; in all, at the end */
	int64_t queued_ps;  /* at the end: how long the target and the pager waited for a processor */
	int64_t trapped_ps; /* one thread: how long its traps took in all */
	int64_t stalled_ps; /* one thread: the model's stalls */
	int status;         /* of the thread: 0, or what failed, with `err` */
	struct err err;
};

/* The real clock, and any other one, in ps. */
int64_t pager_clock_ps(void);
int64_t pager_read_ps(clockid_t clock);

/* The processor time of a process so far; how long a thread has waited for a processor, from the second number of
 * /proc/ID/schedstat. In ps; 0 when the kernel does not say. */
int64_t pager_process_ps(pid_t process);
int64_t pager_queued_ps(pid_t thread);

/* Sets up a pager without a target. `capacity`: pages that the target can have at a time; `local`: those of them that
 * are local; `borrowed`: where remote pages are, or NULL. The caller keeps it and the configuration alive. Returns 0 or
 * a negative code; after success pager_free frees everything. */
int pager_init(struct pager *pager, const struct config *config, uint32_t capacity, uint32_t local,
	       struct borrowed *borrowed, struct err *err);
void pager_free(struct pager *pager);

/*
 * Starts to serve a process. `uffd` is its descriptor, enabled; `memory` is the file of its managed memory. Both stay
 * the caller's. The first call begins the measured time. Returns 0 or a negative code.
 */
int pager_attach(struct pager *pager, pid_t pid, const struct uffd *uffd, int memory, struct err *err);

/* The process's memory is gone: it ended, or it runs another program. Forgets all pages; the counters stay. Returns
 * what the thread failed with, or 0. */
int pager_detach(struct pager *pager, struct err *err);

/* Ends the measured time. The target, if it has not failed, is about to end. */
void pager_end(struct pager *pager);

/* ---- what the process did to its mappings; from any thread ---- */

/* A range is managed from now on: it maps the memory file. */
int pager_add(struct pager *pager, const struct area *area, struct err *err);

/* A range is no longer managed. Its content is lost. */
int pager_drop(struct pager *pager, uint64_t start, uint64_t end, struct err *err);

/* The content of a range is lost; its next touches are first touches. */
int pager_discard(struct pager *pager, uint64_t start, uint64_t end, struct err *err);

/* A mapping of `bytes` bytes has moved from one address to another, with its pages. The target range was dropped
 * before. */
int pager_move(struct pager *pager, uint64_t from, uint64_t to, uint64_t bytes, struct err *err);

/* Pages of a range are about to be given back, or all when the process ends: a recorder asks first which of them were
 * written. */
void pager_note_written(struct pager *pager, uint64_t start, uint64_t end);

/* Whether the process has several threads. */
void pager_set_several(struct pager *pager, bool several);

/* The area of an address; false when it is not managed. */
bool pager_area(struct pager *pager, uint64_t address, struct area *area);

/* Whether a part of [start, end) is managed. */
bool pager_overlaps(struct pager *pager, uint64_t start, uint64_t end);

/* ---- the result ---- */

/* Managed pages at the time when there were most. */
static inline uint32_t pager_footprint(const struct pager *pager)
{
	return pager->pages.used;
}

/* The result's time is the real one: others ran while one thread waited, or the stalls were real. */
static inline bool pager_is_real(const struct pager *pager)
{
	return pager->had_several || pager->borrowed;
}

/* Fills in faults, stalls, sizes and times. With several threads the base is not known, and is 0. Returns 0 or a
 * negative code. */
int pager_result(const struct pager *pager, struct job_result *job, struct err *err);

/* The target's processor time without its part of the traps, in ps. */
int64_t pager_ran_ps(const struct pager *pager);

/* Takes pages out of the target's page table: up to UNMAP_PAGES at once. For pager_serve.c. */
void pager_unmap(struct pager *pager, const page_id *page, uint32_t count);

/* A recorded page was written; for unmap.h. */
void pager_page_written(void *pager, uint64_t vpn);

/* Ends the target, with an error that pager_detach returns. */
void pager_fail(struct pager *pager, int status, const struct err *err);

/* The pager's thread; for pager.c. */
void *pager_serve(void *pager);

#endif
