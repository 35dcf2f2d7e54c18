/* SPDX-License-Identifier: MIT */
/*
 * Feeds bytes to whatever reads what a peer sends. The first byte chooses: bytes as a control message, which must be
 * written back as it was read; bytes as the head of a page, likewise; bytes on a connection that are not signed; bytes
 * as the bodies of signed messages to a lender, whose leases must add up.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "peers/borrower_end.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LEASES = 3 };

static void try_message(const uint8_t *data, size_t size)
{
	unsigned char back[MESSAGE_MOST];
	struct message message;
	struct message_head head;

	if (message_read_head(data, size, &head) != MESSAGE_FINE || size < MESSAGE_HEAD + head.length ||
	    message_read_body(data, &head, &message) != MESSAGE_FINE)
		return;
	if (message_write(&message, head.sequence, back) != MESSAGE_HEAD + head.length)
		abort();
	if (head.version == MESSAGE_VERSION && memcmp(back, data, MESSAGE_HEAD + head.length) != 0)
		abort();
}

static void try_page(const uint8_t *data, size_t size)
{
	unsigned char back[PAGE_HEAD];
	struct page_head head;

	if (!page_head_read(data, size < PAGE_HEAD ? size : PAGE_HEAD, size < PAGE_HEAD ? 0 : size - PAGE_HEAD, &head))
		return;
	page_head_write(&head, back);
	if (memcmp(back, data, PAGE_HEAD) != 0)
		abort();
}

/* A lender with one borrower that has joined, and the borrower's end of the connection. */
static void open_lender(struct lender *lender, struct borrower_end *end, struct channel *borrower)
{
	static const struct lender_options options = {.quiet = true, .lease_ms = 1000};
	static struct channel_counts borrower_counts;
	static struct lender_counts counts;
	static struct wire_host *host;
	struct err err;
	int fd[2];

	if (!host && wire_host_open(&host, WIRE_TCP, "lo", &err) < 0)
		abort();
	*lender = (struct lender){
		.options = &options, .counts = &counts, .frames = LEASES * (uint64_t)LENDER_LEASE_FRAMES, .ends = end};
	if (seal_read_key(NULL, &lender->key, &err) < 0 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fd) < 0)
		abort();
	*end = (struct borrower_end){.lender = lender, .state = END_JOINED, .host = host};
	channel_open(&end->channel, fd[0], &lender->key, SEAL_LENDER, &counts.channel);
	channel_open(borrower, fd[1], &lender->key, SEAL_BORROWER, &borrower_counts);
}

static void check_leases(const struct lender *lender, const struct borrower_end *end)
{
	uint64_t leased = 0;

	for (size_t i = 0; i < end->leases; i++)
		leased += end->lent[i].memory.start ? LENDER_LEASE_FRAMES : 0;
	if (leased != lender->leased || leased > lender->frames)
		abort();
}

/* Each part of the input, a type, a length and a body, becomes a signed message. */
static size_t sign_part(struct channel *borrower, const uint8_t *data, size_t size, unsigned char *to)
{
	struct message message = {.type = MESSAGE_BYE};
	size_t length = data[1] < size - 2 ? data[1] : size - 2, written;

	written = message_write(&message, borrower->seal.sent, to);
	to[6] = data[0] % (MESSAGE_TYPES + 1);
	to[8] = (unsigned char)length;
	memcpy(to + written, data + 2, length);
	seal_sign(&borrower->seal, to, written + length);
	return written + length + MESSAGE_MAC;
}

static void try_lender(const uint8_t *data, size_t size, bool is_signed)
{
	unsigned char bytes[MESSAGE_MOST];
	struct borrower_end end;
	struct channel borrower;
	struct lender lender;
	struct message reply;
	struct err err;
	bool busy;

	open_lender(&lender, &end, &borrower);
	if (!is_signed && size && write(borrower.fd, data, size) < 0)
		abort();
	while (is_signed && size >= 2) {
		size_t part = 2 + (data[1] < size - 2 ? data[1] : size - 2);
		size_t length = sign_part(&borrower, data, size, bytes);

		if (write(borrower.fd, bytes, length) != (ssize_t)length ||
		    borrower_end_serve(&lender, &end, &busy, &err) != 0)
			break;
		check_leases(&lender, &end);
		while (channel_receive(&borrower, &reply, &err) > 0)
			;
		data += part;
		size -= part;
	}
	(void)borrower_end_serve(&lender, &end, &busy, &err);
	borrower_end_close(&lender, &end);
	if (lender.leased)
		abort();
	channel_close(&borrower);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!size)
		return 0;
	switch (data[0] % 4) {
	case 0: try_message(data + 1, size - 1); break;
	case 1: try_page(data + 1, size - 1); break;
	case 2: try_lender(data + 1, size - 1, false); break;
	case 3: try_lender(data + 1, size - 1, true); break;
	}
	return 0;
}
