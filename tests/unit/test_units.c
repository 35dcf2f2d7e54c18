/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/units.h"
#include "unit.h"

static int64_t duration(const char *text)
{
	struct err err;
	int64_t ps = -1;

	return duration_parse(text, &ps, &err) == 0 ? ps : -1;
}

static uint64_t size(const char *text)
{
	struct err err;
	uint64_t bytes = 0;

	return size_parse(text, &bytes, &err) == 0 ? bytes : 12345;
}

static uint64_t count(const char *text)
{
	struct err err;
	uint64_t n = 0;

	return count_parse(text, &n, &err) == 0 ? n : 12345;
}

static void exact_values(void)
{
	CU_ASSERT_EQUAL(duration("900ns"), 900000);
	CU_ASSERT_EQUAL(duration("1.25us"), 1250000);
	CU_ASSERT_EQUAL(duration("0.5ns"), 500);
	CU_ASSERT_EQUAL(duration("0.001ns"), 1);
	CU_ASSERT_EQUAL(duration("1.000000000001s"), 1000000000001);
	CU_ASSERT_EQUAL(duration("9223372.036854775807s"), INT64_MAX);
	CU_ASSERT_EQUAL(duration("0"), 0);
	CU_ASSERT_EQUAL(duration("0.0"), 0);
	CU_ASSERT_EQUAL(duration("000900.000ns"), 900000);
	CU_ASSERT_EQUAL(duration("1e3ns"), 1000000);
	CU_ASSERT_EQUAL(size("8GiB"), 8ULL << 30);
	CU_ASSERT_EQUAL(size("1.5KiB"), 1536);
	CU_ASSERT_EQUAL(size("0.0000000000009094947017729282379150390625TiB"),
			12345); /* 1 byte, but with too many digits */
	CU_ASSERT_EQUAL(size("18446744073709551615B"), UINT64_MAX);
	CU_ASSERT_EQUAL(size("16777215.9999TiB"), 12345);
	CU_ASSERT_EQUAL(count("2e9"), 2000000000);
	CU_ASSERT_EQUAL(count("1.5e9"), 1500000000);
	CU_ASSERT_EQUAL(count("1500e-2"), 15);
	CU_ASSERT_EQUAL(count("10203000.00"), 10203000);
	CU_ASSERT_EQUAL(count("0e999999999999"), 0);
	CU_ASSERT_EQUAL(count("18446744073709551615"), UINT64_MAX);
}

static void bandwidths_and_reals(void)
{
	struct err err;
	uint64_t bps;
	double real;

	CU_ASSERT_EQUAL(bandwidth_parse("100Gbps", &bps, &err), 0);
	CU_ASSERT_EQUAL(bps, 100000000000);
	CU_ASSERT_EQUAL(bandwidth_parse("2.5Kbps", &bps, &err), 0);
	CU_ASSERT_EQUAL(bps, 2500);
	CU_ASSERT_EQUAL(percent_parse("25%", &real, &err), 0);
	CU_ASSERT_EQUAL(real, 0.25);
	CU_ASSERT_EQUAL(percent_parse("33.3%", &real, &err), 0);
	CU_ASSERT_EQUAL(real, 0.333); /* the nearest double, not 33.3 / 100 */
	CU_ASSERT_EQUAL(real_parse("0.1", &real, &err), 0);
	CU_ASSERT_EQUAL(real, 0.1);
	CU_ASSERT_EQUAL(real_parse("123456789012345678901.25e-3", &real, &err), 0);
	CU_ASSERT_EQUAL(real, 123456789012345678.90125);
}

enum what { DURATION, SIZE, BANDWIDTH, COUNT, PERCENT, REAL };

static int parse_any(enum what what, const char *text, struct err *err)
{
	int64_t ps;
	uint64_t n;
	double real;

	switch (what) {
	case DURATION: return duration_parse(text, &ps, err);
	case SIZE: return size_parse(text, &n, err);
	case BANDWIDTH: return bandwidth_parse(text, &n, err);
	case COUNT: return count_parse(text, &n, err);
	case PERCENT: return percent_parse(text, &real, err);
	case REAL: return real_parse(text, &real, err);
	}
	return 0;
}

