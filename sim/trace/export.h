/* SPDX-License-Identifier: MIT */
/*
 * Exporting traces for other tools. A format is one file with one function that reads a trace to its end; the table
 * lists them. Only records are written: no markers, no opening snapshot, and not what ran after the last record.
 */
#ifndef TRACE_EXPORT_H
#define TRACE_EXPORT_H

#include "trace/export_format.h"

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

#endif
