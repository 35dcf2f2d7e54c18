/* SPDX-License-Identifier: MIT */
/* Interconnects from measurements: worked out by hand. */
#include <stdio.h>
#include <string.h>

#include "fabric/measured.h"
#include "unit.h"

static FILE *text_of(const char *text)
{
	return fmemopen((void *)(uintptr_t)text, strlen(text), "r");
}

static int read_csv(struct measured *measured, const char *text, struct err *err)
{
	FILE *from = text_of(text);
	int status;

	*measured = (struct measured){.source = "a test"};
	status = measured_read_csv(measured, from, "reads.csv", err);
	fclose(from);
	return status;
}

/* 1000 ns and 2 ns a byte: 4 Gbit/s. */
static void two_sizes(void)
{
	int64_t latency_ns[MEASURED_QUANTILES];
	struct measured measured;
	uint64_t bandwidth_bps;
	struct err err;

	CU_ASSERT_EQUAL_FATAL(
		read_csv(&measured, "bytes,ns\n64,1128\n64,1228\n64,1328\n1064,3128\n1064,3228\n1064,3328\n", &err), 0);
	CU_ASSERT_EQUAL(measured.sizes, 2);
	CU_ASSERT_EQUAL_FATAL(measured_fabric(&measured, &bandwidth_bps, latency_ns, &err), 0);
	CU_ASSERT_EQUAL(bandwidth_bps, 4000000000);
	CU_ASSERT_EQUAL(latency_ns[0], 1000);
	CU_ASSERT_EQUAL(latency_ns[2], 1100);
	CU_ASSERT_EQUAL(latency_ns[MEASURED_QUANTILES - 1], 1200);
	measured_free(&measured);
}

static void quantiles(void)
{
	static const int64_t expected[MEASURED_QUANTILES] = {1, 26, 51, 76, 91, 100, 101};
	struct measured measured = {0};
	int64_t ns[101];
	struct err err;

	for (int i = 0; i < 101; i++)
		ns[i] = (i * 37) % 101 + 1;
	CU_ASSERT_EQUAL(measured_add(&measured, 4096, ns, 101, &err), 0);
	for (int i = 0; i < MEASURED_QUANTILES; i++)
		CU_ASSERT_EQUAL(measured.size[0].ns[i], expected[i]);
}

/* One size gives no bandwidth; with one, a read takes at least its bytes. */
static void one_size(void)
{
	int64_t latency_ns[MEASURED_QUANTILES];
	struct measured measured;
	uint64_t bandwidth_bps;
	struct err err;

	CU_ASSERT_EQUAL_FATAL(read_csv(&measured, "bytes,ns\n4000,500\n4000,900\n", &err), 0);
	CU_ASSERT_EQUAL(measured_fabric(&measured, &bandwidth_bps, latency_ns, &err), ERR_USAGE);
	measured.size[0].bandwidth_bps = 100000000000;
	CU_ASSERT_EQUAL(measured_fabric(&measured, &bandwidth_bps, latency_ns, &err), 0);
	CU_ASSERT_EQUAL(bandwidth_bps, 100000000000);
	CU_ASSERT_EQUAL(latency_ns[0], 180);
	measured.size[0].bandwidth_bps = 1000000000;
	CU_ASSERT_EQUAL(measured_fabric(&measured, &bandwidth_bps, latency_ns, &err), 0);
	CU_ASSERT_EQUAL(bandwidth_bps, 64000000000);
	CU_ASSERT_EQUAL(latency_ns[0], 1);
	CU_ASSERT_EQUAL(latency_ns[MEASURED_QUANTILES - 1], 400);
	measured_free(&measured);
}

/* The form of perftest's ib_read_lat -a. */
static void perftest(void)
{
	static const char
		text[] = "-------\n                    RDMA_Read Latency Test\n"
			 " #bytes #iterations    t_min[usec]    t_max[usec]  t_typical[usec]    t_avg[usec]    "
			 "t_stdev[usec]   99% percentile[usec]   99.9% percentile[usec]\n"
			 " 2       1000          1.59           4.80         1.64               1.65        "
			 "0.05            1.70                    4.80\n"
			 " 4098    1000          1.90           5.10         1.96               1.97        "
			 "0.05            2.10                    5.10\n-------\n";
	int64_t latency_ns[MEASURED_QUANTILES];
	struct measured measured = {.source = "a test"};
	uint64_t bandwidth_bps;
	struct err err;
	FILE *from = text_of(text);

	CU_ASSERT_EQUAL_FATAL(measured_read_perftest(&measured, from, "lat", &err), 0);
	fclose(from);
	CU_ASSERT_EQUAL(measured.sizes, 2);
	CU_ASSERT_EQUAL_FATAL(measured_fabric(&measured, &bandwidth_bps, latency_ns, &err), 0);
	CU_ASSERT_EQUAL(bandwidth_bps, 102400000000); /* 4096 bytes in 320 ns */
	CU_ASSERT_EQUAL(latency_ns[0], 1590);
	CU_ASSERT_EQUAL(latency_ns[2], 1640);
	CU_ASSERT_EQUAL(latency_ns[5], 1700);
	CU_ASSERT_EQUAL(latency_ns[6], 4800);
}

static void wrong_files(void)
{
	static const struct {
		const char *text, *says;
	} cases[] = {{"ns,bytes\n1,2\n", "reads.csv:1: the header"},
		     {"bytes,ns\n1;2\n", "reads.csv:2: '1;2'"},
		     {"bytes,ns\n8,100\n4,100\n", "sizes have to ascend"},
		     {"bytes,ns\n8,0\n", "from 1 to"},
		     {"bytes,ns\n-8,10\n", "is not BYTES"},
		     {"bytes,ns\n", "no reads"}};
	struct measured measured = {.source = "a test"};
	struct err err;
	FILE *from;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		CU_ASSERT_EQUAL(read_csv(&measured, cases[i].text, &err), ERR_USAGE);
		CU_ASSERT_PTR_NOT_NULL(strstr(err.text, cases[i].says));
		measured_free(&measured);
	}
	measured = (struct measured){.source = "a test"};
	from = text_of("nothing\n");
	CU_ASSERT_EQUAL(measured_read_perftest(&measured, from, "lat", &err), ERR_USAGE);
	fclose(from);
	from = text_of("2 1000 1.59 1.0 1.64 1.65 0.05 1.7 4.8\n");
	CU_ASSERT_EQUAL(measured_read_perftest(&measured, from, "lat", &err), ERR_USAGE);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "lat:1: times that do not ascend"));
	fclose(from);
}

CU_TestInfo measured_tests[] = {
	{"a latency and a bandwidth from two sizes", two_sizes},
	{"quantiles of 101 values", quantiles},
	{"one size", one_size},
	{"perftest's lines", perftest},
	{"files that are refused", wrong_files},
	CU_TEST_INFO_NULL,
};
