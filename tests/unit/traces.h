/* SPDX-License-Identifier: MIT */
/* Reference strings for the tests: random ones that resemble programs, and adversarial ones. */
#ifndef TESTS_TRACES_H
#define TESTS_TRACES_H

#include <stddef.h>

#include "trace/ref.h"

struct refs {
	struct trace_ref *ref;
	size_t count;
};

/* A small, fast generator, for tests only: splitmix64 (Steele, Lea, Flood, 'Fast splittable pseudorandom number
 * generators', OOPSLA 2014). */
uint64_t test_random(uint64_t *state);
uint64_t test_below(uint64_t *state, uint64_t n);

/*
 * `count` references to `pages` pages (frames spread over a wide range), from one seed. The seed also selects the
 * pattern: uniform, skewed, cyclic, scans among hot pages, phases, or a walk. Clocks advance by small steps on up to 2
 * virtual CPUs.
 */
struct refs test_refs(uint64_t seed, size_t count, uint32_t pages);
void test_refs_free(struct refs *refs);

/* A sink that appends to a struct refs. */
struct trace_sink test_refs_sink(struct refs *into);

#endif
