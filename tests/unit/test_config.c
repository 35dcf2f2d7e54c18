/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "config/config.h"
#include "config/tables.h"
#include "placement/placement.h"
#include "policy/policy.h"
#include "prefetch/prefetch.h"
#include "unit.h"

static const char minimal[] = "vms: [{trace: a.mvt}]\n";

static int read_with(const char *text, const char *set, struct config *config, struct err *err)
{
	return config_read_text(&(struct config_text){"x.yaml", text, strlen(text)}, &set, set ? 1 : 0, config, err);
}

static char *print(const struct config *config)
{
	char *text = NULL;
	struct err err;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	CU_ASSERT_PTR_NOT_NULL_FATAL(to);
	CU_ASSERT_EQUAL(config_print(config, to, &err), 0);
	fclose(to);
	return text;
}

static void defaults(void)
{
	struct config config;
	struct err err;

	CU_ASSERT_EQUAL_FATAL(read_with(minimal, NULL, &config, &err), 0);
	CU_ASSERT_EQUAL(config.seed, 1);
	CU_ASSERT_EQUAL(config.ips, 2000000000);
	CU_ASSERT_EQUAL(config.fault.exit_ps, 0);
	CU_ASSERT_EQUAL(config.fabric.latency_ps, 900000);
	CU_ASSERT_EQUAL(config.fabric.bandwidth_bps, 100000000000);
	CU_ASSERT_STRING_EQUAL(config.fabric.preset, "ib-edr");
	CU_ASSERT_STRING_EQUAL(config.fabric.jitter, "constant");
	CU_ASSERT_EQUAL(config.fabric.sharing, SHARING_FIFO);
	CU_ASSERT_EQUAL(config.fabric.page_bytes, 4096);
	CU_ASSERT_EQUAL(config.service_mode, SERVICE_NONE);
	CU_ASSERT_EQUAL(config.cluster.hypervisors, 4);
	CU_ASSERT_EQUAL(config.cluster.memory_bytes, 8ULL << 30);
	CU_ASSERT_EQUAL(config.cluster.topology, TOPOLOGY_SWITCH);
	CU_ASSERT_EQUAL(config.cluster.hop_ps, 90000);
	CU_ASSERT_STRING_EQUAL(placement_name(config.donors.placement), "most-free");
	CU_ASSERT_EQUAL(config.donors.replicas, 1);
	CU_ASSERT_STRING_EQUAL(policy_name(config.policy), "lru");
	CU_ASSERT_STRING_EQUAL(prefetch_name(config.prefetch), "none");
	CU_ASSERT_EQUAL_FATAL(config.vm_count, 1);
	CU_ASSERT_STRING_EQUAL(config.vms[0].name, "a");
	CU_ASSERT_EQUAL(config.vms[0].local.fraction, 1);
	CU_ASSERT_EQUAL(config.vms[0].count, 1);
	CU_ASSERT_EQUAL(config.vms[0].repeats, 1);
	CU_ASSERT_EQUAL(config.vms[0].policy, config.policy);
	config_free(&config);
}

static const char whole[] = "cpu: {ips: 3e9}\n"
			    "fabric: {latency: 1.5us, page: 2MiB, jitter: lognormal, sigma: 0.3}\n"
			    "service: {preset: tcp-10g, latency: 20us}\n"
			    "donors: {placement: multinode-lru, backing: none}\n"
			    "vms:\n"
			    "  - &first {trace: t/b.mvt, host: 3, local: 64MiB, repeats: 3, policy: lru}\n"
			    "  - *first\n"
			    "traffic: [{network: service, from: 1, to: 0, rate: 8Gbps}]\n"
			    "events: [{at: 2ms, fail: 3}, {at: 5ms, join: 4}, {at: 6ms, leave: 4}]\n"
			    "sweep:\n"
			    "  fabric.latency: [100ns, 1us]\n"
			    "  vms.local: {from: 10%, to: 100%, steps: 10}\n"
			    "  service: [shared, own]\n"
			    "  vms.1.trace: ['', ~x, 'null', \"a\\tb\", 'it''s', 'é']\n"
			    "  fabric.bandwidth: {from: 1Gbps, to: 100Gbps, steps: 3, scale: log}\n"
			    "  fault.exit , vms.1.local: [[1us, 10%], [2us, 8MiB], [3us, 30%]]\n";

