/* SPDX-License-Identifier: MIT */
#include "emulator/borrowed.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <xxhash.h>

#include "base/table.h"
#include "emulator/borrowed_state.h"
#include "peers/measure.h"

enum {
	FULL = 4,          /* times the write-back buffer */
	LOOK_US = 2000,    /* how often control connections are looked at while there is other work */
	READS = 300,       /* of each peer, to measure it */
	BATCH_MOST = 16,   /* pages that are sent together, and flushed once */
	BATCH_SHARE = 128, /* a batch is at most this part of local memory */
};

/* ---- small things ---- */

void borrowed_fail(struct borrowed *borrowed, const struct err *err)
{
	pager_fail(borrowed->pager, ERR_FAILED, err);
}

int64_t borrowed_model_ps(const struct borrowed *borrowed)
{
	const int64_t ps = pager_clock_ps() - borrowed->pager->begin_ps;

	return ps > borrowed->pager->live.events.now_ps ? ps : borrowed->pager->live.events.now_ps;
}

bool page_queue_push(struct page_queue *queue, page_id page)
{
	if (queue->count == queue->room) {
		const uint32_t room = queue->room ? 2 * queue->room : 256;
		page_id *more = malloc(room * sizeof(*more));

		if (!more)
			return false;
		for (uint32_t i = 0; i < queue->count; i++)
			more[i] = queue->page[(queue->first + i) % queue->room];
		free(queue->page);
		*queue = (struct page_queue){more, 0, queue->count, room};
	}
	queue->page[(queue->first + queue->count++) % queue->room] = page;
	return true;
}

page_id page_queue_pop(struct page_queue *queue)
{
	const page_id page = queue->page[queue->first];

	queue->first = (queue->first + 1) % queue->room;
	queue->count--;
	return page;
}

/* A fetch finds room always: there are fewer of them than what is kept. NULL for others when there is none. */
struct transfer *borrowed_take_transfer(struct borrowed *borrowed, enum transfer_kind kind, page_id page)
{
	struct transfer *transfer = borrowed->transfer;

	if (borrowed->free_transfers <= (kind == TRANSFER_FETCH ? 0 : BORROWED_FOR_TOUCHES))
		return NULL;
	while (transfer->kind != TRANSFER_NONE)
		transfer++;
	borrowed->free_transfers--;
	*transfer = (struct transfer){.kind = kind, .page = page, .content = transfer->content};
	return transfer;
}

void borrowed_end_transfer(struct borrowed *borrowed, struct transfer *transfer)
{
	if (transfer->kind == TRANSFER_FETCH && transfer->here && !transfer->reported)
		borrowed->arrived--;
	transfer->kind = TRANSFER_NONE;
	borrowed->free_transfers++;
}

bool borrowed_is_right(struct borrowed *borrowed, page_id page, const unsigned char *content)
{
	if (!borrowed->checksum || XXH64(content, BORROWED_PAGE, 0) == borrowed->checksum[page])
		return true;
	borrowed->counts.wrong++;
	return false;
}

/* ---- fetches ---- */

/* The page has no copy that can be fetched. */
static void lose(struct borrowed *borrowed, page_id page)
{
	fault_note(borrowed->machine, 0, page, rpm_pack(RPM_LOST, 0, 0, 0));
}

static bool fetch_from(struct borrowed *borrowed, struct transfer *transfer, struct lease lease, bool *now)
{
	const unsigned peer = borrowed_peer_of(lease.node);
	int status;

	if (!peers_is_up(&borrowed->peers, peer) || !peers_has_frame(&borrowed->peers, peer, lease.frame))
		return false;
	transfer->peer = peer;
	status = peers_get(&borrowed->peers, peer, lease.frame, (uint64_t)(transfer - borrowed->transfer),
			   transfer->content);
	*now = status == 1 && borrowed_is_right(borrowed, transfer->page, transfer->content);
	return status == 0 || *now;
}

/* Asks a peer that has the page, but not this one. False: none has it. */
static bool ask(struct borrowed *borrowed, struct transfer *transfer, unsigned not_peer, bool *now)
{
	const unsigned copies = copies_count(borrowed, transfer->page);

	*now = false;
	for (unsigned i = 0; i < copies; i++) {
		const struct lease lease = copies_get(borrowed, transfer->page, i);

		if (borrowed_peer_of(lease.node) != not_peer && fetch_from(borrowed, transfer, lease, now))
			return true;
	}
	return false;
}

