/* SPDX-License-Identifier: MIT */
/*
 * Simulated time is kept in integer picoseconds of 64 bits, which end after 106.75 days. A result of up to 106 days is
 * given and a longer one is refused. What is left, 18 hours, is more than any one step takes (the slowest fetch that
 * can be configured takes 20 minutes), so that a sum that is checked after each step cannot overflow unnoticed. Sums
 * and products that may be longer are made in 128 bits.
 */
#ifndef BASE_TIME_H
#define BASE_TIME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

#define TIME_DAYS_MAX 106
#define TIME_MAX_PS   (INT64_C(24) * 3600 * 1000000000000 * TIME_DAYS_MAX)

typedef unsigned __int128 time_wide; /* ps */
typedef __int128 time_sum;           /* ps, also below 0 */

static inline bool time_fits(time_wide ps)
{
	return ps <= (time_wide)TIME_MAX_PS;
}

/* The error for a time that does not fit; `what` takes it ("the job"), `keys` names what to change. */
int time_error(const char *what, const char *keys, struct err *err);

#endif
