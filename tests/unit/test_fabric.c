/* SPDX-License-Identifier: MIT */
/* Presets and latency distributions. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "config/config.h"
#include "config/preset.h"
#include "fabric/latency.h"
#include "fabric/transfer.h"
#include "files.h"
#include "unit.h"

enum { SAMPLES = 200000 };

static void write_text(const char *path, const char *text)
{
	test_write_file(path, text, strlen(text));
}

static int read_config(const char *text, struct config *config, struct err *err)
{
	return config_read_text(&(struct config_text){"x.yaml", text, strlen(text)}, NULL, 0, config, err);
}

static void check_text(const char *got, const char *want)
{
	if (strcmp(got, want) != 0)
		printf("\n  got  %s\n  want %s\n", got, want);
	CU_ASSERT_STRING_EQUAL(got, want);
}

static void read_preset(const char *name, struct preset *preset)
{
	struct err err = {""};
	char *path;

	CU_ASSERT_EQUAL_FATAL(preset_find(PRESET_FABRIC, name, &path, &err), 0);
	CU_ASSERT_EQUAL_FATAL(preset_read(path, preset, &err), 0);
	free(path);
}

static void every_preset_loads(void)
{
	static const char *const wanted[] = {
		"cxl-asic",     "cxl-direct",  "cxl-fpga",  "cxl-loaded",       "cxl-pooled",
		"cxl-switched", "ib-edr",      "ib-fdr",    "ib-hdr",           "ib-ndr",
		"kona-rdma",    "numa-loaded", "nvme",      "pcie-ntb-gen3-x8", "pcie-ntb-gen4-x16",
		"pcie-switch",  "remote-numa", "roce-100g", "roce-cx5",         "tcp-10g",
		"tcp-40g",
	};
	struct shipped_names names;
	struct preset preset;
	struct err err;

	CU_ASSERT_EQUAL_FATAL(preset_names_read(PRESET_FABRIC, &names, &err), 0);
	CU_ASSERT_EQUAL_FATAL(names.count, sizeof(wanted) / sizeof(wanted[0]));
	for (size_t i = 0; i < names.count; i++) {
		CU_ASSERT_STRING_EQUAL(names.name[i], wanted[i]);
		read_preset(names.name[i], &preset);
		CU_ASSERT_TRUE(preset.summary[0] != '\0');
		CU_ASSERT_TRUE(preset.network.latency_ps > 0);
		CU_ASSERT_TRUE(preset.network.bandwidth_bps > 0);
		preset_free(&preset);
	}
	shipped_names_free(&names);
}

/* The closed form: 900 ns and 4096 bytes at 100 Gbit/s. */
static void uncontended_is_latency_and_bytes(void)
{
	struct preset preset;

	read_preset("ib-edr", &preset);
	CU_ASSERT_EQUAL(network_fetch_ps(&preset.network, 4096), 900000 + 327680);
	CU_ASSERT_EQUAL(network_fetch_ps(&preset.network, 0), 900000);
	preset.network.post_ps = 1;
	preset.network.setup_ps = 4096;
	preset.network.completion_ps = 10;
	CU_ASSERT_EQUAL(network_fetch_ps(&preset.network, 65536), 900000 + 5242880 + 4107);
	CU_ASSERT_EQUAL(network_fetch_ps(&preset.network, 64), 900000 + 5120 + 64 + 11);
	preset.network.bandwidth_bps = 1000000; /* the request's 64 bytes take 512 us, and its way 450 ns */
	CU_ASSERT_EQUAL(network_fetch_ps(&preset.network, 4096), 900000 + (512000000 - 450000) + 32768000000 + 4107);
	preset_free(&preset);
}

/*
 * A core that keeps 10 lines of 64 bytes in flight to memory 150 ns away copies 4.267 GB/s: a page of 64 lines takes
 * 960 ns. A copy that is no slower than the link changes nothing.
 */
