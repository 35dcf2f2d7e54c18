/* SPDX-License-Identifier: MIT */
/*
 * A connection for control messages: a TCP socket that never blocks, what has arrived of the next message, and what
 * could not be sent yet. Every message that it delivers was signed by the other side and is the next one in order.
 */
#ifndef PEERS_CHANNEL_H
#define PEERS_CHANNEL_H

#include "peers/seal.h"

enum { CHANNEL_UNSENT = 64 * MESSAGE_MOST }; /* more than this, and the other side does not read */

struct channel_counts {
	uint64_t malformed;       /* messages that were dropped: their form is wrong, or their type is unknown */
	uint64_t unauthenticated; /* messages with a wrong HMAC or out of order: the connection was closed */
};

struct channel {
	int fd; /* -1: closed */
	struct seal seal;
	unsigned char in[MESSAGE_MOST];
	size_t in_size;
	unsigned char *out; /* allocated when the first message is sent */
	size_t out_size;
	struct channel_counts *counts; /* the owner's, of all its connections */
};

/* Takes a socket, connected or connecting. `counts` must last as long. */
void channel_open(struct channel *channel, int fd, const struct seal_key *key, enum seal_side side,
		  struct channel_counts *counts);
void channel_close(struct channel *channel);

/* Sends, or keeps what the socket does not take. Returns 0 or a negative code: the connection is of no use any more. */
int channel_send(struct channel *channel, const struct message *message, struct err *err);

/* Sends what was kept. Returns 0 or a negative code. */
int channel_flush(struct channel *channel, struct err *err);

/* Whether something was kept: wait until the socket can be written. */
static inline bool channel_has_unsent(const struct channel *channel)
{
	return channel->out_size;
}

/* The next message that has arrived: 1, with *message; 0 when there is none; a negative code when the connection has
 * ended or cannot be trusted. Messages that are unknown or malformed are counted and left out. */
int channel_receive(struct channel *channel, struct message *message, struct err *err);

#endif
