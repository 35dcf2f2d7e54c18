/* SPDX-License-Identifier: MIT */
#include "peers/borrower_end.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "trace/header.h"

#define LEASE_BYTES ((uint64_t)LENDER_LEASE_FRAMES << TRACE_PAGE_SHIFT)

enum {
	PROGRESS_MOST = 64, /* rounds of UCX before other borrowers get their turn */
	LEASES_MOST = 1 << 16,
};

/* A token is random, except for the lease's number in its low bits. */
static uint64_t make_token(uint64_t number)
{
	return seal_token() / LEASES_MOST * LEASES_MOST + number;
}

/* Where a frame is; NULL when it is not this borrower's. */
static unsigned char *find_frame(void *context, uint64_t token, uint64_t frame)
{
	const struct borrower_end *end = context;
	const struct lent *lent = token % LEASES_MOST < end->leases ? &end->lent[token % LEASES_MOST] : NULL;

	return lent && lent->memory.start && lent->token == token && frame < LENDER_LEASE_FRAMES
		       ? lent->memory.start + (frame << TRACE_PAGE_SHIFT)
		       : NULL;
}

static uint64_t frames_free(const struct lender *lender)
{
	return lender->leaving ? 0 : lender->frames - lender->leased;
}

static int reply(struct borrower_end *end, const struct message *message, struct err *err)
{
	return channel_send(&end->channel, message, err);
}

/* ---- joining ---- */

static int take_hello(struct borrower_end *end, const struct message *hello, struct err *err)
{
	struct message challenge = {.type = MESSAGE_CHALLENGE,
				    .number = {[CHALLENGE_MACHINE] = end->lender->machine},
				    .size = MESSAGE_NONCE};
	int status;

	seal_nonce(challenge.bytes);
	status = reply(end, &challenge, err);
	seal_session(&end->channel.seal, hello->bytes, challenge.bytes);
	end->state = END_CHALLENGED;
	return status;
}

static int find_device(const struct borrower_end *end, char device[WIRE_DEVICE], struct err *err)
{
	struct sockaddr_storage address;
	socklen_t size = sizeof(address);

	if (getsockname(end->channel.fd, (struct sockaddr *)&address, &size) < 0)
		return err_errno(err, ERR_FAILED, "its connection");
	return wire_device_of((struct sockaddr *)&address, device)
		       ? 0
		       : err_set(err, ERR_FAILED, "no network device has the address that it connected to");
}

static int open_wire(struct borrower_end *end, const struct message *join, struct err *err)
{
	const struct wire_user user = {.context = end, .frame = find_frame};
	const enum wire_kind kind = (enum wire_kind)join->number[JOIN_WIRE];
	char device[WIRE_DEVICE] = "";
	int status = kind == WIRE_SHARED ? 0 : find_device(end, device, err);

	if (status < 0)
		return status;
	end->host = lender_host(end->lender, kind, device, err);
	if (!end->host || (status = wire_open(&end->wire, end->host, &user, err)) < 0)
		return ERR_FAILED;
	lender_watch_wire(end->lender, end, true);
	return wire_connect(end->wire, join->bytes, join->size, err);
}

static int take_join(struct borrower_end *end, const struct message *join, struct err *err)
{
	struct lender *lender = end->lender;
	struct message welcome = {.type = MESSAGE_WELCOME,
				  .number = {[WELCOME_FREE] = frames_free(lender),
					     [WELCOME_LEASE_FRAMES] = LENDER_LEASE_FRAMES,
					     [WELCOME_TIME_MS] = (uint64_t)lender->options->lease_ms}};
	const void *address;
	int status;

	if (join->number[JOIN_WIRE] >= WIRE_KINDS)
		return err_set(err, ERR_FAILED, "it asks for a way of pages that this version does not have");
	status = open_wire(end, join, err);
	if (status < 0)
		return status;
	address = wire_address(end->wire, &welcome.size);
	if (welcome.size > MESSAGE_BYTES)
		return err_set(err, ERR_FAILED, "UCX: an address of %zu bytes; at most %d", welcome.size,
			       MESSAGE_BYTES);
	memcpy(welcome.bytes, address, welcome.size);
	end->state = END_JOINED;
	lender->counts->joined++;
	lender_say(lender, "borrower %" PRIu64 ": joined, pages by %s", end->number,
		   wire_kind_name((unsigned)join->number[JOIN_WIRE]));
	return reply(end, &welcome, err);
}

/* ---- leases ---- */

static struct lent *add_lent(struct borrower_end *end)
{
	struct lent *more = end->leases < LEASES_MOST ? realloc(end->lent, (end->leases + 1) * sizeof(*more)) : NULL;

	if (!more)
		return NULL;
	end->lent = more;
	more[end->leases] = (struct lent){.number = end->leases, .token = make_token(end->leases)};
	return &more[end->leases];
}