static void a_copy_bounds_the_bandwidth(void)
{
	struct network network = {.latency_ps = 150000,
				  .bandwidth_bps = 237000000000,
				  .copy_bps = UINT64_C(10) * 64 * 8 * 1000000000 / 150,
				  .setup_ps = 4096};
	int64_t transfer = transfer_ps(4096, network.bandwidth_bps);

	CU_ASSERT_EQUAL(transfer_ps(4096, network.copy_bps), 960000);
	CU_ASSERT_EQUAL(network_extra_ps(&network, 4096), 4096 + 960000 - transfer);
	CU_ASSERT_EQUAL(network_fetch_ps(&network, 4096), 150000 + 4096 + 960000);
	CU_ASSERT_EQUAL(network_fetch_ps(&network, 64), 150000 + 64 + 15000);
	network.copy_bps = network.bandwidth_bps;
	CU_ASSERT_EQUAL(network_fetch_ps(&network, 4096), 150000 + 4096 + transfer);
	network.copy_bps = 0;
	CU_ASSERT_EQUAL(network_fetch_ps(&network, 4096), 150000 + 4096 + transfer);
}

static void kona_within_five_percent(void)
{
	static const struct {
		uint64_t bytes;
		double us;
	} measured[] = {{64, 2.42}, {4096, 3.11}, {65536, 9.28}, {1048576, 98.93}};
	struct preset preset;

	read_preset("kona-rdma", &preset);
	for (size_t i = 0; i < sizeof(measured) / sizeof(measured[0]); i++) {
		double us = (double)network_fetch_ps(&preset.network, measured[i].bytes) / 1e6;

		CU_ASSERT_TRUE(fabs(us / measured[i].us - 1) < 0.05);
	}
	preset_free(&preset);
}

static void what_is_given_goes_before_the_preset(void)
{
	const char *path = test_path("own.yaml");
	struct config config;
	struct err err;
	char text[512];

	write_text(path, "latency: 7us\nbandwidth: 8Gbps\ncompletion: 5ns\njitter: lognormal\nsigma: 0.5\n");
	snprintf(text, sizeof(text),
		 "fabric: {preset: %s, bandwidth: 9Gbps}\nservice: {preset: tcp-40g}\n"
		 "donors: {backing: nvme, read_bandwidth: 5Gbps, write_latency: 3us}\nvms: [{trace: a}]\n",
		 path);
	CU_ASSERT_EQUAL_FATAL(read_config(text, &config, &err), 0);
	CU_ASSERT_EQUAL(config.fabric.latency_ps, 7000000);
	CU_ASSERT_EQUAL(config.fabric.bandwidth_bps, 9000000000);
	CU_ASSERT_EQUAL(config.fabric.post_ps, 0);
	CU_ASSERT_EQUAL(config.fabric.completion_ps, 5000);
	CU_ASSERT_EQUAL(config.fabric.sigma, 0.5);
	CU_ASSERT_EQUAL(config.service.bandwidth_bps, 37700000000);
	CU_ASSERT_EQUAL(config.donors.store.latency_ps, 83720000);
	CU_ASSERT_EQUAL(config.donors.store.bandwidth_bps, 5000000000);
	CU_ASSERT_EQUAL(config.donors.write_latency_ps, 3000000);
	CU_ASSERT_EQUAL(config.donors.write_bandwidth_bps, 8400000000);
	CU_ASSERT_EQUAL(config.donors.store_queue, 1024);
	CU_ASSERT_STRING_EQUAL(config.donors.store.jitter, "constant");
	config_free(&config);
	CU_ASSERT_EQUAL_FATAL(read_config("donors: {backing: tcp-10g}\nvms: [{trace: a}]\n", &config, &err), 0);
	CU_ASSERT_EQUAL(config.donors.write_latency_ps, config.donors.store.latency_ps);
	CU_ASSERT_EQUAL(config.donors.write_bandwidth_bps, config.donors.store.bandwidth_bps);
	config_free(&config);
	CU_ASSERT_EQUAL(read_config("donors: {store_queue: 5}\nvms: [{trace: a}]\n", &config, &err), ERR_USAGE);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "donors.store_queue: there is no backing store"));
	CU_ASSERT_EQUAL_FATAL(read_config("donors: {backing: none}\nvms: [{trace: a}]\n", &config, &err), 0);
	CU_ASSERT_EQUAL(config.donors.store.bandwidth_bps, 0);
	config_free(&config);
}

#define KNOWN                                                                                                    \
	"cxl-asic, cxl-direct, cxl-fpga, cxl-loaded, cxl-pooled, cxl-switched, ib-edr, ib-fdr, ib-hdr, ib-ndr, " \
	"kona-rdma, numa-loaded, nvme, pcie-ntb-gen3-x8, "                                                       \
	"pcie-ntb-gen4-x16, pcie-switch, "                                                                       \
	"remote-numa, roce-100g, roce-cx5, tcp-10g, tcp-40g"
