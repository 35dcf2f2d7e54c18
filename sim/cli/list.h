/* SPDX-License-Identifier: MIT */
/* What the commands of 'megavm list' share. */
#ifndef CLI_LIST_H
#define CLI_LIST_H

#include "cli/cli.h"

struct option_row;

/* A key's default as text: "-" for none, "required" for a key that must be given. */
const char *list_default(const struct option_row *row);

int cli_list_options(int argc, char **argv, struct err *err);

#endif
