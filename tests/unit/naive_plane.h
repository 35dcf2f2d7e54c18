/* SPDX-License-Identifier: MIT */
/* A simple page plane: no heap and no booking in advance; the next event is found by looking at every message and every
 * link. */
#ifndef TESTS_NAIVE_PLANE_H
#define TESTS_NAIVE_PLANE_H

#include "fabric/plane.h"

enum { NAIVE_HOPS = 6, NAIVE_NEVER = 0 };

enum naive_where { NAIVE_NOT_SENT, NAIVE_ON_THE_WAY, NAIVE_WAITING, NAIVE_DELIVERED };

struct naive_message {
	/* given */
	int64_t send_ps;
	int64_t raise_ps; /* when it is raised to PLANE_DEMAND, if it is in flight; or NAIVE_NEVER */
	struct plane_message what;
	/* found */
	enum naive_where where;
	bool raised, is_demand; /* it was its turn; it was in flight then */
	uint32_t hop;
	int64_t head_ps; /* the head reaches, or has reached, the link at hop */
	int64_t tail_ps; /* the tail reaches it */
	uint64_t rank;   /* among those sent */
	uint64_t joined; /* among those that began to wait */
	int64_t delivered_ps, wire_ps;
};

struct naive_link {
	struct plane_link is;
	int64_t free_ps;
	struct plane_counts counts;
};

/* Carries every message to its receiver. Messages that are sent in the same picosecond are sent in their order in the
 * array. */
void naive_plane(struct naive_link *link, uint32_t links, struct naive_message *message, uint32_t messages,
		 bool same_priority);

#endif