#define FILES "; a file has a '/' in its name or .yaml at its end"

static void unknown_presets(void)
{
	static const char *const cases[][2] = {
		{"fabric: {preset: ib-edx}\n",
		 "x.yaml:1:18: fabric.preset: 'ib-edx' is not one of " KNOWN " (did you mean 'ib-edr'?)" FILES},
		{"fabric: {preset: ''}\n", "x.yaml:1:18: fabric.preset: '' is not one of " KNOWN FILES},
		{"service:\n  preset: carrier-pigeon\n",
		 "x.yaml:2:11: service.preset: 'carrier-pigeon' is not one of " KNOWN FILES},
		{"donors: {backing: nvm}\n",
		 "x.yaml:1:19: donors.backing: 'nvm' is not one of " KNOWN " (did you mean 'nvme'?)" FILES},
		{"sweep: {fabric.preset: [ib-fdr, ib-sdr]}\n",
		 "x.yaml:1:33: fabric.preset: 'ib-sdr' is not one of " KNOWN " (did you mean 'ib-edr'?)" FILES},
		{"sweep: {donors.backing: [none, nvme, x/y]}\n",
		 "x.yaml:1:38: donors.backing: x/y: No such file or directory"},
		{"fabric: {preset: a.yaml}\n", "x.yaml:1:18: fabric.preset: a.yaml: No such file or directory"},
		{"fabric: {preset: /no/where}\n", "x.yaml:1:18: fabric.preset: /no/where: No such file or directory"},
	};
	struct config config;
	struct err err;
	char text[256];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(text, sizeof(text), "%svms: [{trace: a}]\n", cases[i][0]);
		CU_ASSERT_EQUAL(read_config(text, &config, &err), ERR_USAGE);
		check_text(err.text, cases[i][1]);
	}
}

static void errors_in_presets(void)
{
	static const char *const cases[][2] = {
		{"bandwidth: 1Gbps\n", ": latency: missing (time of a small read, request and response together; or a "
				       "table of latencies under jitter)"},
		{"bandwidth: 1Gbps\njitter: /no/where\n", ": jitter: /no/where: No such file or directory"},
		{"latency: 1us\n", ": bandwidth: missing (bandwidth of one link in one direction; or a curve)"},
		{"summary: s\n\nlatency:  900\n", ":3:11: latency: '900' has no unit (ns, us, ms, s)"},
		{"summary: [s]\n", ":1:10: summary: expected a string, found a list"},
		{"latncy: 1us\n", ":1:1: unknown key 'latncy' (did you mean 'latency'?)"},
		{"preset: tcp-10g\n",
		 ":1:1: unknown key 'preset' (allowed: summary, latency, bandwidth, setup, copy, post, "
		 "completion, jitter, sigma, curve, window, sharing, page, "
		 "request, transport, write_latency, write_bandwidth)"},
		{"sweep: {}\n", ":1:1: unknown key 'sweep' (allowed: summary, latency, bandwidth, setup, copy, post, "
				"completion, jitter, sigma, curve, window, sharing, page, "
				"request, transport, write_latency, write_bandwidth)"},
		{"- latency\n", ":1:1: expected a mapping, found a list"},
		{"latency: 1us\nlatency: 2us\n", ":2:1: duplicate key 'latency' (first at 1:1)"},
		{"latency: {\n", ":2:1: not YAML: did not find expected node content, while parsing a flow node"},
	};
	const char *path = test_path("wrong.yaml");
	struct preset preset;
	struct err err;
	char want[512];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		write_text(path, cases[i][0]);
		CU_ASSERT_EQUAL(preset_read(path, &preset, &err), ERR_USAGE);
		snprintf(want, sizeof(want), "%s%s", path, cases[i][1]);
		check_text(err.text, want);
	}
}