static void errors(void)
{
	static const struct {
		enum what what;
		const char *text, *error;
	} cases[] = {
		{DURATION, "900", "'900' has no unit (ns, us, ms, s)"},
		{DURATION, "900m", "'900m' has the unknown unit 'm' (ns, us, ms, s)"},
		{DURATION, "900 ns", "'900 ns' has the unknown unit ' ns' (ns, us, ms, s)"},
		{DURATION, "900nss", "'900nss' has the unknown unit 'nss' (ns, us, ms, s)"},
		{DURATION, "0x10ns", "'0x10ns' has the unknown unit 'x10ns' (ns, us, ms, s)"},
		{DURATION, "1.ns", "'1.ns' has the unknown unit '.ns' (ns, us, ms, s)"},
		{DURATION, "-1ns", "'-1ns' is negative"},
		{DURATION, "+1ns", "'+1ns' is not a number"},
		{DURATION, "", "'' is not a number"},
		{DURATION, ".5ns", "'.5ns' is not a number"},
		{DURATION, "inf", "'inf' is not a number"},
		{DURATION, "nan", "'nan' is not a number"},
		{DURATION, "0.0005ns", "'0.0005ns' is not a multiple of 1 ps"},
		{DURATION, "9223372.036854775808s",
		 "'9223372.036854775808s' is too large (at most 9223372.036854775807s)"},
		{DURATION, "1e99999999999999999999s",
		 "'1e99999999999999999999s' is too large (at most 9223372.036854775807s)"},
		{DURATION, "1e-99999999999999999999s", "'1e-99999999999999999999s' is not a multiple of 1 ps"},
		{DURATION, "12345678901234567890123456ns", "'12345678901234567890123456ns' has more than 25 digits"},
		{SIZE, "64", "'64' has no unit (B, KiB, MiB, GiB, TiB)"},
		{SIZE, "64MB", "'64MB' has the unknown unit 'MB' (B, KiB, MiB, GiB, TiB)"},
		{SIZE, "0.5B", "'0.5B' is not a multiple of 1 byte"},
		{SIZE, "18446744073709551616B", "'18446744073709551616B' is too large (at most 18446744073709551615B)"},
		{BANDWIDTH, "0", "'0' has no unit (bps, Kbps, Mbps, Gbps)"},
		{BANDWIDTH, "1GBps", "'1GBps' has the unknown unit 'GBps' (bps, Kbps, Mbps, Gbps)"},
		{COUNT, "1.5", "'1.5' is not an integer"},
		{COUNT, "3 ", "'3 ' is not an integer"},
		{COUNT, "-3", "'-3' is negative"},
		{COUNT, "18446744073709551616", "'18446744073709551616' is too large (at most 18446744073709551615)"},
		{PERCENT, "25", "'25' has no unit (%)"},
		{PERCENT, "25%%", "'25%%' has the unknown unit '%%' (%)"},
		{PERCENT, "1e999%", "'1e999%' is too large"},
		{PERCENT, "1e-999%", "'1e-999%' is too small"},
		{REAL, "1e", "'1e' is not a number"},
		{REAL, "infinity", "'infinity' is not a number"},
		{REAL, "a\nb", "'a?b' is not a number"},
	};
	struct err err;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		CU_ASSERT_EQUAL(parse_any(cases[i].what, cases[i].text, &err), ERR_USAGE);
		CU_ASSERT_STRING_EQUAL(err.text, cases[i].error);
	}
}

