/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "base/err.h"
#include "unit.h"

static void text_and_code(void)
{
	struct err err;

	CU_ASSERT_EQUAL(err_set(&err, ERR_USAGE, "line %d", 7), ERR_USAGE);
	CU_ASSERT_STRING_EQUAL(err.text, "line 7");
	err_prefix(&err, "%s:%d", "a.yaml", 3);
	CU_ASSERT_STRING_EQUAL(err.text, "a.yaml:3: line 7");
	errno = ENOENT;
	CU_ASSERT_EQUAL(err_errno(&err, ERR_FAILED, "%s", "a"), ERR_FAILED);
	CU_ASSERT_STRING_EQUAL(err.text, "a: No such file or directory");
}

static void long_text_is_cut(void)
{
	struct err err;
	char word[2000];

	memset(word, 'x', sizeof(word) - 1);
	word[sizeof(word) - 1] = '\0';
	err_set(&err, ERR_FAILED, "%s", word);
	CU_ASSERT_EQUAL(strlen(err.text), sizeof(err.text) - 1);
	err_prefix(&err, "front");
	CU_ASSERT_EQUAL(strlen(err.text), sizeof(err.text) - 1);
	CU_ASSERT_NSTRING_EQUAL(err.text, "front: xxx", 10);
}

static void quoting(void)
{
	const char
		*umlauts = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\xc3\xa4\xc3\xa4"; /* truncated within
													a character */

	CU_ASSERT_STRING_EQUAL(err_quote("900").text, "'900'");
	CU_ASSERT_STRING_EQUAL(err_quote("a\nb\x7f").text, "'a?b?'");
	CU_ASSERT_STRING_EQUAL(err_quote(umlauts).text, "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...'");
}

CU_TestInfo err_tests[] = {
	{"text and code", text_and_code},
	{"a long text is cut, not overrun", long_text_is_cut},
	{"texts are quoted, cut and made printable", quoting},
	CU_TEST_INFO_NULL,
};