/* The folder that $MEGAVM_FABRICS names comes before the one that ships; a name in both is its own. */
static void own_folder(void)
{
	char *before = getenv("MEGAVM_FABRICS") ? strdup(getenv("MEGAVM_FABRICS")) : NULL;
	char folder[512], *slash;
	struct preset preset;
	struct err err;
	char *path;

	snprintf(folder, sizeof(folder), "%s", test_path("mine.yaml"));
	write_text(folder, "summary: mine\nlatency: 3us\nbandwidth: 1Gbps\n");
	slash = strrchr(folder, '/');
	*slash = '\0';
	setenv("MEGAVM_FABRICS", folder, 1);
	read_preset("mine", &preset);
	CU_ASSERT_EQUAL(preset.network.latency_ps, 3000000);
	preset_free(&preset);
	CU_ASSERT_EQUAL(preset_find(PRESET_FABRIC, "ib-edr", &path, &err), 0);
	CU_ASSERT_PTR_NULL(strstr(path, folder));
	free(path);
	write_text(test_path("ib-edr.yaml"), "summary: other\nlatency: 3us\nbandwidth: 1Gbps\n");
	CU_ASSERT_EQUAL(preset_find(PRESET_FABRIC, "ib-edr", &path, &err), 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(path, folder));
	free(path);
	setenv("MEGAVM_FABRICS", "/no/where", 1);
	CU_ASSERT_EQUAL(preset_find(PRESET_FABRIC, "nothing", &path, &err), ERR_FAILED);
	check_text(err.text, "the folder of presets, /no/where: No such file or directory");
	if (before)
		setenv("MEGAVM_FABRICS", before, 1);
	else
		unsetenv("MEGAVM_FABRICS");
	free(before);
}

/* A distribution, and what its latencies are drawn with. */
struct drawing {
	struct latency latency;
	struct rng rng;
};

static struct drawing start_at(int64_t latency_ps, char *jitter, double sigma, uint64_t seed)
{
	const struct network network = {.latency_ps = latency_ps, .jitter = jitter, .sigma = sigma};
	struct drawing drawing;
	struct err err = {""};

	CU_ASSERT_EQUAL_FATAL(latency_init(&drawing.latency, &network, &err), 0);
	CU_ASSERT_EQUAL_FATAL(latency_seed(&drawing.latency, &drawing.rng, seed, &err), 0);
	return drawing;
}

static struct drawing start(char *jitter, double sigma, uint64_t seed)
{
	return start_at(2000000, jitter, sigma, seed);
}

static int64_t draw(struct drawing *drawing)
{
	return latency_sample(&drawing->latency, &drawing->rng);
}

static void stop(struct drawing *drawing)
{
	latency_free(&drawing->latency);
	rng_free(&drawing->rng);
}

static char constant[] = "constant", lognormal[] = "lognormal";

static void constant_is_the_latency(void)
{
	struct drawing drawing = start(constant, 3, 1), still = start(lognormal, 0, 1);

	for (int i = 0; i < 100; i++) {
		CU_ASSERT_EQUAL(draw(&drawing), 2000000);
		CU_ASSERT_EQUAL(draw(&still), 2000000);
	}
	CU_ASSERT_EQUAL(latency_mean_ps(&drawing.latency), 2000000);
	stop(&drawing);
	stop(&still);
}

/*
 * The mean is the latency for every sigma, and the standard deviation of the logarithm is sigma: each within 4 standard
 * errors of its estimate, which are sqrt(exp(s^2) - 1) / sqrt(n) (relative) and s / sqrt(2n).
 */
static void lognormal_has_its_mean_and_sigma(void)
{
	static const double sigmas[] = {0.1, 0.5, 1};

	for (size_t i = 0; i < sizeof(sigmas) / sizeof(sigmas[0]); i++) {
		double sigma = sigmas[i], sum = 0, logs = 0, squares = 0;
		struct drawing drawing = start(lognormal, sigma, 7);

		for (int n = 0; n < SAMPLES; n++) {
			double ps = (double)draw(&drawing);

			sum += ps;
			logs += log(ps);
			squares += log(ps) * log(ps);
		}
		logs /= SAMPLES;
		CU_ASSERT_TRUE(fabs(sum / SAMPLES / 2e6 - 1) < 4 * sqrt(expm1(sigma * sigma) / SAMPLES));
		CU_ASSERT_TRUE(fabs(logs - (log(2e6) - sigma * sigma / 2)) < 4 * sigma / sqrt(SAMPLES));
		CU_ASSERT_TRUE(fabs(sqrt(squares / SAMPLES - logs * logs) - sigma) < 4 * sigma / sqrt(2.0 * SAMPLES));
		CU_ASSERT_EQUAL(latency_mean_ps(&drawing.latency), 2000000);
		stop(&drawing);
	}
}

