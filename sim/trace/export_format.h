/* SPDX-License-Identifier: MIT */
/* What the formats share that traces are exported to. */
#ifndef TRACE_EXPORT_FORMAT_H
#define TRACE_EXPORT_FORMAT_H

#include <stdio.h>

#include "base/progress.h"
#include "trace/reader.h"

struct trace_export {
	struct trace_reader *reader;
	uint64_t ips; /* instructions per second of a virtual CPU, for formats that need seconds */
	FILE *out;
	const char *out_name;      /* for messages */
	struct progress *progress; /* or NULL */
};

/* One record put together again. */
struct trace_export_record {
	page_id page;
	gfn frame;
	trace_kind kind;
	uint64_t insn, idle_ns;   /* since the previous record of its virtual CPU */
	struct trace_clock clock; /* of its virtual CPU */
};

/* Calls `put` with every record, in order. */
int trace_export_each(struct trace_export *export,
		      int (*put)(void *context, const struct trace_export_record *record, struct err *err),
		      void *context, struct err *err);

/* "OUT: cannot write: reason". */
int trace_export_write_failed(const struct trace_export *export, struct err *err);

#endif
