/* SPDX-License-Identifier: MIT */
/* A part of something: a percentage of the whole, or a size. */
#ifndef BASE_SHARE_H
#define BASE_SHARE_H

#include <stdbool.h>
#include <stdint.h>

struct share {
	bool is_size;
	double fraction; /* when not is_size: 0 to 1 */
	uint64_t bytes;  /* when is_size */
};

/* This fraction of `pages` pages, rounded to the nearest page; halves go up. */
uint64_t share_round(double fraction, uint64_t pages);

/* How many of `pages` pages of 1 << page_shift bytes a share is: a percentage is rounded to the nearest page, a size is
 * cut to whole pages, and neither gives more than there are. */
uint64_t share_pages(const struct share *share, uint64_t pages, unsigned page_shift);

#endif
