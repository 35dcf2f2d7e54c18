/* SPDX-License-Identifier: MIT */
/* What is said of a damaged trace. */
#ifndef CLI_TRACE_DAMAGE_H
#define CLI_TRACE_DAMAGE_H

#include "trace/reader.h"

/* Reports on stderr which parts of a damaged trace were left out. Prints nothing when the trace is undamaged. */
void cli_trace_damage(const char *path, const struct trace_reader *reader);

#endif
