/* SPDX-License-Identifier: MIT */
/*
 * Every prefetcher, fault by fault, against a reference that keeps only a log of all events and computes each answer
 * from the log. The references are simple and share no code with the prefetchers.
 */
#include <stdlib.h>

#include "prefetch_case.h"
#include "unit.h"

#define EVENTS  800
#define SEEDS   3
#define PENDING 64

enum kind { FAULT, TOUCH, UNUSED, STORED };

static struct event {
	enum kind kind;
	gfn frame;
	uint64_t window; /* of a fault, as a reference left it */
	int64_t trend;   /* of a fault, as Leap's reference left it */
} events[EVENTS];
static size_t length;

static uint64_t seed;

static uint64_t draw(uint64_t below)
{
	uint64_t z = seed += 0x9e3779b97f4a7c15; /* splitmix64 */

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return (z ^ z >> 31) % below;
}

/* The accesses (faults and touches), newest first: writes up to n frames, returns how many. */
static size_t accesses(gfn *out, size_t n)
{
	size_t count = 0;

	for (size_t i = length; i-- > 0 && count < n;)
		if (events[i].kind == FAULT || events[i].kind == TOUCH)
			out[count++] = events[i].frame;
	return count;
}

/* The fault before the last one in the log; NULL when there is none. */
static const struct event *fault_before(void)
{
	for (size_t i = length - 1; i-- > 0;)
		if (events[i].kind == FAULT)
			return &events[i];
	return NULL;
}

static uint64_t touches_between_faults(size_t fault)
{
	uint64_t count = 0;

	while (fault-- > 0 && events[fault].kind != FAULT)
		count += events[fault].kind == TOUCH;
	return count;
}

/* frame + k * stride for k from 1 to n, as far as these are frames of the guest. */
static size_t along(const struct prefetch_case *c, gfn frame, int64_t stride, int64_t n, gfn *out)
{
	size_t count = 0;

	for (int64_t k = 1; k <= n; k++) {
		int64_t at = (int64_t)frame + k * stride;

		if (stride != 0 && at >= 0 && at < (int64_t)c->frames)
			out[count++] = (gfn)at;
	}
	return count;
}

static size_t naive_none(const struct prefetch_case *c, gfn frame, gfn *out)
{
	(void)c, (void)frame, (void)out;
	return 0;
}

static size_t naive_next_n(const struct prefetch_case *c, gfn frame, gfn *out)
{
	return along(c, frame, 1, (int64_t)case_param(c, "n"), out);
}

/* The stream holds the faults of this zone since another zone last used its entry; Chen and Baer's state machine
 * processes all of them. */
static size_t naive_stride(const struct prefetch_case *c, gfn frame, gfn *out)
{
	static gfn all[EVENTS];
	const uint64_t size = case_param(c, "zone"), streams = case_param(c, "streams");
	const gfn zone = frame / size;
	size_t count = accesses(all, EVENTS), first = 0;
	const char *state = "initial";
	int64_t stride = 0;
	gfn last;

	for (size_t i = 0; i < count && (all[i] / size % streams != zone % streams || all[i] / size == zone); i++)
		if (all[i] / size == zone)
			first = i;
	last = all[first];
	for (size_t i = first; i-- > 0;) {
		int64_t step = (int64_t)(all[i] - last);

		if (all[i] / size != zone)
			continue;
		if (*state == 'i' || *state == 't') { /* initial, transient */
			if (step == stride)
				state = "steady";
			else
				state = *state == 'i' ? "transient" : "no prediction", stride = step;
		} else if (*state == 's') {
			if (step != stride)
				state = "initial";
		} else {
			if (step == stride)
				state = "transient";
			stride = step;
		}
		last = all[i];
	}
	return *state == 's' ? along(c, frame, stride, (int64_t)case_param(c, "degree"), out) : 0;
}

/* The window of Linux's read-ahead at the fault that the log ends with, when the place `at` faulted and `last` is the
 * place that adjacency is judged by. */
