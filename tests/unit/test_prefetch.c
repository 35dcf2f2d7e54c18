/* SPDX-License-Identifier: MIT */
/* The behaviour of each prefetcher, worked out by hand from its source. test_prefetch_naive.c covers the rest. */
#include <stdarg.h>
#include <stdlib.h>

#include "prefetch_case.h"
#include "unit.h"

#define END GFN_NONE

/* Whether a fault on `frame` names exactly these frames (ended by END), in this order. */
static bool names(struct prefetch_case *c, gfn frame, ...)
{
	bool same = true;
	size_t count = 0;
	va_list list;

	case_fault(c, frame);
	va_start(list, frame);
	for (gfn wanted; (wanted = va_arg(list, gfn)) != END; count++)
		same = same && count < c->count && c->out[count] == wanted;
	va_end(list);
	return same && count == c->count;
}

static void touch(struct prefetch_case *c, size_t times)
{
	for (size_t i = 0; i < times; i++)
		case_tell(c, i, i % 2 ? PREFETCH_USED : PREFETCH_LATE);
}

static void registry(void)
{
	int count = 0;

	for (; prefetchers[count]; count++) {
		const struct prefetch_ops *ops = prefetchers[count];

		CU_ASSERT_PTR_EQUAL(prefetch_find(ops->name), ops);
		CU_ASSERT_STRING_EQUAL(prefetch_name(count), ops->name);
		CU_ASSERT(ops->summary && ops->source && ops->init && ops->on_fault && ops->destroy);
		for (size_t i = 0; i < ops->option_count; i++) {
			const struct option_row *row = &ops->options[i];

			CU_ASSERT_EQUAL(row->type, OPTION_COUNT);
			CU_ASSERT(row->at + sizeof(uint64_t) <= ops->params_size);
			CU_ASSERT(strtoull(row->min, NULL, 10) <= strtoull(row->def, NULL, 10));
			CU_ASSERT(strtoull(row->def, NULL, 10) <= strtoull(row->max, NULL, 10));
		}
	}
	CU_ASSERT_EQUAL(count, 8);
	CU_ASSERT_PTR_NULL(prefetch_name(count));
	CU_ASSERT_PTR_NULL(prefetch_name(-1));
	CU_ASSERT_PTR_NULL(prefetch_find("nothing"));
}

static void none_names_nothing(void)
{
	struct prefetch_case c;

	case_open(&c, "none", 100, "", NULL);
	CU_ASSERT(names(&c, 5, END));
	case_close(&c);
}

static void next_n_stops_at_the_guests_end(void)
{
	struct prefetch_case c;

	case_open(&c, "next-n", 100, "n=3", NULL);
	CU_ASSERT(names(&c, 0, (gfn)1, (gfn)2, (gfn)3, END));
	CU_ASSERT(names(&c, 97, (gfn)98, (gfn)99, END));
	CU_ASSERT(names(&c, 99, END));
	case_close(&c);
	case_open(&c, "next-n", 1000, "n=256", NULL);
	case_fault(&c, 10);
	CU_ASSERT_EQUAL(c.count, PREFETCH_MAX);
	case_close(&c);
}

static void stride_locks_at_the_third_frame(void)
{
	struct prefetch_case c;

	case_open(&c, "stride", 1000, "degree=2 zone=500 streams=2", NULL);
	CU_ASSERT(names(&c, 100, END));
	CU_ASSERT(names(&c, 103, END));
	CU_ASSERT(names(&c, 106, (gfn)109, (gfn)112, END));
	CU_ASSERT(names(&c, 900, END)); /* another zone, backwards, in between */
	CU_ASSERT(names(&c, 890, END));
	case_tell(&c, 109, PREFETCH_USED); /* touches keep the stream going */
	case_tell(&c, 112, PREFETCH_LATE);
	CU_ASSERT(names(&c, 115, (gfn)118, (gfn)121, END));
	CU_ASSERT(names(&c, 880, (gfn)870, (gfn)860, END));
	case_close(&c);
}

