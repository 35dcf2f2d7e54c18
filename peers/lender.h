/* SPDX-License-Identifier: MIT */
/*
 * The lender: lends frames of this machine to borrowers. Memory goes in leases of a fixed number of frames. A lease is
 * new memory, zeros, and goes back to the system when it ends: nobody sees what another has written.
 *
 * A borrower has a control connection (channel.h) and a connection for pages (wire.h). It reaches the frames of its
 * own leases and no others. Its leases end when it says so, when its connection ends, or when it has been silent for
 * the time of a lease.
 *
 * A lender that is to end (stop) first tells its borrowers, who fetch their pages, and ends when no lease is left or
 * when the time for that is over.
 */
#ifndef PEERS_LENDER_H
#define PEERS_LENDER_H

#include <signal.h>
#include <stdio.h>

#include "peers/channel.h"
#include "peers/endpoint.h"

enum {
	LENDER_LEASE_FRAMES = 4096, /* 16 MiB: a lease costs a mapping at both sides, and a message */
	LENDER_BORROWERS = 256,     /* connections at a time */
};

struct lender_options {
	uint64_t memory_bytes;
	const char *listen;                /* HOST:PORT */
	const char *key_path;              /* NULL: none */
	int64_t lease_ms;                  /* a borrower that is silent for so long loses its leases */
	int64_t leave_ms;                  /* how long a lender that ends waits for its borrowers */
	int64_t spin_us;                   /* how long it looks for further messages before it sleeps */
	const volatile sig_atomic_t *stop; /* not 0: end; 2: at once */
	bool quiet;
	FILE *ready; /* gets one line with the address, once it listens; NULL: none */
};

struct lender_counts {
	struct channel_counts channel;
	uint64_t connections, joined, leases, ended_silent, ended_gone;
	uint64_t pages_dropped; /* page messages that were malformed or named no lease of the borrower */
	uint64_t frames_left;   /* still lent when it ended */
};

/* Lends until it is to end. Returns 0 or a negative code. */
int lender_run(const struct lender_options *options, struct lender_counts *counts, struct err *err);

#endif
