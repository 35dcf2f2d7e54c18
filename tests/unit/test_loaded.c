/* SPDX-License-Identifier: MIT */
/* Measured curves of bandwidth against latency: each point of a file is backed out by traffic over links that have it.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "config/config.h"
#include "fabric/loaded.h"
#include "fabric/plane.h"
#include "fabric/transfer.h"
#include "files.h"
#include "unit.h"

enum { PAGE = 4096, PROBE = 64, PROBES = 3000, TRAFFIC = 1 };
static const int64_t probe_each_ps = INT64_C(20000000); /* 20 us: 64 bytes of it are 3.2 MB/s */

static const char device[] = "# a CXL memory device\n0 107\n21000 120\n34000 134\n42600 166\n43600 370\n",
		  socket_falling[] = "35000\t564\n34000\t228\n24000\t157\n0\t133\n";

static void read_curve(const char *text, struct loaded *loaded)
{
	const char *path = test_path("curve.txt");
	struct err err = {""};

	test_write_file(path, text, strlen(text));
	CU_ASSERT_EQUAL_FATAL(loaded_read(loaded, path, &err), 0);
}

/* Traffic at a constant rate, and small reads in between whose times are summed. */
struct bench {
	struct events events;
	struct plane plane;
	struct plane_receiver receiver;
	struct event_handler traffic, probe;
	double gap_ps, next_ps; /* of the traffic */
	uint32_t route[2];
	int probes;
	double sum_ps;
};

static void take(void *context, const struct plane_delivery *delivery)
{
	struct bench *bench = context;

	if (delivery->tag == TRAFFIC)
		return;
	bench->probes++;
	bench->sum_ps += (double)(delivery->queue_ps + delivery->wire_ps);
}

static void send_traffic(void *context, uint64_t tag, int64_t now_ps)
{
	struct bench *bench = context;

	(void)now_ps;
	plane_send(&bench->plane, &(struct plane_message){.route = bench->route,
							  .hops = 2,
							  .bytes = PAGE,
							  .receiver = &bench->receiver,
							  .tag = TRAFFIC});
	bench->next_ps += bench->gap_ps;
	if (bench->next_ps < 1.1 * (double)probe_each_ps * PROBES)
		events_add(&bench->events, llround(bench->next_ps), &bench->traffic, tag);
}

static void send_probe(void *context, uint64_t number, int64_t now_ps)
{
	struct bench *bench = context;

	plane_send(&bench->plane,
		   &(struct plane_message){
			   .route = bench->route, .hops = 2, .bytes = PROBE, .receiver = &bench->receiver});
	if (number < PROBES) /* not in step with the traffic */
		events_add(&bench->events, now_ps + probe_each_ps * 9 / 10 + (int64_t)(number * 7919 % 4001) * 1000,
			   &bench->probe, number + 1);
}

/* The mean time of a small read, without its transfer, in ns, while the links carry so much. */
static double loaded_ns(const struct loaded *loaded, double bytes_per_s, bool same_priority)
{
	struct bench bench = {.route = {0, 1}};
	const struct plane_link link = {.bandwidth_bps = loaded_bandwidth_bps(loaded),
					.latency_ps = loaded_idle_ps(loaded) / 2,
					.loaded = loaded,
					.window_ps = INT64_C(100000000)};
	const struct plane_link links[2] = {link, link};
	const double probes_bytes_per_s = PROBE / ((double)probe_each_ps / 1e12);
	struct err err = {""};
	double ns;

	bench.receiver = (struct plane_receiver){take, &bench};
	bench.traffic = (struct event_handler){send_traffic, &bench};
	bench.probe = (struct event_handler){send_probe, &bench};
	CU_ASSERT_EQUAL_FATAL(events_init(&bench.events, &err), 0);
	CU_ASSERT_EQUAL_FATAL(plane_init(&bench.plane, &bench.events, links, 2, same_priority, &err), 0);
	if (bytes_per_s > 0) {
		bench.gap_ps = 1e12 * PAGE / (bytes_per_s - probes_bytes_per_s);
		events_add(&bench.events, 0, &bench.traffic, TRAFFIC);
	}
	events_add(&bench.events, INT64_C(1000000000), &bench.probe, 0); /* after 10 windows */
	CU_ASSERT_EQUAL_FATAL(events_run(&bench.events, EVENTS_END, &err), 0);
	ns = (bench.sum_ps / bench.probes - (double)transfer_ps(PROBE, link.bandwidth_bps)) / 1000;
	plane_free(&bench.plane);
	events_free(&bench.events);
	return ns;
}

