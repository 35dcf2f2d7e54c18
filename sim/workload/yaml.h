/* SPDX-License-Identifier: MIT */
/* Private to workload/. */
#ifndef WORKLOAD_YAML_H
#define WORKLOAD_YAML_H

#include "workload/workload.h"

/* Fills all fields of a zeroed workload except name and folder; messages name `file`. The caller calls workload_free on
 * errors too. */
int workload_yaml(struct workload *workload, const char *file, const char *text, size_t size, struct err *err);

#endif
