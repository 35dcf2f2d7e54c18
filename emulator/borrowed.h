/* SPDX-License-Identifier: MIT */
/*
 * A target's remote pages, for real: they are at peers (peers/peers.h), and no longer in the memory file. What is where
 * is in the fault machine's Remote Page Map; which peer gets a page is chosen by the placements (placement/pool.h), as
 * in the simulator.
 *
 *   evicted -> is unmapped -> its content is read and sent to each of its peers -> all have it: its memory is freed.
 *              A clean page that peers have already is freed without being sent
 *   touched -> fetched into a buffer -> mapped from there (UFFDIO_COPY). A page that was touched before it was sent, or
 *              before it arrived, is still here, and is mapped from the memory file
 *
 * Evicted pages are unmapped while the page that was touched is on its way, so that each later touch of them traps.
 * They are sent in batches.
 *
 * A peer that is down takes its copies with it. A page that has another copy is copied anew to another peer. One that
 * has none is lost, and the target is stopped when it touches it. A peer that leaves is emptied first.
 *
 * Everything here is called with the pager's lock held, except borrowed_open and borrowed_close.
 */
#ifndef EMULATOR_BORROWED_H
#define EMULATOR_BORROWED_H

#include <jansson.h>
#include <poll.h>

#include "config/config.h"
#include "live/live.h"
#include "peers/peers.h"

struct pager;
struct borrowed;

struct borrowed_options {
	struct peers_options peers;
	bool verify; /* keep a checksum of each page, and hold what is fetched against it */
	uint32_t pages;
};

struct borrowed_counts {
	uint64_t fetched;       /* pages that came from peers for a touch */
	uint64_t recalled;      /* touches of evicted pages that were still here */
	uint64_t sent;          /* pages that went to peers, each copy */
	uint64_t unwritten;     /* evicted pages that the model does not count as write-backs, and that were sent: never
				   written, or written after they were chosen */
	uint64_t clean;         /* evicted pages that did not have to be sent */
	uint64_t copied;        /* copies that were made anew */
	uint64_t moved;         /* of them for peers that leave */
	uint64_t lost;          /* pages without any copy */
	uint64_t wrong;         /* pages whose content was not what was sent (verify) */
	uint64_t fetched_again; /* fetches from another copy, because a peer was down or the content was wrong */
	uint32_t most_waiting;  /* evicted pages that were here at the same time */
};

/* What reading one page takes, measured when the program starts. */
struct borrowed_read {
	int64_t p50_ps, p99_ps;
};

/* Joins the peers, and measures a read from each. `config` gives placement, replicas, epoch and seed. Returns 0 or a
 * negative code; *borrowed is the caller's until borrowed_close. */
int borrowed_open(struct borrowed **borrowed, const struct config *config, const struct borrowed_options *options,
		  struct err *err);
void borrowed_close(struct borrowed *borrowed);

/* What the pager's model of faults uses in place of modelled links. */
const struct live_carrier *borrowed_carrier(const struct borrowed *borrowed);

/* Whose pages they are, before anything below. The pager before it, if there was one, has been detached. */
void borrowed_bind(struct borrowed *borrowed, struct pager *pager);

/* The model has evicted a page; its content is here. */
void borrowed_evicted(struct borrowed *borrowed, page_id page);

/* A page was mapped so that the target could write it, or was written. */
void borrowed_written(struct borrowed *borrowed, page_id page);

/* The content of a fetched page that is to be mapped; NULL: it is in the memory file. */
const void *borrowed_content(const struct borrowed *borrowed, page_id page);
/* It is mapped, or nobody wants it any more. */
void borrowed_release(struct borrowed *borrowed, page_id page);

/* Lets peers, pages and heart-beats go on. `idle`: nobody waits for a page, so smaller batches are sent too. True:
 * something happened. */
bool borrowed_step(struct borrowed *borrowed, bool idle);

/* The next step looks at the control connections, too; otherwise that is done every few milliseconds. */
void borrowed_look(struct borrowed *borrowed);

/* Whether so many evicted pages are here that no further touch should be taken before some are gone. */
bool borrowed_is_full(const struct borrowed *borrowed);

/* As peers_wait. */
unsigned borrowed_wait(struct borrowed *borrowed, struct pollfd *poll, int64_t *wait_us);
enum { BORROWED_POLLS = 2 * PEERS_MOST };

/* The target is gone: nobody waits for what is under way. */
void borrowed_forget_waits(struct borrowed *borrowed);

/* Forgets what was counted so far. */
void borrowed_reset(struct borrowed *borrowed);

/* What a read from a peer takes: the mean of all peers' medians, in ps. */
int64_t borrowed_read_ps(const struct borrowed *borrowed);

const struct borrowed_counts *borrowed_counts(const struct borrowed *borrowed);

/* ---- the result ---- */

/* Peers, their reads and pages, and the counts, as a JSON object; NULL when memory runs out. */
json_t *borrowed_json(const struct borrowed *borrowed);

#endif