void borrowed_arrive(struct borrowed *borrowed, struct transfer *transfer)
{
	transfer->here = true;
	borrowed->arrived++;
	borrowed->counts.fetched++;
}

/* The page is touched, and is evicted, but still here: it stays. What is being sent of it is no longer of use. */
static void recall(struct borrowed *borrowed, page_id page)
{
	uint8_t *flags = &borrowed->flags[page];

	borrowed->written += *flags & BORROWED_COUNTED ? 1 : 0;
	if (*flags & BORROWED_SEND)
		*flags &= (uint8_t)~BORROWED_VALID;
	*flags &= (uint8_t) ~(BORROWED_WAITING | BORROWED_SEND | BORROWED_COUNTED | BORROWED_CURRENT);
	borrowed->waiting_pages--;
	borrowed->counts.recalled++;
}

/* A fetch of the page has not ended: it was evicted again before it arrived. */
static bool is_under_way(const struct borrowed *borrowed, page_id page)
{
	for (unsigned i = 0; i < BORROWED_TRANSFERS; i++)
		if (borrowed->transfer[i].kind == TRANSFER_FETCH && borrowed->transfer[i].page == page &&
		    !borrowed->transfer[i].here)
			return true;
	return false;
}

static int64_t fetch(void *context, page_id page, unsigned vcpu, int64_t now_ps)
{
	struct borrowed *borrowed = context;
	struct transfer *transfer;
	bool now;

	if (borrowed->flags[page] & BORROWED_WAITING) {
		recall(borrowed, page);
		if (!is_under_way(borrowed, page))
			return now_ps;
	}
	if (borrowed_content(borrowed, page)) /* it has arrived and was not mapped yet */
		return now_ps;
	transfer = borrowed_take_transfer(borrowed, TRANSFER_FETCH, page);
	if (!transfer) {
		struct err err;

		err_set(&err, ERR_FAILED, "more than %d pages are under way", BORROWED_TRANSFERS);
		borrowed_fail(borrowed, &err);
		return FAULT_IN_FLIGHT;
	}
	transfer->vcpu = vcpu;
	if (!ask(borrowed, transfer, PEERS_MOST, &now)) {
		borrowed_end_transfer(borrowed, transfer);
		lose(borrowed, page);
		return FAULT_LOST;
	}
	if (!now)
		return FAULT_IN_FLIGHT;
	borrowed_arrive(borrowed, transfer);
	transfer->reported = true;
	borrowed->arrived--;
	now_ps = borrowed_model_ps(borrowed);
	return now_ps;
}

void borrowed_fetch_again(struct borrowed *borrowed, struct transfer *transfer)
{
	bool now;

	borrowed->counts.fetched_again++;
	if (transfer->tries++ < FAULT_COPIES_MAX && ask(borrowed, transfer, transfer->peer, &now)) {
		if (now)
			borrowed_arrive(borrowed, transfer);
		return;
	}
	lose(borrowed, transfer->page);
	borrowed->carrier.lost(borrowed, transfer->vcpu);
	borrowed_end_transfer(borrowed, transfer);
}

static void done(void *context, uint64_t request, bool fine)
{
	struct borrowed *borrowed = context;
	struct transfer *transfer = &borrowed->transfer[request];

	if (!fine)
		peers_fail(&borrowed->peers, transfer->peer, "it refused a page");
	switch (transfer->kind) {
	case TRANSFER_FETCH:
		if (transfer->page == PAGE_NONE)
			borrowed_end_transfer(borrowed, transfer);
		else if (transfer->stale)
			borrowed_arrive(borrowed, transfer);
		else if (fine && borrowed_is_right(borrowed, transfer->page, transfer->content))
			borrowed_arrive(borrowed, transfer);
		else
			borrowed_fetch_again(borrowed, transfer);
		break;
	case TRANSFER_SEND: borrowed_sent(borrowed, transfer, fine); break;
	case TRANSFER_READ:
		if (fine)
			copies_read(borrowed, transfer);
		else
			copies_copied(borrowed, transfer, false);
		break;
	case TRANSFER_COPY: copies_copied(borrowed, transfer, fine); break;
	case TRANSFER_NONE: break;
	}
}

/* Tells the model of a page that has arrived. */
static void report_page(struct borrowed *borrowed, struct transfer *transfer)
{
	const int64_t now_ps = borrowed_model_ps(borrowed);

	transfer->reported = true;
	borrowed->arrived--;
	fault_fetched(borrowed->machine, transfer->vcpu, now_ps, 0,
		      now_ps - fault_since_ps(borrowed->machine, transfer->vcpu));
	if (transfer->stale)
		borrowed_end_transfer(borrowed, transfer);
}

