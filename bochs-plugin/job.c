/* SPDX-License-Identifier: MIT */
#include "job.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define PLACES_FIRST 4096                /* a power of two */
#define USER_PAGES   (UINT64_C(1) << 35) /* of 47 bits of addresses */
#define SPREAD       0x9e3779b97f4a7c15  /* the golden ratio in 64 bits: Knuth, TAOCP 3, 6.4 */

int job_name(struct job *job, const char *text, struct err *err)
{
	if (sscanf(text, "%" SCNx64 ":%" SCNx64, &job->page, &job->frame) != 2)
		return err_set(err, ERR_FAILED, "job.stack=%s: expected PAGE:FRAME, hexadecimal", text);
	job->named = true;
	job->found = false;
	return 0;
}

/* The place of a page, or the free one where it would go. */
static uint64_t place_of(const struct job *job, uint64_t page)
{
	uint64_t at = (page * SPREAD) >> 32 & (job->places - 1);

	while (job->own[at] && job->own[at] != page + 1)
		at = (at + 1) & (job->places - 1);
	return at;
}

/* Doubles the table. */
static int grow(struct job *job, struct err *err)
{
	struct job larger = *job;

	larger.places = job->places ? 2 * job->places : PLACES_FIRST;
	larger.own = calloc(larger.places, sizeof(*larger.own));
	if (!larger.own)
		return err_memory(err, "a job's pages");
	for (uint64_t at = 0; at < job->places; at++)
		if (job->own[at])
			larger.own[place_of(&larger, job->own[at] - 1)] = job->own[at];
	free(job->own);
	*job = larger;
	return 0;
}

static int add(struct job *job, uint64_t page, struct err *err)
{
	uint64_t at;

	if (2 * job->pages >= job->places && grow(job, err) < 0)
		return ERR_FAILED;
	at = place_of(job, page);
	job->pages += job->own[at] == 0;
	job->own[at] = page + 1;
	return 1;
}

int job_touches(struct job *job, const struct job_access *access, struct err *err)
{
	if (!job->named || access->page >= USER_PAGES)
		return 0;
	if (!job->found) {
		if (access->page != job->page || access->frame != job->frame)
			return 0;
		job->found = true;
		job->space = access->space;
	}
	if (access->space != job->space)
		return 0;
	return access->writes ? add(job, access->page, err) : job->places && job->own[place_of(job, access->page)] != 0;
}

void job_free(struct job *job)
{
	free(job->own);
	*job = (struct job){0};
}
