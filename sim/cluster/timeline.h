/* SPDX-License-Identifier: MIT */
/*
 * The stalls of a VM that uses the fabric by itself: fetches never wait for each other; their requests and write-backs
 * wait for what was sent before. Instead of the page plane's queue at every link, two queues are enough: at the link
 * out of the host, and at its backing store. Private to cluster/; closed_form.h says when this holds.
 */
#ifndef CLUSTER_TIMELINE_H
#define CLUSTER_TIMELINE_H

#include "base/histogram.h"
#include "base/time.h"
#include "config/config.h"
#include "fault/cost.h"

/* A write-back in flight. A queue holds them in the order in which they were sent. */
struct write_back {
	int64_t sent_ps, start_ps; /* start: when its first link begins to send it */
	uint32_t donor;
};

/* A link that serves one message after the other, with the write-backs that have not arrived yet. */
struct link_queue {
	int64_t service_ps, free_ps;
	time_sum queue_ps;
	uint64_t messages;
	struct write_back *write_back; /* a ring buffer */
	uint32_t room, first, count;
};

struct timeline {
	const struct config *config;
	int64_t begin_ps, fetch_ps;   /* a fetch, from the fault to its end */
	int64_t first_ps;             /* the software of a first touch; the caller counts them */
	int64_t before_ps, after_ps;  /* its parts before its request is sent, and after its page has arrived */
	int64_t request_ps;           /* the time to send its request */
	int64_t write_ps;             /* a write-back, from its start to its acknowledgement */
	int64_t stored_ps;            /* a write to the backing store, from its start until it has completed */
	int64_t stall_ps;             /* so far, in all */
	int64_t buffer_ps, queue_ps;  /* the parts due to a full write-back buffer, and to requests that queue */
	int64_t last_ps;              /* of the latest arrival of a page, or first touch that evicts */
	int64_t before_last_ps;       /* when that was known to come */
	bool overrun;                 /* its time has passed 106 days: the rest is not computed */
	uint64_t plain;               /* fetches that waited for neither */
	struct histogram waited;      /* times of the others, in ps; without buckets while there are none */
	struct link_queue held;       /* write-backs that are not sent yet; `start`: when they were evicted */
	struct link_queue out, store; /* store: service_ps is 0 without a backing store */
};

/* Sets up the timeline of one configuration. Returns 0 or a negative code. */
int timeline_init(struct timeline *timeline, const struct config *config, struct err *err);
void timeline_free(struct timeline *timeline);

/* The simulated time, in ps, at which the guest's clock reads clock_ps, after so many first touches. Sets `overrun`
 * when it is later than 106 days. */
static inline int64_t timeline_now_ps(struct timeline *timeline, int64_t clock_ps, uint64_t first_touches)
{
	time_wide now_ps = (time_wide)timeline->begin_ps + (time_wide)clock_ps + (time_wide)timeline->stall_ps +
			   (time_wide)first_touches * (time_wide)timeline->first_ps;

	timeline->overrun |= !time_fits(now_ps);
	return (int64_t)now_ps;
}

/* The run has ended. Write-backs that are still held then, or were evicted in its last picosecond, are never sent.
 * Returns 0 or a negative code. */
int timeline_end(struct timeline *timeline, int64_t end_ps, struct err *err);

/* A page is fetched. victim: the donor of the page that is written back to make room, NULL if there is none. Its
 * write-back is sent after the request, unless that has to wait for the buffer or for software. Returns 0 or a negative
 * code. */
int timeline_fetch(struct timeline *timeline, const uint32_t *victim, int64_t now_ps, struct err *err);

/* A page is touched for the first time, which evicts a dirty page: it is written back to the donor `victim`, and the
 * touch waits for the write-back buffer. Returns 0 or a negative code. */
int timeline_first(struct timeline *timeline, uint32_t victim, int64_t now_ps, struct err *err);

/* Puts the times of all fetches, in ps, into `fetches`. */
void timeline_fetches(const struct timeline *timeline, struct histogram *fetches);

/* The i-th of a queue's `count` write-backs. */
static inline struct write_back *link_queue_at(const struct link_queue *queue, uint32_t i)
{
	return &queue->write_back[(queue->first + i) & (queue->room - 1)];
}

#endif
