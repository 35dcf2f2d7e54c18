/* SPDX-License-Identifier: MIT */
/* Every kind of figure: adding one takes its own file and one line here. */
#include "report/chart_build.h"

const struct chart_kind *const chart_kinds[] = {
	&chart_slowdown_local,
	&chart_slowdown_latency,
	&chart_slowdown,
	&chart_heat,
	&chart_fault_cost,
	&chart_added_time,
	&chart_fetch_cdf,
	&chart_coverage,
	&chart_accuracy,
	&chart_links,
	NULL,
};
