/* SPDX-License-Identifier: MIT */
#include "outcome.h"

#include "base/output.h"

int outcome_write(const char *path, json_t *outcome, struct err *err)
{
	struct output_file file;
	int status = output_create(&file, path, OUTPUT_HIDDEN, err);

	if (status < 0)
		return status;
	if (json_dumpf(outcome, file.stream, JSON_INDENT(1)) < 0)
		status = err_errno(err, ERR_FAILED, "%s", path);
	return output_finish(&file, status, err);
}