static void every_part(void)
{
	struct config config;
	struct err err;

	CU_ASSERT_EQUAL_FATAL(read_with(whole, NULL, &config, &err), 0);
	CU_ASSERT_EQUAL(config.ips, 3000000000);
	CU_ASSERT_EQUAL(config.fabric.latency_ps, 1500000);
	CU_ASSERT_EQUAL(config.fabric.bandwidth_bps, 100000000000);
	CU_ASSERT_EQUAL(config.fabric.page_bytes, 2 << 20);
	CU_ASSERT_EQUAL(config.service_mode, SERVICE_OWN);
	CU_ASSERT_EQUAL(config.service.latency_ps, 20000000);
	CU_ASSERT_STRING_EQUAL(placement_name(config.donors.placement), "multinode-lru");
	CU_ASSERT_EQUAL_FATAL(config.vm_count, 2);
	CU_ASSERT_STRING_EQUAL(config.vms[1].name, "b");
	CU_ASSERT_TRUE(config.vms[1].local.is_size);
	CU_ASSERT_EQUAL(config.vms[1].host, 3);
	CU_ASSERT_EQUAL(config.traffic_count, 1);
	CU_ASSERT_EQUAL(config.traffic[0].network, TRAFFIC_SERVICE);
	CU_ASSERT_EQUAL_FATAL(config.event_count, 3);
	CU_ASSERT_EQUAL(config.events[1].action, ACTION_JOIN);
	CU_ASSERT_EQUAL(config.events[1].hypervisor, 4);
	CU_ASSERT_EQUAL(config.events[2].action, ACTION_LEAVE);
	CU_ASSERT_EQUAL_FATAL(config.sweep_count, 6);
	CU_ASSERT_EQUAL(config.sweep[0].value_count, 2);
	CU_ASSERT_STRING_EQUAL(config.sweep[0].values[1], "1us");
	CU_ASSERT_EQUAL(config.sweep[1].steps, 10);
	CU_ASSERT_EQUAL(config.sweep[1].scale, SCALE_LINEAR);
	CU_ASSERT_STRING_EQUAL(config.sweep[1].from, "10%");
	CU_ASSERT_EQUAL(config.sweep[4].scale, SCALE_LOG);
	CU_ASSERT_EQUAL_FATAL(config.sweep[5].key_count, 2);
	CU_ASSERT_STRING_EQUAL(config.sweep[5].keys[1], "vms.1.local");
	CU_ASSERT_EQUAL(config.sweep[5].value_count, 3);
	CU_ASSERT_STRING_EQUAL(config.sweep[5].values[3], "8MiB");
	config_free(&config);
}

static void printed_reads_back(void)
{
	const char *const texts[] = {minimal, whole, "service: shared\nvms: [{trace: a}]\n"};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct config config, again;
		char *first, *second;
		struct err err;

		CU_ASSERT_EQUAL_FATAL(read_with(texts[i], NULL, &config, &err), 0);
		first = print(&config);
		CU_ASSERT_EQUAL_FATAL(read_with(first, NULL, &again, &err), 0);
		second = print(&again);
		CU_ASSERT_STRING_EQUAL(first, second);
		CU_ASSERT_EQUAL(config.service_mode, again.service_mode);
		CU_ASSERT_EQUAL(config.fabric.latency_ps, again.fabric.latency_ps);
		CU_ASSERT_EQUAL(config.sweep_count, again.sweep_count);
		free(first);
		free(second);
		config_free(&config);
		config_free(&again);
	}
}

