/* SPDX-License-Identifier: MIT */
/*
 * The engines: what can run a configuration, what each is able to do, and which configurations it refuses. Whoever
 * needs to know asks this table; nothing else compares an engine's name or number. How an engine runs a point stands in
 * the row of the same number in sweep/sweep.c.
 *
 * A further engine is one value of the enum, one row here and one row there.
 */
#ifndef CONFIG_ENGINE_H
#define CONFIG_ENGINE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct config;
struct config_vm;

/* The values of `engine` in a configuration: rows of engines[]. */
enum config_engine { ENGINE_SIMULATE, ENGINE_BOCHS, ENGINE_NATIVE, ENGINE_LINUX_SWAP, ENGINES };

#define ENGINE_BOCHS_IPS_MAX UINT32_MAX /* instructions a second: Bochs keeps the rate in 32 bits */

struct engine {
	const char *name;      /* in configurations and results */
	const char *summary;   /* one line for 'megavm list engines' */
	const char *input;     /* the key of a VM that names what runs: "trace", "workload", "command" */
	bool replays;          /* a trace: its digest is part of a result's name */
	bool boots;            /* a guest, whose image is built before and which needs an emulator */
	bool several_vms;      /* models more than one VM */
	bool several_switches; /* models a fabric of more than one switch, or the user's own platform */
	bool fluid;            /* models fabric.sharing: fluid */
	bool scenario;         /* models traffic and events */
	bool lazy_base;        /* knows the base of a guest whose memory the host backs at first touches */
	bool future;           /* knows the order of touches that are to come */
	bool sees_hits;        /* sees every touch, not only those that trap */
	bool prefetches;       /* models prefetching */
	bool guest_pages;      /* the guest's own kernel pages, by its own rules and at its own cost */
	uint64_t ips_max;      /* the highest cpu.ips, in instructions a second */
};

extern const struct engine engines[ENGINES];

/* The engine of a configuration. */
const struct engine *engine_of(const struct config *config);

/* The i-th engine's name, NULL beyond the last: for option tables. */
const char *engine_name(int i);

/* The engine of that name, or NULL. */
const struct engine *engine_find(const char *name);

/* "simulate, bochs": every name, for messages. Returns `out`. */
enum { ENGINE_NAMES = 128 };
const char *engine_names(char out[ENGINE_NAMES]);

/* What the VM runs: the value of the key `input`; "" when it was not given. */
const char *engine_input(const struct engine *engine, const struct config_vm *vm);

/* ERR_USAGE, with the key, for what the engine does not model. */
int engine_check(const struct engine *engine, const struct config *config, struct err *err);

#endif
