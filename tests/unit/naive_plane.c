/* SPDX-License-Identifier: MIT */
#include "naive_plane.h"

#include <stddef.h>

#include "fabric/transfer.h"

/* The order within one picosecond: sends and raises come first, because they come from outside; then heads; starts
 * below demand priority come last. */
enum phase { SEND, RAISE, HEAD, LATE, NOTHING };

struct step {
	int64_t at_ps;
	enum phase phase;
	uint64_t rank; /* of the message; of the link when late */
	struct naive_message *message;
};

struct naive {
	struct naive_link *link;
	struct naive_message *message;
	uint32_t links, messages;
	bool same_priority;
	uint64_t sent, joined;
};

static void earlier(struct step *best, struct step step)
{
	if (best->phase == NOTHING || step.at_ps < best->at_ps ||
	    (step.at_ps == best->at_ps &&
	     (step.phase < best->phase || (step.phase == best->phase && step.rank < best->rank))))
		*best = step;
}

static enum plane_class class_of(const struct naive *naive, const struct naive_message *message)
{
	return naive->same_priority || message->is_demand ? PLANE_DEMAND : message->what.class;
}

static uint32_t link_of(const struct naive_message *message)
{
	return message->what.route[message->hop];
}

/* The next message of a link: in the highest class, the one that has waited longest. NULL when none waits. */
static struct naive_message *first_waiting(const struct naive *naive, uint32_t link)
{
	struct naive_message *first = NULL;

	for (struct naive_message *message = naive->message; message < naive->message + naive->messages; message++) {
		if (message->where != NAIVE_WAITING || link_of(message) != link)
			continue;
		if (!first || class_of(naive, message) < class_of(naive, first) ||
		    (class_of(naive, message) == class_of(naive, first) && message->joined < first->joined))
			first = message;
	}
	return first;
}

static struct step next_step(const struct naive *naive)
{
	struct step best = {.phase = NOTHING};

	for (struct naive_message *message = naive->message; message < naive->message + naive->messages; message++) {
		if (message->where == NAIVE_NOT_SENT)
			earlier(&best,
				(struct step){message->send_ps, SEND, (uint64_t)(message - naive->message), message});
		if (message->raise_ps != NAIVE_NEVER && !message->raised)
			earlier(&best,
				(struct step){message->raise_ps, RAISE, (uint64_t)(message - naive->message), message});
		if (message->where == NAIVE_ON_THE_WAY)
			earlier(&best, (struct step){message->head_ps, HEAD, message->rank, message});
	}
	for (uint32_t link = 0; link < naive->links; link++) {
		struct naive_message *message = first_waiting(naive, link);

		if (message && class_of(naive, message) == PLANE_DEMAND)
			earlier(&best, (struct step){naive->link[link].free_ps, HEAD, message->rank, message});
		else if (message)
			earlier(&best, (struct step){naive->link[link].free_ps, LATE, link, message});
	}
	return best;
}

static void start(struct naive *naive, struct naive_message *message, int64_t now_ps)
{
	struct naive_link *link = &naive->link[link_of(message)];
	int64_t end_ps = now_ps + transfer_ps(message->what.bytes, link->is.bandwidth_bps);

	if (message->hop > 0 && message->tail_ps > end_ps)
		end_ps = message->tail_ps;
	link->free_ps = end_ps;
	link->counts.messages++;
	link->counts.bytes += message->what.bytes;
	link->counts.busy_ps += end_ps - now_ps;
	link->counts.queue_ps += now_ps - message->head_ps;
	message->head_ps = now_ps + link->is.latency_ps;
	message->tail_ps = end_ps + link->is.latency_ps;
	message->where = NAIVE_ON_THE_WAY;
	if (++message->hop == message->what.hops) {
		message->where = NAIVE_DELIVERED;
		message->delivered_ps = message->tail_ps + message->what.extra_ps;
		if (message->delivered_ps < now_ps)
			message->delivered_ps = now_ps;
	}
}

static void head_arrives(struct naive *naive, struct naive_message *message, int64_t now_ps)
{
	struct naive_message *waiting = first_waiting(naive, link_of(message));
	bool idle = naive->link[link_of(message)].free_ps <= now_ps;

	if (idle &&
	    (!waiting || (class_of(naive, message) == PLANE_DEMAND && class_of(naive, waiting) != PLANE_DEMAND))) {
		start(naive, message, now_ps);
		return;
	}
	message->where = NAIVE_WAITING;
	message->joined = naive->joined++;
}

/* The sum of the latencies and the bytes over the smallest bandwidth. */
static int64_t alone_ps(const struct naive *naive, const struct plane_message *what)
{
	int64_t sum_ps = 0, last_ps = 0, whole_ps;
	uint64_t least_bps = UINT64_MAX;

	for (uint32_t i = 0; i < what->hops; i++) {
		const struct plane_link *link = &naive->link[what->route[i]].is;

		last_ps = link->latency_ps;
		sum_ps += last_ps;
		if (link->bandwidth_bps < least_bps)
			least_bps = link->bandwidth_bps;
	}
	if (!what->hops)
		return 0;
	whole_ps = sum_ps + transfer_ps(what->bytes, least_bps) + what->extra_ps;
	return whole_ps > sum_ps - last_ps ? whole_ps : sum_ps - last_ps;
}

void naive_plane(struct naive_link *link, uint32_t links, struct naive_message *message, uint32_t messages,
		 bool same_priority)
{
	struct naive naive = {link, message, links, messages, same_priority, 0, 0};

	for (struct step step = next_step(&naive); step.phase != NOTHING; step = next_step(&naive)) {
		struct naive_message *it = step.message;

		if (step.phase == RAISE) {
			it->raised = true;
			if (it->where == NAIVE_WAITING && class_of(&naive, it) != PLANE_DEMAND)
				it->joined = naive.joined++;
			if (it->where == NAIVE_WAITING || it->where == NAIVE_ON_THE_WAY)
				it->is_demand = true;
			continue;
		}
		if (step.phase == SEND) {
			it->rank = naive.sent++;
			it->head_ps = it->send_ps;
			it->wire_ps = alone_ps(&naive, &it->what);
			if (it->what.hops == 0) {
				it->delivered_ps = it->send_ps;
				it->where = NAIVE_DELIVERED;
				continue;
			}
		}
		if (it->where == NAIVE_WAITING)
			start(&naive, it, step.at_ps);
		else
			head_arrives(&naive, it, step.at_ps);
	}
}