static void errors_in_the_file(void)
{
	static const struct {
		const char *text, *error;
	} cases[] = {
		{"", "x.yaml:1:1: empty: a configuration names at least one VM under 'vms'"},
		{"# nothing\n", "x.yaml:1:1: empty: a configuration names at least one VM under 'vms'"},
		{"seed: 1\n", "x.yaml: vms: missing (a configuration names at least one VM)"},
		{"seed: 1\nvms: []\n", "x.yaml:2:6: vms: empty (a configuration names at least one VM)"},
		{"vms: [{local: 5%}]", "x.yaml:1:7: vms.0.trace: missing (the trace that it replays)"},
		{"vms: [{trace: ''}]", "x.yaml:1:7: vms.0.trace: missing (the trace that it replays)"},
		{"- 1\n", "x.yaml:1:1: expected a mapping, found a list"},
		{"vms\n", "x.yaml:1:1: expected a mapping, found 'vms'"},
		{"vms: {trace: a}\n", "x.yaml:1:6: vms: expected a list, found a mapping"},
		{"vms:\n", "x.yaml:1:5: vms: expected a list, found nothing"},
		{"vms: [a]\n", "x.yaml:1:7: vms.0: expected a mapping, found 'a'"},
		{"vms: &a [*a]\n", "x.yaml:1:6: vms.0: expected a mapping, found a list"},
		{"fault: 5ns\n", "x.yaml:1:8: fault: expected a mapping, found '5ns'"},
		{"fabric: {latency: 1us}\ncluster: {platform: a.xml}\nvms: [{trace: a}]\n",
		 "x.yaml:1:19: fabric.latency: it has no effect: the links of cluster.platform (a.xml) have their own"},
		{"cluster: {platform: a.xml}\nservice: {bandwidth: 1Gbps}\nvms: [{trace: a}]\n",
		 "x.yaml:2:22: service.bandwidth: it has no effect: the links of cluster.platform (a.xml) have their "
		 "own"},
		{"service: {jitter: lognormal}\nvms: [{trace: a}]\n",
		 "x.yaml:1:19: service.jitter: it has no effect: the service network carries no pages"},
		{"fabric:\n  latency: 900\n", "x.yaml:2:12: fabric.latency: '900' has no unit (ns, us, ms, s)"},
		{"fabric:\n  latency: {a: b}\n", "x.yaml:2:12: fabric.latency: expected a duration, found a mapping"},
		{"fabric:\n  latency:\n", "x.yaml:2:11: fabric.latency: expected a duration, found nothing"},
		{"vms: [{trace: ~}]\n", "x.yaml:1:15: vms.0.trace: expected a string, found '~'"},
		{"vms: [{trace: \"a\\0b\"}]\n", "x.yaml:1:15: vms.0.trace: 'a' is followed by a zero byte"},
		{"fabric: {sharing: fifi}",
		 "x.yaml:1:19: fabric.sharing: 'fifi' is not one of fifo, fluid (did you mean 'fifo'?)"},
		{"fabric: {page: 8KiB}", "x.yaml:1:16: fabric.page: '8KiB' is not one of 4KiB, 64KiB, 2MiB"},
		{"cluster: {hypervisors: 0}", "x.yaml:1:24: cluster.hypervisors: '0' is out of range (1 to 65536)"},
		{"seed: 1\npolcy: lru\n", "x.yaml:2:1: unknown key 'polcy' (did you mean 'policy'?)"},
		{"fault: {exot: 1ns}\n", "x.yaml:1:9: unknown key 'fault.exot' (did you mean 'exit'?)"},
		{"fault: {zebra: 1ns}\n",
		 "x.yaml:1:9: unknown key 'fault.zebra' (allowed: preset, exit, handler, lookup, map, minor, handlers, "
		 "capacity, base, buffer)"},
		{"fault: {ex.it: 1ns}\n", "x.yaml:1:9: unknown key 'fault.ex.it' (did you mean 'exit'?)"},
		{"vms: [{trace: a, locla: 5%}]", "x.yaml:1:18: unknown key 'vms.0.locla' (did you mean 'local'?)"},
		{"[a, b]: 1\n", "x.yaml:1:1: a key must be a word, found a list"},
		{"fault: {<<: {map: 1ns}}\n",
		 "x.yaml:1:9: unknown key 'fault.<<' (allowed: preset, exit, handler, lookup, map, minor, handlers, "
		 "capacity, base, buffer)"},
		{"seed: 1\npolicy: lru\nseed: 2\n", "x.yaml:3:1: duplicate key 'seed' (first at 1:1)"},
		{"vms: [{trace: a, trace: b}]\n", "x.yaml:1:18: duplicate key 'trace' (first at 1:8)"},
		{"vms: [{trace: a}\nseed: 4",
		 "x.yaml:2:1: not YAML: did not find expected ',' or ']', while parsing a flow sequence"},
		{"vms: *nobody\n", "x.yaml:1:6: not YAML: found undefined alias"},
		{"seed: 1\nname: \xff\n", "x.yaml:2:7: not YAML: invalid leading UTF-8 octet"},
		{"vms: [{trace: a}]\n---\nseed: 2\n", "x.yaml:3:1: a second document: only one is allowed"},
		{"vms: [{trace: a, host: 4}]\n", "x.yaml:1:24: vms.0.host: there is no hypervisor 4 (0 to 3)"},
		{"vms: [{trace: a}]\nfabric: {jitter: lognormal}\n",
		 "x.yaml:2:18: fabric.jitter: 'lognormal' needs fabric.sigma as well"},
		{"vms: [{trace: a}]\ntraffic: [{network: service, from: 1, to: 0, rate: 1Gbps}]\n",
		 "x.yaml:2:21: traffic.0.network: 'service', but the configuration has no service network"},
		{"vms: [{trace: a}]\ntraffic: [{network: fabric, from: 1, to: 0}]\n",
		 "x.yaml:2:11: traffic.0.rate: missing (the rate at which it sends; or give a window)"},
		{"vms: [{trace: a}]\ntraffic: [{network: fabric, from: 1, to: 0, window: 1MiB, rate: 1Gbps}]\n",
		 "x.yaml:2:65: traffic.0.rate: it has no effect beside a window"},
		{"vms: [{trace: a}]\ntraffic: [{network: fabric, to: 0, rate: 1Gbps}]\n",
		 "x.yaml:2:11: traffic.0.from: missing (the sending hypervisor)"},
		{"vms: [{trace: a}]\nevents: [{at: 1ms}]\n",
		 "x.yaml:2:10: events.0: expected exactly one of fail, join, leave, found 0"},
		{"vms: [{trace: a}]\nevents: [{at: 1ms, fail: 1, join: 2}]\n",
		 "x.yaml:2:10: events.0: expected exactly one of fail, join, leave, found 2"},
		{"vms: [{trace: a}]\nevents: [{fail: 1}]\n", "x.yaml:2:10: events.0.at: missing (when it happens)"},
		{"sweep: {fabric.latncy: [1us]}\n",
		 "x.yaml:1:9: sweep: unknown key 'fabric.latncy' (did you mean 'fabric.latency'?)"},
		{"sweep: {fabric.latency: [1us, 3]}\n", "x.yaml:1:31: fabric.latency: '3' has no unit (ns, us, ms, s)"},
		{"sweep: {fabric.latency: [[1us]]}\n",
		 "x.yaml:1:26: fabric.latency: expected a duration, found a list"},
		{"sweep: {fabric.latency: []}\n", "x.yaml:1:25: fabric.latency: an empty list"},
		{"sweep: {fabric.latency: 1us}\n",
		 "x.yaml:1:25: fabric.latency: expected a list of values or {from, to, steps, scale}, found '1us'"},
		{"sweep: {fabric.latency: {from: 1ns, to: 1us}}\n",
		 "x.yaml:1:25: sweep.fabric.latency.steps: missing (number of values, both ends included)"},
		{"sweep: {fabric.latency: {from: 1ns, to: 1us, steps: 1}}\n",
		 "x.yaml:1:53: sweep.fabric.latency.steps: '1' is out of range (2 to 1e6)"},
		{"sweep: {fabric.latency: {from: 1, to: 1us, steps: 2}}\n",
		 "x.yaml:1:25: fabric.latency: from: '1' has no unit (ns, us, ms, s)"},
		{"sweep: {fabric.latency: {from: 0ns, to: 1us, steps: 2, scale: log}}\n",
		 "x.yaml:1:25: fabric.latency: from 0ns to 1us: a logarithmic range cannot hold 0"},
		{"sweep: {policy: {from: lru, to: lru, steps: 2}}\n",
		 "x.yaml:1:17: policy: has no ranges: list its values"},
		{"vms: [{trace: a}]\nsweep: {vms.local: {from: 1%, to: 1MiB, steps: 2}}\n",
		 "x.yaml:2:20: vms.local: from 1% to 1MiB: one is a percentage, the other a size"},
		{"vms: [{trace: a}]\nsweep: {vms.1.local: [1%]}\n", "x.yaml:2:9: sweep: there is no vms.1 (0 to 0)"},
		{"sweep: {\"fault.exit, fault.map\": [[1us, 2us], [3us]]}\n",
		 "x.yaml:1:47: fault.exit,fault.map: expected 2 values, one for each key, found 1"},
		{"sweep: {\"fault.exit, fault.map\": [1us]}\n",
		 "x.yaml:1:35: fault.exit,fault.map: expected a list of 2 values, one for each key, found '1us'"},
		{"sweep: {\"fault.exit, fault.map\": [[1us, 2]]}\n",
		 "x.yaml:1:41: fault.map: '2' has no unit (ns, us, ms, s)"},
		{"sweep: {\"fault.exit, fault.map\": {from: 1us, to: 2us, steps: 2}}\n",
		 "x.yaml:1:34: fault.exit,fault.map: keys that change together have no ranges: list their values"},
		{"sweep: {\"fault.exit, fault.exit\": [[1us, 2us]]}\n",
		 "x.yaml:1:9: sweep: 'fault.exit' is swept twice"},
		{"sweep: {\"fault.exit,\": [[1us, 2us]]}\n",
		 "x.yaml:1:9: sweep: unknown key '' ('megavm list options' lists them)"},
		{"sweep: {seed: [1, 2]}\n",
		 "x.yaml:1:9: sweep: 'seed' cannot be swept ('repeats: N' runs each point N times)"},
		{"sweep: [a]\n", "x.yaml:1:8: sweep: expected a mapping, found a list"},
	};
	struct config config;
	struct err err;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		CU_ASSERT_EQUAL(read_with(cases[i].text, NULL, &config, &err), ERR_USAGE);
		if (strcmp(err.text, cases[i].error) != 0)
			printf("\n  got  %s\n  want %s\n", err.text, cases[i].error);
		CU_ASSERT_STRING_EQUAL(err.text, cases[i].error);
	}
}

