/* SPDX-License-Identifier: MIT */
/*
 * Doubly linked lists of pages over one array of 8-byte nodes indexed by page id: no allocation, no hashing, two 32-bit
 * links per page. Several lists can share the nodes (a page is in one list at a time). Each list has a sentinel node
 * after the pages.
 */
#ifndef MEMORY_PAGE_LIST_H
#define MEMORY_PAGE_LIST_H

#include <stdbool.h>

#include "base/err.h"
#include "base/page.h"

struct page_link {
	uint32_t next, prev;
};

struct page_links {
	struct page_link *node; /* pages, then one sentinel per list */
	uint32_t pages, lists;
};

struct page_list {
	struct page_link *node; /* the shared nodes */
	uint32_t sentinel;      /* index of this list's own node */
	uint32_t length;
};

/* Allocates nodes for `pages` pages in `lists` lists; no page is in a list. Returns 0 or ERR_FAILED. */
int page_links_init(struct page_links *links, uint32_t pages, uint32_t lists, struct err *err);
/* As page_links_init, but pages that are never in a list take no memory. */
int page_links_init_sparse(struct page_links *links, uint32_t pages, uint32_t lists, struct err *err);
void page_links_free(struct page_links *links);

/* Sets up list number `which` (0 to lists - 1), empty. */
void page_list_init(struct page_list *list, struct page_links *links, uint32_t which);

/* Puts a page that is in no list at the tail, as the newest. */
static inline void page_list_append(struct page_list *list, page_id page)
{
	struct page_link *node = list->node;
	uint32_t last = node[list->sentinel].prev;

	node[page].next = list->sentinel;
	node[page].prev = last;
	node[last].next = page;
	node[list->sentinel].prev = page;
	list->length++;
}

/* Puts a page that is in no list at the head, as the oldest. */
static inline void page_list_prepend(struct page_list *list, page_id page)
{
	struct page_link *node = list->node;
	uint32_t first = node[list->sentinel].next;

	node[page].next = first;
	node[page].prev = list->sentinel;
	node[first].prev = page;
	node[list->sentinel].next = page;
	list->length++;
}

static inline void page_list_remove(struct page_list *list, page_id page)
{
	struct page_link *node = list->node;

	node[node[page].prev].next = node[page].next;
	node[node[page].next].prev = node[page].prev;
	list->length--;
}

/* Moves a page of this list to its tail. */
static inline void page_list_renew(struct page_list *list, page_id page)
{
	page_list_remove(list, page);
	page_list_append(list, page);
}

/* The oldest page, PAGE_NONE when the list is empty. */
static inline page_id page_list_head(const struct page_list *list)
{
	uint32_t head = list->node[list->sentinel].next;

	return head == list->sentinel ? PAGE_NONE : head;
}

/* The newest page, PAGE_NONE when the list is empty. */
static inline page_id page_list_tail(const struct page_list *list)
{
	uint32_t tail = list->node[list->sentinel].prev;

	return tail == list->sentinel ? PAGE_NONE : tail;
}

/* The page of this list that came next after `page`, PAGE_NONE when that is the newest. */
static inline page_id page_list_newer(const struct page_list *list, page_id page)
{
	uint32_t next = list->node[page].next;

	return next == list->sentinel ? PAGE_NONE : next;
}

/* Removes and returns the oldest page of a list that is not empty. */
static inline page_id page_list_pop(struct page_list *list)
{
	page_id page = list->node[list->sentinel].next;

	page_list_remove(list, page);
	return page;
}

#endif
