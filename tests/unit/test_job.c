/* SPDX-License-Identifier: MIT */
/* Which touches are the job's own (bochs-plugin/job.h), against a list of all written pages. */
#include <stdlib.h>

#include "base/rng.h"
#include "job.h"
#include "unit.h"

enum { PAGES = 20000, TOUCHES = 200000, SPACE = 77, OTHER = 78, STACK = 0x7ffdbe42b, FRAME = 0x301a };

static int touch(struct job *job, uint64_t space, uint64_t page, uint64_t frame, bool writes)
{
	struct err err = {""};

	return job_touches(job, &(struct job_access){space, page, frame, writes}, &err);
}

/* The job is found by the page and the frame that the guest has named, both. */
static void finding(void)
{
	struct job job = {0};
	struct err err = {""};

	CU_ASSERT_EQUAL(touch(&job, SPACE, STACK, FRAME, true), 0);
	CU_ASSERT_EQUAL(job_name(&job, "7ffdbe42b", &err), ERR_FAILED);
	CU_ASSERT_EQUAL(job_name(&job, "7ffdbe42b:301a", &err), 0);
	CU_ASSERT_EQUAL(touch(&job, OTHER, STACK, FRAME + 1, true), 0);
	CU_ASSERT_EQUAL(touch(&job, OTHER, STACK + 1, FRAME, true), 0);
	CU_ASSERT_EQUAL(touch(&job, SPACE, 5, 6, true), 0); /* not known yet */
	CU_ASSERT_EQUAL(touch(&job, SPACE, STACK, FRAME, false), 0);
	CU_ASSERT_EQUAL(touch(&job, SPACE, 5, 6, false), 0); /* a file's page */
	CU_ASSERT_EQUAL(touch(&job, SPACE, 5, 6, true), 1);
	CU_ASSERT_EQUAL(touch(&job, SPACE, 5, 9, false), 1);
	CU_ASSERT_EQUAL(touch(&job, OTHER, 5, 6, true), 0);
	CU_ASSERT_EQUAL(touch(&job, SPACE, UINT64_C(0xffff888000000), 6, true), 0); /* the kernel's */
	CU_ASSERT_EQUAL(job_name(&job, "7ffdbe42b:301b", &err), 0);                 /* another job */
	CU_ASSERT_EQUAL(touch(&job, SPACE, 5, 6, false), 0);
	job_free(&job);
}

static void own(void)
{
	static bool written[PAGES];
	struct job job = {0};
	struct err err = {""};
	struct rng rng;
	uint64_t pages = 0, wrong = 0;

	CU_ASSERT_EQUAL_FATAL(rng_init(&rng, 1, &err), 0);
	CU_ASSERT_EQUAL_FATAL(job_name(&job, "7ffdbe42b:301a", &err), 0);
	touch(&job, SPACE, STACK, FRAME, false);
	for (int i = 0; i < TOUCHES; i++) {
		const uint64_t page = rng_below(&rng, PAGES);
		const bool writes = rng_below(&rng, 4) == 0;

		written[page] |= writes;
		wrong += touch(&job, SPACE, 0x400 + page * 512, page, writes) != written[page];
	}
	for (int i = 0; i < PAGES; i++)
		pages += written[i];
	CU_ASSERT_EQUAL(wrong, 0);
	CU_ASSERT_EQUAL(job.pages, pages);
	CU_ASSERT(pages > PAGES / 2);
	job_free(&job);
	rng_free(&rng);
}

CU_TestInfo job_tests[] = {
	{"which address space is the job's", finding},
	{"which of its pages are its own", own},
	CU_TEST_INFO_NULL,
};
