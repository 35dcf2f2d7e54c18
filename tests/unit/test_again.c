/* SPDX-License-Identifier: MIT */
/*
 * The touches that a filter has left out (ref.h). A policy sees a record as if these touches followed it at once: each
 * engine does with a filtered trace what it does with one that has as many records more.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "files.h"
#include "policy_trial.h"
#include "replay/replay.h"
#include "small_cluster.h"
#include "trace/filter.h"
#include "trace/reader.h"
#include "trace/writer.h"
#include "unit.h"

enum { PAGES = 80 };

/* Writes references as they are, with K in the header. */
static void write_refs(const char *path, const struct refs *refs, uint32_t k)
{
	const struct trace_writer_options options = {.level = 1, .filtered = true};
	struct trace_clock end = {1000000000, 0}; /* the same for all */
	struct trace_writer *writer;
	struct trace_header header;
	struct err err = {""};

	unlink(path);
	CU_ASSERT_EQUAL_FATAL(trace_header_init(&header, &err), 0);
	header.k = k;
	header.again = true;
	header.guest_bytes = UINT64_C(1) << 34;
	CU_ASSERT_EQUAL_FATAL(trace_writer_create(&writer, path, &header, &options, &err), 0);
	for (size_t i = 0; i < refs->count; i++)
		CU_ASSERT_EQUAL_FATAL(trace_writer_add(writer, &refs->ref[i], &err), 0);
	CU_ASSERT_EQUAL_FATAL(trace_writer_finish(writer, &end, (struct trace_clock){0, 0}, NULL, &err), 0);
	trace_header_free(&header);
}

static struct refs filtered(const struct refs *full, uint32_t k)
{
	struct refs kept = {NULL, 0};
	struct trace_filter *filter;
	struct err err;

	CU_ASSERT_EQUAL_FATAL(trace_filter_create(&filter, k, test_refs_sink(&kept), &err), 0);
	for (size_t i = 0; i < full->count; i++)
		CU_ASSERT_EQUAL(trace_filter_add(filter, &full->ref[i], &err), 0);
	CU_ASSERT_EQUAL(trace_filter_sync(filter, &err), 0);
	trace_filter_destroy(filter);
	return kept;
}

/* Each record, and after it as many reads of its page as it counts, at the same time. */
static struct refs expanded(const struct refs *kept)
{
	struct refs all = {NULL, 0};
	struct trace_sink sink = test_refs_sink(&all);

	for (size_t i = 0; i < kept->count; i++) {
		struct trace_ref ref = kept->ref[i];

		ref.kind = TRACE_KIND(ref.kind & TRACE_WRITE, TRACE_KIND_SOURCE(ref.kind), TRACE_KIND_VCPU(ref.kind));
		sink.put(sink.context, &ref, NULL);
		ref.kind &= (trace_kind)~TRACE_WRITE;
		for (unsigned n = TRACE_KIND_AGAIN(kept->ref[i].kind); n > 0; n--)
			sink.put(sink.context, &ref, NULL);
	}
	return all;
}

static struct refs one_vcpu(uint64_t *seed)
{
	struct refs full = test_refs(test_random(seed), 200 + test_below(seed, 3000), PAGES);

	for (size_t i = 0; i < full.count; i++) {
		full.ref[i].clock = (struct trace_clock){100 * (i + 1), 0};
		full.ref[i].kind = TRACE_KIND(full.ref[i].kind & TRACE_WRITE, TRACE_DATA, 0);
	}
	return full;
}

static uint32_t footprint_of(const struct refs *refs)
{
	uint32_t count = 0;

	for (size_t i = 0; i < refs->count; i++) {
		bool is_new = true;

		for (size_t j = 0; j < i && is_new; j++)
			is_new = refs->ref[j].frame != refs->ref[i].frame;
		count += is_new;
	}
	return count;
}

