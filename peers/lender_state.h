/* SPDX-License-Identifier: MIT */
/* The lender's state, for lender.c and borrower_end.c. */
#ifndef PEERS_LENDER_STATE_H
#define PEERS_LENDER_STATE_H

#include "peers/lender.h"
#include "peers/wire.h"

enum {
	LENDER_HOSTS = 16,
	LENDER_HANDSHAKE_MS = 10000, /* a connection that has not joined by then is closed */
};

struct lender_host {
	struct wire_host *host; /* NULL: free */
	enum wire_kind kind;
	char device[WIRE_DEVICE];
};

struct borrower_end;

struct lender {
	const struct lender_options *options;
	struct lender_counts *counts;
	struct seal_key key;
	uint64_t frames, leased; /* that it lends in all, and now */
	uint64_t machine;        /* endpoint_machine */
	int listener, poll;
	struct lender_host host[LENDER_HOSTS];
	struct borrower_end *ends;
	size_t connections;
	bool leaving;
	int64_t leaves_us; /* when it ends in any case */
};

int64_t lender_now_us(void);
void lender_say(const struct lender *lender, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The UCX context for this kind and device; NULL with *err. */
struct wire_host *lender_host(struct lender *lender, enum wire_kind kind, const char *device, struct err *err);

/* Waits for the connection for pages, too, or no longer. */
void lender_watch_wire(struct lender *lender, struct borrower_end *end, bool add);

#endif
