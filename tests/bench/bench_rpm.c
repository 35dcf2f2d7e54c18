/* SPDX-License-Identifier: MIT */
/* The remote page map: look-ups on a guest of 1 TiB of which 1 GiB in every 16 is mapped. */
#include <stdio.h>
#include <stdlib.h>

#include "base/rng.h"
#include "bench.h"
#include "memory/rpm.h"

enum { LOOK_UPS = 1 << 24, STRIDE = 16 };

void bench_rpm(void)
{
	const gfn frames = UINT64_C(1) << 28, gigabyte = UINT64_C(1) << 18;
	gfn *ask = malloc(LOOK_UPS * sizeof(*ask)), mapped = 0;
	uint64_t sum = 0;
	struct rpm rpm;
	struct rng rng;
	struct err err;
	double start;

	printf("rpm: a guest of 1 TiB, 64 GiB of it mapped\n");
	bench_need(ask ? 0 : err_memory(&err, "look-ups"), &err);
	bench_need(rng_init(&rng, 1, &err), &err);
	bench_need(rpm_init(&rpm, frames, &err), &err);
	start = bench_cpu();
	for (gfn base = 0; base < frames; base += STRIDE * gigabyte)
		for (gfn frame = base; frame < base + gigabyte; frame++, mapped++)
			bench_need(rpm_set(&rpm, frame, rpm_pack(RPM_REMOTE, (uint32_t)(frame % 16), frame, 0), &err),
				   &err);
	bench_row("first update", (double)mapped / (bench_cpu() - start) / 1e6, "M/s", 0);
	bench_row("memory", (double)rpm_bytes(&rpm) / (double)mapped, "bytes a page", 8.1);
	for (size_t i = 0; i < LOOK_UPS; i++)
		ask[i] = rng_below(&rng, frames / (STRIDE * gigabyte)) * STRIDE * gigabyte + rng_below(&rng, gigabyte);
	start = bench_cpu();
	for (size_t i = 0; i < LOOK_UPS; i++)
		sum += rpm_get(&rpm, ask[i]);
	bench_row("look-up, random", (double)LOOK_UPS / (bench_cpu() - start) / 1e6, "M/s", 0);
	start = bench_cpu();
	for (size_t i = 0; i < LOOK_UPS; i++)
		sum += rpm_get(&rpm, i % gigabyte);
	bench_row("look-up, in order", (double)LOOK_UPS / (bench_cpu() - start) / 1e6, "M/s", 0);
	start = bench_cpu();
	sum += rpm_next(&rpm, 99, 0); /* of a node that holds nothing: the whole map is walked */
	bench_row("walk over the pages of one node", (double)mapped / (bench_cpu() - start) / 1e6, "M entries/s", 0);
	printf("  (sum %llx)\n", (unsigned long long)sum);
	rpm_free(&rpm);
	rng_free(&rng);
	free(ask);
}
