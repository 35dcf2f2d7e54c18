/* SPDX-License-Identifier: MIT */
/* The event heap against a sorted list, and in quanta of every size. */
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "fabric/events.h"
#include "unit.h"

enum { TRIALS = 300, RUN_MAX = 2000, PENDING_MAX = 300 };

struct entry {
	int64_t at_ps;
	uint64_t order, argument;
};

/* The events that a handler adds depend only on its argument and the time, so that the heap and the list get the same
 * events if they run in the same order. */
struct follow {
	uint32_t children;
	int64_t delay_ps[3];
	uint64_t argument[3];
	bool late;
};

static uint64_t mix(uint64_t z)
{
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static struct follow follow(uint64_t argument, int64_t now_ps, uint64_t spread_ps)
{
	uint64_t z = mix(argument ^ mix((uint64_t)now_ps));
	struct follow then = {.children = (uint32_t)(z % 9 < 5    ? 1
						     : z % 9 < 7  ? 0
						     : z % 9 == 7 ? 2
								  : 3),
			      .late = z >> 32 & 1};

	for (uint32_t i = 0; i < then.children; i++) {
		then.delay_ps[i] = (int64_t)(mix(z + i) % spread_ps);
		then.argument[i] = mix(z - i);
	}
	return then;
}

struct record {
	struct events events;
	struct event_handler handler;
	uint64_t spread_ps, added, late;
	struct entry ran[RUN_MAX];
	uint32_t count, most;
};

static void add(struct record *record, int64_t at_ps, uint64_t argument)
{
	events_add(&record->events, at_ps, &record->handler, argument);
	record->added++;
}

static void run_one(void *context, uint64_t argument, int64_t now_ps)
{
	struct record *record = context;
	struct follow then = follow(argument, now_ps, record->spread_ps);

	CU_ASSERT_EQUAL(record->events.now_ps, now_ps);
	if (record->count < RUN_MAX)
		record->ran[record->count] = (struct entry){now_ps, 0, argument};
	record->count++;
	if (record->count + then.children > RUN_MAX / 2) /* until it is empty */
		return;
	for (uint32_t i = 0; i < then.children; i++)
		if (i == 2 && then.late)
			events_add_ordered(&record->events, now_ps + then.delay_ps[i], EVENTS_LATE | record->late++,
					   &record->handler, then.argument[i]);
		else
			add(record, now_ps + then.delay_ps[i], then.argument[i]);
	if (record->events.count > record->most)
		record->most = record->events.count;
}

/* The same with a list and linear search. */
static uint32_t run_list(struct entry *list, uint32_t pending, uint64_t spread_ps, struct entry *ran)
{
	uint64_t order = pending, late = 0;
	uint32_t count = 0;

	while (pending > 0) {
		struct entry first = list[0];
		uint32_t at = 0;
		struct follow then;

		for (uint32_t i = 1; i < pending; i++)
			if (list[i].at_ps < first.at_ps ||
			    (list[i].at_ps == first.at_ps && list[i].order < first.order)) {
				first = list[i];
				at = i;
			}
		list[at] = list[--pending];
		then = follow(first.argument, first.at_ps, spread_ps);
		if (count < RUN_MAX)
			ran[count] = (struct entry){first.at_ps, 0, first.argument};
		count++;
		if (count + then.children > RUN_MAX / 2)
			continue;
		for (uint32_t i = 0; i < then.children; i++)
			list[pending++] = (struct entry){first.at_ps + then.delay_ps[i],
							 i == 2 && then.late ? EVENTS_LATE | late++ : order++,
							 then.argument[i]};
	}
	return count;
}

static void begin(struct record *record, uint32_t pending, uint64_t spread_ps, uint64_t seed, struct entry *list)
{
	struct err err;

	*record = (struct record){.handler = {run_one, record}, .spread_ps = spread_ps};
	CU_ASSERT_EQUAL_FATAL(events_init(&record->events, &err), 0);
	for (uint32_t i = 0; i < pending; i++) {
		list[i] = (struct entry){(int64_t)(mix(seed + i) % spread_ps), i, mix(seed - i - 1)};
		add(record, list[i].at_ps, list[i].argument);
	}
}

static void as_a_sorted_list(void)
{
	static struct record record;
	static struct entry list[4 * RUN_MAX], ran[RUN_MAX];
	struct rng rng;
	struct err err;
	uint32_t most = 0, bad = 0;

	CU_ASSERT_EQUAL_FATAL(rng_init(&rng, 1, &err), 0);
	for (int trial = 0; trial < TRIALS; trial++) {
		uint32_t pending = 1 + (uint32_t)rng_below(&rng, PENDING_MAX);
		uint64_t spread_ps = trial % 3 == 0   ? 3
				     : trial % 3 == 1 ? 200
						      : 1 << 30; /* almost only ties, many ties, no ties */
		int64_t quantum_ps = trial % 2 ? EVENTS_END : 1 + (int64_t)rng_below(&rng, spread_ps);

		begin(&record, pending, spread_ps, rng_below(&rng, UINT64_MAX), list);
		do {
			int64_t until_ps = trial % 2 ? EVENTS_END : record.events.now_ps + quantum_ps;

			CU_ASSERT_EQUAL(events_run(&record.events, until_ps, &err), 0);
			CU_ASSERT(trial % 2 || record.events.now_ps == until_ps);
			CU_ASSERT(events_next_ps(&record.events) > until_ps || record.events.count == 0);
		} while (record.events.count > 0);
		CU_ASSERT_EQUAL(events_next_ps(&record.events), EVENTS_END);
		bad += run_list(list, pending, spread_ps, ran) != record.count || record.count > RUN_MAX ||
		       memcmp(ran, record.ran, record.count * sizeof(*ran)) != 0;
		most = record.most > most ? record.most : most;
		events_free(&record.events);
	}
	CU_ASSERT_EQUAL(bad, 0);
	CU_ASSERT(most > 300); /* the heap has grown */
	rng_free(&rng);
}

struct stop {
	struct events events;
	int ran;
};

static void stop_at_three(void *context, uint64_t argument, int64_t now_ps)
{
	struct stop *stop = context;

	stop->ran++;
	if (argument == 3)
		stop->events.status = err_set(&stop->events.err, ERR_FAILED, "no third at %d ps", (int)now_ps);
}

static void a_handler_that_cannot_go_on(void)
{
	struct stop stop = {.ran = 0};
	const struct event_handler handler = {stop_at_three, &stop};
	struct err err;

	CU_ASSERT_EQUAL_FATAL(events_init(&stop.events, &err), 0);
	for (int i = 5; i > 0; i--)
		events_add(&stop.events, 10 * i, &handler, (uint64_t)i);
	CU_ASSERT_EQUAL(events_run(&stop.events, 29, &err), 0);
	CU_ASSERT_EQUAL(stop.ran, 2);
	CU_ASSERT_EQUAL(events_run(&stop.events, EVENTS_END, &err), ERR_FAILED);
	CU_ASSERT_STRING_EQUAL(err.text, "no third at 30 ps");
	CU_ASSERT_EQUAL(stop.ran, 3);
	events_free(&stop.events);
}

CU_TestInfo events_tests[] = {
	{"as a sorted list, in quanta of any size", as_a_sorted_list},
	{"a handler that cannot go on", a_handler_that_cannot_go_on},
	CU_TEST_INFO_NULL,
};