static void widest_lognormal_stays_in_bounds(void)
{
	struct drawing drawing = start(lognormal, 10, 1);

	for (int n = 0; n < SAMPLES; n++) {
		int64_t ps = draw(&drawing);

		CU_ASSERT_TRUE_FATAL(ps >= 0 && ps <= INT64_C(1000000000000000));
	}
	stop(&drawing);
}

static int compare(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* A table of two straight pieces: its quantiles and its mean, 0.5 * 1.5 us + 0.5 * 6 us. */
static void table_has_its_quantiles(void)
{
	static const struct {
		double quantile, us;
	} cases[] = {{0.1, 1.2}, {0.25, 1.5}, {0.5, 2}, {0.75, 6}, {0.9, 8.4}};
	int64_t *samples = calloc(SAMPLES, sizeof(*samples));
	struct drawing drawing;
	char path[512];
	double sum = 0;

	CU_ASSERT_PTR_NOT_NULL_FATAL(samples);
	snprintf(path, sizeof(path), "%s", test_path("table.txt"));
	write_text(path, "# made up\n\n1us 0%\n  2us\t50%   # the median\r\n10us 100%");
	drawing = start_at(3750000, path, 0, 3);
	CU_ASSERT_EQUAL(latency_mean_ps(&drawing.latency), 3750000);
	for (int n = 0; n < SAMPLES; n++)
		sum += (double)(samples[n] = draw(&drawing));
	CU_ASSERT_TRUE(fabs(sum / SAMPLES / 3.75e6 - 1) < 0.01);
	qsort(samples, SAMPLES, sizeof(*samples), compare);
	CU_ASSERT_TRUE(samples[0] >= 1000000 && samples[SAMPLES - 1] <= 10000000);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		CU_ASSERT_TRUE(fabs((double)samples[(int)(cases[i].quantile * SAMPLES)] / 1e6 / cases[i].us - 1) <
			       0.02);
	stop(&drawing);
	free(samples);
}

/* A latency that is given beside a table multiplies it: with the same random numbers, each draw by the same factor. */
static void table_is_scaled_to_the_latency(void)
{
	struct latency latency;
	struct drawing own, four;
	int64_t mean_ps;
	char path[512];
	struct err err;

	snprintf(path, sizeof(path), "%s", test_path("table.txt"));
	write_text(path, "1us 0%\n2us 50%\n10us 100%\n");
	CU_ASSERT_EQUAL(latency_table_mean(path, &mean_ps, &err), 0);
	CU_ASSERT_EQUAL(mean_ps, 3750000);
	own = start_at(mean_ps, path, 0, 3);
	four = start_at(4 * mean_ps, path, 0, 3);
	CU_ASSERT_EQUAL(latency_mean_ps(&four.latency), 15000000);
	for (int i = 0; i < 1000; i++)
		CU_ASSERT_TRUE(llabs(draw(&four) - 4 * draw(&own)) <= 2); /* each is rounded to a picosecond */
	stop(&own);
	stop(&four);
	write_text(path, "0us 0%\n0us 100%\n");
	CU_ASSERT_EQUAL(latency_init(&latency, &(struct network){.latency_ps = 1, .jitter = path}, &err), ERR_USAGE);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "its mean is 0: it cannot be scaled to another latency"));
	write_text(path, "0us 0%\n1us 99%\n1000s 100%\n");
	CU_ASSERT_EQUAL(latency_init(&latency, &(struct network){.latency_ps = 6000000000000, .jitter = path}, &err),
			ERR_USAGE);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "scaled to that mean, its largest latency would be more than 1000s"));
}

/* The latency of a configuration with a table: the one that is given at the same level or above it, otherwise the
 * table's own. */
