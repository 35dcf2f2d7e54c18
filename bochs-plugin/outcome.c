/* SPDX-License-Identifier: MIT */
#include "outcome.h"

#include <stdio.h>
#include <stdlib.h>

int outcome_write(const char *path, json_t *outcome, struct err *err)
{
	char *part;
	int status = 0;

	if (asprintf(&part, "%s.part", path) < 0)
		return err_memory(err, "the outcome");
	if (json_dump_file(outcome, part, JSON_INDENT(1)) < 0 || rename(part, path) < 0)
		status = err_errno(err, ERR_FAILED, "%s", path);
	free(part);
	return status;
}
