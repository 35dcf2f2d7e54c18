/* SPDX-License-Identifier: MIT */
/*
 * The time that passes for a VM that has its fabric to itself: fetches never wait for each other, write-backs wait only
 * for write-backs. What the page plane does hop by hop is then a sum, and a queue before each of two links: the one out
 * of the host, and its backing store's. Private to cluster/; alone.h tells when it holds.
 */
#ifndef CLUSTER_TIMELINE_H
#define CLUSTER_TIMELINE_H

#include "base/histogram.h"
#include "config/config.h"
#include "fault/cost.h"

/* A write-back on its way; all of a queue in the order in which they were sent. */
struct sending {
	int64_t sent_ps, start_ps; /* start: on its first link */
	uint32_t donor;
};

/* A link that serves one message after the other, and those that may still be of interest. */
struct serving {
	int64_t service_ps, free_ps, queue_ps;
	uint64_t messages;
	struct sending *sending; /* a ring */
	uint32_t room, first, count;
};

struct timeline {
	const struct config *config;
	int64_t begin_ps, fetch_ps;  /* a fetch, from the fault to its end */
	int64_t write_ps;            /* a write-back, from its start to the donor's memory */
	int64_t stall_ps, buffer_ps; /* so far: all of it, and the part spent on a full write-back buffer */
	uint64_t plain;              /* fetches that did not wait for the buffer */
	struct histogram waited;     /* the others, in ps; no buckets while there are none */
	struct serving out, store;   /* store: no service when there is none */
};

int timeline_init(struct timeline *timeline, const struct config *config, struct err *err);
void timeline_free(struct timeline *timeline);

/* When the guest's clock stands there. */
static inline int64_t timeline_now_ps(const struct timeline *timeline, int64_t clock_ps)
{
	return timeline->begin_ps + clock_ps + timeline->stall_ps;
}

/* A page is written back to a donor at that time. */
int timeline_write(struct timeline *timeline, uint32_t donor, int64_t now_ps, struct err *err);

/* A page is fetched; its write-back, if there is one, was sent before. */
int timeline_fetch(struct timeline *timeline, int64_t now_ps, struct err *err);

/* How all fetches were spread, in ps. */
void timeline_fetches(const struct timeline *timeline, struct histogram *fetches);

/* Whether a write-back's start had come by the end of the run: a link that comes free in that picosecond takes no new
 * one. */
static inline bool sending_started(const struct sending *sending, int64_t end_ps)
{
	return sending->start_ps < end_ps || sending->start_ps == sending->sent_ps;
}

/* Those of a link that are at hand: the i-th of `count`. */
static inline const struct sending *serving_at(const struct serving *serving, uint32_t i)
{
	return &serving->sending[(serving->first + i) & (serving->room - 1)];
}

#endif
