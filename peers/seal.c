/* SPDX-License-Identifier: MIT */
#include "peers/seal.h"

#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char session[] = "megavm session";

enum { KEY_FILE_MOST = 4096 };

_Static_assert(crypto_auth_hmacsha256_BYTES == MESSAGE_MAC, "an HMAC's length");
_Static_assert(crypto_hash_sha256_BYTES == SEAL_KEY, "a key's length");

static int check_mode(int file, const char *path, struct err *err)
{
	struct stat about;

	if (fstat(file, &about) < 0)
		return err_errno(err, ERR_FAILED, "%s", path);
	if (!S_ISREG(about.st_mode))
		return err_set(err, ERR_USAGE, "%s: a key is a regular file", path);
	return about.st_mode & 077 ? err_set(err, ERR_USAGE,
					     "%s: mode %03o: others may read or write this key; allowed is 600 ('chmod "
					     "600 %s')",
					     path, about.st_mode & 0777, path)
				   : 0;
}

int seal_read_key(const char *path, struct seal_key *key, struct err *err)
{
	unsigned char text[KEY_FILE_MOST];
	ssize_t size;
	int file, status;

	*key = (struct seal_key){.is_given = path};
	if (sodium_init() < 0)
		return err_set(err, ERR_FAILED, "libsodium cannot be used on this machine");
	if (!path)
		return 0;
	file = open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return err_errno(err, ERR_USAGE, "%s", path);
	status = check_mode(file, path, err);
	size = status == 0 ? read(file, text, sizeof(text)) : 0;
	close(file);
	if (status == 0 && (size < SEAL_KEY_FILE_LEAST || size == sizeof(text)))
		status = err_set(err, ERR_USAGE,
				 "%s: a key of %zd bytes; allowed are %d to %d ('head -c 32 /dev/urandom')", path, size,
				 SEAL_KEY_FILE_LEAST, KEY_FILE_MOST - 1);
	if (status == 0)
		crypto_hash_sha256(key->byte, text, (unsigned long long)size);
	sodium_memzero(text, sizeof(text));
	return status;
}

void seal_begin(struct seal *seal, const struct seal_key *key, enum seal_side side)
{
	*seal = (struct seal){.side = side};
	memcpy(seal->key, key->byte, SEAL_KEY);
}

void seal_nonce(unsigned char nonce[MESSAGE_NONCE])
{
	randombytes_buf(nonce, MESSAGE_NONCE);
}

void seal_session(struct seal *seal, const unsigned char borrower[MESSAGE_NONCE],
		  const unsigned char lender[MESSAGE_NONCE])
{
	crypto_auth_hmacsha256_state state;

	crypto_auth_hmacsha256_init(&state, seal->key, SEAL_KEY);
	crypto_auth_hmacsha256_update(&state, (const unsigned char *)session, sizeof(session));
	crypto_auth_hmacsha256_update(&state, borrower, MESSAGE_NONCE);
	crypto_auth_hmacsha256_update(&state, lender, MESSAGE_NONCE);
	crypto_auth_hmacsha256_final(&state, seal->key);
}

/* The sequence number is in the message's head. */
static void sign(const struct seal *seal, enum seal_side from, const unsigned char *message, size_t size,
		 unsigned char mac[MESSAGE_MAC])
{
	const unsigned char direction = (unsigned char)from;
	crypto_auth_hmacsha256_state state;

	crypto_auth_hmacsha256_init(&state, seal->key, SEAL_KEY);
	crypto_auth_hmacsha256_update(&state, &direction, 1);
	crypto_auth_hmacsha256_update(&state, message, size);
	crypto_auth_hmacsha256_final(&state, mac);
}

void seal_sign(struct seal *seal, unsigned char *message, size_t size)
{
	sign(seal, seal->side, message, size, message + size);
	seal->sent++;
}

bool seal_check(struct seal *seal, const unsigned char *message, size_t size, uint64_t sequence)
{
	unsigned char mac[MESSAGE_MAC];

	sign(seal, seal->side == SEAL_LENDER ? SEAL_BORROWER : SEAL_LENDER, message, size, mac);
	if (sodium_memcmp(mac, message + size, MESSAGE_MAC) != 0 || sequence != seal->received)
		return false;
	seal->received++;
	return true;
}

uint64_t seal_token(void)
{
	uint64_t token;

	do
		randombytes_buf(&token, sizeof(token));
	while (token == 0);
	return token;
}
