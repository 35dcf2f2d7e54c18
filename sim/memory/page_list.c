/* SPDX-License-Identifier: MIT */
#include "memory/page_list.h"

#include <stdlib.h>

#include "base/table.h"

int page_links_init(struct page_links *links, uint32_t pages, uint32_t lists, struct err *err)
{
	links->node = table_alloc((size_t)pages + lists, sizeof(*links->node));
	links->pages = pages;
	links->lists = lists;
	return links->node ? 0 : err_memory(err, "a list of pages");
}

/* calloc rather than table_alloc, whose large pages are taken whole. */
int page_links_init_sparse(struct page_links *links, uint32_t pages, uint32_t lists, struct err *err)
{
	links->node = calloc((size_t)pages + lists, sizeof(*links->node));
	links->pages = pages;
	links->lists = lists;
	return links->node ? 0 : err_memory(err, "a list of pages");
}

void page_links_free(struct page_links *links)
{
	free(links->node);
	links->node = NULL;
}

void page_list_init(struct page_list *list, struct page_links *links, uint32_t which)
{
	list->node = links->node;
	list->sentinel = links->pages + which;
	list->length = 0;
	list->node[list->sentinel] = (struct page_link){list->sentinel, list->sentinel};
}
