/* SPDX-License-Identifier: MIT */
/* Runs a small cluster from a text. */
#ifndef TESTS_SMALL_CLUSTER_H
#define TESTS_SMALL_CLUSTER_H

#include <stdbool.h>

#include "fault/result.h"

/* Runs a configuration and checks its state, with the events in the file "events" of the folder if asked for. Returns
 * 0, and the caller frees the result; or a negative code. */
int small_cluster_try(const char *yaml, bool events, struct run_result *result);

/* The same, where an error fails the test. */
void small_cluster_run(const char *yaml, bool events, struct run_result *result);

/* Whether the records of joins, leaves and failures add up, with each other and with the totals. */
bool small_cluster_adds_up(const struct run_result *result);

#endif
