/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/nearest.h"
#include "base/option.h"
#include "unit.h"

struct all {
	bool flag;
	int word, chosen;
	uint64_t count, size, bandwidth, page;
	double real, percent;
	int64_t duration;
	struct share share;
	char *string;
};

static const char *chosen(int i)
{
	static const char *const words[] = {"lru", "arc", NULL};

	return words[i];
}

static const char *const words[] = {"fifo", "fluid", NULL};
static const char *const pages[] = {"4KiB", "2MiB", NULL};
static const struct option_row rows[] = {
	{.name = "flag", .type = OPTION_BOOL, .at = offsetof(struct all, flag), .def = "false"},
	{.name = "word", .type = OPTION_ENUM, .at = offsetof(struct all, word), .def = "fifo", .allowed = words},
	{.name = "chosen", .type = OPTION_ENUM, .at = offsetof(struct all, chosen), .def = "arc", .choice = chosen},
	{.name = "count", .type = OPTION_COUNT, .at = offsetof(struct all, count), .min = "1", .max = "16", .def = "2"},
	{.name = "real", .type = OPTION_REAL, .at = offsetof(struct all, real), .max = "1", .def = "0.5"},
	{.name = "percent", .type = OPTION_PERCENT, .at = offsetof(struct all, percent), .max = "100%", .def = "10%"},
	{.name = "duration",
	 .type = OPTION_DURATION,
	 .at = offsetof(struct all, duration),
	 .min = "1ns",
	 .max = "1s",
	 .def = "900ns"},
	{.name = "size", .type = OPTION_SIZE, .at = offsetof(struct all, size), .min = "4KiB", .def = "1MiB"},
	{.name = "bandwidth", .type = OPTION_BANDWIDTH, .at = offsetof(struct all, bandwidth), .def = "10Gbps"},
	{.name = "share",
	 .type = OPTION_SHARE,
	 .at = offsetof(struct all, share),
	 .min = "0%",
	 .max = "100%",
	 .def = "50%"},
	{.name = "string", .type = OPTION_STRING, .at = offsetof(struct all, string), .def = "here"},
	{.name = "page", .type = OPTION_SIZE, .at = offsetof(struct all, page), .allowed = pages, .optional = true},
};
enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

static const struct option_row *row(const char *name)
{
	return option_find(rows, ROWS, name);
}

static void defaults_of_every_type(void)
{
	static const char *const texts[] = {"false", "fifo", "arc",    "2",   "0.5",  "10%",
					    "900ns", "1MiB", "10Gbps", "50%", "here", "0B"};
	struct all all = {0};
	struct section section = {"all.", rows, ROWS, &all};
	char text[OPTION_TEXT];
	struct err err;

	CU_ASSERT_EQUAL_FATAL(option_defaults(&section, &err), 0);
	for (int i = 0; i < ROWS; i++)
		CU_ASSERT_STRING_EQUAL(option_text(&rows[i], &all, text), texts[i]);
	CU_ASSERT_EQUAL(all.chosen, 1);
	CU_ASSERT_EQUAL(all.duration, 900000);
	CU_ASSERT_FALSE(all.share.is_size);
	option_free(&section);
	CU_ASSERT_PTR_NULL(all.string);
}

static void set_and_print(void)
{
	static const char *const sets[][2] = {
		{"flag", "true"},        {"word", "fluid"},   {"chosen", "lru"},     {"count", "16"},
		{"real", "0.25"},        {"percent", "100%"}, {"duration", "1.5us"}, {"size", "8GiB"},
		{"bandwidth", "25Gbps"}, {"share", "64MiB"},  {"string", ""},        {"string", "there"},
		{"page", "2MiB"},
	};
	struct all all = {0};
	struct section section = {"", rows, ROWS, &all};
	char text[OPTION_TEXT];
	struct err err;

	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
		CU_ASSERT_EQUAL(option_check(row(sets[i][0]), sets[i][1], &err), 0);
		CU_ASSERT_EQUAL(option_set(row(sets[i][0]), &all, sets[i][1], &err), 0);
		CU_ASSERT_STRING_EQUAL(option_text(row(sets[i][0]), &all, text), sets[i][1]);
	}
	CU_ASSERT_TRUE(all.share.is_size);
	CU_ASSERT_EQUAL(all.share.bytes, 64 << 20);
	CU_ASSERT_EQUAL(all.page, 2 << 20);
	option_free(&section);
}

