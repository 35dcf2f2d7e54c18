/* SPDX-License-Identifier: MIT */
/*
 * The messages between a borrower and a lender: control messages, which go over a TCP connection of their own, and the
 * heads of pages, which go over UCX. Everything that comes from outside is decoded here, and nowhere else.
 *
 *   control  | magic | version | type | length | sequence | body: numbers, then bytes | HMAC |
 *               4        2       2       4         8          length                     32
 *   page     | magic | kind | frame | token | request |   then 4096 bytes, or none
 *               4       4      8       8        8
 *
 * All numbers are little-endian. A type says how many numbers its body has and how many bytes may follow; a body of any
 * other length is malformed. A program of another version is refused with MESSAGE_ERROR, whose form no version changes.
 */
#ifndef PEERS_MESSAGE_H
#define PEERS_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	MESSAGE_VERSION = 1,
	MESSAGE_HEAD = 20,
	MESSAGE_MAC = 32,
	MESSAGE_NUMBERS = 4,
	MESSAGE_BYTES = 2048, /* the most that may follow the numbers */
	MESSAGE_MOST = MESSAGE_HEAD + MESSAGE_NUMBERS * 8 + MESSAGE_BYTES + MESSAGE_MAC,
	MESSAGE_NONCE = 32,
};

enum message_type {
	MESSAGE_HELLO,     /* borrower: its nonce */
	MESSAGE_CHALLENGE, /* lender: its nonce, and the machine that it runs on */
	MESSAGE_JOIN,      /* borrower: how pages are to go, and its UCX address */
	MESSAGE_WELCOME,   /* lender: frames free, frames of a lease, time of a lease; its UCX address */
	MESSAGE_WANT,      /* borrower: one more lease */
	MESSAGE_LEASE,     /* lender: number, frames, token, address; the key of remote access */
	MESSAGE_REFUSE,    /* lender: no lease; frames free */
	MESSAGE_RELEASE,   /* borrower: the number of a lease that it no longer needs */
	MESSAGE_BEAT,      /* borrower: a number to be returned */
	MESSAGE_STATE,     /* lender: that number; frames free; whether it leaves */
	MESSAGE_BYE,       /* borrower: it ends, and all its leases with it */
	MESSAGE_ERROR,     /* both: why the connection ends, as text */
	MESSAGE_TYPES
};

/* What WELCOME, LEASE and so on carry, by position in `number`. */
enum { CHALLENGE_MACHINE };
enum { JOIN_WIRE };
enum { WELCOME_FREE, WELCOME_LEASE_FRAMES, WELCOME_TIME_MS };
enum { LEASE_NUMBER, LEASE_FRAMES, LEASE_TOKEN, LEASE_ADDRESS };
enum { REFUSE_FREE };
enum { RELEASE_NUMBER };
enum { BEAT_NUMBER };
enum { STATE_NUMBER, STATE_FREE, STATE_LEAVES };

struct message {
	enum message_type type;
	uint64_t number[MESSAGE_NUMBERS];
	size_t size; /* of `bytes` */
	unsigned char bytes[MESSAGE_BYTES];
};

struct message_head {
	uint16_t version, type;
	uint32_t length; /* of the body */
	uint64_t sequence;
};

/* Why bytes are not a message. */
enum message_fault {
	MESSAGE_FINE,
	MESSAGE_SHORT,     /* not all of it is there yet */
	MESSAGE_NOT_OURS,  /* it does not begin as a message does, or is longer than any: the connection is of no use */
	MESSAGE_OTHER,     /* another version */
	MESSAGE_UNKNOWN,   /* a type that this version does not have */
	MESSAGE_MALFORMED, /* a body that is not as its type says */
};

/* What a type is called in messages to the user. */
const char *message_name(unsigned type);

/* Reads the head of a message of `size` bytes. Returns MESSAGE_FINE, MESSAGE_SHORT or MESSAGE_NOT_OURS. */
enum message_fault message_read_head(const unsigned char *from, size_t size, struct message_head *head);

/* The whole length of a message with its HMAC. */
static inline size_t message_length(const struct message_head *head)
{
	return MESSAGE_HEAD + head->length + MESSAGE_MAC;
}

/* Reads the body of a message whose head was read and which is there in whole. Returns MESSAGE_FINE, MESSAGE_OTHER,
 * MESSAGE_UNKNOWN or MESSAGE_MALFORMED. */
enum message_fault message_read_body(const unsigned char *from, const struct message_head *head,
				     struct message *message);

/* Writes head and body, without the HMAC, to `to`, which has room for MESSAGE_MOST bytes. Returns their length. */
size_t message_write(const struct message *message, uint64_t sequence, unsigned char *to);

/* ---- pages ---- */

enum page_kind {
	PAGE_GET,    /* borrower: asks for a page */
	PAGE_PUT,    /* borrower: a page follows */
	PAGE_HERE,   /* lender: the page that was asked for follows */
	PAGE_STORED, /* lender: the page that was put is in its frame */
	PAGE_BAD,    /* lender: no such lease or frame */
	PAGE_KINDS
};

struct page_head {
	enum page_kind kind;
	uint64_t frame; /* of the lease */
	uint64_t token; /* of the lease */
	uint64_t request;
};

enum { PAGE_HEAD = 32 };

/* Reads the head of a page and holds the number of bytes that follow against its kind. False: it is malformed. */
bool page_head_read(const unsigned char *from, size_t size, size_t following, struct page_head *head);
void page_head_write(const struct page_head *head, unsigned char to[PAGE_HEAD]);

#endif
