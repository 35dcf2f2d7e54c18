/*
 * Running an emulator: Bochs with the plug-in, as a process of its own with a folder for its files. The plug-in is told what to do by
 * a JSON file (bochs-plugin/settings.h) and tells what became of it by another (bochs-plugin/outcome.h).
 */
#ifndef RECORD_EMULATOR_H
#define RECORD_EMULATOR_H

#include <jansson.h>

#include "record/hardware.h"

struct emulator {
	char *folder;  /* for the machine's files, removed by emulator_free */
	char *console; /* in it: what the guest wrote to its serial line */
	char *log;     /* in it: Bochs's own */
};

int emulator_init(struct emulator *emulator, struct err *err);
void emulator_free(struct emulator *emulator);

/*
 * Runs the machine until it ends. `variant`: NULL, "smp" or "crosscheck", the program megavm-bochs[-VARIANT] beside this one. Console, log
 * and "outcome" of the settings are filled in. SIGINT and SIGTERM end the emulator in good order. On success *outcome is the caller's.
 */
int emulator_run(const struct emulator *emulator, const char *variant, struct hardware *hardware, json_t *settings, json_t **outcome,
                 struct err *err);

/* The last lines of the guest's console go to standard error. */
void emulator_show_console(const struct emulator *emulator);

#endif
