/* SPDX-License-Identifier: MIT */
#include "base/share.h"

uint64_t share_round(double fraction, uint64_t pages)
{
	return (uint64_t)(fraction * (double)pages + .5);
}

uint64_t share_pages(const struct share *share, uint64_t pages, unsigned page_shift)
{
	uint64_t part = share->is_size ? share->bytes >> page_shift : share_round(share->fraction, pages);

	return part < pages ? part : pages;
}
