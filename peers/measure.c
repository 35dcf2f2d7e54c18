/* SPDX-License-Identifier: MIT */
#include "peers/measure.h"

#include <stdlib.h>
#include <time.h>

#include "trace/header.h"

#define PAGE_BYTES ((size_t)1 << TRACE_PAGE_SHIFT)

enum {
	WARM_UP = 32,   /* reads before the first that counts: UCX connects at the first */
	AT_A_TIME = 16, /* reads under way, for the bandwidth */
	IN_ALL = 4096,  /* reads for the bandwidth */
	FRAMES = 1024,  /* that are read in turn, so that the processor's caches do not serve them all */
};

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static int compare(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static int down(const struct peers *peers, unsigned peer, struct err *err)
{
	return err_set(err, ERR_FAILED, "%s: %s", peers->peer[peer].endpoint.text,
		       peers_is_up(peers, peer) ? "it lends no memory now" : peers->peer[peer].reason.text);
}

static int wait_for_lease(struct peers *peers, unsigned peer, struct err *err)
{
	const int64_t end_us = peers_now_us() + PEERS_JOIN_MS * INT64_C(1000);

	while (!peers_has_frame(peers, peer, FRAMES - 1)) {
		peers_step(peers);
		if (!peers_is_up(peers, peer) || peers_now_us() > end_us)
			return down(peers, peer, err);
	}
	return 0;
}

/* How long a read may take: at the start a busy machine must not count as a peer that is gone. */
static int64_t limit_ns(const struct peers *peers)
{
	const int64_t join_us = PEERS_JOIN_MS * INT64_C(1000), deadline_us = peers->options.deadline_us;

	return (deadline_us > join_us ? deadline_us : join_us) * 1000;
}

/* Waits for pages as a pager does: asleep, so that the lender can have this processor. */
static void wait_for_pages(struct peers *peers)
{
	struct pollfd wait_for[2 * PEERS_MOST];
	int64_t wait_us;
	unsigned count;

	if (peers_progress(peers))
		return;
	count = peers_wait(peers, wait_for, &wait_us);
	if (count)
		poll(wait_for, count, (int)(wait_us / 1000));
}

/* Reads one page. Returns how long it took, or a negative number. */
static int64_t read_page(struct peers *peers, unsigned peer, uint32_t frame, unsigned char *page)
{
	const int64_t begin_ns = now_ns(), end_ns = begin_ns + limit_ns(peers);
	uint64_t done = 0;
	int status;

	peers->measuring = &done;
	status = peers_get(peers, peer, frame, 0, page);
	while (status == 0 && !done && peers_is_up(peers, peer) && now_ns() < end_ns)
		wait_for_pages(peers);
	peers->measuring = NULL;
	return status == 1 || done ? now_ns() - begin_ns : -1;
}

int peers_measure_bandwidth(struct peers *peers, unsigned peer, uint64_t *bps, struct err *err)
{
	unsigned char *pages = aligned_alloc(PAGE_BYTES, AT_A_TIME * PAGE_BYTES);
	int status = pages ? wait_for_lease(peers, peer, err) : err_memory(err, "a measurement");
	const int64_t begin_ns = now_ns();
	uint64_t asked = 0, here = 0;

	peers->measuring = &here;
	while (status == 0 && here < IN_ALL) {
		int now = 0;

		if (asked < IN_ALL && asked - here < AT_A_TIME) {
			now = peers_get(peers, peer, (uint32_t)(asked % FRAMES), asked % AT_A_TIME,
					pages + asked % AT_A_TIME * PAGE_BYTES);
			asked++;
			here += now == 1;
		} else {
			wait_for_pages(peers);
		}
		if (now < 0 || !peers_is_up(peers, peer) || now_ns() - begin_ns > limit_ns(peers))
			status = err_set(err, ERR_FAILED, "%s: it does not answer reads",
					 peers->peer[peer].endpoint.text);
	}
	peers->measuring = NULL;
	*bps = (uint64_t)((double)IN_ALL * PAGE_BYTES * 8e9 / (double)(now_ns() - begin_ns));
	free(pages);
	return status;
}

int peers_measure_reads(struct peers *peers, unsigned peer, unsigned count, int64_t *took_ns, struct err *err)
{
	unsigned char *page = aligned_alloc(PAGE_BYTES, PAGE_BYTES);
	int status = page ? wait_for_lease(peers, peer, err) : err_memory(err, "a measurement");

	for (unsigned i = 0; i < WARM_UP + count && status == 0; i++) {
		const int64_t ns = read_page(peers, peer, i % FRAMES, page);

		if (ns < 0)
			status = err_set(err, ERR_FAILED, "%s: it does not answer a read",
					 peers->peer[peer].endpoint.text);
		else if (i >= WARM_UP)
			took_ns[i - WARM_UP] = ns;
		if (i % FRAMES == FRAMES - 1)
			peers_step(peers); /* heart-beats */
	}
	free(page);
	qsort(took_ns, status == 0 ? count : 0, sizeof(*took_ns), compare);
	return status;
}
