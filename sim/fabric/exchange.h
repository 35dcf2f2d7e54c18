/* SPDX-License-Identifier: MIT */
/*
 * Exchanges in flight between a host and a donor. A read is two messages: its request goes to the donor, and when that
 * is delivered, the page goes to the host. This table keeps what the second message needs to know of the first.
 */
#ifndef FABRIC_EXCHANGE_H
#define FABRIC_EXCHANGE_H

#include "fabric/plane.h"

struct exchange {
	uint64_t tag;              /* the owner's */
	int64_t extra_ps;          /* of the second message */
	int64_t queue_ps, wire_ps; /* of the first message */
	uint32_t node;             /* the donor */
	uint32_t generation;       /* of that donor */
	enum plane_class class;
	uint32_t next_free;
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

void exchanges_free(struct exchanges *exchanges);

/* The extra_ps of a request: its transfer, which takes transfer_ps, is part of its way's latency of way_ps. */
static inline int64_t exchange_request_ps(int64_t transfer_ps, int64_t way_ps)
{
	return transfer_ps < way_ps ? -transfer_ps : -way_ps;
}

#endif