static void set_reaches_one_or_all(void)
{
	const char *sets[] = {"vms.local=25%", "vms.1.local=1GiB", "fabric.latency=2us", "vms.1.host=2"};
	const char *text = "vms: [{trace: a, local: 10%}, {trace: b}]\n";
	struct config config;
	struct err err;

	CU_ASSERT_EQUAL_FATAL(
		config_read_text(&(struct config_text){"x.yaml", text, strlen(text)}, sets, 4, &config, &err), 0);
	CU_ASSERT_EQUAL(config.vms[0].local.fraction, 0.25);
	CU_ASSERT_TRUE(config.vms[1].local.is_size);
	CU_ASSERT_EQUAL(config.vms[1].local.bytes, 1 << 30);
	CU_ASSERT_EQUAL(config.fabric.latency_ps, 2000000);
	CU_ASSERT_EQUAL(config.vms[1].host, 2);
	config_free(&config);
}

static void errors_in_set(void)
{
	static const char *const cases[][2] = {
		{"vms.local", "--set 'vms.local': expected KEY=VALUE"},
		{"vms.local=25", "--set vms.local: '25' has no unit (%, B, KiB, MiB, GiB, TiB)"},
		{"vms.1.local=25%", "--set vms.1.local: there is no vms.1 (0 to 0)"},
		{"vms.99999999999999999999999.local=25%",
		 "--set vms.99999999999999999999999.local: there is no vms.18446744073709551615 (0 to 0)"},
		{"vms.0.host=4", "--set vms.0.host: there is no hypervisor 4 (0 to 3)"},
		{"vms.locla=25%", "--set vms.locla: unknown key 'vms.locla' (did you mean 'vms.local'?)"},
		{"vms.=25%", "--set vms.: unknown key 'vms.' ('megavm list options' lists them)"},
		{"events.at=1ms", "--set events.at: the configuration has no events"},
		{"polcy=lru", "--set polcy: unknown key 'polcy' (did you mean 'policy'?)"},
		{"sweep=1", "--set sweep: unknown key 'sweep' ('megavm list options' lists them)"},
		{"=1", "--set : unknown key '' ('megavm list options' lists them)"},
	};
	struct config config;
	struct err err;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		CU_ASSERT_EQUAL(read_with(minimal, cases[i][0], &config, &err), ERR_USAGE);
		if (strcmp(err.text, cases[i][1]) != 0)
			printf("\n  got  %s\n  want %s\n", err.text, cases[i][1]);
		CU_ASSERT_STRING_EQUAL(err.text, cases[i][1]);
	}
}

