/* SPDX-License-Identifier: MIT */
/*
 * The command line: a tree of commands, each a row in a const table. A command parses its own arguments with argp, so
 * that its options and its --help come from one table.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <argp.h>

#include "base/err.h"

struct command {
	const char *name;
	const char *summary; /* one line, for the list of commands */
	/* argv[0] is the whole command, for example "megavm trace info". Returns 0, a negative code, or the exit status
	 * of a program that it ran. */
	int (*run)(int argc, char **argv, struct err *err);
	const struct command *sub; /* or a table of sub-commands, ended by a NULL name */
};

/* Parses with argp. Wrong arguments end the program with status 2, --help ends it with status 0. Returns 0 or the error
 * that a parser returned. */
int cli_parse(const struct argp *argp, int argc, char **argv, void *input, struct err *err);

extern const struct command cli_commands[];
extern const struct command cli_list[];
int cli_emulate(int argc, char **argv, struct err *err);
int cli_pager(int argc, char **argv, struct err *err);
int cli_calibrate(int argc, char **argv, struct err *err);
int cli_lend(int argc, char **argv, struct err *err);
int cli_compare(int argc, char **argv, struct err *err);
int cli_record(int argc, char **argv, struct err *err);
int cli_run(int argc, char **argv, struct err *err);
int cli_sweep(int argc, char **argv, struct err *err);
int cli_plot(int argc, char **argv, struct err *err);
int cli_validate(int argc, char **argv, struct err *err);
int cli_report(int argc, char **argv, struct err *err);
int cli_curve(int argc, char **argv, struct err *err);
int cli_size(int argc, char **argv, struct err *err);
int cli_diff(int argc, char **argv, struct err *err);
int cli_image(int argc, char **argv, struct err *err);
int cli_config(int argc, char **argv, struct err *err);

#endif
