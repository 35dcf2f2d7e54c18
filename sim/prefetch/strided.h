/* SPDX-License-Identifier: MIT */
/* What several prefetchers name: frames at a fixed distance from one another. */
#ifndef PREFETCH_STRIDED_H
#define PREFETCH_STRIDED_H

#include <stddef.h>

#include "base/page.h"

/* Writes up to n frames, frame + stride, frame + 2 stride and so on, stopping at the guest's first or last frame.
 * Returns how many; none when stride is 0. A step below frame 0 wraps round to a number above any guest's, so one
 * comparison stops both ways. */
static inline size_t prefetch_strided(gfn frame, int64_t stride, size_t n, gfn frames, gfn *out)
{
	size_t count = 0;

	for (frame += (gfn)stride; stride && count < n && frame < frames; frame += (gfn)stride)
		out[count++] = frame;
	return count;
}

#endif
