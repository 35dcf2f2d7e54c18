/* SPDX-License-Identifier: MIT */
/* --markdown and --latex, of every command that prints tables. */
#ifndef CLI_TABLE_FORMAT_H
#define CLI_TABLE_FORMAT_H

#include <argp.h>

#include "base/err.h"

/* A child of a command's argp, without an input. With --latex, standard output is kept back until the command ends. */
extern const struct argp table_format_argp;
#define TABLE_FORMAT_CHILD                     \
	{                                      \
		&table_format_argp, 0, NULL, 0 \
	}

/* Call it where a command parses an option that prints something else than tables (--json, --csv): both together are
 * refused. */
void table_format_instead(struct argp_state *state, const char *option);

/* Ends the program's output: of LaTeX, what stands outside its tables becomes comments. Returns 0 or a negative code.
 */
int table_format_end(struct err *err);

#endif
