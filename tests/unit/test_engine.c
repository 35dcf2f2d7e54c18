/* SPDX-License-Identifier: MIT */
/* The table of engines: finding an engine, and what each engine refuses. */
#include <string.h>

#include "config/config.h"
#include "unit.h"

static void names(void)
{
	char all[ENGINE_NAMES];

	for (int i = 0; i < ENGINES; i++) {
		CU_ASSERT_PTR_EQUAL(engine_find(engines[i].name), &engines[i]);
		CU_ASSERT_PTR_NOT_NULL(strstr(engine_names(all), engine_name(i)));
		CU_ASSERT(!engines[i].replays || !engines[i].boots);
	}
	CU_ASSERT_PTR_NULL(engine_find("qemu"));
	CU_ASSERT_PTR_NULL(engine_find(""));
	CU_ASSERT_PTR_NULL(engine_name(ENGINES));
}

/* The emulator refuses it and names the key; the simulator, which models it, does not. */
static void refuses(const char *yaml, const char *key)
{
	static struct config config;
	struct err err = {""};

	CU_ASSERT_EQUAL_FATAL(
		config_read_text(&(struct config_text){"test", yaml, strlen(yaml)}, NULL, 0, &config, &err), 0);
	CU_ASSERT_EQUAL(engine_check(&engines[ENGINE_SIMULATE], &config, &err), 0);
	CU_ASSERT_EQUAL(engine_check(&engines[ENGINE_BOCHS], &config, &err), ERR_USAGE);
	CU_ASSERT_EQUAL(strncmp(err.text, key, strlen(key)), 0);
	config_free(&config);
}

static void refusals(void)
{
	refuses("{vms: [{trace: a.mvt}, {trace: b.mvt}]}", "vms:");
	refuses("{vms: [{trace: a.mvt, count: 2}]}", "vms:");
	refuses("{vms: [{trace: a.mvt}], cluster: {platform: a.xml}}", "cluster.platform:");
	refuses("{vms: [{trace: a.mvt}], cluster: {topology: fat-tree}}", "cluster.topology:");
	refuses("{vms: [{trace: a.mvt}], cluster: {topology: dragonfly}}", "cluster.topology:");
	refuses("{vms: [{trace: a.mvt}], fabric: {sharing: fluid}}", "fabric.sharing:");
	refuses("{vms: [{trace: a.mvt}], traffic: [{network: fabric, from: 0, to: 1, rate: 1Gbps}]}", "traffic:");
	refuses("{vms: [{trace: a.mvt}], events: [{at: 1ms, fail: 1}]}", "events:");
	refuses("{vms: [{trace: a.mvt}], policy: opt}", "opt:");
	refuses("{vms: [{trace: a.mvt}], prefetch: oracle}", "oracle:");
	refuses("{vms: [{trace: a.mvt}], cpu: {ips: 1e10}}", "cpu.ips:");
}

/* A pager sees only the touches that trap. */
static void traps(void)
{
	static const char *const yaml[] = {"{vms: [{trace: a.mvt}], policy: lru}",
					   "{vms: [{trace: a.mvt}], policy: fifo, prefetch: next-n}",
					   "{vms: [{trace: a.mvt}], policy: segmented-fifo}"};
	static const char *const key[] = {"policy: 'lru'", "prefetch: 'next-n'", NULL};
	static struct config config;
	struct err err = {""};

	for (int i = 0; i < 3; i++) {
		CU_ASSERT_EQUAL_FATAL(config_read_text(&(struct config_text){"test", yaml[i], strlen(yaml[i])}, NULL, 0,
						       &config, &err),
				      0);
		CU_ASSERT_EQUAL(engine_check(&engines[ENGINE_BOCHS], &config, &err), 0);
		CU_ASSERT_EQUAL(engine_check(&engines[ENGINE_NATIVE], &config, &err), key[i] ? ERR_USAGE : 0);
		CU_ASSERT(!key[i] || strncmp(err.text, key[i], strlen(key[i])) == 0);
		config_free(&config);
	}
}

