/* SPDX-License-Identifier: MIT */
#include "base/progress.h"
#include "unit.h"

static const char *text(uint64_t total, uint64_t done, uint64_t items, double seconds)
{
	static char out[128];
	const struct progress progress = {.label = "a.lk", .unit = "references", .total = total};

	progress_text(&progress, done, items, seconds, out, sizeof(out));
	return out;
}

static void known_total(void)
{
	CU_ASSERT_STRING_EQUAL(text(1000, 420, 183000000, 10), "a.lk: 42 %, 18.3 M references/s, 14 s left");
	CU_ASSERT_STRING_EQUAL(text(1000, 10, 50, 10), "a.lk: 1 %, 5 references/s, 17 min left");
	CU_ASSERT_STRING_EQUAL(text(100000, 100, 50000, 10), "a.lk: 0 %, 5 k references/s, 2.77 h left");
	CU_ASSERT_STRING_EQUAL(text(1000, 1000, 10, 0), "a.lk: 100 %, 0 references/s, 0 s left");
}

static void unknown_total(void)
{
	CU_ASSERT_STRING_EQUAL(text(0, 420, 2500000, 2), "a.lk: 2.5 M references, 1.25 M references/s");
	CU_ASSERT_STRING_EQUAL(text(10, 0, 999999, 1), "a.lk: 1 M references, 1 M references/s");
	CU_ASSERT_STRING_EQUAL(text(10, 11, 7, 1), "a.lk: 7 references, 7 references/s");
}

CU_TestInfo progress_tests[] = {
	{"known total", known_total},
	{"unknown total", unknown_total},
	CU_TEST_INFO_NULL,
};
