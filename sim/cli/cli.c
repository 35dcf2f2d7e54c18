/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"

int cli_parse(const struct argp *argp, int argc, char **argv, void *input, struct err *err)
{
	err->text[0] = '\0';
	return argp_parse(argp, argc, argv, 0, NULL, input);
}
