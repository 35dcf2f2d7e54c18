/* SPDX-License-Identifier: MIT */
/* What a result was made on. */
#ifndef REPORT_MACHINE_H
#define REPORT_MACHINE_H

#include <jansson.h>

/* {"host", "system", "processor", "cores", "memory_bytes"}, as far as they are known; NULL when memory is out. */
json_t *machine_json(void);

#endif