static void service_is_one_of_three(void)
{
	struct config config;
	struct err err;

	CU_ASSERT_EQUAL_FATAL(read_with("service: shared\nvms: [{trace: a}]\n", NULL, &config, &err), 0);
	CU_ASSERT_EQUAL(config.service_mode, SERVICE_SHARED);
	config_free(&config);
	CU_ASSERT_EQUAL_FATAL(
		read_with("service: {latency: 1us}\nvms: [{trace: a}]\n", "service=shared", &config, &err), 0);
	CU_ASSERT_EQUAL(config.service_mode, SERVICE_SHARED);
	config_free(&config);
	CU_ASSERT_EQUAL_FATAL(read_with(minimal, "service.preset=tcp-10g", &config, &err), 0);
	CU_ASSERT_EQUAL(config.service_mode, SERVICE_OWN);
	config_free(&config);
}

/* A registry of two, the second with parameters. */
struct tuned {
	uint64_t depth;
	char *file;
};

static const struct option_row tuned_rows[] = {
	{.name = "depth",
	 .type = OPTION_COUNT,
	 .at = offsetof(struct tuned, depth),
	 .max = "9",
	 .def = "3",
	 .help = "how deep"},
	{.name = "file", .type = OPTION_STRING, .at = offsetof(struct tuned, file), .def = "f", .help = "which file"},
};

