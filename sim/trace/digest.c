/* SPDX-License-Identifier: MIT */
#include "trace/digest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
#include <xxhash.h>

enum { PIECE_BYTES = 1 << 16 };

static int add_file(XXH3_state_t *state, int fd, const char *path, struct err *err)
{
	unsigned char piece[PIECE_BYTES];

	for (;;) {
		ssize_t n = read(fd, piece, sizeof(piece));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(err, ERR_FAILED, "%s: cannot read", path);
		if (n == 0)
			return 0;
		XXH3_128bits_update(state, piece, (size_t)n);
	}
}

static void put_text(XXH128_hash_t hash, char out[TRACE_DIGEST_TEXT])
{
	XXH128_canonical_t canonical;
	int length = snprintf(out, TRACE_DIGEST_TEXT, "xxh3-128:");

	XXH128_canonicalFromHash(&canonical, hash);
	for (size_t i = 0; i < sizeof(canonical.digest); i++)
		length += snprintf(out + length, TRACE_DIGEST_TEXT - (size_t)length, "%02x", canonical.digest[i]);
}

int trace_digest(const char *path, char out[TRACE_DIGEST_TEXT], struct err *err)
{
	XXH3_state_t *state = XXH3_createState();
	int fd, status;

	if (!state)
		return err_memory(err, "a digest");
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		status = err_errno(err, ERR_FAILED, "%s: cannot open", path);
	} else {
		XXH3_128bits_reset(state);
		status = add_file(state, fd, path, err);
		close(fd);
	}
	if (status == 0)
		put_text(XXH3_128bits_digest(state), out);
	XXH3_freeState(state);
	return status;
}
