/* SPDX-License-Identifier: MIT */
#include "fault/completion.h"

static void latest(time_wide *of_all_ps, time_wide time_ps)
{
	*of_all_ps = time_ps > *of_all_ps ? time_ps : *of_all_ps;
}

int completion_of(const struct completion_vcpu *vcpu, unsigned vcpus, time_wide shared_ps,
		  struct completion *completion, struct err *err)
{
	time_wide clock_ps = 0, base_ps = 0, time_ps = 0, stalls_ps = 0;

	for (unsigned i = 0; i < vcpus; i++) {
		latest(&clock_ps, vcpu[i].clock_ps);
		latest(&base_ps, vcpu[i].clock_ps + vcpu[i].base_stall_ps);
		latest(&time_ps, vcpu[i].clock_ps + vcpu[i].stall_ps);
		stalls_ps += vcpu[i].stall_ps;
	}
	if (!time_fits(clock_ps))
		return time_error("the job with all memory local", "cpu.ips", err);
	if (!time_fits(clock_ps + stalls_ps - shared_ps))
		return time_error("the job", "cpu.ips, fabric and fault", err);
	*completion = (struct completion){(int64_t)base_ps, (int64_t)time_ps,
					  (int64_t)(clock_ps + stalls_ps - shared_ps)};
	return 0;
}
