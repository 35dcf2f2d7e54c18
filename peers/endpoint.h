/* SPDX-License-Identifier: MIT */
/* Where a lender listens: HOST:PORT, as text and as sockets. */
#ifndef PEERS_ENDPOINT_H
#define PEERS_ENDPOINT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/err.h"

enum { ENDPOINT_PORT = 7450, ENDPOINT_TEXT = 128 };

struct endpoint {
	char text[ENDPOINT_TEXT]; /* as given, with the port */
	struct sockaddr_storage address;
	socklen_t size;
};

/* Reads HOST, HOST:PORT, [IPv6]:PORT or :PORT (loopback); the port is ENDPOINT_PORT where none is given, and 0 lets
 * the system choose. `what` names it in an error. Looks names up. Returns 0 or ERR_USAGE. */
int endpoint_parse(const char *what, const char *text, struct endpoint *endpoint, struct err *err);

/* Whether it is of this machine alone. */
bool endpoint_is_loopback(const struct endpoint *endpoint);

/* A socket that listens there. endpoint->text gets the port that the system chose. Returns it or a negative code. */
int endpoint_listen(struct endpoint *endpoint, struct err *err);

/* A socket that never blocks and is connecting there. Returns it or a negative code. */
int endpoint_connect(const struct endpoint *endpoint, struct err *err);

/* What tells whether two processes run on the same machine: a digest of its boot's number. */
uint64_t endpoint_machine(void);

#endif
