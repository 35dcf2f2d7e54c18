/* SPDX-License-Identifier: MIT */
/* The remote page map of a guest of 1 TiB of which 1 GiB in every 16 is mapped, against a bare loop over one flat
 * array. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "base/rng.h"
#include "bench.h"
#include "memory/rpm.h"

enum { LOOK_UPS = 1 << 23, STRIDE = 16, NODES = 16, NO_NODE = 99, ROUNDS = 3 };
#define FRAMES   (UINT64_C(1) << 28)
#define GIGABYTE (UINT64_C(1) << 18) /* in frames */

struct task {
	struct rpm rpm;
	rpm_entry *flat; /* of FRAMES entries, of which the kernel gives memory to those that are written */
	gfn *ask;
	uint64_t sum[2]; /* what our side and the other have read, so that the loops cannot be left out */
};

static rpm_entry entry_of(gfn frame)
{
	return rpm_pack(RPM_REMOTE, (uint32_t)(frame % NODES), frame, 0);
}

static uint64_t mapped(void)
{
	return FRAMES / STRIDE;
}

static double per(double start, uint64_t count)
{
	return (bench_cpu() - start) * 1e9 / (double)count;
}

static double update(void *context)
{
	struct task *task = context;
	struct err err;
	double start = bench_cpu();

	for (gfn base = 0; base < FRAMES; base += STRIDE * GIGABYTE)
		for (gfn frame = base; frame < base + GIGABYTE; frame++)
			bench_need(rpm_set(&task->rpm, frame, entry_of(frame), &err), &err);
	return per(start, mapped());
}

static double update_flat(void *context)
{
	struct task *task = context;
	double start = bench_cpu();

	for (gfn base = 0; base < FRAMES; base += STRIDE * GIGABYTE)
		for (gfn frame = base; frame < base + GIGABYTE; frame++)
			task->flat[frame] = entry_of(frame);
	return per(start, mapped());
}

static double look_up(void *context)
{
	struct task *task = context;
	uint64_t sum = 0;
	double start = bench_cpu();

	for (size_t i = 0; i < LOOK_UPS; i++)
		sum += rpm_get(&task->rpm, task->ask[i]);
	task->sum[0] = sum;
	return per(start, LOOK_UPS);
}

static double look_up_flat(void *context)
{
	struct task *task = context;
	uint64_t sum = 0;
	double start = bench_cpu();

	for (size_t i = 0; i < LOOK_UPS; i++)
		sum += task->flat[task->ask[i]];
	task->sum[1] = sum;
	return per(start, LOOK_UPS);
}

/* Over the pages of one node, which holds none: every entry is read. */
static double walk(void *context)
{
	struct task *task = context;
	double start = bench_cpu();

	task->sum[0] = rpm_next(&task->rpm, NO_NODE, 0) == GFN_NONE ? 0 : 1;
	return per(start, mapped());
}

static double walk_flat(void *context)
{
	struct task *task = context;
	uint64_t found = 0;
	double start = bench_cpu();

	for (gfn base = 0; base < FRAMES; base += STRIDE * GIGABYTE)
		for (gfn frame = base; frame < base + GIGABYTE; frame++)
			found += rpm_is_at(task->flat[frame], NO_NODE);
	task->sum[1] = found;
	return per(start, mapped());
}

static void row(struct task *task, const char *what, bench_side *ours, bench_side *reference, unsigned rounds,
		double target)
{
	bench_row(&(struct bench_row){.what = what,
				      .reference = "bare loop over a flat array",
				      .cost = bench_lowest(rounds, ours, reference, task),
				      .unit = "ns",
				      .kind = BENCH_TIMES_THE_COST,
				      .target = target});
	bench_same(what, task->sum[0], task->sum[1]);
}

/* Which pages are looked up: any of those that are mapped, or one after the other. */
static void ask(struct task *task, bool in_order)
{
	struct rng rng;
	struct err err;

	bench_need(rng_init(&rng, 1, &err), &err);
	for (size_t i = 0; i < LOOK_UPS; i++)
		task->ask[i] = in_order ? i % GIGABYTE
					: rng_below(&rng, FRAMES / (STRIDE * GIGABYTE)) * STRIDE * GIGABYTE +
						  rng_below(&rng, GIGABYTE);
	rng_free(&rng);
}

void bench_rpm(void)
{
	struct task task = {.ask = malloc(LOOK_UPS * sizeof(*task.ask))};
	struct err err;

	bench_part("rpm", "a guest of 1 TiB, 64 GiB of it mapped; CPU time, the lowest of 3 rounds in turns");
	task.flat = mmap(NULL, FRAMES * sizeof(*task.flat), PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	bench_need(task.ask && task.flat != MAP_FAILED ? 0 : err_memory(&err, "look-ups"), &err);
	madvise(task.flat, FRAMES * sizeof(*task.flat), MADV_HUGEPAGE);
	bench_need(rpm_init(&task.rpm, FRAMES, &err), &err);
	row(&task, "first update", update, update_flat, 1, 3);
	ask(&task, false);
	row(&task, "look-up, random", look_up, look_up_flat, ROUNDS, 4);
	ask(&task, true);
	row(&task, "look-up, in order", look_up, look_up_flat, ROUNDS, 3);
	row(&task, "walk over one node's pages", walk, walk_flat, ROUNDS, 2);
	bench_row(&(struct bench_row){.what = "memory",
				      .reference = "8 bytes a mapped page",
				      .cost = {(double)rpm_bytes(&task.rpm) / (double)mapped(), sizeof(rpm_entry)},
				      .unit = "B/page",
				      .kind = BENCH_TIMES_THE_COST,
				      .target = 1.0125});
	rpm_free(&task.rpm);
	munmap(task.flat, FRAMES * sizeof(*task.flat));
	free(task.ask);
}
