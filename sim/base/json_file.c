/* SPDX-License-Identifier: MIT */
#include "base/json_file.h"

#include "base/output.h"

int json_file_write(const char *path, const json_t *json, struct err *err)
{
	struct output_file file;
	int status = output_create(&file, path, OUTPUT_HIDDEN, err);

	if (status < 0)
		return status;
	if (json_dumpf(json, file.stream, JSON_INDENT(1)) < 0)
		status = err_errno(err, ERR_FAILED, "%s", path);
	return output_finish(&file, status, err);
}