static void stride_survives_one_odd_frame(void)
{
	struct prefetch_case c;

	case_open(&c, "stride", 1000, "degree=1 zone=1000", NULL);
	CU_ASSERT(names(&c, 10, END));
	CU_ASSERT(names(&c, 12, END));
	CU_ASSERT(names(&c, 14, (gfn)16, END));
	CU_ASSERT(names(&c, 500, END));           /* steady to initial, the stride is kept */
	CU_ASSERT(names(&c, 502, (gfn)504, END)); /* right at once: steady again */
	CU_ASSERT(names(&c, 600, END));           /* initial */
	CU_ASSERT(names(&c, 700, END));           /* transient with 100 */
	CU_ASSERT(names(&c, 701, END));           /* no-pred with 1 */
	CU_ASSERT(names(&c, 702, END));           /* transient */
	CU_ASSERT(names(&c, 703, (gfn)704, END));
	case_close(&c);
	case_open(&c, "stride", 1000, "", NULL);
	for (int i = 0; i < 5; i++)
		CU_ASSERT(names(&c, 7, END)); /* a stride of 0 names nothing */
	case_close(&c);
}

static void stride_stops_at_both_ends(void)
{
	struct prefetch_case c;

	case_open(&c, "stride", 1000, "degree=256 zone=1000", NULL);
	case_fault(&c, 14), case_fault(&c, 10);
	CU_ASSERT(names(&c, 6, (gfn)2, END));
	case_fault(&c, 988), case_fault(&c, 991), case_fault(&c, 994);
	CU_ASSERT(names(&c, 997, END));
	case_fault(&c, 0), case_fault(&c, 1), case_fault(&c, 2);
	case_fault(&c, 3);
	CU_ASSERT_EQUAL(c.count, PREFETCH_MAX);
	case_close(&c);
}

/* Gives each frame below `frames` the slot of its number, except frame 0, which has none. */
static void store_all(struct prefetch_case *c, gfn frames)
{
	for (gfn frame = 1; frame < frames; frame++)
		case_store(c, frame, true);
}

/* Expected values of __swapin_nr_pages and swap_cluster_readahead, worked out by hand line by line. */
static void slots_window(void)
{
	struct prefetch_case c;

	case_open(&c, "linux-slots", 100000, "", NULL);
	store_all(&c, 100000);
	CU_ASSERT(names(&c, 1000, (gfn)1001, (gfn)1002, (gfn)1003, (gfn)1004, (gfn)1005, (gfn)1006, (gfn)1007,
			END));                                            /* 4 + 2: 8 */
	CU_ASSERT(names(&c, 5001, (gfn)5000, (gfn)5002, (gfn)5003, END)); /* no hits: 1, but at least 8 / 2 */
	case_tell(&c, 5000, PREFETCH_UNUSED);                             /* is no hit */
	CU_ASSERT(names(&c, 9000, (gfn)9001, END));                       /* at least 4 / 2 */
	CU_ASSERT(names(&c, 13000, END));
	CU_ASSERT(names(&c, 13001, (gfn)13000, END)); /* after the last: 2 */
	touch(&c, 1);
	CU_ASSERT(names(&c, 20001, (gfn)20000, (gfn)20002, (gfn)20003, END)); /* 1 + 2: 4 */
	touch(&c, 2);
	CU_ASSERT(names(&c, 30003, (gfn)30000, (gfn)30001, (gfn)30002, END)); /* 2 + 2: 4 */
	touch(&c, 3);
	CU_ASSERT(names(&c, 40000, (gfn)40001, (gfn)40002, (gfn)40003, (gfn)40004, (gfn)40005, (gfn)40006, (gfn)40007,
			END)); /* 5: 8 */
	touch(&c, 7);
	case_fault(&c, 50000);
	CU_ASSERT_EQUAL(c.count, 7); /* 9: 16, but at most 8 */
	touch(&c, 100);
	CU_ASSERT(names(&c, 99997, (gfn)99992, (gfn)99993, (gfn)99994, (gfn)99995, (gfn)99996, (gfn)99998, (gfn)99999,
			END));
	case_close(&c);
}