static uint64_t naive_window(const struct prefetch_case *c, uint64_t at, uint64_t last, uint64_t hits_max)
{
	const struct event *before = fault_before();
	const uint64_t most = UINT64_C(1) << case_param(c, "cluster");
	uint64_t hits = touches_between_faults(length - 1), window = 1;

	hits = hits > hits_max ? hits_max : hits;
	hits += before ? 0 : 4;
	while (window < hits + 2)
		window *= 2;
	if (hits == 1)
		window = 4;
	if (hits == 0 && llabs((int64_t)(at - last)) != 1)
		window = 1;
	window = window > most ? most : window;
	if (before && window < before->window / 2)
		window = before->window / 2;
	return events[length - 1].window = window;
}

/* The slot that a frame had after the first `events_before` events, 0 for none. Each write takes a new one; its event
 * has it in `window`. */
static uint64_t slot_after(gfn frame, size_t events_before)
{
	for (size_t i = events_before; i-- > 0;)
		if (events[i].kind == STORED && events[i].frame == frame && events[i].window)
			return events[i].window;
	return 0;
}

/* The frame that has the slot at the end of the log, or GFN_NONE. */
static gfn frame_of(uint64_t slot)
{
	for (size_t i = length; i-- > 0;)
		if (events[i].kind == STORED && events[i].window == slot)
			return slot_after(events[i].frame, length) == slot ? events[i].frame : GFN_NONE;
	return GFN_NONE;
}

/* Notes that a frame was stored. */
static void stored(gfn frame, bool written)
{
	uint64_t slots = 0;

	for (size_t i = 0; i < length; i++)
		slots += events[i].kind == STORED && events[i].window;
	if (!written && slot_after(frame, length))
		slots = 0; /* it keeps its slot */
	else
		slots++;
	if (length < EVENTS)
		events[length++] = (struct event){.kind = STORED, .frame = frame, .window = slots};
}

static size_t naive_linux_slots(const struct prefetch_case *c, gfn frame, gfn *out)
{
	const uint64_t slot = slot_after(frame, length);
	uint64_t last = 0, window;
	size_t count = 0;

	for (size_t i = 0, faults = 0; i < length - 1; i++)
		if (events[i].kind == FAULT && faults++ > 0 && touches_between_faults(i) == 0)
			last = slot_after(events[i].frame, i);
	window = naive_window(c, slot, last, UINT64_MAX);
	for (uint64_t at = slot / window * window; window > 1 && at / window == slot / window; at++)
		if (at != slot && frame_of(at) != GFN_NONE)
			out[count++] = frame_of(at);
	return count;
}

static size_t naive_linux_vma(const struct prefetch_case *c, gfn frame, gfn *out)
{
	gfn two[2] = {0, 0};
	size_t known = accesses(two, 2), count = 0;
	const gfn last = known == 2 ? two[1] : 0;
	const int64_t window = (int64_t)naive_window(c, frame, last, 63);
	int64_t first = (int64_t)frame - (window - 1) / 2;

	if (frame == last + 1)
		first = (int64_t)frame;
	if (frame + 1 == last)
		first = (int64_t)frame - (window - 1);
	for (int64_t at = first; at < first + window; at++)
		if (at >= 0 && (gfn)at < c->frames && (gfn)at / 512 == frame / 512 && (gfn)at != frame)
			out[count++] = (gfn)at;
	return count;
}

/* The difference that more than half of the newest `width` differences share, found by counting each. */
static bool naive_majority(const gfn *newest, size_t count, size_t width, int64_t *trend)
{
	for (size_t i = 0; i < width && i + 1 < count; i++) {
		size_t same = 0;

		for (size_t k = 0; k < width && k + 1 < count; k++)
			same += newest[k] - newest[k + 1] == newest[i] - newest[i + 1];
		if (same > width / 2) {
			*trend = (int64_t)(newest[i] - newest[i + 1]);
			return true;
		}
	}
	return false;
}

