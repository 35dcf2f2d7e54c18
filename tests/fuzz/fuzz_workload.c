/* SPDX-License-Identifier: MIT */
/* Feeds bytes to the reader of workload.yaml. An accepted file must have a summary and sizes, and its values must be
 * safe in a shell. */
#include <stdlib.h>
#include <string.h>

#include "workload/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const char *text)
{
	if (!text || strpbrk(text, "'\"`$\\;&|<>(){}!~?\t\r"))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct workload workload = {0};
	struct err err;

	if (workload_yaml(&workload, "fuzz", (const char *)data, size, &err) == 0) {
		if (!workload.summary || workload.sizes == 0)
			abort();
		check(workload.packages);
		check(workload.programs);
		check(workload.environment);
		for (size_t i = 0; i < workload.sizes; i++) {
			check(workload.size[i].name);
			check(workload.size[i].variables);
		}
	}
	workload_free(&workload);
	return 0;
}
