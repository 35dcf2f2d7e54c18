/* SPDX-License-Identifier: MIT */
/*
 * One network, or a backing store: the numbers that say what a fetch over it takes. The keys under `fabric` and
 * `service` and those of a preset's file (config/preset.h) are the same rows.
 *
 *   fetch = post + latency + setup + bytes / bandwidth + completion
 */
#ifndef FABRIC_NETWORK_H
#define FABRIC_NETWORK_H

#include <stdint.h>

#include "base/option.h"

enum network_sharing { SHARING_FIFO, SHARING_FLUID };
enum network_jitter { JITTER_CONSTANT, JITTER_LOGNORMAL, JITTER_TABLE };

struct network {
	char *preset;       /* the name or the file of what holds for every key that is not given */
	int64_t latency_ps; /* of a small read, request and response together */
	uint64_t bandwidth_bps;
	int64_t setup_ps; /* what a page takes beyond the latency and its bytes over the bandwidth */
	int64_t post_ps, completion_ps;
	char *jitter;        /* "constant", "lognormal", or the file of a table */
	double sigma;        /* of lognormal */
	int sharing;         /* enum network_sharing */
	uint64_t page_bytes; /* what one fetch transfers */
};

enum { NETWORK_ROWS = 10 };
extern const struct option_row network_rows[NETWORK_ROWS];

/* What the network's `jitter` asks for; constant when it is NULL, as in a network that there is not. */
enum network_jitter network_jitter(const struct network *network);

/* A copy with strings of its own. */
int network_copy(struct network *to, const struct network *from, struct err *err);

/*
 * What an uncontended read takes at the mean latency. Reads below 4 KiB, which is one packet, take their share of the
 * setup: it is the time that the hops need to store a packet before they forward it.
 */
int64_t network_fetch_ps(const struct network *network, uint64_t bytes);

#endif
