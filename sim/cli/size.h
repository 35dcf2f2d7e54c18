/* SPDX-License-Identifier: MIT */
/* megavm size: declarations that its files share. */
#ifndef CLI_SIZE_H
#define CLI_SIZE_H

#include "cli/curve.h"
#include "replay/demand.h"
#include "replay/size_search.h"

enum { SIZE_TARGETS_MAX = 32, SIZE_SHARES_MAX = 100 };

/* The parsed command line. */
struct size_arguments {
	struct curve_arguments curve; /* traces, policies, interconnects, keys */
	double target[SIZE_TARGETS_MAX];
	size_t targets;
	double share[SIZE_SHARES_MAX]; /* local shares of which the latency is asked, 0 to 1 */
	size_t shares;
	bool shares_named;        /* on the command line */
	uint64_t servers, copies; /* 0 servers: no rack is asked about */
	int64_t every_ps;
	bool has_cost;
	double cost_local, cost_pooled; /* of a GiB */
};

/* What is said of a trace under a policy: the smallest local memory. */
struct size_local {
	struct curve_row row; /* at that size; its slowdown is there */
	double target;
	enum size_found found;
};

/* The largest latency at a local size. The point of the row holds the size alone. */
struct size_latency {
	struct curve_row row;
	double target;
	enum size_found found;
	int64_t latency_ns;
	bool figure_only; /* of a share that only a figure shows */
};

struct size_rack {
	const struct policy_ops *policy;
	const struct network *fabric;
	double target;
	size_t jobs, missed; /* of which have all of their footprint local and miss the target */
	struct rack_need need;
};

struct size_answers {
	struct size_local *local;
	struct size_latency *latency;
	struct size_rack *rack;
	size_t locals, latencies, racks;
	struct demand *demand; /* of each trace, if a rack is asked about */
	struct curve_rows notes;
};

/* Answers every question of the command line. size_answers_free frees the answers, also after an error. */
int size_answers_make(struct size_answers *answers, const struct size_arguments *arguments,
		      const struct curve_settings *settings, struct err *err);
void size_answers_free(struct size_answers *answers, const struct size_arguments *arguments);

/* Adds what the rack needs, from the other answers. */
int size_racks_make(struct size_answers *answers, const struct size_arguments *arguments,
		    const struct curve_settings *settings, struct err *err);

/* Bytes of `pages` pages. */
static inline uint64_t size_bytes(uint64_t pages)
{
	return pages << TRACE_PAGE_SHIFT;
}

/* What the memory of a rack costs, with a pool and without one. */
double size_rack_cost(const struct size_arguments *arguments, const struct size_rack *rack);
double size_rack_cost_only_local(const struct size_arguments *arguments, const struct size_rack *rack);

int size_print_text(const struct size_answers *answers, const struct size_arguments *arguments, struct err *err);
void size_print_csv(const struct size_answers *answers, const struct size_arguments *arguments);
int size_print_json(const struct size_answers *answers, const struct size_arguments *arguments,
		    const struct curve_settings *settings, FILE *to, struct err *err);
int size_plot(const char *path, const struct size_answers *answers, const struct size_arguments *arguments,
	      struct err *err);

#endif
