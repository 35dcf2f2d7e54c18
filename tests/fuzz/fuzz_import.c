/* SPDX-License-Identifier: MIT */
/*
 * Feeds bytes to the importers, compressed or not: the first byte (the format's letter: l, o or c) selects the format,
 * the rest is the input. Its length decides whether ids are addresses, and whether columns are passed over. The output
 * must be acceptable to a writer, and a failure must have a message.
 */
#include <stdint.h>
#include <stdlib.h>

#include "trace/import.h"

enum { VCPUS = 4 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int put(void *context, const struct trace_ref *ref, struct err *err)
{
	struct trace_clock *last = (struct trace_clock *)context + TRACE_KIND_VCPU(ref->kind);

	(void)err;
	if (TRACE_KIND_VCPU(ref->kind) >= VCPUS || ref->frame == GFN_NONE || ref->clock.insn < last->insn ||
	    ref->clock.idle_ns < last->idle_ns)
		abort();
	*last = ref->clock;
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct trace_import_format *format = &trace_import_csv;
	struct trace_clock last[VCPUS] = {0};
	struct trace_import import = {.sink = {put, last},
				      .insn_per_ref = 1,
				      .vcpus = VCPUS,
				      .id_unit = size & 1 ? 512 : 0,
				      .ignored = size & 2 ? "n,time" : NULL};
	struct err err = {""};
	int status;

	if (!size)
		return 0;
	if (data[0] == 'l')
		format = &trace_import_lackey;
	else if (data[0] == 'o')
		format = &trace_import_oracle_general;
	status = input_open_memory(&import.input, "fuzz", data + 1, size - 1, &err);
	if (status == 0) {
		status = format->run(&import, &err);
		input_close(import.input);
	}
	if (status != 0 && (status != ERR_FAILED || !err.text[0]))
		abort();
	return 0;
}
