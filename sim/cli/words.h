/* SPDX-License-Identifier: MIT */
/* What several commands ask of the words of a command line. Errors end the program, as argp's own do. */
#ifndef CLI_WORDS_H
#define CLI_WORDS_H

#include <stddef.h>
#include <stdint.h>

#include "cli/cli.h"

/* One of several things to choose from by name. */
struct words_row {
	const char *name, *summary; /* name NULL: behind the last */
};
typedef struct words_row words_table(size_t i);

/* The index of the row that the user named; `what` the rows are, in words. */
size_t words_choose(const struct argp_state *state, const char *what, const char *name, words_table *row);

/* For an argp help filter: puts the list of rows, under a title, in front of what stands below the options. */
char *words_help(int key, const char *text, const char *title, words_table *row);

/* The number that an option takes, `min` to `max`; 2e9 is a number. */
uint64_t words_count(const struct argp_state *state, const char *option, const char *text, uint64_t min, uint64_t max);

/* The memory of a guest, in whole MiB. */
uint64_t words_guest_memory(const struct argp_state *state, const char *text);

/* Takes the only operand of a command, `what` in words. */
void words_operand(const struct argp_state *state, const char **operand, const char *what, const char *text);

/* The same as the last resort of a command's parser; the operand must be there. */
error_t words_operand_parse(int key, char *word, struct argp_state *state, const char **operand, const char *what);

/* A configuration on the command line: CONFIG, and what overrides its keys. */
struct words_config {
	const char *path;
	const char **sets; /* KEY=VALUE in the order given, each of its own memory */
	size_t set_count;
};

/* Makes room for the overrides of `argc` words, and one more; words_config_free gives it back. */
int words_config_init(struct words_config *config, int argc, struct err *err);
void words_config_free(struct words_config *config);

/* An override that an option stands for, as "vms.size" and its word. At most one for each word of the command line, and
 * one more. */
void words_config_set(const struct argp_state *state, struct words_config *config, const char *key, const char *value);

/* The last resort of a command's parser: takes --set, and CONFIG, which must be there. */
error_t words_config_parse(int key, char *word, struct argp_state *state, struct words_config *config);

/* The command reads one file and writes another: both are named and they differ. */
void words_in_and_out(const struct argp_state *state, const char *in, const char *out);

#endif
