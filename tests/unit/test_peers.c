/* SPDX-License-Identifier: MIT */
/* A lender in a thread of its own and borrowers in this one: pages there and back by each way, leases and their ends.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "peers/lender.h"
#include "peers/peers.h"
#include "unit.h"

enum { PAGE = 4096, LEASES = 4, LEASE_BYTES = LENDER_LEASE_FRAMES * PAGE, WAIT_US = 20000000 };

/* ---- a lender ---- */

struct lent_out {
	struct lender_options options;
	struct lender_counts counts;
	volatile sig_atomic_t stop;
	pthread_t thread;
	char address[64];
	int status;
	struct err err;
};

static void *lend(void *context)
{
	struct lent_out *out = context;

	out->status = lender_run(&out->options, &out->counts, &out->err);
	return NULL;
}

static void start(struct lent_out *out)
{
	int line[2];
	FILE *from;

	CU_ASSERT_EQUAL_FATAL(pipe(line), 0);
	out->options = (struct lender_options){.memory_bytes = (uint64_t)LEASES * LEASE_BYTES,
					       .listen = "127.0.0.1:0",
					       .lease_ms = 60000,
					       .leave_ms = 60000,
					       .stop = &out->stop,
					       .quiet = true,
					       .ready = fdopen(line[1], "w")};
	out->stop = 0;
	CU_ASSERT_EQUAL_FATAL(pthread_create(&out->thread, NULL, lend, out), 0);
	from = fdopen(line[0], "r");
	CU_ASSERT_EQUAL_FATAL(fscanf(from, "%63s", out->address), 1);
	fclose(from);
}

static void finish(struct lent_out *out)
{
	out->stop = 2;
	pthread_join(out->thread, NULL);
	fclose(out->options.ready);
	CU_ASSERT_EQUAL(out->status, 0);
}

/* ---- a borrower ---- */

struct borrowing {
	struct peers peers;
	uint32_t frames;
	int ups, downs, leaves;
	uint64_t fine, bad;
};

static void up(void *context, unsigned peer, uint32_t frames)
{
	struct borrowing *borrowing = context;

	(void)peer;
	borrowing->ups++;
	borrowing->frames = frames;
}

static void changed(void *context, unsigned peer, uint32_t frames)
{
	(void)peer;
	((struct borrowing *)context)->frames = frames;
}

static void leaves(void *context, unsigned peer)
{
	(void)peer;
	((struct borrowing *)context)->leaves++;
}

static void down(void *context, unsigned peer, const char *reason)
{
	(void)peer, (void)reason;
	((struct borrowing *)context)->downs++;
}

static void done(void *context, uint64_t request, bool fine)
{
	struct borrowing *borrowing = context;

	(void)request;
	borrowing->fine += fine;
	borrowing->bad += !fine;
}

static void borrow(struct borrowing *borrowing, const char *addresses, int wire)
{
	const struct peers_options options = {.addresses = addresses, .wire = wire, .deadline_us = 5000000};
	const struct peers_user user = {borrowing, up, changed, leaves, down, done};
	struct err err;

	memset(borrowing, 0, sizeof(*borrowing));
	CU_ASSERT_EQUAL_FATAL(peers_init(&borrowing->peers, &options, &err), 0);
	if (peers_join(&borrowing->peers, &user, &err) < 0)
		CU_FAIL_FATAL(err.text);
}

/* Steps until the condition holds. */
#define UNTIL(borrowing, condition)                              \
	do {                                                     \
		const int64_t end_us = peers_now_us() + WAIT_US; \
		while (!(condition) && peers_now_us() < end_us)  \
			peers_step(&(borrowing)->peers);         \
		CU_ASSERT_FATAL(condition);                      \
	} while (0)

static void fill(unsigned char *page, uint32_t frame)
{
	for (int i = 0; i < PAGE; i++)
		page[i] = (unsigned char)(frame * 131 + (unsigned)i * 7);
}

