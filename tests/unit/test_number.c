/* SPDX-License-Identifier: MIT */
/* Tests numbers as people write them. */
#include "base/number.h"
#include "unit.h"

static void short_numbers(void)
{
	static const struct {
		double value;
		const char *text;
	} cases[] = {
		{0, "0"},         {1, "1"},         {1.1, "1.1"},        {3.162278, "3.16"},
		{9.996, "10"},    {10.04, "10"},    {99.95, "100"},      {123.4, "123"},
		{1299.6, "1300"}, {2e6, "2000000"}, {0.04512, "0.0451"}, {-3.14159, "-3.14"},
		{0.5, "0.5"},     {1e16, "1e+16"},  {0.9996, "1"},
	};
	char text[NUMBER_TEXT];

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		CU_ASSERT_STRING_EQUAL(number_short(cases[i].value, text), cases[i].text);
}

CU_TestInfo number_tests[] = {
	{"three digits and no exponent", short_numbers},
	CU_TEST_INFO_NULL,
};