static void slots_remember_faults_without_hits(void)
{
	struct prefetch_case c;

	case_open(&c, "linux-slots", 83, "cluster=1", NULL);
	store_all(&c, 83);
	CU_ASSERT(names(&c, 50, (gfn)51, END));
	CU_ASSERT(names(&c, 70, END));
	CU_ASSERT(names(&c, 69, (gfn)68, END)); /* before the last */
	touch(&c, 1);
	CU_ASSERT(names(&c, 40, (gfn)41, END)); /* had hits: not remembered */
	CU_ASSERT(names(&c, 70, (gfn)71, END)); /* next to 69 */
	touch(&c, 1);
	CU_ASSERT(names(&c, 82, END)); /* the last slot in use */
	CU_ASSERT(names(&c, 0, END));  /* was never stored */
	case_close(&c);
	case_open(&c, "linux-slots", 100, "cluster=0", NULL);
	store_all(&c, 100);
	CU_ASSERT(names(&c, 50, END));
	CU_ASSERT(names(&c, 51, END));
	case_close(&c);
	case_open(&c, "linux-slots", 1000, "cluster=8", NULL);
	store_all(&c, 1000);
	touch(&c, 1000);
	case_fault(&c, 300);
	CU_ASSERT_EQUAL(c.count, 255);
	case_close(&c);
}

/* Frames 10 to 17 keep slots 1 to 8. Frame 20 is written until slots 9 to 1023 were used: the device of 1024 slots
 * starts again, at slot 9. */
static void slots_are_used_again(void)
{
	struct prefetch_case c;

	case_open(&c, "linux-slots", 100, "", NULL);
	for (gfn frame = 10; frame < 18; frame++)
		case_store(&c, frame, true);
	for (int i = 0; i < 1023 - 8; i++)
		case_store(&c, 20, true);
	case_store(&c, 21, true);                        /* 9 */
	case_store(&c, 10, false);                       /* keeps 1 */
	case_store(&c, 22, false);                       /* its first: 10 */
	CU_ASSERT(names(&c, 21, (gfn)17, (gfn)22, END)); /* 8 to 15 */
	CU_ASSERT(names(&c, 20, END));                   /* 1020 to 1023 */
	case_close(&c);
}

/* Expected values of swap_ra_info and swap_ra_clamp_pfn. */
static void vma_windows(void)
{
	struct prefetch_case c;

	case_open(&c, "linux-vma", 3000, "", NULL);
	CU_ASSERT(names(&c, 100, (gfn)97, (gfn)98, (gfn)99, (gfn)101, (gfn)102, (gfn)103, (gfn)104,
			END)); /* 4 hits at first: 8, 3 before and 4 after */
	case_tell(&c, 101, PREFETCH_USED);
	case_tell(&c, 102, PREFETCH_LATE);
	case_tell(&c, 104, PREFETCH_UNUSED);                              /* is not touched */
	CU_ASSERT(names(&c, 103, (gfn)104, (gfn)105, (gfn)106, END));     /* 2 hits: 4, upwards */
	CU_ASSERT(names(&c, 102, (gfn)101, END));                         /* none, adjacent: 2, downwards */
	CU_ASSERT(names(&c, 2000, END));                                  /* none */
	CU_ASSERT(names(&c, 2001, (gfn)2002, END));                       /* adjacent */
	touch(&c, 5);                                                     /* of frames 0 to 4 */
	CU_ASSERT(names(&c, 1023, (gfn)1020, (gfn)1021, (gfn)1022, END)); /* 8 around, cut at 2 MiB */
	touch(&c, 5);
	CU_ASSERT(names(&c, 1024, (gfn)1025, (gfn)1026, (gfn)1027, (gfn)1028, END)); /* from below cut */
	touch(&c, 5);
	CU_ASSERT(names(&c, 2999, (gfn)2996, (gfn)2997, (gfn)2998, END)); /* the mapping ends */
	case_close(&c);
	case_open(&c, "linux-vma", 3000, "cluster=0", NULL);
	CU_ASSERT(names(&c, 100, END));
	case_close(&c);
}