static int refuse_lease(struct borrower_end *end, struct err *err)
{
	const struct message refuse = {.type = MESSAGE_REFUSE, .number = {[REFUSE_FREE] = frames_free(end->lender)}};

	return reply(end, &refuse, err);
}

static int take_want(struct borrower_end *end, struct err *err)
{
	struct lender *lender = end->lender;
	struct message lease = {.type = MESSAGE_LEASE};
	struct lent *lent = frames_free(lender) >= LENDER_LEASE_FRAMES ? add_lent(end) : NULL;

	if (!lent)
		return refuse_lease(end, err);
	if (wire_memory_open(end->host, LEASE_BYTES, &lent->memory, err) < 0 || lent->memory.key_size > MESSAGE_BYTES) {
		lender_say(lender, "borrower %" PRIu64 ": no lease: %s", end->number, err->text);
		return refuse_lease(end, err);
	}
	end->leases++;
	lender->leased += LENDER_LEASE_FRAMES;
	lender->counts->leases++;
	lease.number[LEASE_NUMBER] = lent->number;
	lease.number[LEASE_FRAMES] = LENDER_LEASE_FRAMES;
	lease.number[LEASE_TOKEN] = lent->token;
	lease.number[LEASE_ADDRESS] = (uintptr_t)lent->memory.start;
	lease.size = lent->memory.key_size;
	if (lease.size)
		memcpy(lease.bytes, lent->memory.key, lease.size);
	return reply(end, &lease, err);
}

static void end_lease(struct borrower_end *end, struct lent *lent)
{
	if (!lent->memory.start)
		return;
	wire_memory_close(end->host, &lent->memory);
	end->lender->leased -= LENDER_LEASE_FRAMES;
}

static int take_release(struct borrower_end *end, const struct message *message, struct err *err)
{
	if (message->number[RELEASE_NUMBER] >= end->leases)
		return err_set(err, ERR_FAILED, "it gives a lease back that it does not have");
	end_lease(end, &end->lent[message->number[RELEASE_NUMBER]]);
	return 0;
}

/* ---- beats ---- */

void borrower_end_tell_state(struct borrower_end *end, uint64_t beat)
{
	const struct message state = {.type = MESSAGE_STATE,
				      .number = {[STATE_NUMBER] = beat,
						 [STATE_FREE] = frames_free(end->lender),
						 [STATE_LEAVES] = end->lender->leaving}};
	struct err err;

	if (end->state == END_JOINED)
		(void)reply(end, &state, &err); /* its next message shows that it is gone */
}

static int take_message(struct borrower_end *end, const struct message *message, struct err *err)
{
	if (end->state == END_NEW && message->type == MESSAGE_HELLO)
		return take_hello(end, message, err);
	if (end->state == END_CHALLENGED && message->type == MESSAGE_JOIN)
		return take_join(end, message, err);
	if (end->state != END_JOINED)
		return err_set(err, ERR_FAILED, "it sends '%s' before it has joined", message_name(message->type));
	switch (message->type) {
	case MESSAGE_WANT: return take_want(end, err);
	case MESSAGE_RELEASE: return take_release(end, message, err);
	case MESSAGE_BEAT: borrower_end_tell_state(end, message->number[BEAT_NUMBER]); return 0;
	case MESSAGE_BYE: return 1;
	default: end->lender->counts->channel.malformed++; return 0; /* a lender's own */
	}
}

/* The other side is told why it is refused, as far as it can read that. */
static void say_why(struct borrower_end *end, const struct err *err)
{
	struct message error = {.type = MESSAGE_ERROR};
	struct err ignored;

	error.size = strnlen(err->text, 255);
	memcpy(error.bytes, err->text, error.size);
	(void)reply(end, &error, &ignored);
}

int borrower_end_serve(struct lender *lender, struct borrower_end *end, bool *busy, struct err *err)
{
	struct message message;
	int status;

	for (int i = 0; end->wire && i < PROGRESS_MOST && wire_progress(end->wire); i++)
		*busy = true;
	if (channel_has_unsent(&end->channel) && (status = channel_flush(&end->channel, err)) < 0)
		return status;
	while ((status = channel_receive(&end->channel, &message, err)) > 0) {
		*busy = true;
		end->heard_us = lender_now_us();
		status = take_message(end, &message, err);
		if (status > 0)
			lender_say(lender, "borrower %" PRIu64 ": ended", end->number);
		if (status != 0)
			break;
	}
	if (status < 0)
		say_why(end, err);
	return status;
}

void borrower_end_close(struct lender *lender, struct borrower_end *end)
{
	if (end->wire)
		lender->counts->pages_dropped += wire_dropped(end->wire);
	wire_close(end->wire);
	for (size_t i = 0; i < end->leases; i++)
		end_lease(end, &end->lent[i]);
	free(end->lent);
	channel_close(&end->channel);
}