static uint32_t replay_all(const char *path, uint32_t frames, const struct prefetch_ops *prefetch,
			   const void *prefetch_params, struct replay_point *point)
{
	const struct replay_options options = {.cost = {2000000000, 1227680, 327680, 0}, .threads = 1};
	static double params[32][PARAMS_MAX];
	struct err err = {""};
	uint32_t count = 0;

	for (size_t i = 0; policies[i]; i++)
		if (!policies[i]->needs_future) { /* its future has other positions */
			params_draw(policies[i], NULL, params[i]);
			point[count++] = (struct replay_point){.policy = policies[i],
							       .policy_params = params[i],
							       .prefetch = prefetch,
							       .prefetch_params = prefetch_params,
							       .frames = frames};
		}
	CU_ASSERT_EQUAL_FATAL(replay(path, point, count, &options, &err), 0);
	return count;
}

static void replays_see_them(void)
{
	static const uint64_t degree = 3;
	const char *short_path = test_path("short.mvt"), *long_path = test_path("long.mvt");
	uint64_t seed = 21;
	size_t different = 0;

	for (int round = 0; round < 120; round++) {
		const struct prefetch_ops *prefetch = round % 3 ? NULL : prefetch_find("next-n");
		struct refs full = one_vcpu(&seed);
		uint32_t footprint = footprint_of(&full), k = 1 + (uint32_t)test_below(&seed, footprint),
			 frames = k + (uint32_t)test_below(&seed, footprint - k + 1), count;
		struct refs kept = filtered(&full, k), all = expanded(&kept);
		struct replay_point one[32], other[32];

		write_refs(short_path, &kept, k);
		write_refs(long_path, &all, k);
		count = replay_all(short_path, frames, prefetch, &degree, one);
		replay_all(long_path, frames, prefetch, &degree, other);
		for (uint32_t i = 0; i < count; i++) {
			CU_ASSERT_EQUAL(one[i].counts.faults, other[i].counts.faults);
			CU_ASSERT_EQUAL(one[i].counts.write_backs, other[i].counts.write_backs);
			CU_ASSERT_EQUAL(one[i].completion.time_ps, other[i].completion.time_ps);
		}
		for (size_t i = 0; i < kept.count; i++)
			kept.ref[i].kind &= (trace_kind) ~(TRACE_AGAIN_MAX << TRACE_AGAIN_SHIFT);
		write_refs(short_path, &kept, k);
		replay_all(short_path, frames, prefetch, &degree, other);
		for (uint32_t i = 0; i < count; i++)
			different += one[i].counts.faults != other[i].counts.faults;
		test_refs_free(&full);
		test_refs_free(&kept);
		test_refs_free(&all);
	}
	CU_ASSERT_TRUE(different > 100); /* without them, they differ */
}

static void clusters_see_them(void)
{
	static const char *const names[] = {"sieve", "s3-fifo", "arc", "clock", "lru"};
	const char *path[2] = {test_path("short.mvt"), test_path("long.mvt")};
	uint64_t seed = 22;

	for (int round = 0; round < 20; round++) {
		struct refs full = one_vcpu(&seed);
		uint32_t footprint = footprint_of(&full), k = 1 + (uint32_t)test_below(&seed, (footprint + 1) / 2),
			 frames = k + (uint32_t)test_below(&seed, footprint - k + 1);
		struct refs kept = filtered(&full, k), all = expanded(&kept);
		struct run_result result[2];

		write_refs(path[0], &kept, k);
		write_refs(path[1], &all, k);
		for (int i = 0; i < 2; i++) {
			char yaml[512];

			snprintf(yaml, sizeof(yaml), "policy: %s\nvms: [{trace: %s, local: %uKiB}]\n", names[round % 5],
				 path[i], 4 * frames);
			small_cluster_run(yaml, false, &result[i]);
		}
		CU_ASSERT_EQUAL(result[0].job[0].faults.demand, result[1].job[0].faults.demand);
		CU_ASSERT_EQUAL(result[0].job[0].time_ps, result[1].job[0].time_ps);
		run_result_free(&result[0]);
		run_result_free(&result[1]);
		test_refs_free(&full);
		test_refs_free(&kept);
		test_refs_free(&all);
	}
}

CU_TestInfo again_tests[] = {
	{"replays see the touches left out", replays_see_them},
	{"clusters see the touches left out", clusters_see_them},
	CU_TEST_INFO_NULL,
};
