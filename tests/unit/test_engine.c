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

/* An engine requires the key of a VM that names what it runs. */
static void inputs(void)
{
	static const char *const yaml[ENGINES] = {
		[ENGINE_SIMULATE] = "{engine: simulate, vms: [{trace: x, workload: w}]}",
		[ENGINE_BOCHS] = "{engine: bochs, vms: [{workload: x, trace: t}]}",
		[ENGINE_NATIVE] = "{engine: native, policy: fifo, vms: [{command: x, trace: t}]}",
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
	{"what an engine runs", inputs},
	CU_TEST_INFO_NULL,
};
