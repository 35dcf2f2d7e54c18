/* SPDX-License-Identifier: MIT */
#include "replay/oracle.h"

#include <stdlib.h>

static void push(struct oracle *oracle, struct oracle_entry entry)
{
	size_t at = oracle->count;

	if (at == oracle->room) {
		size_t room = 2 * oracle->room + 1024;
		struct oracle_entry *heap = realloc(oracle->heap, room * sizeof(*heap));

		if (!heap) {
			oracle->failed = true;
			return;
		}
		oracle->heap = heap;
		oracle->room = room;
	}
	oracle->count++;
	for (; at && oracle->heap[(at - 1) / 2].use > entry.use; at = (at - 1) / 2)
		oracle->heap[at] = oracle->heap[(at - 1) / 2];
	oracle->heap[at] = entry;
}

static struct oracle_entry pop(struct oracle *oracle)
{
	struct oracle_entry top = oracle->heap[0], last = oracle->heap[--oracle->count];
	size_t at = 0, child;

	while ((child = 2 * at + 1) < oracle->count) {
		child += child + 1 < oracle->count && oracle->heap[child + 1].use < oracle->heap[child].use;
		if (oracle->heap[child].use >= last.use)
			break;
		oracle->heap[at] = oracle->heap[child];
		at = child;
	}
	oracle->heap[at] = last;
	return top;
}

int oracle_init(struct oracle *oracle, const struct local_memory *memory, const struct future *future, const gfn *frame,
		uint32_t pages, struct err *err)
{
	*oracle = (struct oracle){.memory = memory, .frame = frame};
	oracle->next_use = malloc((pages + 1) * sizeof(*oracle->next_use));
	if (!oracle->next_use)
		return err_memory(err, "the oracle prefetcher");
	memcpy(oracle->next_use, future->first, pages * sizeof(*oracle->next_use));
	for (page_id page = 0; page < pages; page++)
		if (local_memory_is_remote(memory, page))
			oracle_evicted(oracle, page);
	return 0;
}

void oracle_free(struct oracle *oracle)
{
	free(oracle->next_use);
	free(oracle->heap);
	*oracle = (struct oracle){0};
}

void oracle_evicted(struct oracle *oracle, page_id page)
{
	if (oracle->next_use[page] != FUTURE_NEVER)
		push(oracle, (struct oracle_entry){oracle->next_use[page], page});
}

/* An entry is valid while its page is remote and has not been used since it was pushed. */
static bool is_good(const struct oracle *oracle, const struct oracle_entry *entry)
{
	return local_memory_is_remote(oracle->memory, entry->page) && oracle->next_use[entry->page] == entry->use;
}

size_t oracle_next(void *context, gfn *out, size_t n)
{
	struct oracle *oracle = context;

	oracle->given_count = 0;
	while (oracle->given_count < n && oracle->count) {
		struct oracle_entry entry = pop(oracle);

		/* a page that was evicted, fetched and evicted again has two entries, one right after the other */
		if (!is_good(oracle, &entry) ||
		    (oracle->given_count && oracle->given[oracle->given_count - 1].page == entry.page))
			continue;
		oracle->given[oracle->given_count] = entry;
		out[oracle->given_count++] = oracle->frame[entry.page];
	}
	return oracle->given_count;
}

void oracle_settle(struct oracle *oracle)
{
	for (size_t i = 0; i < oracle->given_count; i++)
		if (is_good(oracle, &oracle->given[i]))
			push(oracle, oracle->given[i]);
	oracle->given_count = 0;
}
