/* SPDX-License-Identifier: MIT */
/* The time of an uncontended transfer. */
#ifndef FABRIC_TRANSFER_H
#define FABRIC_TRANSFER_H

#include <stdint.h>

/* The time to send `bytes` bytes at `bandwidth_bps` bits per second, in ps, rounded to the nearest: 4096 bytes at 100
 * Gbit/s take 327680 ps. */
static inline int64_t transfer_ps(uint64_t bytes, uint64_t bandwidth_bps)
{
	return (int64_t)(((unsigned __int128)bytes * 8 * 1000000000000u + bandwidth_bps / 2) / bandwidth_bps);
}

#endif
