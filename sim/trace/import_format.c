/* SPDX-License-Identifier: MIT */
#include "trace/import_format.h"

#define CLOCK_MAX ((uint64_t)1 << 58) /* the sum over all virtual CPUs fits 64 bits, with room for a sign */

int trace_import_step(struct trace_import *import, unsigned vcpu, uint64_t insn, uint64_t idle_ns, struct err *err)
{
	struct trace_clock *clock = &import->clock[vcpu];

	if (insn > CLOCK_MAX - clock->insn || idle_ns > CLOCK_MAX - clock->idle_ns)
		return err_set(err, ERR_FAILED,
			       "the clock of virtual CPU %u goes beyond 2^58 instructions or idle nanoseconds", vcpu);
	clock->insn += insn;
	clock->idle_ns += idle_ns;
	return 0;
}

int trace_import_counts(const struct trace_import *import, const char *what, struct err *err)
{
	if (!import->insn_per_ref_given)
		return 0;
	return err_set(err, ERR_FAILED,
		       "%s: this input counts instructions itself, so --insn-per-ref has no effect: leave it out",
		       what);
}
