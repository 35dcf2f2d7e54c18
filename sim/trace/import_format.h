/* SPDX-License-Identifier: MIT */
/* What the formats share that traces are imported from. */
#ifndef TRACE_IMPORT_FORMAT_H
#define TRACE_IMPORT_FORMAT_H

#include "base/progress.h"
#include "trace/header.h"
#include "trace/input.h"
#include <stdbool.h>

struct trace_import {
	struct input *input;
	struct trace_sink sink;
	uint64_t insn_per_ref;     /* 1 to TRACE_IMPORT_INSN_PER_REF_MAX */
	bool insn_per_ref_given;   /* by the user: an error where the input counts instructions itself */
	uint64_t id_unit;          /* oracleGeneral: bytes between two ids, which are addresses; 0: ids are names */
	const char *ignored;       /* csv: columns to pass over, with commas between them; or NULL */
	unsigned vcpus;            /* virtual CPUs that the input may name, 1 to TRACE_VCPUS_MAX */
	struct progress *progress; /* or NULL */
	/* found out on the way; zero before */
	uint64_t refs;
	bool counts; /* the input counts instructions */
	struct trace_clock clock[TRACE_VCPUS_MAX];
	char command[4096]; /* what the input says was run; known before the first reference */
	uint64_t large;     /* requests of more than a page that count as one, because ids are names */
};

/* Advances a clock. Returns ERR_FAILED, without a position, if it exceeds its limit. */
int trace_import_step(struct trace_import *import, unsigned vcpu, uint64_t insn, uint64_t idle_ns, struct err *err);

/* The input counts instructions itself, by `what`. Returns ERR_FAILED, without a position, when the user has said how
 * many a reference stands for. */
int trace_import_counts(const struct trace_import *import, const char *what, struct err *err);

/* Puts the next reference, at its virtual CPU's clock. */
static inline int trace_import_put(struct trace_import *import, gfn frame, trace_kind kind, struct err *err)
{
	struct trace_ref ref = {frame, import->clock[TRACE_KIND_VCPU(kind)], kind};

	if (++import->refs % PROGRESS_EVERY == 0 && import->progress)
		progress_step(import->progress, input_consumed(import->input), import->refs);
	return import->sink.put(import->sink.context, &ref, err);
}

#endif