/* Tells the model of the pages that have arrived and of the write-backs that have ended. */
static bool report(struct borrowed *borrowed)
{
	const bool any = borrowed->written || borrowed->arrived;

	while (borrowed->written) {
		borrowed->written--;
		fault_written(borrowed->machine, borrowed_model_ps(borrowed));
	}
	for (unsigned i = 0; borrowed->arrived && i < BORROWED_TRANSFERS; i++) {
		struct transfer *transfer = &borrowed->transfer[i];

		if (transfer->kind == TRANSFER_FETCH && transfer->here && !transfer->reported)
			report_page(borrowed, transfer);
	}
	return any;
}

const void *borrowed_content(const struct borrowed *borrowed, page_id page)
{
	if (borrowed->free_transfers == BORROWED_TRANSFERS)
		return NULL;
	for (unsigned i = 0; i < BORROWED_TRANSFERS; i++) {
		const struct transfer *transfer = &borrowed->transfer[i];

		if (transfer->kind == TRANSFER_FETCH && transfer->here && !transfer->stale && transfer->page == page)
			return transfer->content;
	}
	return NULL;
}

void borrowed_release(struct borrowed *borrowed, page_id page)
{
	for (unsigned i = 0; i < BORROWED_TRANSFERS; i++) {
		struct transfer *transfer = &borrowed->transfer[i];

		if (transfer->kind != TRANSFER_FETCH || transfer->page != page)
			continue;
		if (transfer->reported)
			borrowed_end_transfer(borrowed, transfer);
		else
			transfer->stale = true;
	}
}

/* ---- what the model asks for ---- */

void borrowed_say_full(struct borrowed *borrowed)
{
	uint64_t lent = 0;
	struct err err;

	for (unsigned i = 0; i < borrowed->peers.count; i++)
		lent += borrowed->peer[i].lent;
	err_set(&err, ERR_FAILED,
		"no peer has a free frame for another page: %" PRIu64 " frames are lent in all (lend more, or give the "
		"program more local memory)",
		lent);
	borrowed_fail(borrowed, &err);
}

static bool place(void *context, page_id page)
{
	if (copies_place(context, page))
		return true;
	borrowed_say_full(context);
	return false;
}

static void write_back(void *context, page_id page)
{
	struct borrowed *borrowed = context;

	borrowed->flags[page] |= BORROWED_SEND | BORROWED_COUNTED;
	borrowed->flags[page] &= (uint8_t)~BORROWED_VALID;
}

void borrowed_evicted(struct borrowed *borrowed, page_id page)
{
	uint8_t *flags = &borrowed->flags[page];
	struct err err;

	if (!(*flags & BORROWED_VALID) || copies_are_missing(borrowed, page))
		*flags |= BORROWED_SEND;
	*flags |= BORROWED_WAITING;
	if (++borrowed->waiting_pages > borrowed->counts.most_waiting)
		borrowed->counts.most_waiting = borrowed->waiting_pages;
	if (!page_queue_push(&borrowed->waiting, page)) {
		err_memory(&err, "evicted pages");
		borrowed_fail(borrowed, &err);
	}
}

void borrowed_written(struct borrowed *borrowed, page_id page)
{
	uint8_t *flags = &borrowed->flags[page];

	if (*flags & BORROWED_WAITING) {
		*flags |= BORROWED_SEND;
		*flags &= (uint8_t) ~(BORROWED_VALID | BORROWED_CURRENT);
	}
}

static void say_lost(void *context, unsigned vcpu)
{
	struct borrowed *borrowed = context;
	const page_id page = fault_page(borrowed->machine, vcpu);
	const struct borrowed_peer *last = NULL;
	unsigned number = 0;
	struct err err;

	for (unsigned i = 0; i < borrowed->peers.count; i++)
		if (borrowed->peer[i].down_us && (!last || borrowed->peer[i].down_us > last->down_us)) {
			last = &borrowed->peer[i];
			number = i;
		}
	err_set(&err, ERR_FAILED,
		"page 0x%" PRIx64 " is lost: peer %s went down after %.3f s (%s), and no other peer had a copy "
		"(donors.replicas: %u)",
		(uint64_t)borrowed->pager->pages.info[page].vpn << TRACE_PAGE_SHIFT,
		last ? borrowed->peers.peer[number].endpoint.text : "?",
		last ? (double)(last->down_us - borrowed->begin_us) / 1e6 : 0.0, last ? last->reason : "?",
		borrowed->replicas);
	borrowed_fail(borrowed, &err);
}

