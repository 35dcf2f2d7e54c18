/* SPDX-License-Identifier: MIT */
/* The machine on which a result was made. */
#ifndef REPORT_MACHINE_H
#define REPORT_MACHINE_H

#include <jansson.h>

/* {"host", "system", "processor", "cores", "memory_bytes"}, as far as known; NULL when out of memory. */
json_t *machine_json(void);

#endif
