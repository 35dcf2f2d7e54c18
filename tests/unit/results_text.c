/* SPDX-License-Identifier: MIT */
#include "results_text.h"

#include <string.h>

#include "files.h"
#include "unit.h"

void test_read_results(const char *text, struct results *results, struct axes *axes)
{
	const char *path = test_path("results.csv");
	struct err err = {""};

	test_write_file(path, text, strlen(text));
	CU_ASSERT_EQUAL_FATAL(results_read(results, path, &err), 0);
	CU_ASSERT_EQUAL_FATAL(axes_find(axes, results, &err), 0);
}

const char *test_results_error(const char *text)
{
	static struct err err;
	const char *path = test_path("results.csv"), *message;
	struct results results;
	struct axes axes;
	int status;

	err.text[0] = '\0';
	test_write_file(path, text, strlen(text));
	status = results_read(&results, path, &err);
	if (status == 0) {
		status = axes_find(&axes, &results, &err);
		if (status == 0)
			axes_free(&axes);
		results_free(&results);
	}
	CU_ASSERT_EQUAL(status, ERR_FAILED);
	message = strstr(err.text, "results.csv");
	return message ? message : err.text;
}
