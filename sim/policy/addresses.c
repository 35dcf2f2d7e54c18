/* SPDX-License-Identifier: MIT */
#include "policy/addresses.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/table.h"

static int by_address(const void *a, const void *b, void *context)
{
	const struct addresses *addresses = context;
	const gfn x = address_of(addresses, *(const page_id *)a), y = address_of(addresses, *(const page_id *)b);

	return x < y ? -1 : x > y;
}

static void number_tables(struct addresses *addresses)
{
	gfn last = 0;

	for (uint32_t rank = 0; rank < addresses->pages; rank++) {
		const page_id page = addresses->page[rank];
		const gfn table = address_of(addresses, page) / ADDRESSES_TABLE;

		if (rank == 0 || table != last)
			addresses->first[addresses->tables++] = rank;
		last = table;
		addresses->rank[page] = rank;
		addresses->table[page] = addresses->tables - 1;
	}
	addresses->first[addresses->tables] = addresses->pages;
}

int addresses_init(struct addresses *addresses, const gfn *frame, uint32_t pages, struct err *err)
{
	bool sorted = true;

	*addresses = (struct addresses){.frame = frame, .pages = pages};
	addresses->page = table_alloc(pages, sizeof(*addresses->page));
	addresses->rank = table_alloc(pages, sizeof(*addresses->rank));
	addresses->table = table_alloc(pages, sizeof(*addresses->table));
	addresses->first = table_alloc((size_t)pages + 1, sizeof(*addresses->first));
	if (!addresses->page || !addresses->rank || !addresses->table || !addresses->first)
		return err_memory(err, "the addresses of pages");
	for (page_id page = 0; page < pages; page++) {
		addresses->page[page] = page;
		sorted &= page == 0 || address_of(addresses, page) > address_of(addresses, page - 1);
	}
	if (!sorted)
		qsort_r(addresses->page, pages, sizeof(*addresses->page), by_address, addresses);
	number_tables(addresses);
	return 0;
}

void addresses_free(struct addresses *addresses)
{
	free(addresses->page);
	free(addresses->rank);
	free(addresses->table);
	free(addresses->first);
}