/* Nobody wants this page any more. */
static void orphan(struct borrowed *borrowed, struct transfer *transfer)
{
	if (transfer->kind == TRANSFER_FETCH && transfer->here)
		borrowed_end_transfer(borrowed, transfer);
	else
		transfer->page = PAGE_NONE;
}

/* The target has given the page's memory back. What is under way for it is given up. Its frames are free at once: what
 * is sent to one of them later arrives later. */
static void forget(void *context, page_id page)
{
	struct borrowed *borrowed = context;
	uint8_t *flags = &borrowed->flags[page];

	borrowed->waiting_pages -= *flags & BORROWED_WAITING ? 1 : 0;
	borrowed->written += *flags & BORROWED_COUNTED ? 1 : 0;
	for (unsigned i = 0; borrowed->free_transfers < BORROWED_TRANSFERS && i < BORROWED_TRANSFERS; i++)
		if (borrowed->transfer[i].kind != TRANSFER_NONE && borrowed->transfer[i].page == page)
			orphan(borrowed, &borrowed->transfer[i]);
	copies_drop(borrowed, page);
	*flags = 0;
	borrowed->sending[page] = 0;
	borrowed->version[page]++;
}

void borrowed_forget_waits(struct borrowed *borrowed)
{
	fault_restart(borrowed->machine);
	for (unsigned i = 0; i < BORROWED_TRANSFERS; i++) {
		struct transfer *transfer = &borrowed->transfer[i];

		if (transfer->kind == TRANSFER_FETCH)
			orphan(borrowed, transfer);
	}
}

/* ---- the loop ---- */

bool borrowed_step(struct borrowed *borrowed, bool idle)
{
	const int64_t now_us = peers_now_us();
	bool busy;

	if (now_us >= borrowed->look_us) {
		busy = peers_step(&borrowed->peers);
		borrowed->look_us = now_us + LOOK_US;
	} else {
		busy = peers_progress(&borrowed->peers);
	}

	busy |= report(borrowed);
	busy |= borrowed_send(borrowed, idle);
	busy |= copies_repair(borrowed);
	return report(borrowed) || busy;
}

void borrowed_look(struct borrowed *borrowed)
{
	borrowed->look_us = 0;
}

bool borrowed_is_full(const struct borrowed *borrowed)
{
	return borrowed->waiting_pages > FULL * borrowed->config->fault.buffer;
}

unsigned borrowed_wait(struct borrowed *borrowed, struct pollfd *poll, int64_t *wait_us)
{
	return peers_wait(&borrowed->peers, poll, wait_us);
}

void borrowed_reset(struct borrowed *borrowed)
{
	borrowed->counts = (struct borrowed_counts){0};
}

int64_t borrowed_read_ps(const struct borrowed *borrowed)
{
	int64_t sum_ps = 0;

	for (unsigned i = 0; i < borrowed->peers.count; i++)
		sum_ps += borrowed->peer[i].read.p50_ps;
	return sum_ps / borrowed->peers.count;
}

const struct borrowed_counts *borrowed_counts(const struct borrowed *borrowed)
{
	return &borrowed->counts;
}

/* ---- life ---- */

static uint32_t hops(void *context, uint32_t from, uint32_t to)
{
	const struct borrowed *borrowed = context;

	/* How long a read takes stands for the distance. */
	return from == to ? 0 : (uint32_t)(borrowed->peer[borrowed_peer_of(to)].read.p50_ps / 1000);
}

static int make_pool(struct borrowed *borrowed, struct err *err)
{
	const struct config_donors *donors = &borrowed->config->donors;
	uint32_t lent[PEERS_MOST + 1] = {0};
	const struct pool_config pool = {.nodes = borrowed->peers.count + 1,
					 .lent = lent,
					 .placement = placements[donors->placement],
					 .hops = hops,
					 .context = borrowed,
					 .seed = config_stream(borrowed->config, RNG_PLACEMENT, 0),
					 .epoch_ps = donors->epoch_ps,
					 .ages = true};
	int status = pool_create(&borrowed->pool, &pool, err);

	for (uint32_t node = 0; node <= borrowed->peers.count && status == 0; node++)
		pool_close(borrowed->pool, node);
	return status;
}

