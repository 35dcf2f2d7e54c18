/* SPDX-License-Identifier: MIT */
#include "small_cluster.h"

#include <stdio.h>
#include <string.h>

#include "cluster/cluster.h"
#include "files.h"
#include "unit.h"

int small_cluster_try(const char *yaml, bool events, struct run_result *result)
{
	const struct cluster_options options = {.check = true, .events_path = events ? test_path("events") : NULL};
	static struct config config;
	struct err err = {""};
	int status = config_read_text(&(struct config_text){"test", yaml, strlen(yaml)}, NULL, 0, &config, &err);

	if (status == 0) {
		status = cluster_run(&config, &options, result, &err);
		config_free(&config);
	}
	if (status < 0)
		fprintf(stderr, "%s\n%s\n", err.text, yaml);
	return status;
}

void small_cluster_run(const char *yaml, bool events, struct run_result *result)
{
	CU_ASSERT_EQUAL_FATAL(small_cluster_try(yaml, events, result), 0);
}

static bool pages_add_up(const struct change_pages *pages)
{
	uint64_t sum = 0;

	for (int i = 0; i < CHANGE_OUTCOMES; i++)
		sum += pages->became[i];
	return sum == pages->copies;
}

static bool owners_add_up(const struct run_result *result, const struct change_result *change)
{
	struct change_pages sum = {0};

	for (size_t job = 0; change->of && job < result->jobs; job++) {
		const struct change_pages *pages = &change->of[job];

		if (!pages_add_up(pages))
			return false;
		sum.copies += pages->copies;
		for (int i = 0; i < CHANGE_OUTCOMES; i++)
			sum.became[i] += pages->became[i];
	}
	return memcmp(&sum, &change->all, sizeof(sum)) == 0;
}

bool small_cluster_adds_up(const struct run_result *result)
{
	uint64_t lost = 0, lost_there = 0, stored = 0;
	size_t restarts = 0, restarted = 0;
	int64_t lost_ps = 0, lost_of_jobs_ps = 0;

	for (size_t i = 0; i < result->changes; i++) {
		const struct change_result *change = &result->change[i];

		if (!pages_add_up(&change->all) || !owners_add_up(result, change) || change->done_ps < change->at_ps ||
		    (change->known_ps >= 0 && change->known_ps < change->at_ps))
			return false;
		lost += change->all.became[CHANGE_LOST];
		stored += change->all.became[CHANGE_STORED];
		for (size_t vm = 0; vm < change->vms; vm++)
			if (change->vm[vm].became == CHANGE_VM_RESTARTED) {
				restarted++;
				lost_ps += change->vm[vm].lost_ps;
			}
	}
	for (size_t i = 0; i < result->hypervisors; i++)
		lost_there += result->hypervisor[i].pages_lost;
	for (size_t i = 0; i < result->jobs; i++) {
		restarts += result->job[i].restarts;
		lost_of_jobs_ps += result->job[i].lost_ps;
		if (result->job[i].stopped != (result->job[i].stopped_by != NULL))
			return false;
	}
	return lost == result->pages_lost && lost_there == lost && stored <= result->pages_stored &&
	       restarts == restarted && lost_ps == lost_of_jobs_ps;
}
