/* SPDX-License-Identifier: MIT */
/* The names of an axis' values, as people write them. Private to axis*.c. */
#ifndef REPORT_AXIS_VALUES_H
#define REPORT_AXIS_VALUES_H

#include "report/axis.h"

/* Names the values: a trace by its workload, a preset's file by its name, a long number by three digits; each stays as
 * it is written if two would have the same name. Returns 0, or a negative code when out of memory. */
int axis_name_values(struct axis *axis, const struct results *results, struct err *err);

#endif
