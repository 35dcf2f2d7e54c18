/* SPDX-License-Identifier: MIT */
/* Every command of megavm: adding one takes its own file and one line here. */
#include "cli/cli.h"
#include "cli/trace.h"

const struct command cli_commands[] = {
	{"trace", "inspect, check, filter, import and export page traces", NULL, trace_commands},
	{"record", "boot a guest in Bochs and record its memory references", cli_record, NULL},
	{"run", "simulate one configuration: VMs, hypervisors, interconnect", cli_run, NULL},
	{"emulate", "run a guest that really waits for its remote pages", cli_emulate, NULL},
	{"pager", "serve the memory that virtual machine monitors hand over", cli_pager, NULL},
	{"calibrate", "make a preset of an interconnect from measurements", cli_calibrate, NULL},
	{"lend", "lend memory to programs and VMs on other machines", cli_lend, NULL},
	{"sweep", "simulate every point of a grid, over all cores", cli_sweep, NULL},
	{"compare", "compare the results of several engines at the same points", cli_compare, NULL},
	{"diff", "what changed between two sweeps over the same grid", cli_diff, NULL},
	{"curve", "faults, write-backs and slowdown at every local size", cli_curve, NULL},
	{"size", "the smallest local memory for a slowdown, and what a rack needs", cli_size, NULL},
	{"validate", "predict what was published or measured, and hold the errors", cli_validate, NULL},
	{"plot", "draw figures of a sweep's results", cli_plot, NULL},
	{"report", "write the results of sweeps as one HTML page", cli_report, NULL},
	{"config", "check a configuration and print it with all defaults", cli_config, NULL},
	{"image", "build the images of a guest that runs a workload", cli_image, NULL},
	{"list", "list the options, policies, prefetchers, fabrics, faults or workloads", NULL, cli_list},
	{0},
};
