/* SPDX-License-Identifier: MIT */
/* Parsing of command-line arguments that several commands share. Errors end the program, like argp's own. */
#ifndef CLI_WORDS_H
#define CLI_WORDS_H

#include <stddef.h>
#include <stdint.h>

#include "cli/cli.h"

/* One of several things to choose from by name. */
struct words_row {
	const char *name, *summary; /* name NULL: the end of the table */
};
typedef struct words_row words_table(size_t i);

/* Returns the index of the row called `name`. `what` says in the error message what the rows are. */
size_t words_choose(const struct argp_state *state, const char *what, const char *name, words_table *row);

/* For an argp help filter: inserts the list of rows, under a title, before the text below the options. */
char *words_help(int key, const char *text, const char *title, words_table *row);

/* Parses an option's number, from `min` to `max`; it may be written as 2e9. */
uint64_t words_count(const struct argp_state *state, const char *option, const char *text, uint64_t min, uint64_t max);

/* Parses an option's size; returns bytes. */
uint64_t words_size(const struct argp_state *state, const char *option, const char *text);

/* Parses the memory of a guest, a multiple of 1 MiB; returns bytes. */
uint64_t words_guest_memory(const struct argp_state *state, const char *text);

/* Stores the only operand of a command; a second one is an error. `what` names it in the message. */
void words_operand(const struct argp_state *state, const char **operand, const char *what, const char *text);

/* The same, as the default case of a command's parser; a missing operand is an error. */
error_t words_operand_parse(int key, char *word, struct argp_state *state, const char **operand, const char *what);

/* A configuration on the command line: CONFIG, and overrides of its keys. */
struct words_config {
	const char *path;
	const char **sets; /* KEY=VALUE in the given order, each allocated */
	size_t set_count;
};

/* Makes room for the overrides of `argc` arguments, and one more; words_config_free frees it. */
int words_config_init(struct words_config *config, int argc, struct err *err);
void words_config_free(struct words_config *config);

/* Adds the override that an option stands for, for example "vms.size" and its value. At most one for each argument of
 * the command line, and one more. */
void words_config_set(const struct argp_state *state, struct words_config *config, const char *key, const char *value);

/* The default case of a command's parser: takes --set, and CONFIG, which is required. */
error_t words_config_parse(int key, char *word, struct argp_state *state, struct words_config *config);

/* For a command that runs one configuration: ERR_USAGE when `sweep` varies a key that no --set fixes. */
struct config;
int words_config_one_point(const struct words_config *words, const struct config *config, struct err *err);

/* Checks that a command that reads one file and writes another has both, and that they differ. */
void words_in_and_out(const struct argp_state *state, const char *in, const char *out);

#endif
