/* SPDX-License-Identifier: MIT */
#include "peers/peers.h"

#include <inttypes.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "peers/peer.h"

enum { RETRY_MS = 500 };

int64_t peers_now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

/* ---- life ---- */

static int add_peer(struct peers *peers, const char *text, struct err *err)
{
	struct peer *peer = &peers->peer[peers->count];
	int status;

	if (peers->count == PEERS_MOST)
		return err_set(err, ERR_USAGE, "--peers: more than %d peers", PEERS_MOST);
	*peer = (struct peer){.peers = peers, .number = peers->count, .channel.fd = -1};
	status = endpoint_parse("--peers", text, &peer->endpoint, err);
	if (status < 0)
		return status;
	for (unsigned i = 0; i < peers->count; i++)
		if (strcmp(peers->peer[i].endpoint.text, peer->endpoint.text) == 0)
			return err_set(err, ERR_USAGE, "--peers: %s is named twice", peer->endpoint.text);
	if (!peers->key.is_given && !endpoint_is_loopback(&peer->endpoint))
		return err_set(err, ERR_USAGE, "--peers: %s is another machine: give --key FILE, the lender's key",
			       text);
	peers->count++;
	return 0;
}

int peers_init(struct peers *peers, const struct peers_options *options, struct err *err)
{
	char *list = strdup(options->addresses), *rest = list, *text;
	int status;

	*peers = (struct peers){.options = *options};
	if (!list)
		return err_memory(err, "the peers");
	status = seal_read_key(options->key_path, &peers->key, err);
	while (status == 0 && (text = strsep(&rest, ",")))
		status = add_peer(peers, text, err);
	free(list);
	return status;
}

void peers_free(struct peers *peers)
{
	for (unsigned i = 0; i < peers->count; i++)
		peer_close(&peers->peer[i]);
	for (unsigned i = 0; i < PEERS_MOST; i++)
		wire_host_close(peers->host[i].host);
	peers->count = 0;
}

void peers_leave(struct peers *peers)
{
	const struct message bye = {.type = MESSAGE_BYE};
	struct err ignored;

	for (unsigned i = 0; i < peers->count; i++) {
		if (peers->peer[i].state == PEER_UP)
			(void)channel_send(&peers->peer[i].channel, &bye, &ignored);
		peer_close(&peers->peer[i]);
	}
}

/* ---- going down and up ---- */

static void go_down(struct peer *peer)
{
	struct peers *peers = peer->peers;
	const bool was_up = peer->state == PEER_UP;

	peer_close(peer);
	peer->retry_us = peers_now_us() + RETRY_MS * 1000;
	if (!was_up)
		return;
	peers->counts.downs++;
	peers->user.down(peers->user.context, peer->number, peer->reason.text);
}

/* The time since the first heart-beat that has no answer was sent; 0 when all have one. */
static int64_t silent_us(const struct peer *peer, int64_t now_us)
{
	return peer->answered == peer->beats ? 0 : now_us - peer->beat_us[(peer->answered + 1) % PEER_BEATS];
}

/* A peer's own times: connect again, send a heart-beat, give up. Called after everything that has arrived was read, so
 * that a borrower that was itself stopped for a while blames nobody. */
static void keep_time(struct peer *peer, int64_t now_us)
{
	const int64_t deadline_us = peer->peers->options.deadline_us;
	struct err *reason = &peer->reason;
	int status = 0;

	if (peer->state == PEER_DOWN) {
		if (now_us >= peer->retry_us)
			status = peer_connect(peer, reason);
	} else if (peer->state != PEER_UP) {
		if (now_us - peer->since_us > (deadline_us > PEERS_JOIN_MS * 1000 ? deadline_us : PEERS_JOIN_MS * 1000))
			status = err_set(reason, ERR_FAILED, "it does not answer");
	} else if (silent_us(peer, now_us) > deadline_us) {
		status = err_set(reason, ERR_FAILED, "no answer to a heart-beat for %" PRId64 " ms",
				 silent_us(peer, now_us) / 1000);
	} else if (now_us - peer->beat_us[peer->beats % PEER_BEATS] >= peer_beat_us(peer->peers)) {
		status = peer_beat(peer, now_us, reason);
	}
	if (status < 0)
		go_down(peer);
}

bool peers_progress(struct peers *peers)
{
	bool busy = false;

	for (unsigned i = 0; i < peers->count; i++)
		if (peers->peer[i].wire && wire_is_waiting(peers->peer[i].wire))
			busy |= wire_progress(peers->peer[i].wire);
	return busy;
}

