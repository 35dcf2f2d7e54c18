/* SPDX-License-Identifier: MIT */
/*
 * The lenders, from the borrower's side: connections, heart-beats, leases, and pages there and back. It does not know
 * which page is in which frame; whoever uses it keeps the Remote Page Map and chooses the donors (emulator/borrowed.h).
 *
 *   DOWN -> CONNECTING -> CHALLENGED -> JOINING -> UP (-> leaves) -> DOWN -> ...
 *
 * A peer is down when its connection ends, or when it has not answered a heart-beat within the deadline. What was sent
 * to it is given up, and its leases are gone. It is then connected again every RETRY, and comes back without pages.
 *
 * One thread calls everything.
 */
#ifndef PEERS_PEERS_H
#define PEERS_PEERS_H

#include <poll.h>
#include <signal.h>

#include "peers/channel.h"
#include "peers/endpoint.h"
#include "peers/wire.h"

enum { PEERS_MOST = 64 };

enum peer_state { PEER_DOWN, PEER_CONNECTING, PEER_CHALLENGED, PEER_UP };

/* How pages go: by shared memory to peers on this machine and by TCP to others, or by one of WIRE_KINDS. */
enum { PEERS_AUTO = WIRE_KINDS };

struct peers_options {
	const char *addresses; /* HOST:PORT, separated by commas */
	const char *key_path;  /* NULL: none; then all must be on this machine */
	int wire;              /* enum wire_kind, or PEERS_AUTO */
	int64_t deadline_us;   /* no answer to a heart-beat for so long, and a peer is down */
};

struct peers_user {
	void *context;
	/* A peer has joined: it holds nothing. It lends `frames` frames, as far as others leave them. */
	void (*up)(void *context, unsigned peer, uint32_t frames);
	/* The number of frames that a peer lends us now and could still lend has changed. */
	void (*changed)(void *context, unsigned peer, uint32_t frames);
	/* A peer is going to leave: fetch what it holds. */
	void (*leaves)(void *context, unsigned peer);
	/* A peer is gone, with all that it held and all that was under way. */
	void (*down)(void *context, unsigned peer, const char *reason);
	/* A page is here, or is at the peer; not `fine`: it is not. */
	void (*done)(void *context, uint64_t request, bool fine);
};

struct peers_counts {
	struct channel_counts channel;
	uint64_t joins, downs, leases, releases;
	int64_t answer_us; /* the longest answer to a heart-beat */
};

enum { PEER_BEATS = 64 };

struct peers;

struct peer {
	struct peers *peers;
	unsigned number;
	struct endpoint endpoint;
	enum peer_state state;
	bool leaves, wants; /* a lease has been asked for */
	struct channel channel;
	unsigned char nonce[MESSAGE_NONCE];
	enum wire_kind kind;
	struct wire_host *host;
	struct wire *wire;
	struct wire_lease *lease; /* by number */
	uint32_t leases;
	uint32_t lease_frames;
	uint64_t offered;            /* frames that it could still lend */
	uint64_t beats, answered;    /* heart-beats sent; the last one answered */
	int64_t beat_us[PEER_BEATS]; /* by number modulo PEER_BEATS: when it was sent */
	int64_t since_us;            /* of the state */
	int64_t retry_us;            /* when to connect again */
	bool has_joined;             /* at any time */
	bool is_absent;              /* it has not answered since the last attempt to connect */
	bool has_failed;             /* peers_fail */
	struct err reason;           /* why it is down */
};

struct peers_host {
	struct wire_host *host;
	enum wire_kind kind;
	char device[WIRE_DEVICE];
};

struct peers {
	struct peers_options options;
	struct peers_user user;
	struct seal_key key;
	struct peer peer[PEERS_MOST];
	unsigned count;
	struct peers_host host[PEERS_MOST];
	struct peers_counts counts;
	uint64_t *measuring; /* counts pages that are here instead of the user; NULL: none does (measure.h) */
};

/* Reads the addresses and the key. Returns 0 or a negative code; after success peers_free frees everything. */
int peers_init(struct peers *peers, const struct peers_options *options, struct err *err);
void peers_free(struct peers *peers);

/* Joins all peers. Returns 0, or a negative code that names one that cannot be joined within the deadline or
 * PEERS_JOIN_MS, whichever is longer. */
enum { PEERS_JOIN_MS = 5000 };
int peers_join(struct peers *peers, const struct peers_user *user, struct err *err);

/* Says goodbye: the lenders end the leases at once. */
void peers_leave(struct peers *peers);

/* Handles whatever has arrived and whatever is due. Calls the user's functions. True: something happened. */
bool peers_step(struct peers *peers);

/* Only what has arrived of pages: the part of peers_step that a waiting fetch needs. */
bool peers_progress(struct peers *peers);

/* Fills in what to wait for before peers_step; at most 2 * PEERS_MOST. Returns the number, or 0 when there is something
 * to do now. *wait_us: how long to wait at most. */
unsigned peers_wait(struct peers *peers, struct pollfd *poll, int64_t *wait_us);

/* A frame of a peer: below the frames that it has leased to us. False when that frame is not leased yet: a lease is
 * asked for, and `changed` is called. */
bool peers_has_frame(struct peers *peers, unsigned peer, uint32_t frame);

/* As wire_get and wire_put; the frame is leased (peers_has_frame) and the peer is up. */
int peers_get(struct peers *peers, unsigned peer, uint32_t frame, uint64_t request, unsigned char *content);
int peers_put(struct peers *peers, unsigned peer, uint32_t frame, uint64_t request, unsigned char *content);
void peers_flush(struct peers *peers, unsigned peer);

/* A peer does not do what it should: it goes down in the next step. */
void peers_fail(struct peers *peers, unsigned peer, const char *reason);

/* A peer that leaves holds nothing of ours any more: gives its leases back. */
void peers_release(struct peers *peers, unsigned peer);

static inline bool peers_is_up(const struct peers *peers, unsigned peer)
{
	return peers->peer[peer].state == PEER_UP;
}

int64_t peers_now_us(void);

#endif
