/* SPDX-License-Identifier: MIT */
/*
 * Stride: prefetches along a stride that was seen twice. A table holds streams, each with its last frame, its stride
 * and a state that says how reliable the stride is:
 *
 *     state      if the next frame is last + stride   otherwise
 *     initial    steady                               transient, new stride
 *     transient  steady                               no-pred, new stride
 *     steady     steady                               initial, same stride
 *     no-pred    transient                            no-pred, new stride
 *
 * A fault that leaves its stream in state steady fetches `degree` frames along the stride. A new stream is steady from
 * its third frame on.
 *
 * Source: Chen and Baer, 'Effective hardware-based data prefetching for high-performance processors', IEEE Transactions
 * on Computers 44(5), 1995 (the reference prediction table and its state machine). Streams are told apart by
 * concentration zones: Palacharla and Kessler, 'Evaluating stream buffers as a secondary cache replacement', ISCA 1994.
 * Departs from them: Chen and Baer index the table by the instruction's address, which a hypervisor does not learn at a
 * fault. Instead the guest's memory is divided into zones of `zone` frames with one stream each, in a direct-mapped
 * table. They prefetch one line in every state but no-pred; here only steady streams prefetch, since a page costs more
 * than a line. Streams are updated at faults and at first touches of prefetched frames, which would have been faults.
 */
#include <stdlib.h>

#include "prefetch/prefetch.h"
#include "prefetch/strided.h"

struct stride_params {
	uint64_t degree, streams, zone;
};

static const struct option_row options[] = {
	{.name = "degree",
	 .type = OPTION_COUNT,
	 .at = offsetof(struct stride_params, degree),
	 .min = "1",
	 .max = "256",
	 .def = "8",
	 .help = "frames fetched along a steady stride"},
	{.name = "streams",
	 .type = OPTION_COUNT,
	 .at = offsetof(struct stride_params, streams),
	 .min = "1",
	 .max = "1048576",
	 .def = "64",
	 .help = "streams in the table"},
	{.name = "zone",
	 .type = OPTION_COUNT,
	 .at = offsetof(struct stride_params, zone),
	 .min = "1",
	 .max = "4294967296",
	 .def = "1024",
	 .help = "adjacent frames that share one stream"},
};

enum confidence { INITIAL, TRANSIENT, STEADY, NO_PRED };

struct stream {
	gfn zone; /* GFN_NONE: unused */
	gfn last;
	int64_t stride;
	enum confidence confidence;
};

struct stride {
	struct stride_params params;
	gfn frames;
	struct stream *streams;
};

static int init(void *state, const struct prefetch_env *env, struct err *err)
{
	struct stride *stride = state;

	stride->params = *(const struct stride_params *)env->params;
	stride->frames = env->frames;
	stride->streams = calloc(stride->params.streams, sizeof(*stride->streams));
	if (!stride->streams)
		return err_memory(err, "the stride prefetcher's streams");
	for (uint64_t i = 0; i < stride->params.streams; i++)
		stride->streams[i].zone = GFN_NONE;
	return 0;
}

/* Updates the stream of `frame` and returns it. */
static const struct stream *learn(struct stride *stride, gfn frame)
{
	static const enum confidence right[] = {
		[INITIAL] = STEADY, [TRANSIENT] = STEADY, [STEADY] = STEADY, [NO_PRED] = TRANSIENT};
	static const enum confidence wrong[] = {
		[INITIAL] = TRANSIENT, [TRANSIENT] = NO_PRED, [STEADY] = INITIAL, [NO_PRED] = NO_PRED};
	gfn zone = frame / stride->params.zone;
	struct stream *stream = &stride->streams[zone % stride->params.streams];
	int64_t step = (int64_t)(frame - stream->last);

	if (stream->zone != zone) {
		*stream = (struct stream){.zone = zone, .last = frame, .confidence = INITIAL};
		return stream;
	}
	if (step == stream->stride) {
		stream->confidence = right[stream->confidence];
	} else {
		if (stream->confidence != STEADY)
			stream->stride = step;
		stream->confidence = wrong[stream->confidence];
	}
	stream->last = frame;
	return stream;
}

static size_t on_fault(void *state, gfn frame, gfn *out)
{
	struct stride *stride = state;
	const struct stream *stream = learn(stride, frame);

	return stream->confidence == STEADY
		       ? prefetch_strided(frame, stream->stride, stride->params.degree, stride->frames, out)
		       : 0;
}

static void on_outcome(void *state, gfn frame, enum prefetch_outcome outcome)
{
	if (outcome != PREFETCH_UNUSED)
		learn(state, frame);
}

static void destroy(void *state)
{
	struct stride *stride = state;

	free(stride->streams);
}

const struct prefetch_ops prefetch_stride = {
	.name = "stride",
	.summary = "along a stride that was seen twice, one stream a zone",
	.source = "Chen and Baer, Effective hardware-based data prefetching for high-performance processors, 1995",
	.options = options,
	.option_count = sizeof(options) / sizeof(*options),
	.params_size = sizeof(struct stride_params),
	.state_size = sizeof(struct stride),
	.init = init,
	.on_fault = on_fault,
	.on_outcome = on_outcome,
	.destroy = destroy,
};
