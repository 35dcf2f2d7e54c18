/* SPDX-License-Identifier: MIT */
/*
 * The stalls of a VM that uses the fabric by itself: fetches never wait for each other, and write-backs wait only for
 * write-backs. Instead of the page plane's queue at every link, two queues are enough: at the link out of the host, and
 * at its backing store. Private to cluster/; closed_form.h says when this holds.
 */
#ifndef CLUSTER_TIMELINE_H
#define CLUSTER_TIMELINE_H

#include "base/histogram.h"
#include "config/config.h"
#include "fault/cost.h"

/* A write-back in flight. A queue holds them in the order in which they were sent. */
struct write_back {
	int64_t sent_ps, start_ps; /* start: when its first link begins to send it */
	uint32_t donor;
};

/* A link that serves one message after the other, with the write-backs that have not arrived yet. */
struct link_queue {
	int64_t service_ps, free_ps, queue_ps;
	uint64_t messages;
	struct write_back *write_back; /* a ring buffer */
	uint32_t room, first, count;
};

struct timeline {
	const struct config *config;
	int64_t begin_ps, fetch_ps;   /* a fetch, from the fault to its end */
	int64_t first_ps;             /* the software of a first touch; the caller counts them */
	int64_t write_ps;             /* a write-back, from its start to the donor's memory */
	int64_t stored_ps;            /* a write to the backing store, from its start until it has completed */
	int64_t stall_ps, buffer_ps;  /* so far: in all, and the part due to a full write-back buffer */
	uint64_t plain;               /* fetches that did not wait for the buffer */
	struct histogram waited;      /* times of the others, in ps; without buckets while there are none */
	struct link_queue out, store; /* store: service_ps is 0 without a backing store */
};

/* Sets up the timeline of one configuration. Returns 0 or a negative code. */
int timeline_init(struct timeline *timeline, const struct config *config, struct err *err);
void timeline_free(struct timeline *timeline);

/* The simulated time, in ps, at which the guest's clock reads clock_ps, after so many first touches. */
static inline int64_t timeline_now_ps(const struct timeline *timeline, int64_t clock_ps, uint64_t first_touches)
{
	return timeline->begin_ps + clock_ps + timeline->stall_ps + (int64_t)first_touches * timeline->first_ps;
}

/* A page is written back to a donor. Returns 0 or a negative code. */
int timeline_write(struct timeline *timeline, uint32_t donor, int64_t now_ps, struct err *err);

/* A page is fetched; its victim's write-back, if any, was sent before. Returns 0 or a negative code. */
int timeline_fetch(struct timeline *timeline, int64_t now_ps, struct err *err);

/* A page is touched for the first time, after its victim's write-back was sent: waits for the write-back buffer. */
void timeline_first(struct timeline *timeline, int64_t now_ps);

/* Puts the times of all fetches, in ps, into `fetches`. */
void timeline_fetches(const struct timeline *timeline, struct histogram *fetches);

/* Whether a write-back had started by the end of the run. A link that becomes free in that very picosecond does not
 * start another one. One that was held until then had not been sent. */
static inline bool write_back_started(const struct write_back *write_back, int64_t end_ps)
{
	return write_back->sent_ps <= end_ps &&
	       (write_back->start_ps < end_ps || write_back->start_ps == write_back->sent_ps);
}

/* The i-th of a queue's `count` write-backs. */
static inline const struct write_back *link_queue_at(const struct link_queue *queue, uint32_t i)
{
	return &queue->write_back[(queue->first + i) & (queue->room - 1)];
}

#endif