static void a_table_and_a_latency(void)
{
	static const struct {
		const char *fabric;
		int64_t latency_ps;
	} cases[] = {
		{"jitter: %s", 3750000},
		{"jitter: %s, latency: 8us", 8000000},
		{"preset: %s", 3750000},
		{"preset: %s, latency: 8us", 8000000},
		{"preset: %s, jitter: constant", 3750000},
		{"preset: roce-100g, jitter: %s", 3750000},
	};
	char table[512], preset[512], yaml[1200], fabric[700];
	struct config config;
	struct err err = {""};

	snprintf(table, sizeof(table), "%s", test_path("table.txt"));
	snprintf(preset, sizeof(preset), "%s", test_path("measured.yaml"));
	write_text(table, "1us 0%\n2us 50%\n10us 100%\n");
	snprintf(yaml, sizeof(yaml), "bandwidth: 100Gbps\njitter: %s\n", table);
	write_text(preset, yaml);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(fabric, sizeof(fabric), cases[i].fabric,
			 strncmp(cases[i].fabric, "preset: %", 9) == 0 ? preset : table);
		snprintf(yaml, sizeof(yaml), "{fabric: {%s}, vms: [{trace: a}]}", fabric);
		CU_ASSERT_EQUAL_FATAL(
			config_read_text(&(struct config_text){"test", yaml, strlen(yaml)}, NULL, 0, &config, &err), 0);
		CU_ASSERT_EQUAL(config.fabric.latency_ps, cases[i].latency_ps);
		config_free(&config);
	}
}

static void seeds_decide(void)
{
	struct drawing a = start(lognormal, 0.5, 11), b = start(lognormal, 0.5, 11), c = start(lognormal, 0.5, 12);
	int differ = 0;

	for (int i = 0; i < 1000; i++) {
		int64_t ps = draw(&a);

		CU_ASSERT_EQUAL(ps, draw(&b));
		differ += ps != draw(&c);
	}
	CU_ASSERT_TRUE(differ > 990);
	stop(&a);
	stop(&b);
	stop(&c);
}

static void errors_in_tables(void)
{
	static const char *const cases[][2] = {
		{"", ": the last quantile must be 100%"},
		{"1us 0%\n2us 99%\n# end\n", ": the last quantile must be 100%"},
		{"1us 10%\n", ":1: the first quantile must be 0%"},
		{"1us 0%\n1 50%\n", ":2: '1' has no unit (ns, us, ms, s)"},
		{"1us 0%\n2us 50\n", ":2: '50' has no unit (%)"},
		{"1us 0%\n2us\n", ":2: expected a latency and a quantile, found one word"},
		{"1us 0% 3\n", ":1: expected a latency and a quantile, found more"},
		{"1us 0%\n2us 50%\n3us 50%\n", ":3: each quantile must be above the one before"},
		{"2us 0%\n1us 50%\n", ":2: each latency must be at least the one before"},
		{"1us 0%\n2us 101%\n", ":2: a quantile is at most 100%"},
		{"1us 0%\n1001s 100%\n", ":2: a latency is at most 1000s"},
	};
	char path[512], want[640];
	struct network network = {.jitter = path};
	struct latency latency;
	struct err err;

	snprintf(path, sizeof(path), "%s", test_path("wrong.txt"));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		write_text(path, cases[i][0]);
		CU_ASSERT_EQUAL(latency_init(&latency, &network, &err), ERR_USAGE);
		snprintf(want, sizeof(want), "%s%s", path, cases[i][1]);
		check_text(err.text, want);
	}
	snprintf(path, sizeof(path), "/no/where");
	CU_ASSERT_EQUAL(latency_init(&latency, &network, &err), ERR_USAGE);
	check_text(err.text, "/no/where: No such file or directory");
}

CU_TestInfo fabric_tests[] = {
	{"every preset loads", every_preset_loads},
	{"an uncontended fetch is latency and bytes over bandwidth", uncontended_is_latency_and_bytes},
	{"a copy by a core bounds the bandwidth", a_copy_bounds_the_bandwidth},
	{"kona-rdma is within 5 % of what was measured", kona_within_five_percent},
	{"what is given goes before the preset", what_is_given_goes_before_the_preset},
	{"unknown presets", unknown_presets},
	{"errors in presets", errors_in_presets},
	{"a folder of one's own", own_folder},
	{"constant", constant_is_the_latency},
	{"lognormal has its mean and sigma", lognormal_has_its_mean_and_sigma},
	{"the widest lognormal stays in bounds", widest_lognormal_stays_in_bounds},
	{"a table has its quantiles", table_has_its_quantiles},
	{"a table is scaled to the latency", table_is_scaled_to_the_latency},
	{"a table and a latency", a_table_and_a_latency},
	{"seeds decide", seeds_decide},
	{"errors in tables", errors_in_tables},
	CU_TEST_INFO_NULL,
};
