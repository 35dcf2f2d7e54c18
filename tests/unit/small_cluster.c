/* SPDX-License-Identifier: MIT */
#include "small_cluster.h"

#include <stdio.h>
#include <string.h>

#include "cluster/cluster.h"
#include "files.h"
#include "unit.h"

int small_cluster_try(const char *yaml, bool events, struct run_result *result)
{
	const struct cluster_options options = {.check = true, .events_path = events ? test_path("events") : NULL};
	static struct config config;
	struct err err = {""};
	int status = config_read_text(&(struct config_text){"test", yaml, strlen(yaml)}, NULL, 0, &config, &err);

	if (status == 0) {
		status = cluster_run(&config, &options, result, &err);
		config_free(&config);
	}
	if (status < 0)
		fprintf(stderr, "%s\n%s\n", err.text, yaml);
	return status;
}

void small_cluster_run(const char *yaml, bool events, struct run_result *result)
{
	CU_ASSERT_EQUAL_FATAL(small_cluster_try(yaml, events, result), 0);
}