/* The paper's example of FindTrend: a history of 8, searched from 4. Faults alone never widen the window beyond 1. */
static void leap_finds_the_trend_through_noise(void)
{
	struct prefetch_case c;

	case_open(&c, "leap", 1000, "history=8 splits=2", NULL);
	CU_ASSERT(names(&c, 0x48, END));
	CU_ASSERT(names(&c, 0x45, END));
	CU_ASSERT(names(&c, 0x42, END));
	CU_ASSERT(names(&c, 0x3f, (gfn)0x3c, END)); /* -3 -3 -3: the majority of 4 */
	CU_ASSERT(names(&c, 0x3c, (gfn)0x39, END));
	CU_ASSERT(names(&c, 0x02, END)); /* does not follow the trend */
	CU_ASSERT(names(&c, 0x04, END));
	CU_ASSERT(names(&c, 0x06, END));            /* -3 -58 +2 +2: none of 4, nor of 8 */
	CU_ASSERT(names(&c, 0x08, (gfn)0x0a, END)); /* -58 +2 +2 +2 */
	CU_ASSERT(names(&c, 0x0a, (gfn)0x0c, END));
	CU_ASSERT(names(&c, 0x0c, (gfn)0x0e, END));
	CU_ASSERT(names(&c, 0x10, END));
	CU_ASSERT(names(&c, 0x39, END));
	CU_ASSERT(names(&c, 0x12, END));
	CU_ASSERT(names(&c, 0x14, (gfn)0x16, END)); /* +4 +41 -39 +2: none of 4; five of 8 are +2 */
	CU_ASSERT(names(&c, 0x16, (gfn)0x18, END));
	case_close(&c);
}

static void leap_window(void)
{
	static const size_t hits[] = {0, 1, 2, 3, 7, 100, 0, 0, 0, 0}; /* since the fault before */
	static const size_t sizes[] = {1, 2, 4, 4, 8, 8, 4, 2, 1, 0};
	struct prefetch_case c;
	gfn at = 0;

	case_open(&c, "leap", 100000, "history=4 splits=1", NULL);
	for (; at < 4; at++)
		case_fault(&c, at);
	for (size_t i = 0; i < sizeof(hits) / sizeof(*hits); i++) {
		for (size_t k = 0; k < hits[i]; k++)
			case_tell(&c, at++, PREFETCH_USED);
		at += i > 5 ? 1000 * i : 0; /* away from the trend and into none */
		case_fault(&c, at++);
		CU_ASSERT_EQUAL(c.count, sizes[i]);
		if (i <= 6 && c.count)
			CU_ASSERT_EQUAL(c.out[0], at);
	}
	case_tell(&c, at, PREFETCH_UNUSED); /* neither a hit nor an access */
	CU_ASSERT(names(&c, at + 7, END));
	case_close(&c);
}

static void leap_without_majority_keeps_the_last_trend(void)
{
	struct prefetch_case c;

	case_open(&c, "leap", 1000, "history=4 splits=1", NULL);
	for (gfn at = 0; at < 20; at += 5)
		case_fault(&c, at);
	CU_ASSERT(names(&c, 20, (gfn)25, END));
	case_fault(&c, 100), case_fault(&c, 300), case_fault(&c, 301); /* +80 +200 +1 and one +5 */
	CU_ASSERT(names(&c, 306, (gfn)311, END)); /* +5 is no majority, yet follows the last trend */
	case_close(&c);
}

