/* SPDX-License-Identifier: MIT */
/*
 * megavm: the program. Finds the command, runs it, prints its error and sets the exit status. No other file exits.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/command_line.h"
#include "base/nearest.h"
#include "base/version.h"
#include "cli/cli.h"
#include "cli/table_format.h"

static const struct command *find(const struct command *table, const char *name)
{
	for (; table->name; table++)
		if (strcmp(table->name, name) == 0)
			return table;
	return NULL;
}

static void list(FILE *to, const char *program, const struct command *table)
{
	fprintf(to, "Usage: %s COMMAND [ARGUMENT...]\n\n", program);
	for (; table->name; table++)
		fprintf(to, "  %-10s %s\n", table->name, table->summary);
	fprintf(to, "\n'%s COMMAND --help' describes a command.\n", program);
}

static int unknown(const struct command *table, const char *program, const char *word, struct err *err)
{
	struct nearest nearest;

	nearest_init(&nearest, word);
	for (; table->name; table++)
		nearest_offer(&nearest, table->name);
	return err_set(err, ERR_USAGE, "%s: unknown command '%s'%s ('%s --help' lists them)", program, word,
		       nearest_hint(&nearest).text, program);
}

/* Finds the command that the first words name and runs it. Appends the words it used to `program`. */
static int dispatch(const struct command *table, char *program, size_t size, int argc, char **argv, struct err *err)
{
	const struct command *command;

	if (argc < 2) {
		list(stderr, program, table);
		return err_set(err, ERR_USAGE, "%s: no command", program);
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
	    (strcmp(argv[1], "help") == 0 && argc == 2)) {
		list(stdout, program, table);
		return 0;
	}
	if (strcmp(argv[1], "help") == 0) { /* `megavm help trace info` is `megavm trace info --help` */
		char help[] = "--help", *words[8] = {argv[0]};
		int n = 1;

		while (n + 1 < argc && n < 6)
			words[n] = argv[n + 1], n++;
		words[n++] = help;
		return dispatch(table, program, size, n, words, err);
	}
	command = find(table, argv[1]);
	if (!command)
		return unknown(table, program, argv[1], err);
	snprintf(program + strlen(program), size - strlen(program), " %s", argv[1]);
	if (command->sub)
		return dispatch(command->sub, program, size, argc - 1, argv + 1, err);
	if (argc == 3 && strcmp(argv[2], "-h") == 0)
		argv[2] = "--help";
	argv[1] = program;
	return command->run(argc - 1, argv + 1, err);
}

int main(int argc, char **argv)
{
	char program[128] = "megavm";
	struct err err = {""};
	int status;

	argp_err_exit_status = 2;
	if (argc == 2 && strcmp(argv[1], "--version") == 0) {
		printf("megavm %s\n", megavm_version);
		return 0;
	}
	status = command_line_keep(argv, &err);
	if (status == 0)
		status = dispatch(cli_commands, program, sizeof(program), argc, argv, &err);
	if (table_format_end(&err) < 0 && status >= 0)
		status = ERR_FAILED;
	if (status >= 0 && (fflush(stdout) != 0 || ferror(stdout)))
		status = err_errno(&err, ERR_FAILED, "standard output");
	command_line_free();
	if (status >= 0)
		return status;
	if (err.text[0])
		fprintf(stderr, "%s\n", err.text);
	return status == ERR_USAGE ? 2 : 1;
}
