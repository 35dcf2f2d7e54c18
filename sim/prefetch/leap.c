/* SPDX-License-Identifier: MIT */
/*
 * Leap: prefetches along the stride that most recent accesses have in common. The history holds the last `history`
 * differences between successive accesses. The newest `history / splits` are searched for a majority (Boyer and Moore's
 * vote, then a count), then twice as many, until there is one or the history ends. A fault fetches `window` frames
 * along the majority's stride, or along the last one found.
 *
 * The window is hits + 1 rounded up to a power of two, where hits are the prefetched frames touched since the last
 * fault. With no hits it is 1 if the fault itself followed the trend, otherwise 0. It is at most `window`, and at least
 * half of the previous window.
 *
 * Source: Al Maruf and Chowdhury, 'Effectively prefetching remote memory with Leap', USENIX ATC 2020, algorithms 1 and
 * 2. History 32 and window 8 are the paper's; splits 4 is from the kernel that its authors published. Departs from it:
 * without a majority the paper reads frames 'around' the faulting one with the last trend; here they lie in the trend's
 * direction only. While the history is not full, its missing entries count against a majority. A stride of 0 (the same
 * frame twice) fetches nothing.
 */
#include <stdlib.h>

#include "prefetch/prefetch.h"
#include "prefetch/strided.h"

struct leap_params {
	uint64_t history, window, splits;
};

static const struct option_row options[] = {
	{.name = "history",
	 .type = OPTION_COUNT,
	 .at = offsetof(struct leap_params, history),
	 .min = "1",
	 .max = "65536",
	 .def = "32",
	 .help = "differences between successive accesses that are kept"},
	{.name = "window",
	 .type = OPTION_COUNT,
	 .at = offsetof(struct leap_params, window),
	 .min = "1",
	 .max = "256",
	 .def = "8",
	 .help = "frames fetched at one fault, at most"},
	{.name = "splits",
	 .type = OPTION_COUNT,
	 .at = offsetof(struct leap_params, splits),
	 .min = "1",
	 .max = "65536",
	 .def = "4",
	 .help = "the search for a majority starts with the newest 1/splits of the history"},
};

struct leap {
	struct leap_params params;
	gfn frames;
	gfn last;         /* the last access, GFN_NONE before the first */
	int64_t *history; /* a ring buffer */
	size_t newest;    /* index of the newest difference */
	size_t length;    /* differences recorded so far, at most params.history */
	int64_t trend;    /* the last majority found, 0 before the first */
	uint64_t window;  /* of the last fault */
	uint64_t hits;    /* since the last fault */
};

static int init(void *state, const struct prefetch_env *env, struct err *err)
{
	struct leap *leap = state;

	leap->params = *(const struct leap_params *)env->params;
	leap->frames = env->frames;
	leap->last = GFN_NONE;
	leap->history = malloc(leap->params.history * sizeof(*leap->history));
	return leap->history ? 0 : err_memory(err, "Leap's history");
}

static void record(struct leap *leap, gfn frame)
{
	if (leap->last != GFN_NONE) {
		leap->newest = leap->newest + 1 < leap->params.history ? leap->newest + 1 : 0;
		leap->history[leap->newest] = (int64_t)(frame - leap->last);
		leap->length += leap->length < leap->params.history;
	}
	leap->last = frame;
}

/* The i-th newest difference. */
static int64_t difference(const struct leap *leap, size_t i)
{
	return leap->history[leap->newest >= i ? leap->newest - i : leap->newest + leap->params.history - i];
}

/* Returns true if more than half of the newest `width` differences are equal, and sets `trend` to that value. */
static bool majority(const struct leap *leap, size_t width, int64_t *trend)
{
	size_t there = width < leap->length ? width : leap->length;
	size_t votes = 0, count = 0;
	int64_t candidate = 0;

	for (size_t i = 0; i < there; i++) {
		if (votes == 0)
			candidate = difference(leap, i);
		if (difference(leap, i) == candidate)
			votes++;
		else
			votes--;
	}
	for (size_t i = 0; i < there; i++)
		count += difference(leap, i) == candidate;
	if (2 * count <= width)
		return false;
	*trend = candidate;
	return true;
}

static void find_trend(struct leap *leap)
{
	size_t width = leap->params.history / leap->params.splits;

	for (width = width ? width : 1; width <= leap->params.history; width *= 2)
		if (majority(leap, width, &leap->trend))
			return;
}

static uint64_t next_window(const struct leap *leap)
{
	uint64_t window = 1;

	if (leap->hits == 0)
		window = leap->length && difference(leap, 0) == leap->trend;
	else
		while (window < leap->hits + 1)
			window *= 2;
	if (window > leap->params.window)
		window = leap->params.window;
	return window < leap->window / 2 ? leap->window / 2 : window;
}

static size_t on_fault(void *state, gfn frame, gfn *out)
{
	struct leap *leap = state;

	record(leap, frame);
	find_trend(leap);
	leap->window = next_window(leap);
	leap->hits = 0;
	return prefetch_strided(frame, leap->trend, leap->window, leap->frames, out);
}

/* The kernel's swap cache sees the touch of a prefetched frame as an access, so it enters the history. */
static void on_outcome(void *state, gfn frame, enum prefetch_outcome outcome)
{
	struct leap *leap = state;

	if (outcome == PREFETCH_UNUSED)
		return;
	record(leap, frame);
	leap->hits++;
}

static void destroy(void *state)
{
	struct leap *leap = state;

	free(leap->history);
}

const struct prefetch_ops prefetch_leap = {
	.name = "leap",
	.summary = "along the stride of the majority of recent accesses; the window grows with its hits",
	.source = "Al Maruf and Chowdhury, Effectively prefetching remote memory with Leap, 2020",
	.options = options,
	.option_count = sizeof(options) / sizeof(*options),
	.params_size = sizeof(struct leap_params),
	.state_size = sizeof(struct leap),
	.init = init,
	.on_fault = on_fault,
	.on_outcome = on_outcome,
	.destroy = destroy,
};
