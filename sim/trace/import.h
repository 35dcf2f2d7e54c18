/* SPDX-License-Identifier: MIT */
/*
 * Importing traces of other tools. A format is one file with one function that reads an input to its end and passes its
 * references to a sink; the table below lists them.
 *
 * Clocks: an instruction counts as executed from its first reference on. If the input has no instruction counts, each
 * reference stands for `insn_per_ref` instructions (1 if not given), which is an assumption. If it has, giving
 * insn_per_ref is an error.
 */
#ifndef TRACE_IMPORT_H
#define TRACE_IMPORT_H

#include "trace/import_format.h"
#include "trace/reader.h"

#define TRACE_IMPORT_INSN_PER_REF_MAX 1000000000

struct trace_import_format {
	const char *name, *summary;
	int (*run)(struct trace_import *import, struct err *err);
};

extern const struct trace_import_format trace_import_lackey, trace_import_oracle_general, trace_import_csv;

/* All formats, ended by NULL. */
extern const struct trace_import_format *const trace_import_formats[];

/* From a file to a trace. */
struct trace_import_job {
	const struct trace_import_format *format;
	const char *in, *out;  /* `in` may be `-` */
	const char *workload;  /* NULL: the input's name without its folder */
	uint32_t k;            /* the filter's pages; 0 keeps every reference */
	int level;             /* zstd's */
	uint64_t insn_per_ref; /* 0: not given */
	uint64_t id_unit;
	const char *ignored;
	unsigned vcpus;
};

/* What an import has read. */
struct trace_import_read {
	uint64_t refs, large; /* references; requests of more than a page that count as one */
};

/*
 * Imports a file. Returns 0 or a negative code. A wrong input leaves no output; after a write error OUT.part stays.
 */
int trace_import_file(const struct trace_import_job *job, struct trace_import_read *read, struct trace_totals *totals,
		      struct err *err);

#endif