/* Where the guest's own kernel pages, everything that would be another's choice is refused, by its key. */
static void kernels(void)
{
	static const struct {
		const char *yaml, *key; /* NULL: it is taken */
	} cases[] = {
		{"policy: linux", NULL},
		{"policy: linux, prefetch: linux-vma, prefetchers: {linux-vma: {cluster: 5}}", NULL},
		{"policy: linux, fabric: {preset: ib-edr, latency: 3us}", NULL},
		{"policy: lru", "policy: 'lru'"},
		{"policy: linux, prefetch: leap", "prefetch: 'leap'"},
		{"policy: linux, policies: {linux: {version: 5.0}}", "policies.linux.version"},
		{"policy: linux, policies: {linux: {kernel_memory: 4KiB}}", "policies.linux.kernel_memory"},
		{"policy: linux, policies: {linux: {batch: 64}}", "policies.linux.batch"},
		{"policy: linux, fault: {handler: 1us}", "fault"},
		{"policy: linux, fault: {preset: fastswap}", "fault"},
		{"policy: linux, fabric: {jitter: lognormal, sigma: 0.5}", "fabric.jitter"},
		{"policy: linux, fabric: {page: 64KiB}", "fabric.page"},
	};
	static struct config config;
	struct err err = {""};
	char yaml[256];

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const char *key = cases[i].key;

		snprintf(yaml, sizeof(yaml), "{engine: linux-swap, vms: [{workload: sort}], %s}", cases[i].yaml);
		CU_ASSERT_EQUAL_FATAL(
			config_read_text(&(struct config_text){"test", yaml, strlen(yaml)}, NULL, 0, &config, &err), 0);
		CU_ASSERT_EQUAL(engine_check(&engines[ENGINE_LINUX_SWAP], &config, &err), key ? ERR_USAGE : 0);
		CU_ASSERT(!key || strncmp(err.text, key, strlen(key)) == 0);
		config_free(&config);
	}
}

/* An engine requires the key of a VM that names what it runs. */
static void inputs(void)
{
	static const char *const yaml[ENGINES] = {
		[ENGINE_SIMULATE] = "{engine: simulate, vms: [{trace: x, workload: w}]}",
		[ENGINE_BOCHS] = "{engine: bochs, vms: [{workload: x, trace: t}]}",
		[ENGINE_NATIVE] = "{engine: native, policy: fifo, vms: [{command: x, trace: t}]}",
		[ENGINE_LINUX_SWAP] = "{engine: linux-swap, policy: linux, vms: [{workload: x, trace: t}]}",
	};
	static struct config config;
	struct err err = {""};

	for (int i = 0; i < ENGINES; i++) {
		char other[96];

		CU_ASSERT_EQUAL_FATAL(config_read_text(&(struct config_text){"test", yaml[i], strlen(yaml[i])}, NULL, 0,
						       &config, &err),
				      0);
		CU_ASSERT_PTR_EQUAL(engine_of(&config), &engines[i]);
		CU_ASSERT_STRING_EQUAL(engine_input(engine_of(&config), &config.vms[0]), "x");
		CU_ASSERT_EQUAL(engine_check(engine_of(&config), &config, &err), 0);
		config_free(&config);
		snprintf(other, sizeof(other), "{engine: %s, vms: [{name: n}]}", engines[i].name);
		CU_ASSERT_EQUAL(config_read_text(&(struct config_text){"test", other, strlen(other)}, NULL, 0, &config,
						 &err),
				ERR_USAGE);
		CU_ASSERT_PTR_NOT_NULL(strstr(err.text, engines[i].input));
	}
}

CU_TestInfo engine_tests[] = {
	{"names", names},
	{"what an engine refuses", refusals},
	{"what a pager refuses", traps},
	{"what a guest that pages itself refuses", kernels},
	{"what an engine runs", inputs},
	CU_TEST_INFO_NULL,
};