static const char *entry_name(int i)
{
	static const char *const names[] = {"plain", "tuned", NULL};

	return names[i];
}

static struct config_params entry_params(int i)
{
	return i == 1 ? (struct config_params){tuned_rows, 2, sizeof(struct tuned)}
		      : (struct config_params){NULL, 0, 0};
}

static const struct config_family families[] = {
	{"policies", offsetof(struct config, policy_params), entry_name, entry_params},
	{NULL, 0, NULL, NULL},
};

static int read_family(const char *text, const char *set, struct config *config, struct err *err)
{
	int status = config_init(config, "x.yaml", families, err);

	if (status < 0)
		return status;
	status = config_yaml(config, text, strlen(text), true, err);
	if (status == 0 && set)
		status = config_set(config, set, err);
	if (status == 0)
		status = config_finish(config, err);
	if (status < 0)
		config_free(config);
	return status;
}

static void parameters_of_a_registry(void)
{
	struct config config;
	struct tuned *tuned;
	struct err err;
	char *text;

	CU_ASSERT_EQUAL_FATAL(read_family("policies: {tuned: {depth: 5}}\nvms: [{trace: a}]\n", "policies.tuned.file=g",
					  &config, &err),
			      0);
	CU_ASSERT_PTR_NULL(config.policy_params[0]);
	tuned = config.policy_params[1];
	CU_ASSERT_EQUAL(tuned->depth, 5);
	CU_ASSERT_STRING_EQUAL(tuned->file, "g");
	text = print(&config);
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "\npolicies:\n  tuned:\n    depth: 5\n    file: g\nvms:\n"));
	free(text);
	config_free(&config);
	CU_ASSERT_EQUAL(read_family("policies: {tuned: {dept: 5}}\n", NULL, &config, &err), ERR_USAGE);
	CU_ASSERT_STRING_EQUAL(err.text, "x.yaml:1:20: unknown key 'policies.tuned.dept' (did you mean 'depth'?)");
	CU_ASSERT_EQUAL(read_family("policies: {tuned: {depth: 10}}\n", NULL, &config, &err), ERR_USAGE);
	CU_ASSERT_STRING_EQUAL(err.text, "x.yaml:1:27: policies.tuned.depth: '10' is out of range (at most 9)");
	CU_ASSERT_EQUAL(read_family("policies: {plain: {a: 1}}\n", NULL, &config, &err), ERR_USAGE);
	CU_ASSERT_STRING_EQUAL(err.text, "x.yaml:1:12: unknown key 'policies.plain' (allowed: tuned)");
}