/* Within 1 % of the file, in both orders of priority; the knee too. */
static void each_point_is_backed_out(void)
{
	static const char *const files[] = {device, socket_falling};

	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		struct loaded loaded;

		read_curve(files[i], &loaded);
		for (size_t n = 0; n < loaded.count; n++)
			for (int same = 0; same < 2; same++) {
				const double ns = loaded_ns(&loaded, loaded.point[n].bytes_per_s, same);
				const double file_ns = (double)loaded.point[n].ps / 1000;

				if (fabs(ns - file_ns) > 0.01 * file_ns)
					printf("\n  %.0f MB/s: %.2f ns, the file has %.2f\n",
					       loaded.point[n].bytes_per_s / 1e6, ns, file_ns);
				CU_ASSERT_TRUE(fabs(ns - file_ns) <= 0.01 * file_ns);
			}
		loaded_free(&loaded);
	}
}

/* Where the latency has risen half of its way: between the last two points, as in the file. */
static void the_knee_is_where_the_file_has_it(void)
{
	struct loaded loaded;
	double low = 0, high = 43.6e9;

	read_curve(device, &loaded);
	while (high - low > 1e7) {
		const double middle = (low + high) / 2;

		if (loaded_ns(&loaded, middle, true) < (107 + 370) / 2.0)
			low = middle;
		else
			high = middle;
	}
	/* 166 + 204 x share = 238.5 at 42.6 + 0.355 GB/s */
	CU_ASSERT_TRUE(fabs(low / 1e9 - 42.955) < 0.05);
	loaded_free(&loaded);
}

static void interpolates(void)
{
	struct loaded loaded;

	read_curve(device, &loaded);
	CU_ASSERT_EQUAL(loaded_ps(&loaded, 0), 107000);
	CU_ASSERT_EQUAL(loaded_ps(&loaded, 10.5e9), 113500);
	CU_ASSERT_EQUAL(loaded_ps(&loaded, 34e9), 134000);
	CU_ASSERT_EQUAL(loaded_ps(&loaded, 1e12), 370000);
	CU_ASSERT_EQUAL(loaded_bandwidth_bps(&loaded), UINT64_C(348800000000));
	loaded_free(&loaded);
	read_curve("100,10\n200,20\n", &loaded); /* commas, and no point at 0 */
	CU_ASSERT_EQUAL(loaded_ps(&loaded, 0), 10000);
	CU_ASSERT_EQUAL(loaded_idle_ps(&loaded), 10000);
	loaded_free(&loaded);
}

static void wrong_files(void)
{
	static const struct {
		const char *text, *error;
	} cases[] = {
		{"", "curve.txt: a curve has at least two points"},
		{"1 2\n", "curve.txt: a curve has at least two points"},
		{"1 2\n\n3\n", "curve.txt:3: expected a bandwidth in MB/s and a latency in ns, found one word"},
		{"1 2 3\n", "curve.txt:1: expected a bandwidth in MB/s and a latency in ns, found more"},
		{"1 2\n1 3\n", "curve.txt:2: each bandwidth must be below, or each above, the one before"},
		{"1 2\n2 3\n2 4\n", "curve.txt:3: each bandwidth must be above the one before"},
		{"1 2\n2 1\n", "curve.txt:2: a latency must not fall as its bandwidth rises"},
		{"5 9\n4 8\n3 9\n", "curve.txt:3: a latency must not fall as its bandwidth rises"},
		{"1 -2\n", "curve.txt:1: '-2' is not a number from 0 to 1e+12"},
		{"nan 2\n", "curve.txt:1: 'nan' is not a number from 0 to 1e+09"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const char *path = test_path("curve.txt");
		struct loaded loaded;
		struct err err = {""};

		test_write_file(path, cases[i].text, strlen(cases[i].text));
		CU_ASSERT_EQUAL(loaded_read(&loaded, path, &err), ERR_USAGE);
		CU_ASSERT_PTR_NOT_NULL(strstr(err.text, cases[i].error));
		if (!strstr(err.text, cases[i].error))
			printf("\n  got  %s\n", err.text);
	}
}

CU_TestInfo loaded_tests[] = {
	{"each point of a curve is backed out within 1 %", each_point_is_backed_out},
	{"the knee is where the file has it", the_knee_is_where_the_file_has_it},
	{"between two points", interpolates},
	{"wrong files", wrong_files},
	CU_TEST_INFO_NULL,
};
