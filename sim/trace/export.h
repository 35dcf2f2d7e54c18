/* SPDX-License-Identifier: MIT */
/*
 * Exporting traces for other tools. A format is one file with one function that reads a trace to its end; the table
 * lists them. Only records are written: no markers, no opening snapshot, and not what ran after the last record.
 */
#ifndef TRACE_EXPORT_H
#define TRACE_EXPORT_H

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

struct trace_export_format {
	const char *name, *summary;
	bool rewrites; /* reads and overwrites its output: a pipe is not possible */
	int (*run)(struct trace_export *export, struct err *err);
};

extern const struct trace_export_format trace_export_oracle_general, trace_export_csv;

/* All formats, ended by NULL. */
extern const struct trace_export_format *const trace_export_formats[];

/*
 * Exports all records of a reader (opened with `clocks` and `frames`) into PATH, by way of PATH.part, which is removed
 * again when it fails; `-` is standard output.
 */
int trace_export_file(const struct trace_export_format *format, struct trace_reader *reader, uint64_t ips,
		      const char *path, struct err *err);

/* ---- for the formats ---- */

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
