/* SPDX-License-Identifier: MIT */
/*
 * Exchanges in flight between a host and a donor. A read is two messages: its request goes to the donor, and when that
 * is delivered, the page goes to the host. This table keeps what the second message needs to know of the first. A write
 * is one message, which is delivered when its acknowledgement is back; a guest's writes are in a list, oldest first.
 */
#ifndef FABRIC_EXCHANGE_H
#define FABRIC_EXCHANGE_H

#include "fabric/plane.h"

enum exchange_state {
	EXCHANGE_FREE,      /* the entry is */
	EXCHANGE_GOES_ON,   /* a message is in flight */
	EXCHANGE_SWALLOWED, /* its message has reached a donor that has failed, or come from one */
	EXCHANGE_ABANDONED, /* its owner has been told that the donor has failed; a message is still in flight */
};

struct exchange {
	uint8_t state; /* enum exchange_state */
	int64_t begun_ps;
	uint64_t tag;              /* the owner's */
	int64_t extra_ps;          /* of the second message */
	int64_t queue_ps, wire_ps; /* of the first message */
	uint32_t node;             /* the donor */
	uint32_t generation;       /* of that donor */
	enum plane_class class;
	uint32_t message;      /* a write's, in the plane */
	uint32_t older, newer; /* in the list of writes: their numbers plus 1, 0 at its ends */
	uint32_t next_free;
};

/* The writes in flight of one guest. All zero is empty. */
struct exchange_writes {
	uint32_t oldest, newest; /* numbers plus 1 */
	uint32_t count;
	uint64_t hurried; /* so many of the oldest are in the class PLANE_DEMAND: a virtual CPU waits for their end */
};

/* Grows as needed. All zero is an empty table. */
struct exchanges {
	struct exchange *exchange;
	uint32_t count, free; /* free: number of the first free entry, plus 1; 0 if there is none */
};

/* Takes a free entry and fills it with `what`. Returns 0 with its number in *number, or a negative code. */
int exchanges_begin(struct exchanges *exchanges, const struct exchange *what, uint32_t *number, struct err *err);

/* The second message of an exchange has been delivered: frees the entry. Returns the delivery of the whole, with the
 * owner's tag and the times of both messages. */
struct plane_delivery exchanges_end(struct exchanges *exchanges, uint32_t number,
				    const struct plane_delivery *delivery);

/* Puts a write at the end of the list, or takes one out. */
void exchanges_add_write(struct exchanges *exchanges, struct exchange_writes *writes, uint32_t number);
void exchanges_remove_write(struct exchanges *exchanges, struct exchange_writes *writes, uint32_t number);

/* The class of a write that is sent now: the demand class if a virtual CPU waits for it. */
static inline enum plane_class exchange_write_class(const struct exchange_writes *writes)
{
	return writes->count < writes->hurried ? PLANE_DEMAND : PLANE_BULK;
}

/* A virtual CPU waits for the end of the oldest `count` writes, of which some may not be sent yet: raises them to the
 * demand class. */
void exchanges_hurry(const struct exchanges *exchanges, struct exchange_writes *writes, uint64_t count,
		     struct plane *plane);

void exchanges_free(struct exchanges *exchanges);

/* The extra_ps of a request: its transfer, which takes transfer_ps, is part of its way's latency of way_ps. */
static inline int64_t exchange_request_ps(int64_t transfer_ps, int64_t way_ps)
{
	return transfer_ps < way_ps ? -transfer_ps : -way_ps;
}

#endif
