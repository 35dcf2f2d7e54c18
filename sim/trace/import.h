/* SPDX-License-Identifier: MIT */
/*
 * Importing traces of other tools. A format is one file with one function that reads an input to its end and passes its
 * references to a sink; the table below lists them.
 *
 * Clocks: an instruction counts as executed from its first reference on. If the input has no instruction counts, each
 * reference stands for `insn_per_ref` instructions, which is an assumption.
 */
#ifndef TRACE_IMPORT_H
#define TRACE_IMPORT_H

#include <stdbool.h>

#include "base/progress.h"
#include "trace/header.h"
#include "trace/input.h"

#define TRACE_IMPORT_INSN_PER_REF_MAX 1000000000

struct trace_import {
	struct input *input;
	struct trace_sink sink;
	uint64_t insn_per_ref;     /* 1 to TRACE_IMPORT_INSN_PER_REF_MAX */
	unsigned vcpus;            /* virtual CPUs that the input may name, 1 to TRACE_VCPUS_MAX */
	struct progress *progress; /* or NULL */
	/* found out on the way; zero before */
	uint64_t refs;
	struct trace_clock clock[TRACE_VCPUS_MAX];
	char command[4096]; /* what the input says was run; known before the first reference */
};

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
	const char *in, *out; /* `in` may be `-` */
	const char *workload; /* NULL: the input's name without its folder */
	uint32_t k;           /* the filter's pages; 0 keeps every reference */
	int level;            /* zstd's */
	uint64_t insn_per_ref;
	unsigned vcpus;
};

/*
 * Imports a file. Returns 0 or a negative code. A wrong input leaves no output; after a write error OUT.part stays.
 * Sets `refs` to the number of references read.
 */
int trace_import_file(const struct trace_import_job *job, uint64_t *refs, struct trace_totals *totals, struct err *err);

/* ---- for the formats ---- */

/* Advances a clock. Returns ERR_FAILED, without a position, if it exceeds its limit. */
int trace_import_step(struct trace_import *import, unsigned vcpu, uint64_t insn, uint64_t idle_ns, struct err *err);

/* Puts the next reference, at its virtual CPU's clock. */
static inline int trace_import_put(struct trace_import *import, gfn frame, trace_kind kind, struct err *err)
{
	struct trace_ref ref = {frame, import->clock[TRACE_KIND_VCPU(kind)], kind};

	if (++import->refs % PROGRESS_EVERY == 0 && import->progress)
		progress_step(import->progress, input_consumed(import->input), import->refs);
	return import->sink.put(import->sink.context, &ref, err);
}

#endif