static void shortest_texts(void)
{
	char out[UNITS_TEXT];

	CU_ASSERT_STRING_EQUAL(duration_text(900000, out), "900ns");
	CU_ASSERT_STRING_EQUAL(duration_text(1500000, out), "1.5us");
	CU_ASSERT_STRING_EQUAL(duration_text(1000500000, out), "1.0005ms");
	CU_ASSERT_STRING_EQUAL(duration_text(100000000000, out), "100ms");
	CU_ASSERT_STRING_EQUAL(duration_text(1, out), "0.001ns");
	CU_ASSERT_STRING_EQUAL(duration_text(0, out), "0ns");
	CU_ASSERT_STRING_EQUAL(size_text(64 << 20, out), "64MiB");
	CU_ASSERT_STRING_EQUAL(size_text(1536, out), "1536B");
	CU_ASSERT_STRING_EQUAL(size_text(1500 << 10, out), "1500KiB");
	CU_ASSERT_STRING_EQUAL(size_text(3ULL << 29, out), "1.5GiB");
	CU_ASSERT_STRING_EQUAL(size_text(0, out), "0B");
	CU_ASSERT_STRING_EQUAL(bandwidth_text(100000000000, out), "100Gbps");
	CU_ASSERT_STRING_EQUAL(bandwidth_text(0, out), "0bps");
	CU_ASSERT_STRING_EQUAL(count_text(2000000000, out), "2e9");
	CU_ASSERT_STRING_EQUAL(count_text(1500000000, out), "1.5e9");
	CU_ASSERT_STRING_EQUAL(count_text(65536, out), "65536");
	CU_ASSERT_STRING_EQUAL(count_text(100000, out), "100000");
	CU_ASSERT_STRING_EQUAL(count_text(0, out), "0");
	CU_ASSERT_STRING_EQUAL(percent_text(0.25, out), "25%");
	CU_ASSERT_STRING_EQUAL(percent_text(1, out), "100%");
	CU_ASSERT_STRING_EQUAL(percent_text(0.333, out), "33.3%");
	CU_ASSERT_STRING_EQUAL(percent_text(0.0005, out), "0.05%");
	CU_ASSERT_STRING_EQUAL(percent_text(0, out), "0%");
	CU_ASSERT_STRING_EQUAL(real_text(0.1, out), "0.1");
	CU_ASSERT_STRING_EQUAL(real_text(1e-9, out), "1e-9");
	CU_ASSERT_STRING_EQUAL(real_text(1.5e300, out), "1.5e300");
}

/* splitmix64 */
static uint64_t draw(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

/* Numbers of every magnitude, with few and with many digits. */
static uint64_t draw_number(uint64_t *state)
{
	static const uint64_t steps[] = {1, 1000, 1024, 1000000, 1 << 20, 1000000000, 1 << 30};
	uint64_t number = draw(state) >> (draw(state) % 64);

	return draw(state) % 2 ? number : number / steps[draw(state) % 7] * steps[draw(state) % 7];
}

static void random_round_trips(void)
{
	uint64_t state = 1, n = 0;
	char out[UNITS_TEXT];
	struct err err;
	int64_t ps = 0;
	double real = 0;
	int wrong = 0;

	for (int i = 0; i < 20000; i++) {
		uint64_t number = draw_number(&state);
		double any = ldexp((double)draw(&state), (int)(draw(&state) % 400) - 300);

		wrong += duration_parse(duration_text((int64_t)(number >> 1), out), &ps, &err) != 0 ||
			 ps != (int64_t)(number >> 1);
		wrong += size_parse(size_text(number, out), &n, &err) != 0 || n != number;
		wrong += bandwidth_parse(bandwidth_text(number, out), &n, &err) != 0 || n != number;
		wrong += count_parse(count_text(number, out), &n, &err) != 0 || n != number;
		wrong += percent_parse(percent_text(any, out), &real, &err) != 0 || real != any;
		wrong += real_parse(real_text(any, out), &real, &err) != 0 || real != any;
	}
	CU_ASSERT_EQUAL(wrong, 0);
}

CU_TestInfo units_tests[] = {
	{"values are exact", exact_values},
	{"bandwidths, percentages and reals", bandwidths_and_reals},
	{"every kind of error", errors},
	{"the shortest text", shortest_texts},
	{"random values survive printing and reading", random_round_trips},
	CU_TEST_INFO_NULL,
};
