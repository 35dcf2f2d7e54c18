/* SPDX-License-Identifier: MIT */
/*
 * Each policy against its reference, event by event on random scripts; OPT against every policy and against an
 * exhaustive search; LRU's inclusion; fault counts from the literature.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy_trial.h"
#include "reference.h"
#include "unit.h"

#define SCRIPTS 6000

/* ---- against the references ---- */

static bool same_event(struct event a, struct event b)
{
	return a.fault == b.fault && a.minor == b.minor && a.write_backs == b.write_backs && a.leaves == b.leaves;
}

/* The first step at which the two differ, or the script's length. */
static uint32_t first_difference(const struct policy_ops *ops, const struct script *script, struct rng *rng,
				 uint64_t seed)
{
	struct trial trial, reference;
	double params[PARAMS_MAX];
	uint32_t i = 0;

	params_draw(ops, rng, params);
	trial_open(&trial, ops, script, params, seed);
	trial_open(&reference, reference_find(ops->name), script, params, seed);
	while (i < script->length &&
	       same_event(trial_step(&trial, &script->step[i]), trial_step(&reference, &script->step[i])))
		i++;
	if (i == script->length)
		CU_ASSERT(trial.faults == reference.faults && trial.write_backs == reference.write_backs);
	trial_close(&trial);
	trial_close(&reference);
	return i;
}

/* True when every policy has one. */
static bool references_are_there(void)
{
	bool all = true;

	for (int i = 0; policies[i]; i++) {
		if (reference_find(policies[i]->name))
			continue;
		printf("%s has no naive reference: write one in tests/unit/reference_stamps.c or reference_queues.c, "
		       "and add "
		       "its row to tests/unit/reference.c\n",
		       policies[i]->name);
		CU_FAIL("a policy has no reference");
		all = false;
	}
	return all;
}

static void equal_to_reference(void)
{
	static struct script script;
	struct err err;

	if (!references_are_there())
		return;
	for (uint64_t seed = 0; seed < SCRIPTS; seed++) {
		struct rng rng;

		CU_ASSERT_EQUAL_FATAL(rng_init(&rng, seed, &err), 0);
		script_draw(&script, &rng, false);
		for (int i = 0; policies[i]; i++) {
			uint32_t at = first_difference(policies[i], &script, &rng, seed);

			if (at == script.length)
				continue;
			printf("%s differs from its reference: script %u, step %u\n", policies[i]->name, (unsigned)seed,
			       at);
			CU_FAIL("a policy differs from its reference");
		}
		rng_free(&rng);
	}
}

/* A prefetched page is in flight while others fault: its frame is taken when the page is requested, and filled much
 * later. */
static void replay_with_late_fills(const struct policy_ops *ops, const struct script *script, struct rng *rng)
{
	page_id coming = PAGE_NONE;
	struct event event;
	struct trial trial;
	double params[PARAMS_MAX];

	params_draw(ops, rng, params);
	trial_open(&trial, ops, script, params, 1);
	for (uint32_t i = 0; i < script->length; i++) {
		page_id wanted = (page_id)rng_below(rng, script->pages);

		if (coming != PAGE_NONE && (script->step[i].page == coming || rng_below(rng, 10) == 0)) {
			trial.capacity++;
			trial_fill(&trial, coming, FILL_PREFETCH, &event);
			coming = PAGE_NONE;
		}
		trial_step(&trial, &script->step[i]);
		if (coming == PAGE_NONE && !trial.local[wanted] && trial.capacity > 1) {
			if (trial.count == trial.capacity)
				trial_evict(&trial, wanted, &event);
			trial.capacity--;
			coming = wanted;
		}
	}
	trial_close(&trial);
}

/* Earlier evictions are not compared here; trial_evict() and the sanitizers check that the policies' queues stay
 * consistent. */
static void fills_may_come_late(void)
{
	static struct script script;
	struct rng rng;
	struct err err;

	CU_ASSERT_EQUAL_FATAL(rng_init(&rng, 4, &err), 0);
	for (int n = 0; n < SCRIPTS / 5; n++) {
		script_draw(&script, &rng, true);
		for (int i = 0; policies[i]; i++)
			replay_with_late_fills(policies[i], &script, &rng);
	}
	rng_free(&rng);
}

/* ---- what must hold between policies and sizes ---- */

static void opt_is_the_bound(void)
{
	static struct script script;
	struct rng rng;
	struct err err;

	CU_ASSERT_EQUAL_FATAL(rng_init(&rng, 1, &err), 0);
	for (int n = 0; n < SCRIPTS / 5; n++) {
		uint64_t bound;

		script_draw(&script, &rng, true);
		bound = trial_run(policy_find("opt"), &script).faults;
		for (int i = 0; policies[i]; i++)
			CU_ASSERT(bound <= trial_run(policies[i], &script).faults);
	}
	rng_free(&rng);
}

static void lru_has_inclusion(void)
{
	static struct script script;
	struct rng rng;
	struct err err;

	CU_ASSERT_EQUAL_FATAL(rng_init(&rng, 2, &err), 0);
	for (int n = 0; n < 60; n++) {
		uint64_t faults = UINT64_MAX, write_backs = UINT64_MAX;

		script_draw(&script, &rng, true);
		for (script.frames = 1; script.frames <= script.pages; script.frames++) {
			struct trial trial = trial_run(policy_find("lru"), &script);

			CU_ASSERT(trial.faults <= faults && trial.write_backs <= write_backs);
			faults = trial.faults;
			write_backs = trial.write_backs;
		}
	}
	rng_free(&rng);
}

