/* SPDX-License-Identifier: MIT */
/* What recording costs: the CPU time of Bochs with the plug-in over that of the same Bochs with every hook empty, on
 * the same guest. */
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "record/record.h"

#define ROUNDS    3
#define IPS       2000000000u
#define END_TICKS 100000 /* between the recorder's end and the other's: the words to the shutdown port */

struct cost {
	double plain, recorder; /* CPU seconds, the lowest of all rounds */
	uint64_t instructions;
};

/* The emulators lie in the build's folder, this program in a folder of it. */
static void find_emulators(char folder[PATH_MAX])
{
	ssize_t n = readlink("/proc/self/exe", folder, PATH_MAX - 1);

	folder[n < 0 ? 0 : n] = '\0';
	for (int up = 0; up < 2 && strrchr(folder, '/'); up++)
		*strrchr(folder, '/') = '\0';
}

/* Both ran the same guest to the same end, or their times say nothing. */
static int check_same(const struct guest_result *recorder, uint64_t plain_ticks, struct err *err)
{
	uint64_t ticks = recorder->instructions + (uint64_t)llround((double)recorder->idle_ns * IPS / 1e9);

	if (plain_ticks >= ticks && plain_ticks - ticks < END_TICKS)
		return 0;
	return err_set(err, ERR_FAILED, "not the same guest: it ended at tick %llu in the recorder, %llu without",
		       (unsigned long long)ticks, (unsigned long long)plain_ticks);
}

static void one_round(const struct guest *guest, const char *trace, struct cost *cost)
{
	struct guest_result plain, recorder;
	uint64_t ticks;
	struct err err;

	bench_need(guest_boot_plain(guest, &plain, &ticks, &err), &err);
	bench_need(guest_boot(guest, trace, NULL, &recorder, &err), &err);
	bench_need(check_same(&recorder, ticks, &err), &err);
	cost->plain = fmin(cost->plain, plain.user_seconds);
	cost->recorder = fmin(cost->recorder, recorder.user_seconds);
	cost->instructions = recorder.instructions;
	guest_result_free(&recorder);
	remove(trace);
}

static void bench_workload(const char *name, const char *size, const char *trace, const char *emulators)
{
	struct cost cost = {INFINITY, INFINITY, 0};
	struct workload workload;
	struct guest guest;
	char what[64];
	struct err err;

	bench_need(workload_read(&workload, name, &err), &err);
	bench_need(guest_init(&guest, &workload, size, NULL, 0, &err), &err);
	guest.ips = IPS;
	guest.k = 64;
	guest.command = "bench";
	guest.level = RECORD_PASSING_LEVEL;
	guest.emulators = emulators;
	for (int round = 0; round < ROUNDS; round++)
		one_round(&guest, trace, &cost);
	snprintf(what, sizeof(what), "recording %s, size %s", name, size);
	bench_row(&(struct bench_row){.what = what,
				      .reference = "plain Bochs",
				      .cost = {cost.recorder * 1e9 / (double)cost.instructions,
					       cost.plain * 1e9 / (double)cost.instructions},
				      .unit = "ns/insn",
				      .kind = BENCH_TIMES_THE_COST,
				      .target = 1.3});
	guest_free(&guest);
	workload_free(&workload);
}

void bench_record(void)
{
	char emulators[PATH_MAX], trace[PATH_MAX];

	bench_part("record", "CPU time of Bochs in user mode, the lowest of 3 rounds in turns");
	find_emulators(emulators);
	snprintf(trace, sizeof(trace), "%.*s/bench-record.mvt", PATH_MAX - 32, emulators);
	bench_workload("boot", "tiny", trace, emulators);
	bench_workload("sort", "small", trace, emulators);
}
