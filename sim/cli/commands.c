/* Every command of megavm: adding one takes its own file and one line here. */
#include "cli/cli.h"
#include "cli/trace.h"

const struct command cli_commands[] = {
	{"trace", "look at page traces, check, filter, import and export them", NULL, trace_commands},
	{0},
};