static int make_tables(struct borrowed *borrowed, struct err *err)
{
	const uint32_t pages = borrowed->options.pages;

	borrowed->flags = table_map(pages, sizeof(*borrowed->flags));
	borrowed->sending = table_map(pages, sizeof(*borrowed->sending));
	borrowed->version = table_map(pages, sizeof(*borrowed->version));
	borrowed->checksum = borrowed->options.verify ? table_map(pages, sizeof(*borrowed->checksum)) : NULL;
	borrowed->buffers = aligned_alloc(BORROWED_PAGE, BORROWED_TRANSFERS * BORROWED_PAGE);
	if (!borrowed->flags || !borrowed->sending || !borrowed->version || !borrowed->buffers ||
	    (borrowed->options.verify && !borrowed->checksum))
		return err_memory(err, "borrowed pages");
	borrowed->free_transfers = BORROWED_TRANSFERS;
	for (unsigned i = 0; i < BORROWED_TRANSFERS; i++)
		borrowed->transfer[i].content = borrowed->buffers + i * BORROWED_PAGE;
	return 0;
}

static int measure(struct borrowed *borrowed, unsigned peer, struct err *err)
{
	int64_t took_ns[READS];
	int status = peers_measure_reads(&borrowed->peers, peer, READS, took_ns, err);

	if (status == 0)
		borrowed->peer[peer].read = (struct borrowed_read){took_ns[READS / 2] * 1000,
								   took_ns[READS * 99 / 100] * 1000};
	return status;
}

static int begin(struct borrowed *borrowed, struct err *err)
{
	const struct peers_user user = {borrowed, copies_up, copies_changed, copies_leave, copies_down, done};
	int status = peers_init(&borrowed->peers, &borrowed->options.peers, err);

	if (status == 0 && borrowed->replicas > borrowed->peers.count)
		status = err_set(err, ERR_USAGE, "donors.replicas: %u copies of each page, but %u peers",
				 borrowed->replicas, borrowed->peers.count);
	if (status == 0)
		status = make_tables(borrowed, err);
	if (status == 0)
		status = make_pool(borrowed, err);
	if (status == 0)
		status = peers_join(&borrowed->peers, &user, err);
	for (unsigned i = 0; i < borrowed->peers.count && status == 0; i++)
		status = measure(borrowed, i, err);
	return status;
}

int borrowed_open(struct borrowed **borrowed, const struct config *config, const struct borrowed_options *options,
		  struct err *err)
{
	int status;

	*borrowed = calloc(1, sizeof(**borrowed));
	if (!*borrowed)
		return err_memory(err, "borrowed pages");
	(*borrowed)->config = config;
	(*borrowed)->options = *options;
	(*borrowed)->replicas = (unsigned)config->donors.replicas;
	(*borrowed)->begin_us = peers_now_us();
	(*borrowed)->carrier = (struct live_carrier){
		*borrowed, (*borrowed)->replicas, fetch, place, write_back, say_lost, forget};
	status = begin(*borrowed, err);
	if (status < 0) {
		borrowed_close(*borrowed);
		*borrowed = NULL;
	}
	return status;
}

void borrowed_close(struct borrowed *borrowed)
{
	const uint32_t pages = borrowed ? borrowed->options.pages : 0;

	if (!borrowed)
		return;
	peers_leave(&borrowed->peers);
	peers_free(&borrowed->peers);
	if (borrowed->pool)
		pool_destroy(borrowed->pool);
	table_unmap(borrowed->flags, pages, sizeof(*borrowed->flags));
	table_unmap(borrowed->sending, pages, sizeof(*borrowed->sending));
	table_unmap(borrowed->version, pages, sizeof(*borrowed->version));
	table_unmap(borrowed->checksum, pages, sizeof(*borrowed->checksum));
	free(borrowed->buffers);
	free(borrowed->waiting.page);
	free(borrowed->repairs.page);
	free(borrowed);
}

const struct live_carrier *borrowed_carrier(const struct borrowed *borrowed)
{
	return &borrowed->carrier;
}

void borrowed_bind(struct borrowed *borrowed, struct pager *pager)
{
	borrowed->pager = pager;
	borrowed->written = 0; /* of another pager's model */
	borrowed->waiting.count = borrowed->repairs.count = 0;
	borrowed->machine = &pager->live.machine;
	borrowed->batch = borrowed->machine->memory.config.frames / BATCH_SHARE;
	borrowed->batch = borrowed->batch > BATCH_MOST ? BATCH_MOST : borrowed->batch ? borrowed->batch : 1;
}