static void put(struct borrowing *borrowing, uint32_t frame, unsigned char *page)
{
	const uint64_t before = borrowing->fine;

	UNTIL(borrowing, peers_has_frame(&borrowing->peers, 0, frame));
	CU_ASSERT_EQUAL(peers_put(&borrowing->peers, 0, frame, 1, page), 0);
	peers_flush(&borrowing->peers, 0);
	UNTIL(borrowing, borrowing->fine > before);
}

static void get(struct borrowing *borrowing, uint32_t frame, unsigned char *page)
{
	const uint64_t before = borrowing->fine;
	int now;

	UNTIL(borrowing, peers_has_frame(&borrowing->peers, 0, frame));
	now = peers_get(&borrowing->peers, 0, frame, 2, page);
	CU_ASSERT_FATAL(now >= 0);
	if (!now)
		UNTIL(borrowing, borrowing->fine > before);
}

static void there_and_back(int wire)
{
	static const uint32_t frames[] = {0, 1, 4095, 4096, 8191, 12288, 16383};
	static const unsigned char zeros[PAGE];
	unsigned char page[PAGE], back[PAGE];
	struct borrowing *borrowing = malloc(sizeof(*borrowing));
	struct lent_out out;

	start(&out);
	borrow(borrowing, out.address, wire);
	CU_ASSERT_EQUAL(borrowing->frames, LEASES * LENDER_LEASE_FRAMES);
	for (int round = 0; round < 2; round++) {
		for (size_t i = 0; i < sizeof(frames) / sizeof(frames[0]); i++) {
			memset(back, 1, PAGE);
			get(borrowing, frames[i], back);
			fill(page, frames[i]);
			CU_ASSERT_EQUAL(memcmp(back, round ? page : zeros, PAGE), 0);
			put(borrowing, frames[i], page);
		}
	}
	CU_ASSERT(!peers_has_frame(&borrowing->peers, 0, LEASES * LENDER_LEASE_FRAMES));
	CU_ASSERT_EQUAL(borrowing->bad, 0);
	peers_leave(&borrowing->peers);
	peers_free(&borrowing->peers);

	/* Another borrower gets the same memory, cleared. */
	borrow(borrowing, out.address, wire);
	for (size_t i = 0; i < sizeof(frames) / sizeof(frames[0]); i++) {
		memset(back, 1, PAGE);
		get(borrowing, frames[i], back);
		CU_ASSERT_EQUAL(memcmp(back, zeros, PAGE), 0);
	}
	/* Its connection ends without a word: the leases do as well. */
	peers_free(&borrowing->peers);
	borrow(borrowing, out.address, wire);
	UNTIL(borrowing, borrowing->frames == LEASES * LENDER_LEASE_FRAMES);
	peers_free(&borrowing->peers);
	finish(&out);
	CU_ASSERT_EQUAL(out.counts.joined, 3);
	CU_ASSERT_EQUAL(out.counts.channel.malformed + out.counts.channel.unauthenticated, 0);
	free(borrowing);
}

static void by_shared_memory(void)
{
	there_and_back(WIRE_SHARED);
}

static void by_tcp(void)
{
	there_and_back(WIRE_TCP);
}

/* A borrower that names frames or leases which are not its own is told no, and the lender's other memory stays. */
static void bounds(void)
{
	unsigned char page[PAGE] = {1};
	struct borrowing *borrowing = malloc(2 * sizeof(*borrowing)), *other = borrowing + 1;
	struct wire_lease *lease;
	struct lent_out out;
	uint64_t token;

	start(&out);
	borrow(borrowing, out.address, WIRE_TCP);
	borrow(other, out.address, WIRE_TCP);
	UNTIL(borrowing, borrowing->peers.peer[0].leases);
	UNTIL(other, other->peers.peer[0].leases);
	lease = &borrowing->peers.peer[0].lease[0];
	token = lease->token;
	CU_ASSERT_NOT_EQUAL(token, other->peers.peer[0].lease[0].token);

	lease->token = other->peers.peer[0].lease[0].token;
	CU_ASSERT_EQUAL(peers_put(&borrowing->peers, 0, 5, 1, page), 0);
	UNTIL(borrowing, borrowing->bad == 1);
	lease->token = token + 1;
	CU_ASSERT_EQUAL(peers_get(&borrowing->peers, 0, 5, 1, page), 0);
	UNTIL(borrowing, borrowing->bad == 2);
	lease->token = token;
	borrowing->peers.peer[0].lease_frames = UINT32_MAX; /* so that the frame is not cut to its lease */
	CU_ASSERT_EQUAL(peers_put(&borrowing->peers, 0, LENDER_LEASE_FRAMES, 1, page), 0);
	UNTIL(borrowing, borrowing->bad == 3);
	CU_ASSERT_EQUAL(peers_put(&borrowing->peers, 0, LENDER_LEASE_FRAMES - 1, 1, page), 0);
	UNTIL(borrowing, borrowing->fine == 1);

	get(other, 5, page);
	CU_ASSERT_EQUAL(page[0], 0);
	peers_free(&borrowing->peers);
	peers_free(&other->peers);
	finish(&out);
	CU_ASSERT_EQUAL(out.counts.pages_dropped, 3);
	free(borrowing);
}

