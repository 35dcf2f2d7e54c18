/* SPDX-License-Identifier: MIT */
/* Feeds bytes to the reader of latency tables. An accepted table must give latencies within its range, and a mean in
 * the same range. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fabric/latency.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct latency *latency, struct rng *rng)
{
	int64_t least = latency->points[0].ps, most = latency->points[latency->count - 1].ps;

	if (latency_mean_ps(latency) < least || latency_mean_ps(latency) > most)
		abort();
	for (int i = 0; i < 16; i++) {
		int64_t ps = latency_sample(latency, rng);

		if (ps < least || ps > most)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int file = memfd_create("table", 0);
	char path[64];
	struct network network = {.latency_ps = 1000000, .jitter = path};
	struct latency latency;
	struct rng rng;
	struct err err;

	if (file < 0 || write(file, data, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	if (latency_init(&latency, &network, &err) == 0) {
		if (latency_seed(&latency, &rng, size, &err) < 0)
			abort();
		check(&latency, &rng);
		rng_free(&rng);
		latency_free(&latency);
	}
	close(file);
	return 0;
}
