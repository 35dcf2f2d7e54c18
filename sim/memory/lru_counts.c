/* SPDX-License-Identifier: MIT */
#include "memory/lru_counts.h"

#include <stdlib.h>

#include "base/clones.h"
#include "base/table.h"

#define DISTANCE 24 /* how many touches in advance memory is loaded into the cache */
#define CHUNK    64 /* touches whose bins are loaded into the cache before the first of them is counted */

int lru_bins_init(struct lru_bins *bins, uint32_t pages, unsigned vcpus, struct err *err)
{
	*bins = (struct lru_bins){.pages = pages, .vcpus = vcpus};
	bins->bin = table_alloc((size_t)pages + 1, sizeof(*bins->bin));
	if (vcpus > 1)
		bins->of_vcpu = table_alloc(((size_t)pages + 1) * vcpus, sizeof(*bins->of_vcpu));
	if (bins->bin && (bins->of_vcpu || vcpus == 1))
		return 0;
	lru_bins_free(bins);
	return err_memory(err, "a curve's counts");
}

void lru_bins_free(struct lru_bins *bins)
{
	free(bins->bin);
	free(bins->of_vcpu);
	bins->bin = NULL;
	bins->of_vcpu = NULL;
}

void lru_bins_sum(const struct lru_bins *bins, uint64_t *faults, uint64_t *write_backs)
{
	uint64_t deeper = 0, written = 0;

	for (uint32_t pages = bins->pages; pages > 0; pages--) {
		if (faults)
			faults[pages] = deeper;
		deeper += bins->bin[pages].touches;
	}
	if (faults)
		faults[0] = deeper;
	for (uint32_t pages = 0; pages <= bins->pages && write_backs; pages++)
		write_backs[pages] = written += bins->bin[pages].written;
}

void lru_bins_of_vcpus(const struct lru_bins *bins, uint64_t *faults)
{
	size_t sizes = (size_t)bins->pages + 1;

	for (unsigned vcpu = 0; vcpu < bins->vcpus; vcpu++) {
		uint64_t deeper = 0;

		for (size_t pages = sizes; pages-- > 0;) {
			faults[vcpu * sizes + pages] = deeper;
			deeper += pages ? bins->of_vcpu[vcpu * sizes + pages] : 0;
		}
	}
}

uint64_t lru_bins_first_touches(const struct lru_bins *bins, unsigned vcpu)
{
	return bins->of_vcpu ? bins->of_vcpu[vcpu * ((size_t)bins->pages + 1)] : bins->bin[0].touches;
}

int lru_counts_init(struct lru_counts *counts, uint32_t pages, unsigned vcpus, struct err *err)
{
	int status = stack_init(&counts->stack, pages, err);

	counts->bins = (struct lru_bins){0};
	if (status == 0)
		status = lru_bins_init(&counts->bins, pages, vcpus, err);
	if (status < 0)
		lru_counts_free(counts);
	return status;
}

void lru_counts_free(struct lru_counts *counts)
{
	stack_free(&counts->stack);
	lru_bins_free(&counts->bins);
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

CLONED void count_touches(struct lru_bin *bin, const uint32_t *depth, const uint32_t *from, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		bin[depth[i]].touches++;
		bin[depth[i]].written--;
		bin[from[i]].written++;
	}
}

/* Counts the same depths again, for the virtual CPU of each touch. */
static void count_vcpus(struct lru_bins *bins, const uint32_t *depth, const trace_kind *kind, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		bins->of_vcpu[TRACE_KIND_VCPU(kind[i]) * ((size_t)bins->pages + 1) + depth[i]]++;
}

CLONES static void touch_tally(struct lru_counts *counts, const page_id *page, const trace_kind *kind, uint32_t count)
{
	struct stack *stack = &counts->stack;
	struct lru_bin *bin = counts->bins.bin;
	uint32_t depth[CHUNK], from[CHUNK];

	for (uint32_t i = 0, n = 0; i < count; i++) {
		if (i + 2 * DISTANCE < count)
			stack_prefetch_page(stack, page[i + 2 * DISTANCE]);
		if (i + DISTANCE < count)
			stack_prefetch_bits(stack, page[i + DISTANCE]);
		depth[n] = stack_touch(stack, page[i]);
		from[n] = stack_dirty(&stack->page[page[i]].dirty_from, depth[n], kind[i] & TRACE_WRITE);
		__builtin_prefetch(&bin[depth[n]], 1);
		__builtin_prefetch(&bin[from[n]], 1);
		if (++n == CHUNK || i + 1 == count) {
			count_touches(bin, depth, from, n);
			if (counts->bins.of_vcpu)
				count_vcpus(&counts->bins, depth, kind + i + 1 - n, n);
			n = 0;
		}
	}
}

void lru_counts_touch(struct lru_counts *counts, const page_id *page, const trace_kind *kind, uint32_t count)
{
	touch_tally(counts, page, kind, count);
}

uint64_t lru_counts_end(struct lru_counts *counts, uint64_t *faults, uint64_t *write_backs)
{
	struct stack *stack = &counts->stack;

	for (page_id page = 0; page < stack->pages; page++)
		if (stack->page[page].dirty_from)
			lru_bins_end(&counts->bins, stack_depth(stack, page), stack->page[page].dirty_from);
	lru_bins_sum(&counts->bins, faults, write_backs);
	return counts->bins.bin[0].touches;
}
