/* Every command of megavm: adding one takes its own file and one line here. */
#include "cli/cli.h"

const struct command cli_commands[] = {
	{0},
};
