/* SPDX-License-Identifier: MIT */
/*
 * One network, or a backing store: the numbers that give the time of a fetch over it. The keys under `fabric` and
 * `service` and the keys of a preset's file (config/preset.h) are the same rows.
 *
 *   fetch = post + latency + setup + bytes / min(bandwidth, copy) + completion
 *
 * The latency is the request's way and the page's way, half of it each. The transfer of the request is part of it, as
 * long as it takes no longer than its half; what it takes beyond that, the fetch takes longer.
 */
#ifndef FABRIC_NETWORK_H
#define FABRIC_NETWORK_H

#include <stdint.h>

#include "base/option.h"

enum network_sharing { SHARING_FIFO, SHARING_FLUID };
enum network_transport { TRANSPORT_UCX, TRANSPORT_SHARED, TRANSPORT_RDMA, TRANSPORT_TCP };
enum network_jitter { JITTER_CONSTANT, JITTER_LOGNORMAL, JITTER_TABLE };

struct network {
	char *preset;       /* name or file of the preset, which gives every key that is not set */
	int64_t latency_ps; /* of a small read, request and response together */
	uint64_t bandwidth_bps;
	int64_t setup_ps;  /* time of a page in addition to the latency and bytes / bandwidth */
	uint64_t copy_bps; /* rate at which a processor copies a page; 0: it does not, or at the bandwidth */
	int64_t post_ps, completion_ps;
	char *jitter;           /* "constant", "lognormal", or the file of a table */
	char *curve;            /* the file of a measured curve (fabric/loaded.h), or NULL */
	int64_t window_ps;      /* over which the bandwidth on a link is taken, for the curve */
	double sigma;           /* standard deviation of the logarithm, for lognormal */
	int sharing;            /* enum network_sharing */
	uint64_t page_bytes;    /* bytes that one fetch transfers */
	uint64_t request_bytes; /* of the request of a fetch */
	int transport;          /* enum network_transport: to real peers */
};

enum { NETWORK_ROWS = 15 };
extern const struct option_row network_rows[NETWORK_ROWS];

/* The kind of distribution that `jitter` names; JITTER_CONSTANT if it is NULL, as in a network that is not configured.
 */
enum network_jitter network_jitter(const struct network *network);

/* The index in network_rows of the row of that name. */
int network_row(const char *name);

/* Sets latency and bandwidth to those of the file that `curve` names. Returns 0, or ERR_USAGE if it cannot be read. */
int network_take_curve(struct network *network, struct err *err);

/* Copies `from` to `to`, with strings of its own. Returns 0 or a negative code (out of memory). */
int network_copy(struct network *to, const struct network *from, struct err *err);

/* The latency of one way, in ps: half of the whole. Of an odd latency, the page's way takes network_odd_ps more. */
static inline int64_t network_way_ps(const struct network *network)
{
	return network->latency_ps / 2;
}

static inline int64_t network_odd_ps(const struct network *network)
{
	return network->latency_ps % 2;
}

/*
 * What a message of `bytes` bytes takes beyond latency and bytes / bandwidth, in ps: setup, and what a processor's copy
 * takes longer than the link. A message below 4 KiB, which is one packet, takes its share of the setup only: setup is
 * the time that the hops need to store a packet before they forward it.
 */
int64_t network_extra_ps(const struct network *network, uint64_t bytes);

/* The time of an uncontended read of `bytes` bytes at the mean latency, in ps, by the formula above. */
int64_t network_fetch_ps(const struct network *network, uint64_t bytes);

#endif
