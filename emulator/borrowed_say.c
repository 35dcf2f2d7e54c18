/* SPDX-License-Identifier: MIT */
/* What a run with peers says of them. */
#include "emulator/borrowed_state.h"

static json_t *number(uint64_t value)
{
	return json_integer((json_int_t)value);
}

static json_t *peer_json(const struct borrowed *borrowed, unsigned i)
{
	const struct peer *peer = &borrowed->peers.peer[i];
	const struct borrowed_peer *own = &borrowed->peer[i];
	const int64_t down_us = own->down_us ? own->down_us - borrowed->begin_us : 0;

	return json_pack("{s:s, s:s, s:b, s:f, s:f, s:o, s:o, s:f, s:s}", "address", peer->endpoint.text, "transport",
			 wire_kind_name(peer->kind), "up", peers_is_up(&borrowed->peers, i), "read_ns",
			 (double)own->read.p50_ps / 1000, "read_p99_ns", (double)own->read.p99_ps / 1000, "frames",
			 number(own->lent), "hosted", number(pool_hosted(borrowed->pool, borrowed_node(i))), "down_s",
			 (double)down_us / 1e6, "reason", own->reason);
}

json_t *borrowed_json(const struct borrowed *borrowed)
{
	const struct borrowed_counts *counts = &borrowed->counts;
	const struct peers_counts *peers = &borrowed->peers.counts;
	json_t *list = json_array();

	for (unsigned i = 0; i < borrowed->peers.count; i++)
		if (json_array_append_new(list, peer_json(borrowed, i)) < 0) {
			json_decref(list);
			return NULL;
		}
	return json_pack("{s:o, s:i, s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:f}",
			 "peer", list, "replicas", (int)borrowed->replicas, "verified", borrowed->checksum != NULL,
			 "fetched", number(counts->fetched), "fetched_again", number(counts->fetched_again), "recalled",
			 number(counts->recalled), "sent", number(counts->sent), "sent_not_written",
			 number(counts->unwritten), "left_clean", number(counts->clean), "copied_anew",
			 number(counts->copied), "moved", number(counts->moved), "lost", number(counts->lost), "wrong",
			 number(counts->wrong), "most_waiting", number(counts->most_waiting), "joins",
			 number(peers->joins), "downs", number(peers->downs), "messages_dropped",
			 number(peers->channel.malformed + peers->channel.unauthenticated), "longest_answer_s",
			 (double)peers->answer_us / 1e6);
}
