/* SPDX-License-Identifier: MIT */
#include "memory/lru_counts.h"

#include <stdlib.h>

#include "base/clones.h"
#include "base/table.h"

#define DISTANCE 24 /* how many touches in advance memory is loaded into the cache */
#define CHUNK    64 /* touches whose bins are loaded into the cache before the first of them is counted */

int lru_counts_init(struct lru_counts *counts, uint32_t pages, unsigned vcpus, struct err *err)
{
	int status = stack_init(&counts->stack, pages, err);

	counts->bin = NULL;
	counts->of_vcpu = NULL;
	counts->vcpus = vcpus;
	if (status < 0)
		return status;
	counts->bin = table_alloc((size_t)pages + 1, sizeof(*counts->bin));
	if (vcpus > 1)
		counts->of_vcpu = table_alloc(((size_t)pages + 1) * vcpus, sizeof(*counts->of_vcpu));
	if (counts->bin && (counts->of_vcpu || vcpus == 1))
		return 0;
	lru_counts_free(counts);
	return err_memory(err, "a curve's counts");
}

void lru_counts_free(struct lru_counts *counts)
{
	stack_free(&counts->stack);
	free(counts->bin);
	free(counts->of_vcpu);
	counts->bin = NULL;
	counts->of_vcpu = NULL;
}

void lru_counts_place(struct lru_counts *counts, page_id page, uint32_t dirty_from)
{
	stack_touch(&counts->stack, page);
	counts->stack.page[page].dirty_from = dirty_from;
}

void lru_counts_begin(struct lru_counts *counts)
{
	stack_settle(&counts->stack);
}

CLONED void count_touches(struct lru_counts_bin *bin, const uint32_t *depth, const uint32_t *from, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		bin[depth[i]].touches++;
		bin[depth[i]].written--;
		bin[from[i]].written++;
	}
}

/* Counts the same depths again, for the virtual CPU of each touch. */
static void count_vcpus(struct lru_counts *counts, const uint32_t *depth, const trace_kind *kind, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		counts->of_vcpu[TRACE_KIND_VCPU(kind[i]) * ((size_t)counts->stack.pages + 1) + depth[i]]++;
}

CLONES static void touch_tally(struct lru_counts *counts, const page_id *page, const trace_kind *kind, uint32_t count)
{
	struct stack *stack = &counts->stack;
	struct lru_counts_bin *bin = counts->bin;
	uint32_t depth[CHUNK], from[CHUNK];

	for (uint32_t i = 0, n = 0; i < count; i++) {
		uint32_t dirty_from;

		if (i + 2 * DISTANCE < count)
			stack_prefetch_page(stack, page[i + 2 * DISTANCE]);
		if (i + DISTANCE < count)
			stack_prefetch_bits(stack, page[i + DISTANCE]);
		depth[n] = stack_touch(stack, page[i]);
		dirty_from = stack_dirty(stack, page[i], depth[n], kind[i] & TRACE_WRITE);
		from[n] = dirty_from - 1 < depth[n] - 1 ? dirty_from : depth[n]; /* 0 - 1 is larger than any depth */
		__builtin_prefetch(&bin[depth[n]], 1);
		__builtin_prefetch(&bin[from[n]], 1);
		if (++n == CHUNK || i + 1 == count) {
			count_touches(bin, depth, from, n);
			if (counts->of_vcpu)
				count_vcpus(counts, depth, kind + i + 1 - n, n);
			n = 0;
		}
	}
}

void lru_counts_touch(struct lru_counts *counts, const page_id *page, const trace_kind *kind, uint32_t count)
{
	touch_tally(counts, page, kind, count);
}

/* Counts the write-backs of pages that have not been touched since their eviction. */
static void write_back_the_rest(struct lru_counts *counts)
{
	for (page_id page = 0; page < counts->stack.pages; page++) {
		uint32_t dirty_from = counts->stack.page[page].dirty_from, depth;

		if (!dirty_from)
			continue;
		depth = stack_depth(&counts->stack, page);
		if (dirty_from < depth) {
			counts->bin[dirty_from].written++;
			counts->bin[depth].written--;
		}
	}
}

uint64_t lru_counts_end(struct lru_counts *counts, uint64_t *faults, uint64_t *write_backs)
{
	uint64_t deeper = 0, written = 0;

	write_back_the_rest(counts);
	for (uint32_t pages = counts->stack.pages; pages > 0; pages--) {
		if (faults)
			faults[pages] = deeper;
		deeper += counts->bin[pages].touches;
	}
	if (faults)
		faults[0] = deeper;
	for (uint32_t pages = 0; pages <= counts->stack.pages && write_backs; pages++)
		write_backs[pages] = written += counts->bin[pages].written;
	return counts->bin[0].touches;
}

void lru_counts_faults_of_vcpus(const struct lru_counts *counts, uint64_t *faults)
{
	size_t sizes = (size_t)counts->stack.pages + 1;

	for (unsigned vcpu = 0; vcpu < counts->vcpus; vcpu++) {
		uint64_t deeper = 0;

		for (size_t pages = sizes; pages-- > 0;) {
			faults[vcpu * sizes + pages] = deeper;
			deeper += pages ? counts->of_vcpu[vcpu * sizes + pages] : 0;
		}
	}
}

uint64_t lru_counts_first_touches(const struct lru_counts *counts, unsigned vcpu)
{
	return counts->of_vcpu ? counts->of_vcpu[vcpu * ((size_t)counts->stack.pages + 1)] : counts->bin[0].touches;
}
