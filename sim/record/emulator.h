/* SPDX-License-Identifier: MIT */
/*
 * Running an emulator: Bochs with the plug-in, as a separate process with a folder for its files. The plug-in reads its
 * settings from a JSON file (bochs-plugin/settings.h) and writes the outcome to another (bochs-plugin/outcome.h).
 */
#ifndef RECORD_EMULATOR_H
#define RECORD_EMULATOR_H

#include <jansson.h>

#include "record/hardware.h"

struct emulator {
	char *folder;         /* for the machine's files, removed by emulator_free */
	char *console;        /* in it: what the guest wrote to its serial line */
	char *log;            /* in it: Bochs's own */
	const char *programs; /* the folder of the emulators; NULL: beside this program */
	double user_seconds;  /* of CPU time that the last run took */
};

int emulator_init(struct emulator *emulator, struct err *err);
void emulator_free(struct emulator *emulator);

/*
 * Runs the machine until it ends. `variant`: NULL, "smp", "crosscheck" or "plain", the program megavm-bochs[-VARIANT].
 * Console, log and "outcome" of the settings are filled in. SIGINT and SIGTERM end the emulator cleanly. On success the
 * caller owns *outcome. Without settings (NULL, for "plain") there is no outcome.
 */
int emulator_run(struct emulator *emulator, const char *variant, struct hardware *hardware, json_t *settings,
		 json_t **outcome, struct err *err);

/* Prints the last lines of the guest's console on standard error. */
void emulator_show_console(const struct emulator *emulator);

#endif
