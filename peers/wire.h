/* SPDX-License-Identifier: MIT */
/*
 * How pages go between a borrower and a lender: by UCX (libucx). Each connection has a UCX worker of its own, so that
 * one that fails takes nothing else with it, and so that a lender knows whose page it handles.
 *
 *   shared  one-sided gets and puts on shared memory that the lender has registered for this lease: another process on
 *           this machine, of the same user. The lender does nothing for a page
 *   rdma    one-sided gets and puts by an adapter (InfiniBand, RoCE), the same code
 *   tcp     messages (PAGE_GET, PAGE_PUT) that the lender answers after it has checked lease and frame. UCX would do
 *           one-sided puts over TCP too, but its own code there writes to any address that a message names
 *
 * A page that is put is at the lender when its flush (one-sided) or its answer (messages) has come, and not before.
 *
 * UCX 1.13 has no failure handler for shared memory, and asking for one makes it unreachable. So no failure is learnt
 * here: the user's own heart-beat finds it, and wire_close then gives up whatever was on its way.
 */
#ifndef PEERS_WIRE_H
#define PEERS_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "peers/message.h"

enum wire_kind { WIRE_SHARED, WIRE_RDMA, WIRE_TCP, WIRE_KINDS };

const char *wire_kind_name(unsigned kind);
bool wire_kind_is_direct(enum wire_kind kind);

/* A UCX context: one for each kind and network device. */
struct wire_host;

/* `device` is the network device to use, such as eth0; it does not matter to shared memory. Returns 0 or a negative
 * code; *host is the caller's until wire_host_close. */
int wire_host_open(struct wire_host **host, enum wire_kind kind, const char *device, struct err *err);
void wire_host_close(struct wire_host *host);

/* The device that has this address ("127.0.0.1" is lo's). False when none has. */
enum { WIRE_DEVICE = 32 };
struct sockaddr;
bool wire_device_of(const struct sockaddr *address, char device[WIRE_DEVICE]);

/* ---- the lender's memory ---- */

struct wire_memory {
	unsigned char *start; /* zeros at first */
	uint64_t bytes;
	void *handle;    /* UCX's */
	void *key;       /* for the borrower; none for messages */
	size_t key_size; /* bytes */
};

/* Makes memory of `bytes` bytes that borrowers of this host may be given. It is new, so it holds zeros; closing it
 * gives it back to the system, which clears it before anyone else gets it. Returns 0 or a negative code. */
int wire_memory_open(struct wire_host *host, uint64_t bytes, struct wire_memory *memory, struct err *err);
void wire_memory_close(struct wire_host *host, struct wire_memory *memory);

/* ---- a connection ---- */

struct wire;

struct wire_user {
	void *context;
	/* A page has been fetched (its content is in the buffer given), or is at the lender. `fine` is false when the
	 * lender refused, or UCX failed. Called within wire_progress or wire_flush. */
	void (*done)(void *context, uint64_t request, bool fine);
	/* The lender's side: where a frame of a lease is; NULL when this borrower has no such lease or frame. */
	unsigned char *(*frame)(void *context, uint64_t token, uint64_t frame);
};

/* Returns 0 or a negative code; *wire is the caller's until wire_close. The host must outlast it. */
int wire_open(struct wire **wire, struct wire_host *host, const struct wire_user *user, struct err *err);

/* Ends the connection. What was under way is given up without a call of `done`; its buffers are no longer used. */
void wire_close(struct wire *wire);

/* This side's UCX address, for the other side; valid until wire_close. */
const void *wire_address(const struct wire *wire, size_t *size);

/* Takes the other side's. Returns 0 or a negative code. */
int wire_connect(struct wire *wire, const void *address, size_t size, struct err *err);

/* Whether an answer to something is still to come. A borrower has nothing to wait for otherwise. */
bool wire_is_waiting(const struct wire *wire);

/* Lets UCX work. True: something happened, call again. */
bool wire_progress(struct wire *wire);

/* A descriptor that becomes readable when there is something to do, after wire_arm has returned true. False: there is
 * something to do now. */
int wire_descriptor(const struct wire *wire);
bool wire_arm(struct wire *wire);

/* A lease at the borrower. */
struct wire_lease {
	uint64_t token, address, frames;
	void *key; /* UCX's; NULL for messages */
};

/* Takes a lease's key of remote access. Returns 0 or a negative code. */
int wire_attach(struct wire *wire, const void *key, size_t key_size, struct wire_lease *lease, struct err *err);
void wire_detach(struct wire_lease *lease);

struct wire_page {
	const struct wire_lease *lease;
	uint64_t frame;         /* below lease->frames */
	uint64_t request;       /* the user's number for it; below 2^32 */
	unsigned char *content; /* a page; must last until `done` */
};

/* Fetches a page. 1: it is here already, and `done` will not be called; 0: `done` will be called; negative: failed. */
int wire_get(struct wire *wire, const struct wire_page *page);

/* Sends a page. `done` is called once it is at the lender; wire_flush after the last of several makes that happen.
 * Returns 0 or a negative number. */
int wire_put(struct wire *wire, const struct wire_page *page);
void wire_flush(struct wire *wire);

/* Messages that the lender dropped: malformed, or naming a lease or a frame that the borrower does not have. */
uint64_t wire_dropped(const struct wire *wire);

#endif
