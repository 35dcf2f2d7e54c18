/* SPDX-License-Identifier: MIT */
/*
 * The small replay loop of the policies' tests. A script is a short random trace; a trial is one policy together with
 * the state that the core owns: residency, dirty bits, counts.
 */
#ifndef TESTS_POLICY_TRIAL_H
#define TESTS_POLICY_TRIAL_H

#include "base/rng.h"
#include "policy/policy.h"
#include "reference.h"

#define STEPS_MAX  1200
#define PARAMS_MAX 8 /* the room of a policy's parameters, in doubles */

enum step_kind {
	TOUCH,
	PREFETCH, /* fill the page ahead of its touch, evicting for it */
	SNAPSHOT, /* fill the page if there is room: only at the beginning */
	FORGET,   /* take away the frame of that page */
	SHRINK,   /* one frame less, down to one */
	GROW,     /* one frame more, up to what the policy was told */
};

struct step {
	enum step_kind kind;
	page_id page;
	bool write;
	uint64_t next_use; /* position of the page's next touch */
};

struct script {
	uint32_t pages, frames, length;
	struct step step[STEPS_MAX];
};

struct event {
	bool fault, minor;
	uint32_t write_backs;
	page_id victim;  /* the last one */
	uint64_t leaves; /* a digest of all victims and all pages that were written and stay, in their order */
};

struct trial {
	const struct policy_ops *ops;
	void *state;
	uint64_t next_use;
	uint32_t frames, capacity, count; /* frames that the policy was told, frames that exist, frames in use */
	bool known[REFERENCE_PAGES], local[REFERENCE_PAGES], dirty[REFERENCE_PAGES];
	uint64_t faults, write_backs;
};

/* Half of the scripts hold only touches; with `plain` all of them do. */
void script_draw(struct script *script, struct rng *rng, bool plain);
void script_find_next_uses(struct script *script);

/* Each parameter takes its default or, if `rng` is given, sometimes another value. */
void params_draw(const struct policy_ops *ops, struct rng *rng, double params[PARAMS_MAX]);

void trial_open(struct trial *trial, const struct policy_ops *ops, const struct script *script, const double *params,
		uint64_t seed);
void trial_close(struct trial *trial);
struct event trial_step(struct trial *trial, const struct step *step);

/* Parts of a step, for tests that run them separately. */
void trial_evict(struct trial *trial, page_id incoming, struct event *event);
void trial_fill(struct trial *trial, page_id page, enum fill_reason why, struct event *event);

/* Runs the whole script with default parameters; only the counts of the returned trial are valid. */
struct trial trial_run(const struct policy_ops *ops, const struct script *script);

#endif
