/* SPDX-License-Identifier: MIT */
#include "peers/channel.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

void channel_open(struct channel *channel, int fd, const struct seal_key *key, enum seal_side side,
		  struct channel_counts *counts)
{
	*channel = (struct channel){.fd = fd, .counts = counts};
	seal_begin(&channel->seal, key, side);
}

void channel_close(struct channel *channel)
{
	if (channel->fd >= 0)
		close(channel->fd);
	free(channel->out);
	channel->fd = -1;
	channel->out = NULL;
	channel->in_size = channel->out_size = 0;
}

static bool is_for_later(int error)
{
	return error == EAGAIN || error == EWOULDBLOCK || error == EINTR || error == ENOTCONN || error == EINPROGRESS;
}

int channel_flush(struct channel *channel, struct err *err)
{
	while (channel->out_size) {
		ssize_t sent = send(channel->fd, channel->out, channel->out_size, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (sent < 0 && is_for_later(errno))
			return 0;
		if (sent < 0)
			return err_errno(err, ERR_FAILED, "sending");
		channel->out_size -= (size_t)sent;
		memmove(channel->out, channel->out + sent, channel->out_size);
	}
	return 0;
}

int channel_send(struct channel *channel, const struct message *message, struct err *err)
{
	unsigned char *to;
	size_t size;

	if (!channel->out)
		channel->out = malloc(CHANNEL_UNSENT);
	if (!channel->out)
		return err_memory(err, "a connection");
	if (channel->out_size > CHANNEL_UNSENT - MESSAGE_MOST)
		return err_set(err, ERR_FAILED, "it does not take what is sent to it");
	to = channel->out + channel->out_size;
	size = message_write(message, channel->seal.sent, to);
	seal_sign(&channel->seal, to, size);
	channel->out_size += size + MESSAGE_MAC;
	return channel_flush(channel, err);
}

/* Reads what has arrived. Returns 1 when there is more than before, 0 when not, or a negative code. */
static int fill(struct channel *channel, struct err *err)
{
	ssize_t got = recv(channel->fd, channel->in + channel->in_size, sizeof(channel->in) - channel->in_size,
			   MSG_DONTWAIT);

	if (got < 0 && is_for_later(errno))
		return 0;
	if (got < 0)
		return err_errno(err, ERR_FAILED, "receiving");
	if (got == 0)
		return err_set(err, ERR_FAILED, "it closed the connection");
	channel->in_size += (size_t)got;
	return 1;
}

static void drop(struct channel *channel, size_t size)
{
	channel->in_size -= size;
	memmove(channel->in, channel->in + size, channel->in_size);
}

/* The other side speaks another version: its messages cannot be checked, and ours tells it why. */
static int refuse_version(struct channel *channel, unsigned version, struct err *err)
{
	struct message reply = {.type = MESSAGE_ERROR};
	struct err ignored;

	err_set(err, ERR_FAILED, "it speaks version %u of the protocol, and this is version %d", version,
		MESSAGE_VERSION);
	reply.size = strlen(err->text);
	memcpy(reply.bytes, err->text, reply.size);
	(void)channel_send(channel, &reply, &ignored);
	return ERR_FAILED;
}

/* The first message of what has arrived. Returns 1, 0 when it is not there in whole, or a negative code; *dropped: it
 * was left out. */
static int take(struct channel *channel, struct message *message, bool *dropped, struct err *err)
{
	struct message_head head;
	enum message_fault fault = message_read_head(channel->in, channel->in_size, &head);

	*dropped = false;
	if (fault == MESSAGE_SHORT)
		return 0;
	if (fault != MESSAGE_FINE) {
		channel->counts->malformed++;
		return err_set(err, ERR_FAILED, "what it sends is no message of this protocol");
	}
	if (head.version != MESSAGE_VERSION)
		return refuse_version(channel, head.version, err);
	if (channel->in_size < message_length(&head))
		return 0;
	if (!seal_check(&channel->seal, channel->in, MESSAGE_HEAD + head.length, head.sequence)) {
		channel->counts->unauthenticated++;
		return err_set(
			err, ERR_FAILED,
			"a message is not signed with this side's key, or not the next one (is --key the same on "
			"both sides?)");
	}
	fault = message_read_body(channel->in, &head, message);
	drop(channel, message_length(&head));
	*dropped = fault != MESSAGE_FINE;
	channel->counts->malformed += *dropped;
	return 1;
}

int channel_receive(struct channel *channel, struct message *message, struct err *err)
{
	for (;;) {
		bool dropped;
		int status = take(channel, message, &dropped, err);

		if (status == 1 && !dropped)
			return 1;
		if (status == 0)
			status = fill(channel, err);
		if (status <= 0)
			return status;
	}
}