/* The minimum number of faults from step i on, with the pages in `local` resident, over all choices of victims. */
static uint64_t fewest_faults(const struct script *script, uint32_t i, uint32_t local)
{
	uint64_t fewest = UINT64_MAX;
	uint32_t page;

	if (i == script->length)
		return 0;
	page = script->step[i].page;
	if (local >> page & 1)
		return fewest_faults(script, i + 1, local);
	if ((uint32_t)__builtin_popcount(local) < script->frames)
		return 1 + fewest_faults(script, i + 1, local | 1u << page);
	for (uint32_t victim = 0; victim < script->pages; victim++)
		if (local >> victim & 1) {
			uint64_t faults = 1 + fewest_faults(script, i + 1, (local & ~(1u << victim)) | 1u << page);

			fewest = faults < fewest ? faults : fewest;
		}
	return fewest;
}

static void opt_equals_exhaustive_search(void)
{
	static struct script script;
	struct rng rng;
	struct err err;

	CU_ASSERT_EQUAL_FATAL(rng_init(&rng, 3, &err), 0);
	for (int n = 0; n < 2000; n++) {
		memset(&script, 0, sizeof(script));
		script.pages = 4 + (uint32_t)rng_below(&rng, 3);
		script.frames = 1 + (uint32_t)rng_below(&rng, 4);
		script.length = 12;
		for (uint32_t i = 0; i < script.length; i++)
			script.step[i].page = (page_id)rng_below(&rng, script.pages);
		script_find_next_uses(&script);
		CU_ASSERT_EQUAL(trial_run(policy_find("opt"), &script).faults, fewest_faults(&script, 0, 0));
	}
	rng_free(&rng);
}

/* ---- counts from the literature ---- */

static uint64_t faults(const char *policy, const char *pages, uint32_t frames)
{
	static struct script script;

	memset(&script, 0, sizeof(script));
	script.pages = 10;
	script.frames = frames;
	script.length = (uint32_t)strlen(pages);
	for (uint32_t i = 0; i < script.length; i++)
		script.step[i].page = (page_id)(pages[i] - '0');
	script_find_next_uses(&script);
	return trial_run(policy_find(policy), &script).faults;
}

/* Belady, Nelson, Shedler, 'An anomaly in space-time characteristics of certain programs running in a paging machine',
 * CACM 12(6), 1969. */
static void beladys_anomaly(void)
{
	CU_ASSERT_EQUAL(faults("fifo", "123412512345", 3), 9);
	CU_ASSERT_EQUAL(faults("fifo", "123412512345", 4), 10);
}

/* Silberschatz, Galvin, Gagne, 'Operating System Concepts', chapter on virtual trial. */
static void textbook_string(void)
{
	static const char string[] = "70120304230321201701";

	CU_ASSERT_EQUAL(faults("fifo", string, 3), 15);
	CU_ASSERT_EQUAL(faults("lru", string, 3), 12);
	CU_ASSERT_EQUAL(faults("opt", string, 3), 9);
}

/* On a loop one page longer than the memory LRU and FIFO always fault, and MRU as seldom as OPT. */
static void loop_one_page_too_long(void)
{
	static const char loop[] = "01234012340123401234";

	CU_ASSERT_EQUAL(faults("lru", loop, 4), 20);
	CU_ASSERT_EQUAL(faults("fifo", loop, 4), 20);
	CU_ASSERT_EQUAL(faults("mru", loop, 4), faults("opt", loop, 4));
}

/* ---- the registry ---- */

static void registry(void)
{
	int count = 0;

	for (; policies[count]; count++) {
		const struct policy_ops *ops = policies[count];

		CU_ASSERT_PTR_EQUAL(policy_find(ops->name), ops);
		CU_ASSERT_STRING_EQUAL(policy_name(count), ops->name);
		CU_ASSERT_PTR_NOT_NULL(reference_find(ops->name));
		CU_ASSERT(ops->summary && ops->source && ops->state_size > 0);
		CU_ASSERT_EQUAL(ops->filtered == FILTERED_EXACT, strcmp(ops->name, "lru") == 0);
		for (size_t i = 0; i < ops->option_count; i++)
			CU_ASSERT(ops->options[i].at + sizeof(int) <= ops->params_size);
	}
	CU_ASSERT_PTR_NULL(policy_name(count));
	CU_ASSERT_PTR_NULL(policy_find("least"));
}

static void opt_needs_the_future(void)
{
	const struct policy_ops *opt = policy_find("opt");
	struct policy_env env = {.pages = 4, .frames = 2};
	void *state = calloc(1, opt->state_size);
	struct err err;

	CU_ASSERT(opt->needs_future);
	CU_ASSERT_EQUAL(opt->init(state, &env, &err), ERR_USAGE);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "used next"));
	free(state);
}

CU_TestInfo policy_tests[] = {
	{"every policy equals its reference, event by event", equal_to_reference},
	{"fills may come long after their victims", fills_may_come_late},
	{"no policy faults less than OPT", opt_is_the_bound},
	{"OPT equals an exhaustive search", opt_equals_exhaustive_search},
	{"LRU never does worse with more frames", lru_has_inclusion},
	{"Belady's anomaly", beladys_anomaly},
	{"the textbook's reference string", textbook_string},
	{"a loop one page longer than the memory", loop_one_page_too_long},
	{"the registry names every policy once", registry},
	{"OPT without the future is refused", opt_needs_the_future},
	CU_TEST_INFO_NULL,
};