static void markov_predicts_a_cycle(void)
{
	static const gfn cycle[] = {17, 400, 3, 999, 250, 18, 77};
	const size_t length = sizeof(cycle) / sizeof(*cycle);
	struct prefetch_case c;

	case_open(&c, "markov", 1000, "entries=1000", NULL);
	for (size_t i = 0; i < 5 * length; i++) {
		gfn frame = cycle[i % length], then = cycle[(i + 1) % length];

		CU_ASSERT(i < length ? names(&c, frame, END) : names(&c, frame, then, END));
	}
	case_close(&c);
}

static void markov_orders_and_forgets(void)
{
	struct prefetch_case c;

	case_open(&c, "markov", 1000, "entries=10 degree=2", NULL);
	case_fault(&c, 1), case_fault(&c, 2);
	case_fault(&c, 1), case_tell(&c, 3, PREFETCH_USED);
	CU_ASSERT(names(&c, 1, (gfn)3, (gfn)2, END)); /* the most recent first */
	case_fault(&c, 2);
	CU_ASSERT(names(&c, 1, (gfn)2, (gfn)3, END));
	case_fault(&c, 4);
	CU_ASSERT(names(&c, 1, (gfn)4, (gfn)2, END)); /* the oldest fell out */
	CU_ASSERT(names(&c, 1, (gfn)4, (gfn)2, END)); /* does not follow itself */
	case_tell(&c, 5, PREFETCH_UNUSED);            /* is no access */
	CU_ASSERT(names(&c, 11, END));                /* shares the entry of 1, which has 11 in front now */
	CU_ASSERT(names(&c, 1, END));                 /* and lost it to 11 */
	CU_ASSERT(names(&c, 11, END));
	case_close(&c);
}

static size_t future(void *context, gfn *out, size_t n)
{
	const gfn *list = context;
	size_t count = 0;

	for (; count < n && list[count] != END; count++)
		out[count] = list[count];
	return count;
}

static void oracle_leaves_out_the_fault(void)
{
	static gfn list[] = {5, 9, 2, 7, END};
	const struct prefetch_future told = {list, future};
	struct prefetch_case c;

	case_open(&c, "oracle", 10, "n=2", &told);
	CU_ASSERT(c.ops->needs_future);
	CU_ASSERT(names(&c, 0, (gfn)5, (gfn)9, END));
	CU_ASSERT(names(&c, 5, (gfn)9, (gfn)2, END));
	CU_ASSERT(names(&c, 9, (gfn)5, (gfn)2, END));
	CU_ASSERT(names(&c, 2, (gfn)5, (gfn)9, END));
	case_close(&c);
	case_open(&c, "oracle", 10, "n=255", &told);
	CU_ASSERT(names(&c, 7, (gfn)5, (gfn)9, (gfn)2, END));
	case_close(&c);
}

CU_TestInfo prefetch_tests[] = {
	{"registry", registry},
	{"none names nothing", none_names_nothing},
	{"next-n stops at the guest's end", next_n_stops_at_the_guests_end},
	{"stride locks at the third frame", stride_locks_at_the_third_frame},
	{"stride survives one odd frame", stride_survives_one_odd_frame},
	{"stride stops at both ends", stride_stops_at_both_ends},
	{"the window of linux-slots", slots_window},
	{"linux-slots remembers faults without hits", slots_remember_faults_without_hits},
	{"slots are used again", slots_are_used_again},
	{"the windows of linux-vma", vma_windows},
	{"leap finds the trend through noise", leap_finds_the_trend_through_noise},
	{"leap window", leap_window},
	{"leap without a majority keeps the last trend", leap_without_majority_keeps_the_last_trend},
	{"markov predicts a cycle", markov_predicts_a_cycle},
	{"markov orders and forgets", markov_orders_and_forgets},
	{"oracle leaves out the fault", oracle_leaves_out_the_fault},
	CU_TEST_INFO_NULL,
};
