/* SPDX-License-Identifier: MIT */
#include "trace/csv.h"

const char *const csv_column_names[CSV_COLUMNS] = {"address", "page", "type",    "instructions",
						   "source",  "vcpu", "idle_ns", "again"};
const char *const csv_type_names[CSV_TYPES] = {"R", "W", "I"};
