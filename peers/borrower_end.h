/* SPDX-License-Identifier: MIT */
/* A lender's end of its connection with one borrower: what the borrower asks for, and the leases that it has. */
#ifndef PEERS_BORROWER_END_H
#define PEERS_BORROWER_END_H

#include "peers/lender_state.h"

struct lent {
	uint64_t number, token;
	struct wire_memory memory;
};

enum end_state { END_NEW, END_CHALLENGED, END_JOINED };

struct borrower_end {
	struct borrower_end *next;
	struct lender *lender;
	uint64_t number; /* of the connection */
	enum end_state state;
	struct channel channel;
	unsigned char nonce[MESSAGE_NONCE]; /* the borrower's, then ours */
	struct wire_host *host;
	struct wire *wire; /* once it has joined */
	struct lent *lent; /* by number; memory.start NULL: ended */
	size_t leases;
	int64_t heard_us; /* when its last message came */
};

/* Handles what has arrived. *busy is set when something had. Returns 0, 1 when the borrower has ended, or a negative
 * code. */
int borrower_end_serve(struct lender *lender, struct borrower_end *end, bool *busy, struct err *err);

/* Reports the lender's state, with the number of the beat that it answers. */
void borrower_end_tell_state(struct borrower_end *end, uint64_t beat);

/* Ends its leases and closes its connections. */
void borrower_end_close(struct lender *lender, struct borrower_end *end);

#endif