static void errors(void)
{
	static const char *const cases[][3] = {
		{"flag", "yes", "'yes' is not one of false, true"},
		{"word", "fifi", "'fifi' is not one of fifo, fluid (did you mean 'fifo'?)"},
		{"word", "zebra", "'zebra' is not one of fifo, fluid"},
		{"chosen", "lur", "'lur' is not one of lru, arc (did you mean 'lru'?)"},
		{"count", "0", "'0' is out of range (1 to 16)"},
		{"count", "17", "'17' is out of range (1 to 16)"},
		{"real", "1.5", "'1.5' is out of range (at most 1)"},
		{"percent", "100.1%", "'100.1%' is out of range (at most 100%)"},
		{"duration", "0", "'0' is out of range (1ns to 1s)"},
		{"duration", "1.000000000001s", "'1.000000000001s' is out of range (1ns to 1s)"},
		{"size", "4095B", "'4095B' is out of range (at least 4KiB)"},
		{"share", "50", "'50' has no unit (%, B, KiB, MiB, GiB, TiB)"},
		{"share", "101%", "'101%' is out of range (0% to 100%)"},
		{"page", "8KiB", "'8KiB' is not one of 4KiB, 2MiB"},
	};
	struct all all = {0}, untouched = {0};
	struct err err;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		CU_ASSERT_EQUAL(option_set(row(cases[i][0]), &all, cases[i][1], &err), ERR_USAGE);
		CU_ASSERT_STRING_EQUAL(err.text, cases[i][2]);
		CU_ASSERT_EQUAL(option_check(row(cases[i][0]), cases[i][1], &err), ERR_USAGE);
	}
	CU_ASSERT_EQUAL(memcmp(&all, &untouched, sizeof(all)), 0);
}

static void numbers(void)
{
	struct err err;
	double number = 0;

	CU_ASSERT_EQUAL(option_number(row("duration"), "1.5us", &number, &err), 0);
	CU_ASSERT_EQUAL(number, 1500000);
	CU_ASSERT_EQUAL(option_number(row("share"), "25%", &number, &err), 0);
	CU_ASSERT_EQUAL(number, 0.25);
	CU_ASSERT_EQUAL(option_number(row("count"), "7", &number, &err), 0);
	CU_ASSERT_EQUAL(number, 7);
	CU_ASSERT_EQUAL(option_number(row("count"), "70", &number, &err), ERR_USAGE);
	CU_ASSERT_EQUAL(option_number(row("word"), "fifo", &number, &err), ERR_USAGE);
	CU_ASSERT_STRING_EQUAL(err.text, "a word has no numeric value");
}

static const char *suggest(const char *word)
{
	static struct nearest nearest;

	nearest_init(&nearest, word);
	nearest_offer(&nearest, "policy");
	nearest_offer(&nearest, "prefetch");
	nearest_offer(&nearest, "cpu");
	return nearest.best;
}

static void nearest_words(void)
{
	CU_ASSERT_STRING_EQUAL(suggest("polcy"), "policy");
	CU_ASSERT_STRING_EQUAL(suggest("plicoy"), "policy"); /* two edits */
	CU_ASSERT_STRING_EQUAL(suggest("prefetcher"), "prefetch");
	CU_ASSERT_STRING_EQUAL(suggest("cup"), "cpu");
	CU_ASSERT_STRING_EQUAL(suggest("x"), "");
	CU_ASSERT_STRING_EQUAL(suggest("pppppp"), "");
	CU_ASSERT_STRING_EQUAL(suggest("0123456789012345678901234567890123456789012345678901234567890123456789"), "");
}

CU_TestInfo option_tests[] = {
	{"defaults of every type", defaults_of_every_type},
	{"set and print", set_and_print},
	{"errors, which leave the struct closed_form", errors},
	{"values as numbers", numbers},
	{"the nearest word", nearest_words},
	CU_TEST_INFO_NULL,
};
