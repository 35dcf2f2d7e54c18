/* SPDX-License-Identifier: MIT */
/* Verifies a whole trace: reads every byte and counts every total again. */
#ifndef TRACE_VERIFY_H
#define TRACE_VERIFY_H

#include "trace/reader.h"

/*
 * Reads every record of a reader that was opened with `clocks`, from the first one, and compares what it counts with
 * the totals and the clocks that the file gives. `blocks` and `progress` may be NULL; progress is called with the
 * records read so far.
 */
int trace_verify(struct trace_reader *reader, uint64_t *blocks, void (*progress)(void *context, uint64_t records),
		 void *context, struct err *err);

#endif
