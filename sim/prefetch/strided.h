/* SPDX-License-Identifier: MIT */
/* The candidates of several prefetchers: frames at a fixed distance from one another. */
#ifndef PREFETCH_STRIDED_H
#define PREFETCH_STRIDED_H

#include <stddef.h>

#include "base/page.h"

/* Writes up to n frames to `out`: frame + stride, frame + 2 stride and so on, while they are below `frames`. Returns
 * how many; none if stride is 0. A step below frame 0 wraps around to a number above `frames`, so one comparison covers
 * both ends. */
static inline size_t prefetch_strided(gfn frame, int64_t stride, size_t n, gfn frames, gfn *out)
{
	size_t count = 0;

	for (frame += (gfn)stride; stride && count < n && frame < frames; frame += (gfn)stride)
		out[count++] = frame;
	return count;
}

#endif
