/* SPDX-License-Identifier: MIT */
#include "peers/peer.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum {
	BEATS_IN_DEADLINE = 4, /* heart-beats that are sent before a peer counts as down */
	BEAT_MOST_US = 100000, /* so that what a peer could still lend is known */
};

int64_t peer_beat_us(const struct peers *peers)
{
	const int64_t beat_us = peers->options.deadline_us / BEATS_IN_DEADLINE;

	return beat_us < BEAT_MOST_US ? beat_us : BEAT_MOST_US;
}

static uint32_t frames_of(const struct peer *peer)
{
	const uint64_t frames = (peer->leaves ? 0 : peer->offered) + (uint64_t)peer->leases * peer->lease_frames;

	return frames < UINT32_MAX / 2 ? (uint32_t)frames : UINT32_MAX / 2;
}

/* ---- joining ---- */

int peer_connect(struct peer *peer, struct err *err)
{
	struct message hello = {.type = MESSAGE_HELLO, .size = MESSAGE_NONCE};
	int fd = endpoint_connect(&peer->endpoint, err);

	if (fd < 0)
		return fd;
	channel_open(&peer->channel, fd, &peer->peers->key, SEAL_BORROWER, &peer->peers->counts.channel);
	peer->state = PEER_CONNECTING;
	peer->since_us = peers_now_us();
	peer->is_absent = true;
	seal_nonce(peer->nonce);
	memcpy(hello.bytes, peer->nonce, MESSAGE_NONCE);
	return channel_send(&peer->channel, &hello, err);
}

static struct wire_host *find_host(struct peers *peers, enum wire_kind kind, const char *device, struct err *err)
{
	struct peers_host *host = peers->host;

	while (host->host && (host->kind != kind || strcmp(host->device, device) != 0))
		host++; /* there are as many as peers */
	if (!host->host && wire_host_open(&host->host, kind, device, err) < 0)
		return NULL;
	host->kind = kind;
	memcpy(host->device, device, WIRE_DEVICE);
	return host->host;
}

static void done(void *context, uint64_t request, bool fine)
{
	struct peers *peers = ((struct peer *)context)->peers;

	if (peers->measuring)
		*peers->measuring += fine;
	else
		peers->user.done(peers->user.context, request, fine);
}

static int open_wire(struct peer *peer, uint64_t machine, struct err *err)
{
	const struct wire_user user = {.context = peer, .done = done};
	const int wanted = peer->peers->options.wire;
	char device[WIRE_DEVICE] = "";
	struct sockaddr_storage own;
	socklen_t size = sizeof(own);

	peer->kind = wanted != PEERS_AUTO            ? (enum wire_kind)wanted
		     : machine == endpoint_machine() ? WIRE_SHARED
						     : WIRE_TCP;
	if (peer->kind != WIRE_SHARED && (getsockname(peer->channel.fd, (struct sockaddr *)&own, &size) < 0 ||
					  !wire_device_of((struct sockaddr *)&own, device)))
		return err_set(err, ERR_FAILED, "no network device has the address that connects to it");
	peer->host = find_host(peer->peers, peer->kind, device, err);
	return peer->host ? wire_open(&peer->wire, peer->host, &user, err) : ERR_FAILED;
}

static int take_challenge(struct peer *peer, const struct message *challenge, struct err *err)
{
	struct message join = {.type = MESSAGE_JOIN};
	const void *address;
	int status;

	seal_session(&peer->channel.seal, peer->nonce, challenge->bytes);
	status = open_wire(peer, challenge->number[CHALLENGE_MACHINE], err);
	if (status < 0)
		return status;
	address = wire_address(peer->wire, &join.size);
	if (join.size > MESSAGE_BYTES)
		return err_set(err, ERR_FAILED, "UCX: an address of %zu bytes; at most %d", join.size, MESSAGE_BYTES);
	memcpy(join.bytes, address, join.size);
	join.number[JOIN_WIRE] = peer->kind;
	peer->state = PEER_CHALLENGED;
	return channel_send(&peer->channel, &join, err);
}

static int take_welcome(struct peer *peer, const struct message *welcome, struct err *err)
{
	struct peers *peers = peer->peers;
	int status = wire_connect(peer->wire, welcome->bytes, welcome->size, err);

	if (status < 0)
		return status;
	if (!welcome->number[WELCOME_LEASE_FRAMES] || welcome->number[WELCOME_LEASE_FRAMES] > UINT32_MAX / 4)
		return err_set(err, ERR_FAILED, "leases of %" PRIu64 " frames", welcome->number[WELCOME_LEASE_FRAMES]);
	peer->offered = welcome->number[WELCOME_FREE];
	peer->lease_frames = (uint32_t)welcome->number[WELCOME_LEASE_FRAMES];
	peer->state = PEER_UP;
	peer->since_us = peer->beat_us[0] = peers_now_us();
	peer->beats = peer->answered = 0;
	peer->has_joined = true;
	peer->reason.text[0] = '\0';
	peers->counts.joins++;
	peers->user.up(peers->user.context, peer->number, frames_of(peer));
	peer_want(peer);
	return 0;
}

/* ---- leases and beats ---- */

