/* SPDX-License-Identifier: MIT */
/* What names a trace file beyond doubt in a result: a digest of its bytes. */
#ifndef TRACE_DIGEST_H
#define TRACE_DIGEST_H

#include "base/err.h"

enum { TRACE_DIGEST_TEXT = 48 };

/* "xxh3-128:" and 32 hexadecimal digits: XXH3 of 128 bits (Yann Collet, xxhash.com) over the whole file, as `xxhsum
 * -H2` prints them. */
int trace_digest(const char *path, char out[TRACE_DIGEST_TEXT], struct err *err);

#endif
