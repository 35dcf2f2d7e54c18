/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "report/sheet.h"
#include "unit.h"

static int read_text(struct sheet *sheet, const char *text, struct err *err)
{
	return sheet_read_text(sheet, "x.csv", text, strlen(text), err);
}

/* The features of RFC 4180: quotes around commas, line breaks and doubled quotes; CRLF and LF; an empty field; no line
 * end at the end. */
static void fields(void)
{
	struct sheet sheet;
	struct err err = {""};

	CU_ASSERT_EQUAL_FATAL(read_text(&sheet,
					"\xef\xbb\xbf"
					"a,\"b,c\",d\r\n1,\"x \"\"y\"\"\r\nz\",\r\n\r\n\"\",2,\"3\"",
					&err),
			      0);
	CU_ASSERT_EQUAL(sheet.columns, 3);
	CU_ASSERT_EQUAL(sheet.rows, 2);
	CU_ASSERT_STRING_EQUAL(sheet_column_name(&sheet, 0), "a");
	CU_ASSERT_STRING_EQUAL(sheet_column_name(&sheet, 1), "b,c");
	CU_ASSERT_STRING_EQUAL(sheet_column_name(&sheet, 2), "d");
	CU_ASSERT_STRING_EQUAL(sheet_cell(&sheet, 0, 0), "1");
	CU_ASSERT_STRING_EQUAL(sheet_cell(&sheet, 0, 1), "x \"y\"\r\nz");
	CU_ASSERT_STRING_EQUAL(sheet_cell(&sheet, 0, 2), "");
	CU_ASSERT_STRING_EQUAL(sheet_cell(&sheet, 1, 0), "");
	CU_ASSERT_STRING_EQUAL(sheet_cell(&sheet, 1, 1), "2");
	CU_ASSERT_STRING_EQUAL(sheet_cell(&sheet, 1, 2), "3");
	CU_ASSERT_EQUAL(sheet.line[0], 2);
	CU_ASSERT_EQUAL(sheet.line[1], 5);
	sheet_free(&sheet);
}

/* More cells and rows than the initial allocation holds. */
static void many_rows(void)
{
	enum { ROWS = 3000 };
	struct sheet sheet;
	struct err err = {""};
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	fputs("a,b,c\n", to);
	for (int i = 0; i < ROWS; i++)
		fprintf(to, "%d,\"%d\",%d\n", i, 2 * i, 3 * i);
	fclose(to);
	CU_ASSERT_EQUAL_FATAL(read_text(&sheet, text, &err), 0);
	CU_ASSERT_EQUAL(sheet.rows, ROWS);
	for (size_t i = 0; i < sheet.rows; i++)
		for (size_t column = 0; column < 3; column++)
			CU_ASSERT_EQUAL((size_t)atoi(sheet_cell(&sheet, i, column)), (column + 1) * i);
	sheet_free(&sheet);
	free(text);
}

static void errors(void)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
		{"", "x.csv: an empty file: no line names columns"},
		{"\n\r\n", "x.csv: an empty file: no line names columns"},
		{"a,b\n", "x.csv: no rows below the names of the columns"},
		{"a,b\n1,2\n1,2,3\n", "x.csv:3: the number of fields is 3: line 1 names 2 columns"},
		{"a,b\n\"1\n\n,2\n", "x.csv:2: a quote that begins here has no end"},
		{"a,b\n1,\"2\"x\n", "x.csv:2: text after a closing quote: allowed are a comma and the end of the line"},
		{"a,b\n1,2\"\n", "x.csv:2: a quote within a field: such a field must be in quotes, with its own "
				 "quotes doubled"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct sheet sheet;
		struct err err = {""};

		CU_ASSERT_EQUAL(read_text(&sheet, cases[i].text, &err), ERR_FAILED);
		CU_ASSERT_STRING_EQUAL(err.text, cases[i].message);
	}
}

static void not_a_text(void)
{
	struct sheet sheet;
	struct err err = {""};

	CU_ASSERT_EQUAL(sheet_read_text(&sheet, "x.csv", "a,b\n1,\0\n", 9, &err), ERR_FAILED);
	CU_ASSERT_STRING_EQUAL(err.text, "x.csv: not a text file: it contains a NUL byte");
	CU_ASSERT_EQUAL(sheet_read(&sheet, "nowhere.csv", &err), ERR_FAILED);
	CU_ASSERT_STRING_EQUAL(err.text, "nowhere.csv: No such file or directory");
	CU_ASSERT_EQUAL(sheet_read(&sheet, ".", &err), ERR_FAILED);
	CU_ASSERT_STRING_EQUAL(err.text, ".: Is a directory");
}

CU_TestInfo sheet_tests[] = {
	{"fields as RFC 4180 has them", fields}, {"many rows", many_rows}, {"errors name the line", errors},
	{"what is no text", not_a_text},         CU_TEST_INFO_NULL,
};
