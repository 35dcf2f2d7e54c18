/* SPDX-License-Identifier: MIT */
#include "peers/message.h"

#include <endian.h>
#include <string.h>

#include "trace/header.h"

#define MAGIC      UINT32_C(0x7270564d) /* "MVpr" */
#define PAGE_MAGIC UINT32_C(0x6770564d) /* "MVpg" */
#define PAGE_BYTES (UINT64_C(1) << TRACE_PAGE_SHIFT)

/* The form of each type's body. */
static const struct form {
	const char *name;
	size_t numbers, least, most; /* then bytes: at least, at most */
} forms[MESSAGE_TYPES] = {
	[MESSAGE_HELLO] = {"hello", 0, MESSAGE_NONCE, MESSAGE_NONCE},
	[MESSAGE_CHALLENGE] = {"challenge", 1, MESSAGE_NONCE, MESSAGE_NONCE},
	[MESSAGE_JOIN] = {"join", 1, 1, MESSAGE_BYTES},
	[MESSAGE_WELCOME] = {"welcome", 3, 1, MESSAGE_BYTES},
	[MESSAGE_WANT] = {"want", 0, 0, 0},
	[MESSAGE_LEASE] = {"lease", 4, 0, MESSAGE_BYTES},
	[MESSAGE_REFUSE] = {"refuse", 1, 0, 0},
	[MESSAGE_RELEASE] = {"release", 1, 0, 0},
	[MESSAGE_BEAT] = {"beat", 1, 0, 0},
	[MESSAGE_STATE] = {"state", 3, 0, 0},
	[MESSAGE_BYE] = {"bye", 0, 0, 0},
	[MESSAGE_ERROR] = {"error", 0, 0, 256},
};

static uint16_t get16(const unsigned char *from)
{
	uint16_t number;

	memcpy(&number, from, sizeof(number));
	return le16toh(number);
}

static uint32_t get32(const unsigned char *from)
{
	uint32_t number;

	memcpy(&number, from, sizeof(number));
	return le32toh(number);
}

static uint64_t get64(const unsigned char *from)
{
	uint64_t number;

	memcpy(&number, from, sizeof(number));
	return le64toh(number);
}

static unsigned char *put16(unsigned char *to, uint16_t number)
{
	number = htole16(number);
	memcpy(to, &number, sizeof(number));
	return to + sizeof(number);
}

static unsigned char *put32(unsigned char *to, uint32_t number)
{
	number = htole32(number);
	memcpy(to, &number, sizeof(number));
	return to + sizeof(number);
}

static unsigned char *put64(unsigned char *to, uint64_t number)
{
	number = htole64(number);
	memcpy(to, &number, sizeof(number));
	return to + sizeof(number);
}

const char *message_name(unsigned type)
{
	return type < MESSAGE_TYPES ? forms[type].name : "unknown";
}

enum message_fault message_read_head(const unsigned char *from, size_t size, struct message_head *head)
{
	if (size >= sizeof(uint32_t) && get32(from) != MAGIC)
		return MESSAGE_NOT_OURS;
	if (size < MESSAGE_HEAD)
		return MESSAGE_SHORT;
	*head = (struct message_head){get16(from + 4), get16(from + 6), get32(from + 8), get64(from + 12)};
	return head->length > MESSAGE_MOST - MESSAGE_HEAD - MESSAGE_MAC ? MESSAGE_NOT_OURS : MESSAGE_FINE;
}

enum message_fault message_read_body(const unsigned char *from, const struct message_head *head,
				     struct message *message)
{
	const struct form *form = &forms[head->type < MESSAGE_TYPES ? head->type : 0];
	const size_t numbers = form->numbers * sizeof(uint64_t);

	if (head->type >= MESSAGE_TYPES)
		return head->version == MESSAGE_VERSION ? MESSAGE_UNKNOWN : MESSAGE_OTHER;
	if (head->version != MESSAGE_VERSION && head->type != MESSAGE_ERROR)
		return MESSAGE_OTHER;
	if (head->length < numbers + form->least || head->length > numbers + form->most)
		return MESSAGE_MALFORMED;
	message->type = (enum message_type)head->type;
	memset(message->number, 0, sizeof(message->number));
	for (size_t i = 0; i < form->numbers; i++)
		message->number[i] = get64(from + MESSAGE_HEAD + i * sizeof(uint64_t));
	message->size = head->length - numbers;
	memcpy(message->bytes, from + MESSAGE_HEAD + numbers, message->size);
	return MESSAGE_FINE;
}

size_t message_write(const struct message *message, uint64_t sequence, unsigned char *to)
{
	const struct form *form = &forms[message->type];
	unsigned char *at = put32(to, MAGIC);

	at = put16(at, MESSAGE_VERSION);
	at = put16(at, (uint16_t)message->type);
	at = put32(at, (uint32_t)(form->numbers * sizeof(uint64_t) + message->size));
	at = put64(at, sequence);
	for (size_t i = 0; i < form->numbers; i++)
		at = put64(at, message->number[i]);
	memcpy(at, message->bytes, message->size);
	return (size_t)(at - to) + message->size;
}

/* ---- pages ---- */

bool page_head_read(const unsigned char *from, size_t size, size_t following, struct page_head *head)
{
	uint32_t kind;

	if (size != PAGE_HEAD || get32(from) != PAGE_MAGIC)
		return false;
	kind = get32(from + 4);
	if (kind >= PAGE_KINDS)
		return false;
	*head = (struct page_head){(enum page_kind)kind, get64(from + 8), get64(from + 16), get64(from + 24)};
	return following == (kind == PAGE_PUT || kind == PAGE_HERE ? PAGE_BYTES : 0);
}

void page_head_write(const struct page_head *head, unsigned char to[PAGE_HEAD])
{
	unsigned char *at = put32(to, PAGE_MAGIC);

	at = put32(at, head->kind);
	at = put64(at, head->frame);
	at = put64(at, head->token);
	put64(at, head->request);
}
