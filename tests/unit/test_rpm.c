/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "memory/rpm.h"
#include "unit.h"

#define FRAMES (5 * RPM_LEAF_PAGES + 77) /* the last leaf is not full */
#define NODES  6

struct where {
	int state;
	uint32_t node;
	uint64_t frame;
	unsigned copies;
};

/* splitmix64 */
static uint64_t draw(uint64_t *seed)
{
	uint64_t z = *seed += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static int holds(const struct where *where, uint32_t node)
{
	if (where->node != node)
		return 0;
	return where->state == RPM_CACHED || where->state == RPM_REMOTE || where->state == RPM_FETCHING ||
	       where->state == RPM_WRITING;
}

static int same(rpm_entry entry, const struct where *where)
{
	return rpm_state(entry) == (enum rpm_state)where->state && rpm_node(entry) == where->node &&
	       rpm_frame(entry) == where->frame && rpm_copies(entry) == where->copies;
}

/* The number of pages that disagree with the array, in the result of rpm_get or in the walk over each node. */
static int disagreements(const struct rpm *rpm, const struct where *where)
{
	int bad = 0;

	for (gfn page = 0; page < FRAMES; page++)
		bad += !same(rpm_get(rpm, page), &where[page]);
	for (uint32_t node = 0; node < NODES; node++) {
		gfn met = rpm_next(rpm, node, 0);

		for (gfn page = 0; page < FRAMES; page++)
			if (holds(&where[page], node)) {
				bad += met != page;
				met = rpm_next(rpm, node, page + 1);
			}
		bad += met != GFN_NONE;
	}
	return bad;
}

static void random_updates_against_an_array(void)
{
	static struct where where[FRAMES];
	uint64_t seed = 1;
	struct rpm rpm;
	struct err err;

	CU_ASSERT_EQUAL_FATAL(rpm_init(&rpm, FRAMES, &err), 0);
	CU_ASSERT_EQUAL(disagreements(&rpm, where), 0);
	for (int round = 0; round < 20; round++) {
		for (int i = 0; i < 1500; i++) {
			gfn page = draw(&seed) % FRAMES;
			struct where to = {(int)(draw(&seed) % (RPM_LOST + 1)), (uint32_t)(draw(&seed) % NODES),
					   draw(&seed) & RPM_FRAME_MAX, (unsigned)(draw(&seed) % (RPM_COPIES_MAX + 1))};

			where[page] = to;
			CU_ASSERT_EQUAL(rpm_set(&rpm, page,
						rpm_pack((enum rpm_state)to.state, to.node, to.frame, to.copies), &err),
					0);
		}
		CU_ASSERT_EQUAL(disagreements(&rpm, where), 0);
	}
	rpm_free(&rpm);
}

static void pages_can_be_set_during_a_walk(void)
{
	struct rpm rpm;
	struct err err;
	gfn met = 0;

	CU_ASSERT_EQUAL_FATAL(rpm_init(&rpm, FRAMES, &err), 0);
	for (gfn page = 0; page < FRAMES; page += 3)
		rpm_set(&rpm, page, rpm_pack(RPM_REMOTE, 1, page, 0), &err);
	for (gfn page = rpm_next(&rpm, 1, 0); page != GFN_NONE; page = rpm_next(&rpm, 1, page + 1)) {
		rpm_set(&rpm, page, rpm_pack(RPM_REMOTE, 2, page, 0), &err);
		met++;
	}
	CU_ASSERT_EQUAL(met, (FRAMES + 2) / 3);
	CU_ASSERT_EQUAL(rpm_next(&rpm, 1, 0), GFN_NONE);
	CU_ASSERT_EQUAL(rpm_next(&rpm, 2, 1), 3);
	rpm_free(&rpm);
}

static void a_sparse_guest_costs_little(void)
{
	const gfn terabyte = UINT64_C(1) << 28; /* 1 TiB of 4 KiB pages */
	const size_t directory = (terabyte >> RPM_LEAF_BITS) * sizeof(void *);
	struct rpm rpm;
	struct err err;

	CU_ASSERT_EQUAL_FATAL(rpm_init(&rpm, terabyte, &err), 0);
	CU_ASSERT_EQUAL(rpm_bytes(&rpm), directory);
	CU_ASSERT_EQUAL(rpm_get(&rpm, terabyte - 1), 0);
	for (gfn page = 0; page < (1 << 18); page++) /* 1 GiB at the top of the guest */
		rpm_set(&rpm, terabyte - 1 - page, rpm_pack(RPM_REMOTE, 9, page, 0), &err);
	CU_ASSERT_EQUAL(rpm_bytes(&rpm), directory + (8 << 18));
	CU_ASSERT(rpm_bytes(&rpm) < 3 << 20);
	CU_ASSERT_EQUAL(rpm_next(&rpm, 9, 0), terabyte - (1 << 18));
	rpm_free(&rpm);
	CU_ASSERT_PTR_NULL(rpm.directory);
}

static void limits(void)
{
	const rpm_entry most = rpm_pack(RPM_LOST, RPM_NODE_MAX, RPM_FRAME_MAX, RPM_COPIES_MAX);
	struct rpm rpm;
	struct err err;

	CU_ASSERT_EQUAL(rpm_init(&rpm, 0, &err), ERR_USAGE);
	CU_ASSERT_EQUAL(rpm_init(&rpm, RPM_FRAMES_MAX + 1, &err), ERR_USAGE);
	CU_ASSERT_STRING_EQUAL(err.text, "a guest of 4294967297 pages: a remote page map takes 1 to 4294967296");
	rpm_free(&rpm);

	CU_ASSERT_EQUAL_FATAL(rpm_init(&rpm, RPM_FRAMES_MAX, &err), 0);
	CU_ASSERT_EQUAL(rpm_set(&rpm, RPM_FRAMES_MAX - 1, most, &err), 0);
	CU_ASSERT_EQUAL(rpm_get(&rpm, RPM_FRAMES_MAX - 1), most);
	CU_ASSERT_EQUAL(rpm_get(&rpm, RPM_FRAMES_MAX - 2), 0);
	CU_ASSERT_EQUAL(rpm_state(most), RPM_LOST);
	CU_ASSERT_EQUAL(rpm_node(most), 1048575);
	CU_ASSERT_EQUAL(rpm_frame(most), 68719476735);
	CU_ASSERT_EQUAL(rpm_copies(most), 15);
	CU_ASSERT_EQUAL(rpm_next(&rpm, RPM_NODE_MAX, 0), GFN_NONE); /* lost: at no node */
	rpm_free(&rpm);

	CU_ASSERT_EQUAL_FATAL(rpm_init(&rpm, 1, &err), 0);
	CU_ASSERT_EQUAL(rpm_set(&rpm, 0, rpm_pack(RPM_CACHED, 0, 0, 0), &err), 0);
	CU_ASSERT_EQUAL(rpm_next(&rpm, 0, 0), 0);
	CU_ASSERT_EQUAL(rpm_next(&rpm, 0, 1), GFN_NONE);
	rpm_free(&rpm);
}

CU_TestInfo rpm_tests[] = {
	{"random updates against an array", random_updates_against_an_array},
	{"pages can be set during a walk", pages_can_be_set_during_a_walk},
	{"a sparse guest costs little", a_sparse_guest_costs_little},
	{"limits", limits},
	CU_TEST_INFO_NULL,
};