static size_t naive_leap(const struct prefetch_case *c, gfn frame, gfn *out)
{
	const struct event *before = fault_before();
	const size_t most = case_param(c, "history"), splits = case_param(c, "splits");
	const uint64_t hits = touches_between_faults(length - 1);
	int64_t trend = before ? before->trend : 0;
	gfn newest[129];
	size_t count = accesses(newest, most + 1), width = most / splits > 0 ? most / splits : 1;
	uint64_t window = 0;

	while (width <= most && !naive_majority(newest, count, width, &trend))
		width *= 2;
	if (hits > 0)
		for (window = 1; window < hits + 1;)
			window *= 2;
	else if (count > 1 && (int64_t)(newest[0] - newest[1]) == trend)
		window = 1;
	if (window > case_param(c, "window"))
		window = case_param(c, "window");
	if (before && window < before->window / 2)
		window = before->window / 2;
	events[length - 1].window = window;
	events[length - 1].trend = trend;
	return along(c, frame, trend, (int64_t)window, out);
}

/* The frames that followed `frame`, newest first, back to the time when another frame used its table entry. */
static size_t naive_markov(const struct prefetch_case *c, gfn frame, gfn *out)
{
	static gfn all[EVENTS];
	const uint64_t entries = case_param(c, "entries"), degree = case_param(c, "degree");
	size_t total = accesses(all, EVENTS), count = 0;

	for (size_t i = 0; i + 1 < total && count < degree; i++) {
		gfn from = all[i + 1], to = all[i];
		bool listed = from == to;

		if (from != frame && from != to && from % entries == frame % entries)
			break;
		for (size_t k = 0; k < count; k++)
			listed = listed || out[k] == to;
		if (from == frame && !listed)
			out[count++] = to;
	}
	return count;
}

/* A future that depends only on the number of faults: the next multiples of 3. */
static size_t threes(void *context, gfn *out, size_t n)
{
	const struct prefetch_case *c = context;
	size_t count = 0;

	for (gfn at = length; at < c->frames && count < n; at++)
		if (at % 3 == 0)
			out[count++] = at;
	return count;
}

static size_t naive_oracle(const struct prefetch_case *c, gfn frame, gfn *out)
{
	size_t count = 0;

	for (gfn at = (length + 2) / 3 * 3; at < c->frames && count < case_param(c, "n"); at += 3)
		if (at != frame)
			out[count++] = at;
	return count;
}

enum walk { SEQUENTIAL, REVERSED, STRIDED, BACK_STRIDED, INTERLEAVED, CYCLE, RANDOM, NEAR_START, NEAR_END, WALKS };

/* The t-th frame that the guest touches. */
static gfn step(enum walk walk, size_t t, gfn frames)
{
	switch (walk) {
	case SEQUENTIAL: return (frames / 2 + t) % frames;
	case REVERSED: return frames - 1 - t % frames;
	case STRIDED: return t * 7 % frames;
	case BACK_STRIDED: return frames - 1 - t * 5 % frames;
	case INTERLEAVED: return (t % 3 == 0 ? t : t % 3 == 1 ? frames / 3 + t / 3 * 4 : frames - t) % frames;
	case CYCLE: return t % 23 * 2654435761 % frames;
	case NEAR_START: return draw(12) % frames;
	case NEAR_END: return frames - 1 - draw(12) % frames;
	default: return draw(frames);
	}
}

static void happened(enum kind kind, gfn frame)
{
	if (length < EVENTS)
		events[length++] = (struct event){.kind = kind, .frame = frame};
}

/* Guest and prefetcher together: a touch of a prefetched frame is usually an outcome and sometimes a fault (when the
 * core had dropped the frame); any other touch is a fault. Sometimes a prefetched frame is dropped. Returns the number
 * of answers that differed. */
