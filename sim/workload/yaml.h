/* SPDX-License-Identifier: MIT */
/* Private to workload/. */
#ifndef WORKLOAD_YAML_H
#define WORKLOAD_YAML_H

#include "workload/workload.h"

/* Fills all but name and folder of a zeroed workload; `file` stands for the text in messages. workload_free is due on
 * errors as well. */
int workload_yaml(struct workload *workload, const char *file, const char *text, size_t size, struct err *err);

#endif
