/* SPDX-License-Identifier: MIT */
/* What peers send each other: forms, signatures, and connections that drop what is not right. */
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/rng.h"
#include "files.h"
#include "peers/channel.h"
#include "unit.h"

static const struct message lease = {
	.type = MESSAGE_LEASE, .number = {3, 4096, 0xfedcba9876543210, 0x7f0000001000}, .size = 5, .bytes = "rkey"};

static void round_trip(void)
{
	unsigned char bytes[MESSAGE_MOST];
	const size_t size = message_write(&lease, 77, bytes);
	struct message_head head;
	struct message back;

	CU_ASSERT_EQUAL(size, MESSAGE_HEAD + 4 * 8 + 5);
	for (size_t part = 0; part < MESSAGE_HEAD; part++)
		CU_ASSERT_EQUAL(message_read_head(bytes, part, &head), MESSAGE_SHORT);
	CU_ASSERT_EQUAL_FATAL(message_read_head(bytes, size, &head), MESSAGE_FINE);
	CU_ASSERT_EQUAL(head.sequence, 77);
	CU_ASSERT_EQUAL(head.version, MESSAGE_VERSION);
	CU_ASSERT_EQUAL_FATAL(message_read_body(bytes, &head, &back), MESSAGE_FINE);
	CU_ASSERT_EQUAL(back.type, MESSAGE_LEASE);
	CU_ASSERT_EQUAL(memcmp(back.number, lease.number, sizeof(lease.number)), 0);
	CU_ASSERT_EQUAL(back.size, 5);
	CU_ASSERT_STRING_EQUAL((char *)back.bytes, "rkey");
}

/* Every type with every length of body: exactly those of its form are taken. */
static void forms(void)
{
	static const struct {
		size_t least, most;
	} form[MESSAGE_TYPES + 1] = {{32, 32},        {40, 40}, {9, 8 + 2048}, {25, 24 + 2048}, {0, 0},
				     {32, 32 + 2048}, {8, 8},   {8, 8},        {8, 8},          {24, 24},
				     {0, 0},          {0, 256}, {1, 0}};
	unsigned char bytes[MESSAGE_MOST] = {0};
	struct message back;

	for (unsigned type = 0; type <= MESSAGE_TYPES; type++)
		for (uint32_t length = 0; length <= MESSAGE_MOST - MESSAGE_HEAD - MESSAGE_MAC; length++) {
			const struct message_head head = {MESSAGE_VERSION, (uint16_t)type, length, 0};
			const enum message_fault fault = message_read_body(bytes, &head, &back);
			const bool fits = length >= form[type].least && length <= form[type].most;

			CU_ASSERT_EQUAL(fault, type == MESSAGE_TYPES ? MESSAGE_UNKNOWN
					       : fits                ? MESSAGE_FINE
								     : MESSAGE_MALFORMED);
		}
	CU_ASSERT_EQUAL(message_read_body(bytes, &(struct message_head){2, MESSAGE_WANT, 0, 0}, &back), MESSAGE_OTHER);
}

static void heads_of_pages(void)
{
	const struct page_head put = {PAGE_PUT, 17, 0x1122334455667788, 9};
	unsigned char bytes[PAGE_HEAD];
	struct page_head back;

	page_head_write(&put, bytes);
	CU_ASSERT_FATAL(page_head_read(bytes, PAGE_HEAD, 4096, &back));
	CU_ASSERT(back.kind == PAGE_PUT && back.frame == 17 && back.token == put.token && back.request == 9);
	CU_ASSERT(!page_head_read(bytes, PAGE_HEAD, 0, &back));
	CU_ASSERT(!page_head_read(bytes, PAGE_HEAD, 4095, &back));
	CU_ASSERT(!page_head_read(bytes, PAGE_HEAD - 1, 4096, &back));
	bytes[4] = PAGE_KINDS;
	CU_ASSERT(!page_head_read(bytes, PAGE_HEAD, 0, &back));
	bytes[4] = PAGE_GET;
	CU_ASSERT(page_head_read(bytes, PAGE_HEAD, 0, &back));
	bytes[0] ^= 1;
	CU_ASSERT(!page_head_read(bytes, PAGE_HEAD, 0, &back));
}