static int differences(struct prefetch_case *c, enum walk walk,
		       size_t (*naive)(const struct prefetch_case *, gfn, gfn *))
{
	gfn pending[PENDING], expected[2 * PREFETCH_MAX];
	size_t asked = 0;
	int bad = 0;

	length = 0;
	for (size_t i = 0; i < PENDING; i++)
		pending[i] = GFN_NONE;
	for (size_t t = 0; length < EVENTS - 3; t++) {
		enum walk now = walk < WALKS ? walk : (enum walk)(t / 60 % WALKS); /* WALKS: all of them in turn */
		gfn frame = draw(20) == 0 ? draw(c->frames) : step(now, t, c->frames), *slot = NULL;

		for (size_t i = 0; i < PENDING; i++)
			if (pending[i] == frame)
				slot = &pending[i];
		if (slot && draw(4)) {
			case_tell(c, frame, draw(2) ? PREFETCH_USED : PREFETCH_LATE);
			happened(TOUCH, frame);
			*slot = GFN_NONE;
			continue;
		}
		if (c->ops->on_stored) { /* a fault needs a page that was stored */
			const bool written = draw(2);

			case_store(c, frame, written);
			stored(frame, written);
		}
		happened(FAULT, frame);
		case_fault(c, frame);
		bad += c->count != naive(c, frame, expected);
		for (size_t i = 0; i < c->count; i++) {
			bad += c->out[i] != expected[i];
			pending[asked++ % PENDING] = c->out[i];
		}
		slot = &pending[draw(PENDING)];
		if (draw(3) == 0 && *slot != GFN_NONE) {
			case_tell(c, *slot, PREFETCH_UNUSED);
			happened(UNUSED, *slot);
			*slot = GFN_NONE;
		}
	}
	return bad;
}

/* On guests of few, of many, and of the most frames. */
static void compare(const char *name, const char *const *settings,
		    size_t (*naive)(const struct prefetch_case *, gfn, gfn *))
{
	static const gfn guests[] = {1, 13, 700, 100000, UINT64_C(1) << 32};

	for (; *settings; settings++)
		for (size_t guest = 0; guest < sizeof(guests) / sizeof(*guests); guest++)
			for (unsigned run = 0; run < (WALKS + 1) * SEEDS; run++) {
				struct prefetch_case c;
				const struct prefetch_future future = {&c, threes};

				seed = guest * 100 + run;
				case_open(&c, name, guests[guest], *settings, &future);
				CU_ASSERT_EQUAL(differences(&c, run % (WALKS + 1), naive), 0);
				case_close(&c);
			}
}

static void none(void)
{
	compare("none", (const char *const[]){"", NULL}, naive_none);
}

static void next_n(void)
{
	compare("next-n", (const char *const[]){"", "n=1", "n=256", NULL}, naive_next_n);
}

static void stride(void)
{
	compare("stride",
		(const char *const[]){"", "degree=3 streams=2 zone=50", "degree=256 streams=1 zone=4294967296",
				      "zone=1", NULL},
		naive_stride);
}

static void linux_vma(void)
{
	compare("linux-vma", (const char *const[]){"", "cluster=0", "cluster=1", "cluster=4", "cluster=5", NULL},
		naive_linux_vma);
}

static void linux_slots(void)
{
	compare("linux-slots", (const char *const[]){"", "cluster=0", "cluster=6", NULL}, naive_linux_slots);
}

static void leap(void)
{
	compare("leap",
		(const char *const[]){"", "history=8 splits=2 window=5", "history=1 window=1",
				      "history=10 splits=20 window=256", NULL},
		naive_leap);
}

static void markov(void)
{
	compare("markov", (const char *const[]){"", "entries=1", "entries=40 degree=1", "entries=7 degree=16", NULL},
		naive_markov);
}

static void oracle(void)
{
	compare("oracle", (const char *const[]){"", "n=1", "n=255", NULL}, naive_oracle);
}

CU_TestInfo prefetch_naive_tests[] = {
	{"none", none}, {"next-n", next_n}, {"stride", stride}, {"linux-vma", linux_vma}, {"linux-slots", linux_slots},
	{"leap", leap}, {"markov", markov}, {"oracle", oracle}, CU_TEST_INFO_NULL,
};
