#include "memory/tally.h"

#include <stdlib.h>

#include "base/clones.h"
#include "base/table.h"

#define AHEAD 24 /* touches between asking for a line of memory and using it */
#define CHUNK 64 /* touches whose bins are asked for before the first of them is counted */

int tally_init(struct tally *tally, uint32_t pages, unsigned vcpus, struct err *err)
{
	int status = stack_init(&tally->stack, pages, err);

	tally->bin = NULL;
	tally->of_vcpu = NULL;
	tally->vcpus = vcpus;
	if (status < 0)
		return status;
	tally->bin = table_alloc((size_t)pages + 1, sizeof(*tally->bin));
	if (vcpus > 1)
		tally->of_vcpu = table_alloc(((size_t)pages + 1) * vcpus, sizeof(*tally->of_vcpu));
	if (tally->bin && (tally->of_vcpu || vcpus == 1))
		return 0;
	tally_free(tally);
	return err_memory(err, "a curve's counts");
}

void tally_free(struct tally *tally)
{
	stack_free(&tally->stack);
	free(tally->bin);
	free(tally->of_vcpu);
	tally->bin = NULL;
	tally->of_vcpu = NULL;
}

void tally_place(struct tally *tally, page_id page, uint32_t dirty_from)
{
	stack_touch(&tally->stack, page);
	tally->stack.page[page].dirty_from = dirty_from;
}

void tally_begin(struct tally *tally)
{
	stack_settle(&tally->stack);
}

CLONED void count_touches(struct tally_bin *bin, const uint32_t *depth, const uint32_t *from, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		bin[depth[i]].touches++;
		bin[depth[i]].written--;
		bin[from[i]].written++;
	}
}

/* The same depths once more, for the virtual CPU of each touch. */
static void count_vcpus(struct tally *tally, const uint32_t *depth, const trace_kind *kind, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		tally->of_vcpu[TRACE_KIND_VCPU(kind[i]) * ((size_t)tally->stack.pages + 1) + depth[i]]++;
}

CLONES static void touch_tally(struct tally *tally, const page_id *page, const trace_kind *kind, uint32_t count)
{
	struct stack *stack = &tally->stack;
	struct tally_bin *bin = tally->bin;
	uint32_t depth[CHUNK], from[CHUNK];

	for (uint32_t i = 0, n = 0; i < count; i++) {
		uint32_t dirty_from;

		if (i + 2 * AHEAD < count)
			stack_prefetch_page(stack, page[i + 2 * AHEAD]);
		if (i + AHEAD < count)
			stack_prefetch_bits(stack, page[i + AHEAD]);
		depth[n] = stack_touch(stack, page[i]);
		dirty_from = stack_dirty(stack, page[i], depth[n], kind[i] & TRACE_WRITE);
		from[n] = dirty_from - 1 < depth[n] - 1 ? dirty_from : depth[n]; /* 0 - 1 is larger than any depth */
		__builtin_prefetch(&bin[depth[n]], 1);
		__builtin_prefetch(&bin[from[n]], 1);
		if (++n == CHUNK || i + 1 == count) {
			count_touches(bin, depth, from, n);
			if (tally->of_vcpu)
				count_vcpus(tally, depth, kind + i + 1 - n, n);
			n = 0;
		}
	}
}

void tally_touch(struct tally *tally, const page_id *page, const trace_kind *kind, uint32_t count)
{
	touch_tally(tally, page, kind, count);
}

/* The write-backs of pages that have not been touched since. */
static void write_back_the_rest(struct tally *tally)
{
	for (page_id page = 0; page < tally->stack.pages; page++) {
		uint32_t dirty_from = tally->stack.page[page].dirty_from, depth;

		if (!dirty_from)
			continue;
		depth = stack_depth(&tally->stack, page);
		if (dirty_from < depth) {
			tally->bin[dirty_from].written++;
			tally->bin[depth].written--;
		}
	}
}

uint64_t tally_end(struct tally *tally, uint64_t *faults, uint64_t *write_backs)
{
	uint64_t deeper = 0, written = 0;

	write_back_the_rest(tally);
	for (uint32_t pages = tally->stack.pages; pages > 0; pages--) {
		if (faults)
			faults[pages] = deeper;
		deeper += tally->bin[pages].touches;
	}
	if (faults)
		faults[0] = deeper;
	for (uint32_t pages = 0; pages <= tally->stack.pages && write_backs; pages++)
		write_backs[pages] = written += tally->bin[pages].written;
	return tally->bin[0].touches;
}

void tally_faults_of_vcpus(const struct tally *tally, uint64_t *faults)
{
	size_t sizes = (size_t)tally->stack.pages + 1;

	for (unsigned vcpu = 0; vcpu < tally->vcpus; vcpu++) {
		uint64_t deeper = 0;

		for (size_t pages = sizes; pages-- > 0;) {
			faults[vcpu * sizes + pages] = deeper;
			deeper += pages ? tally->of_vcpu[vcpu * sizes + pages] : 0;
		}
	}
}
