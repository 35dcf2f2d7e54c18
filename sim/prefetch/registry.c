/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "prefetch/prefetch.h"

extern const struct prefetch_ops prefetch_none, prefetch_next_n, prefetch_stride, prefetch_linux_slots, prefetch_leap,
	prefetch_markov, prefetch_oracle, prefetch_linux_vma;

const struct prefetch_ops *const prefetchers[] = {
	&prefetch_none,        &prefetch_next_n, &prefetch_stride,
	&prefetch_linux_slots, &prefetch_leap,   &prefetch_markov,
	&prefetch_linux_vma,   &prefetch_oracle, NULL,
};

const struct prefetch_ops *prefetch_find(const char *name)
{
	for (int i = 0; prefetchers[i]; i++)
		if (strcmp(prefetchers[i]->name, name) == 0)
			return prefetchers[i];
	return NULL;
}

const char *prefetch_name(int i)
{
	const int count = sizeof(prefetchers) / sizeof(*prefetchers) - 1;

	return i >= 0 && i < count ? prefetchers[i]->name : NULL;
}
