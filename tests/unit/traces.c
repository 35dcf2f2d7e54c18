/* SPDX-License-Identifier: MIT */
#include "traces.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>

uint64_t test_random(uint64_t *state)
{
	uint64_t z = *state += 0x9E3779B97F4A7C15u;

	z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
	z = (z ^ z >> 27) * 0x94D049BB133111EBu;
	return z ^ z >> 31;
}

uint64_t test_below(uint64_t *state, uint64_t n)
{
	return test_random(state) % n;
}

static uint64_t next_page(uint64_t *state, unsigned habit, size_t i, uint32_t pages)
{
	switch (habit) {
	case 0: /* uniform */ return test_below(state, pages);
	case 1: /* skewed: the smaller the number, the hotter */ return test_below(state, test_below(state, pages) + 1);
	case 2: /* cyclic, LRU's worst case */ return i % pages;
	case 3: /* a scan among a few hot pages */
		return test_below(state, 4) ? test_below(state, pages / 8 + 1) : i / 4 % pages;
	case 4: /* phases: from time to time another third of the pages */
		return (i / 200 % 3 * pages / 3 + test_below(state, pages / 3 + 1)) % pages;
	default: /* back and forth, with pages that are touched many times in a row */
		return i / 3 % (2 * pages) < pages ? i / 3 % pages : pages - 1 - i / 3 % pages;
	}
}

struct refs test_refs(uint64_t seed, size_t count, uint32_t pages)
{
	uint64_t state = seed, writes = test_below(&state, 4);
	unsigned habit = (unsigned)test_below(&state, 6), vcpus = 1 + (unsigned)test_below(&state, 2);
	struct trace_clock clock[2] = {{0, 0}, {0, 0}};
	struct refs refs = {malloc(count * sizeof(*refs.ref)), count};

	assert(refs.ref);
	for (size_t i = 0; i < count; i++) {
		unsigned vcpu = (unsigned)test_below(&state, vcpus);
		bool write = test_below(&state, 4) < writes;
		unsigned source = write ? TRACE_DATA : (unsigned)test_below(&state, TRACE_SOURCES);

		clock[vcpu].insn += test_below(&state, 30);
		if (test_below(&state, 50) == 0)
			clock[vcpu].idle_ns += test_below(&state, 1000000);
		refs.ref[i].frame = next_page(&state, habit, i, pages) * 977 % (1 << 22);
		refs.ref[i].clock = clock[vcpu];
		refs.ref[i].kind = TRACE_KIND(write, source, vcpu);
	}
	return refs;
}

void test_refs_free(struct refs *refs)
{
	free(refs->ref);
	refs->ref = NULL;
}

static int append(void *context, const struct trace_ref *ref, struct err *err)
{
	struct refs *refs = context;

	(void)err;
	if ((refs->count & (refs->count - 1)) == 0) {
		refs->ref = realloc(refs->ref, (refs->count ? 2 * refs->count : 1) * sizeof(*ref));
		assert(refs->ref);
	}
	refs->ref[refs->count++] = *ref;
	return 0;
}

struct trace_sink test_refs_sink(struct refs *into)
{
	return (struct trace_sink){append, into};
}