/* Only the comment at the top of a file, without its # signs. */
static void leading_comment(void)
{
	static const struct {
		const char *above, *comment;
	} cases[] = {
		{"", ""},
		{"\n# later\n", ""},
		{"# one\n", "one"},
		{"#one\r\n#  two \t\r\n", "one\n two"},
		{"#\n# a\n#\n#\n# b\n\n# c\n", "a\nb"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct config config;
		char text[128];
		struct err err;

		snprintf(text, sizeof(text), "%s%s", cases[i].above, minimal);
		CU_ASSERT_EQUAL_FATAL(read_with(text, NULL, &config, &err), 0);
		CU_ASSERT_STRING_EQUAL(config.comment, cases[i].comment);
		config_free(&config);
	}
}

static void check_row(void *context, const char *name, const struct option_row *row)
{
	struct err err = {""};

	(void)context;
	if (row->def && option_check(row, row->def, &err) != 0) {
		printf("\n  %s: %s\n", name, err.text);
		CU_FAIL("a default that its own row refuses");
	}
	CU_ASSERT_TRUE(row->help && row->help[0]);
	CU_ASSERT_FALSE(row->def && row->optional);
}

static void every_row_is_sound(void)
{
	config_options(check_row, NULL);
}

CU_TestInfo config_tests[] = {
	{"defaults", defaults},
	{"every part", every_part},
	{"what is printed reads back as the same", printed_reads_back},
	{"every kind of error in the file", errors_in_the_file},
	{"--set reaches one or all", set_reaches_one_or_all},
	{"every kind of error in --set", errors_in_set},
	{"the service network is none, shared or its own", service_is_one_of_three},
	{"parameters of a registry's entries", parameters_of_a_registry},
	{"every row is sound", every_row_is_sound},
	{"the comment that opens a file", leading_comment},
	CU_TEST_INFO_NULL,
};
