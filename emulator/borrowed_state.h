/* SPDX-License-Identifier: MIT */
/* The state of borrowed pages, for borrowed.c, borrowed_send.c and borrowed_copies.c. */
#ifndef EMULATOR_BORROWED_STATE_H
#define EMULATOR_BORROWED_STATE_H

#include "emulator/borrowed.h"
#include "emulator/pager.h"
#include "placement/pool.h"
#include "trace/header.h"

#define BORROWED_PAGE ((size_t)1 << TRACE_PAGE_SHIFT)
#define BORROWED_SELF 0 /* our own node in the pool; peer i is node i + 1 */

enum {
	BORROWED_TRANSFERS = 256,                /* under way at a time */
	BORROWED_FOR_TOUCHES = PAGER_WAITS + 32, /* of them kept for fetches */
	BORROWED_REPAIRS = 16,                   /* copies made anew at a time */
};

/* What is known of a page, beside its entries in the Remote Page Map. */
enum {
	BORROWED_VALID = 1,    /* all its copies hold its content, unless it was written since: then it is dirty */
	BORROWED_WAITING = 2,  /* evicted; its content is still here */
	BORROWED_SEND = 4,     /* waiting, and to be sent */
	BORROWED_COUNTED = 8,  /* the model waits for the end of its write-back */
	BORROWED_CURRENT = 16, /* what is being sent is its content */
	BORROWED_QUEUED = 32,  /* among the pages to be repaired */
};

enum transfer_kind { TRANSFER_NONE, TRANSFER_FETCH, TRANSFER_SEND, TRANSFER_READ, TRANSFER_COPY };

/* A page under way. */
struct transfer {
	enum transfer_kind kind;
	page_id page;  /* PAGE_NONE: it was forgotten */
	bool here;     /* a fetch: its page has arrived, and is to be mapped */
	bool reported; /* the model knows that */
	bool stale;    /* the page was mapped for another thread since: its content is of no use */
	uint8_t tries; /* a fetch: from further peers */
	unsigned peer, vcpu;
	uint32_t version; /* a copy: of the page's content */
	struct lease to;  /* a copy: its frame */
	pool_owner owner; /* a copy: of its frame */
	unsigned char *content;
};

/* A queue of pages that grows. */
struct page_queue {
	page_id *page;
	uint32_t first, count, room;
};

struct borrowed_peer {
	struct borrowed_read read;
	uint32_t lent; /* frames, as the pool has them */
	bool leaves;
	int64_t down_us; /* when it went down last; 0: never */
	char reason[160];
};

struct borrowed {
	const struct config *config;
	struct borrowed_options options;
	struct live_carrier carrier;
	struct pager *pager;
	struct fault_machine *machine; /* the pager's */
	struct peers peers;
	struct borrowed_peer peer[PEERS_MOST];
	struct pool *pool;
	unsigned replicas;
	uint8_t *flags;     /* by page */
	uint8_t *sending;   /* by page: sends under way */
	uint32_t *version;  /* by page: counts its contents */
	uint64_t *checksum; /* by page; NULL without verify */
	struct page_queue waiting, repairs;
	uint32_t waiting_pages; /* with BORROWED_WAITING */
	struct transfer transfer[BORROWED_TRANSFERS];
	unsigned char *buffers;
	unsigned free_transfers, repairing;
	unsigned arrived;   /* fetches that are here and that the model does not know of */
	uint32_t batch;     /* evicted pages that are sent together */
	int64_t look_us;    /* when the control connections are looked at next */
	int64_t blocked_us; /* no repair before: there was no room */
	uint64_t written;   /* write-backs whose end the model has not been told */
	int64_t begin_us;
	bool scans; /* all pages are to be looked at for missing copies */
	struct borrowed_counts counts;
};

/* ---- borrowed.c ---- */

/* Ends the run: no peer has a frame for a page. */
void borrowed_say_full(struct borrowed *borrowed);
/* Ends the run with this error. */
void borrowed_fail(struct borrowed *borrowed, const struct err *err);
int64_t borrowed_model_ps(const struct borrowed *borrowed);
struct transfer *borrowed_take_transfer(struct borrowed *borrowed, enum transfer_kind kind, page_id page);
void borrowed_end_transfer(struct borrowed *borrowed, struct transfer *transfer);
bool page_queue_push(struct page_queue *queue, page_id page);
page_id page_queue_pop(struct page_queue *queue);
/* A fetched page is here. */
void borrowed_arrive(struct borrowed *borrowed, struct transfer *transfer);
/* Fetches a page again whose peer is down. */
void borrowed_fetch_again(struct borrowed *borrowed, struct transfer *transfer);
/* Whether the content is what was sent; true without verify. */
bool borrowed_is_right(struct borrowed *borrowed, page_id page, const unsigned char *content);

/* ---- borrowed_send.c ---- */

/* Sends waiting pages. True: some were. */
bool borrowed_send(struct borrowed *borrowed, bool idle);
/* A copy of a waiting page has arrived, or (not `fine`) has not. */
void borrowed_sent(struct borrowed *borrowed, struct transfer *transfer, bool fine);

/* ---- borrowed_copies.c ---- */

/* Copies that a page has: 0 when it is nowhere but here. */
unsigned copies_count(const struct borrowed *borrowed, page_id page);
struct lease copies_get(const struct borrowed *borrowed, page_id page, unsigned copy);
/* Whether it has fewer than it should and could have. */
bool copies_are_missing(const struct borrowed *borrowed, page_id page);
/* Finds frames for the copies that a page lacks. False: it has none at all. */
bool copies_place(struct borrowed *borrowed, page_id page);
/* Frees all its frames, once nothing is under way to them. */
void copies_drop(struct borrowed *borrowed, page_id page);
/* Takes one copy from a page. */
void copies_remove(struct borrowed *borrowed, page_id page, unsigned copy);
/* Makes copies anew where they are missing. True: some were begun. */
bool copies_repair(struct borrowed *borrowed);
void copies_read(struct borrowed *borrowed, struct transfer *transfer);
void copies_copied(struct borrowed *borrowed, struct transfer *transfer, bool fine);
/* For struct peers_user. */
void copies_up(void *borrowed, unsigned peer, uint32_t frames);
void copies_changed(void *borrowed, unsigned peer, uint32_t frames);
void copies_leave(void *borrowed, unsigned peer);
void copies_down(void *borrowed, unsigned peer, const char *reason);

static inline uint32_t borrowed_node(unsigned peer)
{
	return peer + 1;
}

static inline unsigned borrowed_peer_of(uint32_t node)
{
	return node - 1;
}

#endif