/* More is not lent than there is; what one borrower gives back another can have. */
static void scarce(void)
{
	struct borrowing *borrowing = malloc(2 * sizeof(*borrowing)), *other = borrowing + 1;
	unsigned char page[PAGE] = {1};
	struct lent_out out;

	start(&out);
	borrow(borrowing, out.address, WIRE_TCP);
	put(borrowing, 3 * LENDER_LEASE_FRAMES, page);
	borrow(other, out.address, WIRE_TCP);
	CU_ASSERT_EQUAL(other->frames, 0);
	CU_ASSERT(!peers_has_frame(&other->peers, 0, 0));
	peers_leave(&borrowing->peers);
	UNTIL(other, other->frames == LEASES * LENDER_LEASE_FRAMES);
	put(other, 0, page);
	peers_free(&borrowing->peers);
	peers_free(&other->peers);
	finish(&out);
	free(borrowing);
}

/* A lender that leaves says so, and ends once nothing is lent any more. */
static void leaving(void)
{
	struct borrowing *borrowing = malloc(sizeof(*borrowing));
	unsigned char page[PAGE] = {1};
	struct lent_out out;

	start(&out);
	borrow(borrowing, out.address, WIRE_TCP);
	put(borrowing, 0, page);
	out.stop = 1;
	UNTIL(borrowing, borrowing->leaves == 1);
	get(borrowing, 0, page); /* it still serves */
	CU_ASSERT_EQUAL(page[0], 1);
	peers_release(&borrowing->peers, 0);
	UNTIL(borrowing, borrowing->downs == 1);
	pthread_join(out.thread, NULL);
	fclose(out.options.ready);
	CU_ASSERT_EQUAL(out.status, 0);
	CU_ASSERT_EQUAL(out.counts.frames_left, 0);
	peers_free(&borrowing->peers);
	free(borrowing);
}

static void wrong_addresses(void)
{
	static const struct {
		const char *addresses, *text;
	} cases[] = {{"", "is not HOST:PORT"},
		     {"127.0.0.1:x", "is not HOST:PORT"},
		     {"[::1", "is not HOST:PORT"},
		     {"127.0.0.1:1,127.0.0.1:1", "named twice"},
		     {"192.0.2.1:1", "--key FILE"}};
	struct peers *peers = malloc(sizeof(*peers));
	struct err err;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct peers_options options = {.addresses = cases[i].addresses, .deadline_us = 1000};

		CU_ASSERT_EQUAL(peers_init(peers, &options, &err), ERR_USAGE);
		CU_ASSERT_PTR_NOT_NULL(strstr(err.text, cases[i].text));
		peers_free(peers);
	}
	free(peers);
}

CU_TestInfo peers_tests[] = {
	{"pages by shared memory", by_shared_memory},
	{"pages by TCP", by_tcp},
	{"frames and leases of others", bounds},
	{"a lender with less than is wanted", scarce},
	{"a lender that leaves", leaving},
	{"addresses that are refused", wrong_addresses},
	CU_TEST_INFO_NULL,
};