void peer_want(struct peer *peer)
{
	const struct message want = {.type = MESSAGE_WANT};
	struct err ignored;

	if (peer->wants || peer->offered < peer->lease_frames)
		return;
	peer->wants = channel_send(&peer->channel, &want, &ignored) == 0;
}

static void tell_frames(struct peer *peer)
{
	const struct peers_user *user = &peer->peers->user;

	user->changed(user->context, peer->number, frames_of(peer));
}

static int take_lease(struct peer *peer, const struct message *message, struct err *err)
{
	struct wire_lease *more = realloc(peer->lease, (peer->leases + 1) * sizeof(*more));
	int status;

	peer->wants = false;
	if (!more)
		return err_memory(err, "a lease");
	peer->lease = more;
	if (message->number[LEASE_NUMBER] != peer->leases || message->number[LEASE_FRAMES] != peer->lease_frames)
		return err_set(err, ERR_FAILED, "lease %" PRIu64 " of %" PRIu64 " frames; expected was %u of %u",
			       message->number[LEASE_NUMBER], message->number[LEASE_FRAMES], peer->leases,
			       peer->lease_frames);
	more[peer->leases] = (struct wire_lease){.token = message->number[LEASE_TOKEN],
						 .address = message->number[LEASE_ADDRESS],
						 .frames = peer->lease_frames};
	status = wire_attach(peer->wire, message->bytes, message->size, &more[peer->leases], err);
	if (status < 0)
		return status;
	peer->leases++;
	peer->peers->counts.leases++;
	peer->offered -= peer->offered < peer->lease_frames ? peer->offered : peer->lease_frames;
	tell_frames(peer);
	return 0;
}

int peer_beat(struct peer *peer, int64_t now_us, struct err *err)
{
	const struct message beat = {.type = MESSAGE_BEAT, .number = {[BEAT_NUMBER] = peer->beats + 1}};

	if (peer->beats + 1 - peer->answered >= PEER_BEATS)
		return 0; /* the deadline will say the rest */
	peer->beat_us[++peer->beats % PEER_BEATS] = now_us;
	return channel_send(&peer->channel, &beat, err);
}

static void take_state(struct peer *peer, const struct message *state)
{
	const struct peers_user *user = &peer->peers->user;
	const uint64_t number = state->number[STATE_NUMBER];
	const bool leaves = state->number[STATE_LEAVES] && !peer->leaves;

	if (number > peer->answered && number <= peer->beats) {
		const int64_t took_us = peers_now_us() - peer->beat_us[number % PEER_BEATS];

		peer->answered = number;
		if (took_us > peer->peers->counts.answer_us)
			peer->peers->counts.answer_us = took_us;
	}
	peer->leaves |= leaves;
	if (peer->offered != state->number[STATE_FREE] || leaves) {
		peer->offered = state->number[STATE_FREE];
		tell_frames(peer);
	}
	if (leaves)
		user->leaves(user->context, peer->number);
}

static int take_error(const struct message *error, struct err *err)
{
	char text[MESSAGE_BYTES + 1];

	memcpy(text, error->bytes, error->size);
	text[error->size] = '\0';
	for (char *at = text; *at; at++)
		*at = *at < ' ' || *at > '~' ? '?' : *at;
	return err_set(err, ERR_FAILED, "it says: %.200s", text);
}

static int take_message(struct peer *peer, const struct message *message, struct err *err)
{
	peer->is_absent = false;
	if (message->type == MESSAGE_ERROR)
		return take_error(message, err);
	if (peer->state == PEER_CONNECTING && message->type == MESSAGE_CHALLENGE)
		return take_challenge(peer, message, err);
	if (peer->state == PEER_CHALLENGED && message->type == MESSAGE_WELCOME)
		return take_welcome(peer, message, err);
	if (peer->state != PEER_UP)
		return err_set(err, ERR_FAILED, "it sends '%s' before it has welcomed us", message_name(message->type));
	switch (message->type) {
	case MESSAGE_LEASE: return take_lease(peer, message, err);
	case MESSAGE_REFUSE:
		peer->wants = false;
		peer->offered = message->number[REFUSE_FREE] < peer->lease_frames ? message->number[REFUSE_FREE] : 0;
		tell_frames(peer);
		return 0;
	case MESSAGE_STATE: take_state(peer, message); return 0;
	default: peer->peers->counts.channel.malformed++; return 0; /* a borrower's own */
	}
}

int peer_serve(struct peer *peer, bool *busy, struct err *err)
{
	struct message message;
	int status = channel_has_unsent(&peer->channel) ? channel_flush(&peer->channel, err) : 0;

	while (status == 0 && (status = channel_receive(&peer->channel, &message, err)) > 0) {
		*busy = true;
		status = take_message(peer, &message, err);
	}
	return status;
}

void peer_close(struct peer *peer)
{
	for (uint32_t i = 0; i < peer->leases; i++)
		wire_detach(&peer->lease[i]);
	free(peer->lease);
	wire_close(peer->wire);
	if (peer->channel.fd >= 0)
		channel_close(&peer->channel);
	peer->lease = NULL;
	peer->wire = NULL;
	peer->leases = 0;
	peer->leaves = peer->wants = peer->has_failed = false;
	peer->state = PEER_DOWN;
}
