/* SPDX-License-Identifier: MIT */
/*
 * Who may talk to whom: every control message carries an HMAC-SHA-256 (libsodium) under a key that both sides have.
 *
 *   borrower -> lender   HELLO      nonce b     under the shared key
 *   lender -> borrower   CHALLENGE  nonce l     under the shared key
 *   both                 all else               under the session key = HMAC(shared key, "megavm session" b l)
 *
 * Each direction numbers its messages; the number and the direction are part of what is signed, so that no message can
 * be repeated, left out, or sent back. Without a key file the shared key is all zeros: it keeps nobody out. What this
 * does not do: hide anything, or protect the pages, which go over UCX.
 */
#ifndef PEERS_SEAL_H
#define PEERS_SEAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "peers/message.h"

enum { SEAL_KEY = 32, SEAL_KEY_FILE_LEAST = 16 };

struct seal_key {
	unsigned char byte[SEAL_KEY];
	bool is_given; /* from a file */
};

enum seal_side { SEAL_BORROWER, SEAL_LENDER };

struct seal {
	unsigned char key[SEAL_KEY];
	enum seal_side side; /* which one we are */
	uint64_t sent, received;
};

/* Reads a key from a file of at least SEAL_KEY_FILE_LEAST bytes that only its owner may read or write; NULL: none is
 * given. Returns 0 or a negative code. */
int seal_read_key(const char *path, struct seal_key *key, struct err *err);

/* Starts a connection's signatures, under the shared key. */
void seal_begin(struct seal *seal, const struct seal_key *key, enum seal_side side);

/* Draws a nonce. */
void seal_nonce(unsigned char nonce[MESSAGE_NONCE]);

/* Both nonces are known: signs and checks under the session's key from now on. */
void seal_session(struct seal *seal, const unsigned char borrower[MESSAGE_NONCE],
		  const unsigned char lender[MESSAGE_NONCE]);

/* Appends the HMAC to a message of `size` bytes and counts it. `to` has room for MESSAGE_MAC bytes more. */
void seal_sign(struct seal *seal, unsigned char *message, size_t size);

/* Whether a message of `size` bytes without its HMAC, which follows it, was signed by the other side and is the next
 * one; then counts it. */
bool seal_check(struct seal *seal, const unsigned char *message, size_t size, uint64_t sequence);

/* A random number that nobody can guess: a lease's token. Never 0. */
uint64_t seal_token(void);

#endif
