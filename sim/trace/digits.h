/* SPDX-License-Identifier: MIT */
/* Numbers in text, read digit by digit: the importers' inner loop. */
#ifndef TRACE_DIGITS_H
#define TRACE_DIGITS_H

#include <stdbool.h>
#include <stdint.h>

/* Each reads one or more digits from *at, at most to `end`, and moves *at behind them. False: no digit, or more than 64
 * bits. */

static inline bool digits_decimal(const char **at, const char *end, uint64_t *value)
{
	const char *from = *at;
	uint64_t sum = 0;

	for (; *at < end; ++*at) {
		unsigned digit = (unsigned)**at - '0';

		if (digit > 9)
			break;
		if (sum > UINT64_MAX / 10 || 10 * sum > UINT64_MAX - digit)
			return false;
		sum = 10 * sum + digit;
	}
	*value = sum;
	return *at > from;
}

static inline bool digits_hex(const char **at, const char *end, uint64_t *value)
{
	const char *from = *at;
	uint64_t sum = 0;

	for (; *at < end; ++*at) {
		unsigned c = (unsigned char)**at, digit = c - '0';

		if (digit > 9) {
			digit = (c | 0x20) - 'a' + 10;
			if (digit < 10 || digit > 15)
				break;
		}
		if (sum >> 60)
			return false;
		sum = sum << 4 | digit;
	}
	*value = sum;
	return *at > from;
}

#endif
