/* SPDX-License-Identifier: MIT */
/* megavm emulate --native: the part of the command that runs a program under the pager. */
#ifndef CLI_EMULATE_NATIVE_H
#define CLI_EMULATE_NATIVE_H

#include <stdbool.h>

#include "cli/words.h"

struct emulate_native {
	char **argv;        /* the command after "--"; NULL: the configuration's */
	const char *json;   /* a file for the result; "" for standard output; NULL for text on standard error */
	const char *output; /* a file for the program's standard output; NULL */
	const char *cache;  /* NULL: the user's own */
	uint64_t only_bytes;
	bool accounts;
	const char *key; /* the peers' */
	bool verify;
};

/* Ends this process as a program has ended whose status waitpid gave: returns its exit status, or dies by its signal.
 */
int emulate_native_pass_on(int exit_status);

/* Adds the command after "--" to the configuration, as vms.command. */
void emulate_native_command(struct argp_state *state, struct words_config *config, struct emulate_native *native);

/* Runs it. Returns 0, a negative code, or the program's own exit status. A program that was ended by a signal ends this
 * process by the same signal. */
int emulate_native(const struct words_config *words, const struct emulate_native *native, struct err *err);

#endif
