/* SPDX-License-Identifier: MIT */
/* What an uncontended transfer takes. */
#ifndef FABRIC_TRANSFER_H
#define FABRIC_TRANSFER_H

#include <stdint.h>

/* Bytes over a bandwidth in bits per second, in ps, to the nearest one: 4096 bytes at 100 Gbit/s are 327680 ps. */
static inline int64_t transfer_ps(uint64_t bytes, uint64_t bandwidth_bps)
{
	return (int64_t)(((unsigned __int128)bytes * 8 * 1000000000000u + bandwidth_bps / 2) / bandwidth_bps);
}

#endif