/* ---- signatures ---- */

static void key_files(void)
{
	char folder[] = "/tmp/megavm-key-XXXXXX", path[64];
	struct seal_key key, other;
	struct err err;
	int file;

	CU_ASSERT_EQUAL_FATAL(seal_read_key(NULL, &key, &err), 0);
	CU_ASSERT(!key.is_given);
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/key", folder);
	CU_ASSERT_EQUAL(seal_read_key(path, &key, &err), ERR_USAGE);
	file = open(path, O_WRONLY | O_CREAT, 0600);
	CU_ASSERT_EQUAL(write(file, "fifteen bytes..", 15), 15);
	CU_ASSERT_EQUAL(seal_read_key(path, &key, &err), ERR_USAGE);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "15 bytes"));
	CU_ASSERT_EQUAL(write(file, "!", 1), 1);
	CU_ASSERT_EQUAL(seal_read_key(path, &key, &err), 0);
	CU_ASSERT(key.is_given);
	CU_ASSERT_EQUAL(write(file, "!", 1), 1);
	close(file);
	CU_ASSERT_EQUAL(seal_read_key(path, &other, &err), 0);
	CU_ASSERT_NOT_EQUAL(memcmp(key.byte, other.byte, SEAL_KEY), 0);
	for (mode_t mode = 1; mode < 0100; mode <<= 1) {
		chmod(path, 0600 | mode);
		CU_ASSERT_EQUAL(seal_read_key(path, &key, &err), ERR_USAGE);
	}
	unlink(path);
	rmdir(folder);
}

/* A pair of ends with these keys; both in a session when `session`. */
static void pair(struct channel end[2], struct channel_counts counts[2], const struct seal_key key[2], bool session)
{
	static const unsigned char nonce[2][MESSAGE_NONCE] = {{1}, {2}};
	int fd[2];

	CU_ASSERT_EQUAL_FATAL(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fd), 0);
	for (int i = 0; i < 2; i++) {
		counts[i] = (struct channel_counts){0};
		channel_open(&end[i], fd[i], &key[i], i ? SEAL_LENDER : SEAL_BORROWER, &counts[i]);
		if (session)
			seal_session(&end[i].seal, nonce[0], nonce[1]);
	}
}

static void close_pair(struct channel end[2])
{
	channel_close(&end[0]);
	channel_close(&end[1]);
}

static void messages_in_order(void)
{
	const struct seal_key key[2] = {{.byte = "same"}, {.byte = "same"}};
	struct channel_counts counts[2];
	struct channel end[2];
	struct message message;
	struct err err;

	pair(end, counts, key, true);
	for (uint64_t i = 0; i < 5000; i++) {
		CU_ASSERT_EQUAL(channel_send(&end[i % 2], &(struct message){.type = MESSAGE_REFUSE, .number = {i * i}},
					     &err),
				0);
		CU_ASSERT_EQUAL_FATAL(channel_receive(&end[1 - i % 2], &message, &err), 1);
		CU_ASSERT(message.type == MESSAGE_REFUSE && message.number[0] == i * i);
		CU_ASSERT_EQUAL(channel_receive(&end[1 - i % 2], &message, &err), 0);
	}
	channel_close(&end[0]);
	CU_ASSERT(channel_receive(&end[1], &message, &err) < 0);
	channel_close(&end[1]);
	CU_ASSERT_EQUAL(counts[0].malformed + counts[1].malformed + counts[1].unauthenticated, 0);
}

static void other_keys(void)
{
	const struct seal_key key[2] = {{.byte = "one"}, {.byte = "two"}};
	struct channel_counts counts[2];
	struct channel end[2];
	struct message message;
	struct err err;

	for (int session = 0; session < 2; session++) {
		pair(end, counts, key, session);
		CU_ASSERT_EQUAL(channel_send(&end[0], &lease, &err), 0);
		CU_ASSERT(channel_receive(&end[1], &message, &err) < 0);
		CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "--key"));
		CU_ASSERT_EQUAL(counts[1].unauthenticated, 1);
		close_pair(end);
	}
}