bool peers_step(struct peers *peers)
{
	bool busy = peers_progress(peers);

	for (unsigned i = 0; i < peers->count; i++) {
		struct peer *peer = &peers->peer[i];

		if (peer->state != PEER_DOWN && (peer->has_failed || peer_serve(peer, &busy, &peer->reason) < 0))
			go_down(peer);
		keep_time(peer, peers_now_us());
	}
	return busy;
}

unsigned peers_wait(struct peers *peers, struct pollfd *poll, int64_t *wait_us)
{
	unsigned count = 0;

	*wait_us = peer_beat_us(peers);
	for (unsigned i = 0; i < peers->count; i++) {
		struct peer *peer = &peers->peer[i];

		const bool waits = peer->wire && wire_is_waiting(peer->wire);

		if (waits && !wire_arm(peer->wire))
			return 0;
		if (waits)
			poll[count++] = (struct pollfd){wire_descriptor(peer->wire), POLLIN, 0};
		if (peer->channel.fd >= 0)
			poll[count++] = (struct pollfd){
				peer->channel.fd, (short)(POLLIN | (channel_has_unsent(&peer->channel) ? POLLOUT : 0)),
				0};
	}
	return count;
}

/* ---- joining ---- */

/* The first peer that has not joined yet; NULL when all have. */
static struct peer *missing(struct peers *peers)
{
	for (unsigned i = 0; i < peers->count; i++)
		if (!peers->peer[i].has_joined)
			return &peers->peer[i];
	return NULL;
}

int peers_join(struct peers *peers, const struct peers_user *user, struct err *err)
{
	const int64_t least_us = PEERS_JOIN_MS * INT64_C(1000), deadline_us = peers->options.deadline_us,
		      end_us = peers_now_us() + (deadline_us > least_us ? deadline_us : least_us);
	struct pollfd poll_for[2 * PEERS_MOST];
	struct peer *peer;

	peers->user = *user;
	while ((peer = missing(peers)) && peers_now_us() < end_us) {
		int64_t wait_us;
		unsigned count;

		peers_step(peers);
		count = peers_wait(peers, poll_for, &wait_us);
		if (peer->state == PEER_DOWN && peer->reason.text[0] && !peer->is_absent)
			break; /* it refuses: that does not change */
		poll(poll_for, count, count ? 10 : 0);
	}
	if (!peer)
		return 0;
	return err_set(err, ERR_FAILED, "--peers: %s: %s", peer->endpoint.text,
		       peer->reason.text[0] ? peer->reason.text : "it does not answer");
}

/* ---- pages ---- */

static struct wire_page locate(struct peer *peer, uint32_t frame, uint64_t request, unsigned char *content)
{
	return (struct wire_page){&peer->lease[frame / peer->lease_frames], frame % peer->lease_frames, request,
				  content};
}

bool peers_has_frame(struct peers *peers, unsigned number, uint32_t frame)
{
	struct peer *peer = &peers->peer[number];
	const uint64_t held = (uint64_t)peer->leases * peer->lease_frames;

	if (peer->state == PEER_UP && !peer->leaves && frame + peer->lease_frames / 2 >= held)
		peer_want(peer);
	return peer->state == PEER_UP && frame < held;
}

int peers_get(struct peers *peers, unsigned number, uint32_t frame, uint64_t request, unsigned char *content)
{
	struct peer *peer = &peers->peer[number];
	const struct wire_page page = locate(peer, frame, request, content);

	return wire_get(peer->wire, &page);
}

int peers_put(struct peers *peers, unsigned number, uint32_t frame, uint64_t request, unsigned char *content)
{
	struct peer *peer = &peers->peer[number];
	const struct wire_page page = locate(peer, frame, request, content);

	return wire_put(peer->wire, &page);
}

void peers_flush(struct peers *peers, unsigned number)
{
	if (peers->peer[number].wire)
		wire_flush(peers->peer[number].wire);
}

void peers_fail(struct peers *peers, unsigned number, const char *reason)
{
	peers->peer[number].has_failed = true;
	err_set(&peers->peer[number].reason, ERR_FAILED, "%s", reason);
}

void peers_release(struct peers *peers, unsigned number)
{
	struct peer *peer = &peers->peer[number];
	struct message release = {.type = MESSAGE_RELEASE};
	struct err ignored;

	for (uint32_t i = 0; i < peer->leases && peer->state == PEER_UP; i++) {
		release.number[RELEASE_NUMBER] = i;
		wire_detach(&peer->lease[i]);
		(void)channel_send(&peer->channel, &release, &ignored); /* its next message shows a failure */
	}
	peers->counts.releases += peer->leases;
	peer->leases = 0;
}