/* What one side sent: its bytes as they went. */
static size_t capture(const struct message *message, unsigned char *bytes)
{
	static const unsigned char nonce[2][MESSAGE_NONCE] = {{1}, {2}};
	const struct seal_key key = {.byte = "same"};
	struct seal seal;
	size_t size;

	seal_begin(&seal, &key, SEAL_BORROWER);
	seal_session(&seal, nonce[0], nonce[1]);
	size = message_write(message, 0, bytes);
	seal_sign(&seal, bytes, size);
	return size + MESSAGE_MAC;
}

/* Each bit of a message that is changed, and a message that is repeated or sent back, ends the connection. */
static void forged_messages(void)
{
	const struct seal_key key[2] = {{.byte = "same"}, {.byte = "same"}};
	unsigned char bytes[MESSAGE_MOST];
	const size_t size = capture(&lease, bytes);
	struct channel_counts counts[2];
	struct channel end[2];
	struct message message;
	struct err err;

	for (size_t bit = 0; bit < 8 * size; bit++) {
		pair(end, counts, key, true);
		bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
		CU_ASSERT_EQUAL(write(end[0].fd, bytes, size), (ssize_t)size);
		bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
		CU_ASSERT(channel_receive(&end[1], &message, &err) <= 0); /* 0: it claims to be longer */
		close_pair(end);
	}
	pair(end, counts, key, true);
	for (int i = 0; i < 2; i++)
		CU_ASSERT_EQUAL(write(end[0].fd, bytes, size), (ssize_t)size);
	CU_ASSERT_EQUAL(channel_receive(&end[1], &message, &err), 1);
	CU_ASSERT(channel_receive(&end[1], &message, &err) < 0);
	CU_ASSERT_EQUAL(counts[1].unauthenticated, 1);
	CU_ASSERT_EQUAL(write(end[1].fd, bytes, size), (ssize_t)size);
	CU_ASSERT(channel_receive(&end[0], &message, &err) < 0);
	close_pair(end);
}

/* A signed message of a type or form that is not known is counted and left out; the next one is taken. */
static void unknown_messages(void)
{
	const struct seal_key key[2] = {{.byte = "same"}, {.byte = "same"}};
	struct message odd = {.type = MESSAGE_WANT, .size = 3, .bytes = "xy"};
	unsigned char bytes[MESSAGE_MOST];
	struct channel_counts counts[2];
	struct channel end[2];
	struct message message;
	struct err err;
	size_t size;

	pair(end, counts, key, true);
	size = message_write(&odd, 0, bytes);
	seal_sign(&end[0].seal, bytes, size);
	CU_ASSERT_EQUAL(write(end[0].fd, bytes, size + MESSAGE_MAC), (ssize_t)size + MESSAGE_MAC);
	size = message_write(&(struct message){.type = MESSAGE_WANT}, 1, bytes);
	bytes[6] = 200; /* the type */
	seal_sign(&end[0].seal, bytes, size);
	CU_ASSERT_EQUAL(write(end[0].fd, bytes, size + MESSAGE_MAC), (ssize_t)size + MESSAGE_MAC);
	CU_ASSERT_EQUAL(channel_send(&end[0], &lease, &err), 0);
	CU_ASSERT_EQUAL(channel_receive(&end[1], &message, &err), 1);
	CU_ASSERT_EQUAL(message.type, MESSAGE_LEASE);
	CU_ASSERT_EQUAL(counts[1].malformed, 2);
	bytes[4] = 9; /* the version */
	CU_ASSERT_EQUAL(write(end[0].fd, bytes, size), (ssize_t)size);
	CU_ASSERT(channel_receive(&end[1], &message, &err) < 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "version 9"));
	close_pair(end);
}

CU_TestInfo message_tests[] = {
	{"a message and what it was made of", round_trip},
	{"the form of each type", forms},
	{"heads of pages", heads_of_pages},
	{"files of keys", key_files},
	{"messages in order", messages_in_order},
	{"another key", other_keys},
	{"changed, repeated and returned messages", forged_messages},
	{"unknown types, forms and versions", unknown_messages},
	CU_TEST_INFO_NULL,
};
