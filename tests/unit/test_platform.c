/* SPDX-License-Identifier: MIT */
/* SimGrid can load one platform in a process. Therefore each test that loads one runs in a child, which counts the
 * failures. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gsl/gsl_randist.h>

#include "base/rng.h"
#include "base/time.h"
#include "child.h"
#include "cluster/driver.h"
#include "cluster/fluid.h"
#include "cluster/platform.h"
#include "files.h"
#include "unit.h"

#define SETS 8

/* Of the current test; it must not move after it was read. */
static struct config config;

static void configure(const char *const *sets)
{
	static const char text[] = "vms: [{trace: a.mvt}]\n";
	struct err err = {""};
	size_t n = 0;

	while (sets[n])
		n++;
	if (config_read_text(&(struct config_text){"test", text, strlen(text)}, sets, n, &config, &err) < 0)
		fprintf(stderr, "%s\n", err.text), abort();
}

static struct platform *load(const char *const *sets)
{
	struct platform *platform = NULL;
	struct err err = {""};

	configure(sets);
	if (platform_load(&platform, &config, &err) < 0)
		fprintf(stderr, "%s\n", err.text), abort();
	return platform;
}

static struct platform *load_file(const char *path)
{
	char option[600];

	snprintf(option, sizeof(option), "cluster.platform=%s", path);
	return load((const char *[SETS]){option});
}

static void unload(struct platform *platform)
{
	platform_free(platform);
	config_free(&config);
}

static struct platform_route route_of(struct platform *platform, enum platform_network network, uint32_t from,
				      uint32_t to)
{
	struct platform_route route = {NULL, 0};
	struct err err;

	CHECK(platform_route(platform, network, from, to, &route, &err) == 0);
	return route;
}

/* ---- generated topologies ---- */

struct shape {
	const char *topology;
	int hypervisors;
};

static uint32_t divide_up(uint32_t n, uint32_t by)
{
	return (n + by - 1) / by;
}

static uint32_t least_root(uint32_t n, int power)
{
	uint32_t side = 2;

	while (lround(pow(side, power)) < n)
		side++;
	return side;
}

/* The switches between two hypervisors, from the shapes that platform.h describes; a dragonfly's are 1, 2, or 2 to 4
 * between groups. */
static bool plausible(const struct shape *shape, uint32_t from, uint32_t to, uint32_t switches)
{
	const uint32_t n = (uint32_t)shape->hypervisors;

	if (strcmp(shape->topology, "fat-tree") == 0) {
		const uint32_t side = least_root(n, 2);

		return switches == (from / side == to / side ? 1 : 3);
	}
	if (strcmp(shape->topology, "dragonfly") == 0) {
		const uint32_t groups = least_root(n, 3), least = divide_up(n, groups * groups),
			       nodes = least < 2 ? 2 : least;

		if (from / nodes == to / nodes)
			return switches == 1;
		if (from / nodes / groups == to / nodes / groups)
			return switches == 2;
		return switches >= 2 && switches <= 4;
	}
	return switches == 1;
}

static bool share_a_server(const struct platform_link *links, struct platform_route a, struct platform_route b)
{
	for (uint32_t i = 0; i < a.count; i++)
		for (uint32_t j = 0; j < b.count; j++)
			if (a.links[i] == b.links[j] && links[a.links[i]].shared)
				return true;
	return false;
}

static void check_pair(struct platform *platform, const struct shape *shape, uint32_t from, uint32_t to)
{
	const int64_t latency = 900001, hop = 90000; /* odd: of it, a way has half, rounded down */
	struct platform_route there = route_of(platform, PLATFORM_FABRIC, from, to),
			      back = route_of(platform, PLATFORM_FABRIC, to, from);
	const int64_t sum = platform_latency_ps(platform, there);
	const uint32_t switches = (uint32_t)((sum - latency / 2) / hop) + 1;
	uint32_t count, servers = 0;
	const struct platform_link *links = platform_links(platform, &count);

	for (uint32_t i = 0; i < there.count; i++)
		servers += links[there.links[i]].shared;
	CHECK((sum - latency / 2) % hop == 0);
	CHECK(servers == (strcmp(shape->topology, "ntb-pair") == 0 ? 1 : switches + 1));
	CHECK(plausible(shape, from, to, switches));
	CHECK(platform_bandwidth_bps(platform, there) == 100000000000);
	CHECK(there.count == back.count && sum == platform_latency_ps(platform, back));
	CHECK(!share_a_server(links, there, back));
}

static void check_topology(const void *given)
{
	const struct shape *shape = given;
	char topology[64], hypervisors[64];
	struct platform *platform;
	uint32_t n;

	snprintf(topology, sizeof(topology), "cluster.topology=%s", shape->topology);
	snprintf(hypervisors, sizeof(hypervisors), "cluster.hypervisors=%d", shape->hypervisors);
	platform = load((const char *[SETS]){topology, hypervisors, "fabric.latency=900.001ns", "cluster.hop=90ns"});
	n = platform_hypervisors(platform);
	CHECK(n == (uint32_t)shape->hypervisors);
	CHECK(!platform_has(platform, PLATFORM_SERVICE));
	for (uint32_t from = 0; from<n; from += n> 64 ? 7 : 1) {
		CHECK(route_of(platform, PLATFORM_FABRIC, from, from).count == 0);
		for (uint32_t to = 0; to < n; to++)
			if (to != from)
				check_pair(platform, shape, from, to);
	}
	if (n > 1)
		CHECK(platform_latency_ps(platform, route_of(platform, PLATFORM_FABRIC, 0, 1)) == 450000);
	unload(platform);
}

static void every_topology_at_several_sizes(void)
{
	static const char *const topologies[] = {"switch", "fat-tree", "dragonfly", "pcie-switch"};
	static const int sizes[] = {1, 2, 3, 4, 5, 8, 9, 16, 17, 27, 64, 100, 256};

	for (size_t i = 0; i < sizeof(topologies) / sizeof(topologies[0]); i++)
		for (size_t j = 0; j < sizeof(sizes) / sizeof(sizes[0]); j++)
			CU_ASSERT_EQUAL(in_child(check_topology, &(struct shape){topologies[i], sizes[j]}), 0);
	CU_ASSERT_EQUAL(in_child(check_topology, &(struct shape){"ntb-pair", 2}), 0);
}

static void check_names(const void *given)
{
	struct platform *platform = load((const char *[SETS]){"cluster.hypervisors=12"});
	uint32_t count;
	const struct platform_link *links = platform_links(platform, &count);
	struct platform_route route = route_of(platform, PLATFORM_FABRIC, 2, 11);

	(void)given;
	CHECK(count == 24);
	CHECK(strcmp(links[route.links[0]].name, "fabric_link_2_UP") == 0);
	CHECK(strcmp(links[route.links[1]].name, "fabric_link_11_DOWN") == 0);
	CHECK(route_of(platform, PLATFORM_FABRIC, 2, 11).links == route.links);
	for (uint32_t i = 1; i < count; i++)
		CHECK(strverscmp(links[i - 1].name, links[i].name) < 0);
	unload(platform);
}

static void links_and_hosts_come_in_the_order_of_their_numbers(void)
{
	CU_ASSERT_EQUAL(in_child(check_names, NULL), 0);
}

static void check_two_networks(const void *given)
{
	struct platform *platform = load(
		(const char *[SETS]){"service.latency=20us", "service.bandwidth=10Gbps", "cluster.topology=fat-tree"});
	uint32_t count;
	const struct platform_link *links = platform_links(platform, &count);
	struct platform_route fabric = route_of(platform, PLATFORM_FABRIC, 0, 1),
			      service = route_of(platform, PLATFORM_SERVICE, 0, 1);

	(void)given;
	CHECK(platform_has(platform, PLATFORM_SERVICE));
	CHECK(platform_latency_ps(platform, fabric) == 450000);
	CHECK(platform_latency_ps(platform, service) == 10000000);
	CHECK(platform_bandwidth_bps(platform, service) == 10000000000);
	CHECK(!share_a_server(links, fabric, service));
	unload(platform);
}

static void the_service_network_has_links_of_its_own(void)
{
	CU_ASSERT_EQUAL(in_child(check_two_networks, NULL), 0);
}

static void check_joining(const void *given)
{
	static const char text[] = "vms: [{trace: a.mvt}]\nevents: [{at: 1ms, join: 6}]\n";
	struct platform *platform = NULL;
	struct err err;

	(void)given;
	CHECK(config_read_text(&(struct config_text){"test", text, strlen(text)}, NULL, 0, &config, &err) == 0);
	CHECK(platform_load(&platform, &config, &err) == 0);
	CHECK(platform_hypervisors(platform) == 7);
	CHECK(route_of(platform, PLATFORM_FABRIC, 0, 6).count == 2);
	unload(platform);
}

static void who_joins_later_is_there_from_the_start(void)
{
	CU_ASSERT_EQUAL(in_child(check_joining, NULL), 0);
}

static char *dump(size_t *size)
{
	char *text = NULL;
	FILE *file = open_memstream(&text, size);
	struct err err;

	CU_ASSERT_EQUAL(platform_write(&config, file, &err), 0);
	fclose(file);
	return text;
}

static void check_read_back(const void *given)
{
	struct platform *platform = load_file(given);
	struct platform_route far = route_of(platform, PLATFORM_FABRIC, 0, 15);

	CHECK(platform_hypervisors(platform) == 16);
	CHECK(far.count == 4);
	CHECK(platform_latency_ps(platform, far) == 901 * 1000 / 2 + 2 * 90000);
	unload(platform);
}

static void a_dump_is_the_same_twice_and_reads_back(void)
{
	size_t size, again;
	char *first, *second;

	configure((const char *[SETS]){"cluster.topology=fat-tree", "cluster.hypervisors=16", "fabric.latency=901ns"});
	first = dump(&size);
	second = dump(&again);
	CU_ASSERT_EQUAL(size, again);
	CU_ASSERT_STRING_EQUAL(first, second);
	test_write_file(test_path("dump.xml"), first, size);
	CU_ASSERT_EQUAL(in_child(check_read_back, test_path("dump.xml")), 0);
	free(first);
	free(second);
	config_free(&config);
}

static void an_ntb_pair_is_two(void)
{
	struct platform *platform;
	struct err err;

	configure((const char *[SETS]){"cluster.topology=ntb-pair", "cluster.hypervisors=3"});
	CU_ASSERT_EQUAL(platform_load(&platform, &config, &err), ERR_USAGE);
	CU_ASSERT_STRING_EQUAL(err.text, "cluster.hypervisors: 3, but cluster.topology ntb-pair joins exactly 2");
	config_free(&config);
}

static void check_second(const void *given)
{
	struct platform *platform = load((const char *[SETS]){"cluster.topology=fat-tree"}), *second;
	struct err err;

	(void)given;
	CHECK(platform_load(&second, &config, &err) == ERR_FAILED);
	CHECK(strstr(err.text, "has loaded a platform already") != NULL);
	unload(platform);
}

static void a_process_takes_one_platform(void)
{
	CU_ASSERT_EQUAL(in_child(check_second, NULL), 0);
}

/* ---- the user's own file ---- */

static void check_two_racks(const void *given)
{
	struct platform *platform = load_file(given);
	struct platform_route near = route_of(platform, PLATFORM_FABRIC, 4, 7),
			      far = route_of(platform, PLATFORM_FABRIC, 0, 7);
	struct platform_route other = route_of(platform, PLATFORM_FABRIC, 1, 6),
			      back = route_of(platform, PLATFORM_FABRIC, 7, 0);
	uint32_t count;
	const struct platform_link *links = platform_links(platform, &count);

	CHECK(platform_hypervisors(platform) == 8);
	CHECK(count == 18);
	CHECK(near.count == 2 && platform_latency_ps(platform, near) == 450000);
	CHECK(far.count == 3 && platform_latency_ps(platform, far) == 750000);
	CHECK(platform_bandwidth_bps(platform, far) == 100000000000);
	CHECK(share_a_server(links, far, other));
	CHECK(!share_a_server(links, far, back));
	unload(platform);
}

static void the_example_of_a_platform_file(void)
{
	const char *root = getenv("ROOT");
	char path[512];

	snprintf(path, sizeof(path), "%s/configs/platforms/two-racks.xml", root ? root : ".");
	CU_ASSERT_EQUAL(in_child(check_two_racks, path), 0);
}

#define HEAD                                                                                                  \
	"<?xml version=\"1.0\"?>\n<!DOCTYPE platform SYSTEM \"https://simgrid.org/simgrid.dtd\">\n<platform " \
	"version=\"4.1\">\n"
#define HOST(name)            "<host id=\"" name "\" speed=\"1Gf\"/>"
#define ZONE(routing, inside) HEAD "<zone id=\"z\" routing=\"" routing "\">" inside "</zone></platform>\n"
#define LINK(policy)          "<link id=\"l\" bandwidth=\"8Gbps\" latency=\"1us\" sharing_policy=\"" policy "\"/>"
#define WAY(to)               "<route src=\"a\" dst=\"" to "\"><link_ctn id=\"l\"/></route>"

static void check_policies(const void *given)
{
	struct platform *platform = load_file(given);
	const bool fat = strstr(given, "fat");
	struct platform_route there = route_of(platform, PLATFORM_FABRIC, 0, 1),
			      back = route_of(platform, PLATFORM_FABRIC, 1, 0);
	uint32_t count;
	const struct platform_link *links = platform_links(platform, &count);

	CHECK(there.count == 1 && back.count == 1 && there.links[0] == back.links[0]);
	CHECK(links[there.links[0]].shared == !fat);
	CHECK(links[there.links[0]].bandwidth_bps == 8000000000 && links[there.links[0]].latency_ps == 1000000);
	unload(platform);
}

static void a_shared_link_is_one_server_and_a_fat_pipe_none(void)
{
	static const char shared[] = ZONE("Full", HOST("a") HOST("b") LINK("SHARED") WAY("b"));
	static const char fat[] = ZONE("Full", HOST("a") HOST("b") LINK("FATPIPE") WAY("b"));

	test_write_file(test_path("shared.xml"), shared, sizeof(shared) - 1);
	CU_ASSERT_EQUAL(in_child(check_policies, test_path("shared.xml")), 0);
	test_write_file(test_path("fat.xml"), fat, sizeof(fat) - 1);
	CU_ASSERT_EQUAL(in_child(check_policies, test_path("fat.xml")), 0);
}

/* A platform that cannot be loaded leaves this process unchanged, so this test needs no child. */
static void expect_file_error(const char *path, const char *set, const char *expected)
{
	struct platform *platform;
	struct err err = {""};
	char option[600];

	snprintf(option, sizeof(option), "cluster.platform=%s", path);
	configure((const char *[SETS]){option, set});
	CU_ASSERT(platform_load(&platform, &config, &err) < 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, path));
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, expected));
	if (!strstr(err.text, expected))
		fprintf(stderr, "%s\n", err.text);
	config_free(&config);
}

static void expect_error(const char *xml, const char *set, const char *expected)
{
	const char *path = test_path("bad.xml");

	test_write_file(path, xml, strlen(xml));
	expect_file_error(path, set, expected);
}

static void a_bad_file_is_an_error_and_no_crash(void)
{
	expect_error("", NULL, "EOF in prolog");
	expect_error("cluster: 4\n", NULL, "Unexpected character `c' in prolog");
	expect_error(HEAD "<zone id=\"z\" routing=\"Full\">", NULL, "`</zone>' expected");
	expect_error(HEAD "</platform>\n", NULL, "SimGrid does not take it: ");
	expect_error(ZONE("Full", "<host id=\"a\" spee=\"1Gf\"/>"), NULL, "Bad attribute `spee'");
	expect_error(ZONE("Full", HOST("a") HOST("a")), NULL, "second host named 'a'");
	expect_error(ZONE("Full", HOST("a") HOST("b") WAY("b")), NULL, "Link not found: l");
	expect_error(ZONE("Ring", HOST("a")), NULL, "Not a valid model!");
	expect_error(ZONE("Full", HOST("a") HOST("b") "<link id=\"l\" bandwidth=\"2parsec\" latency=\"1us\"/>"), NULL,
		     "unknown unit: parsec");
	expect_error(ZONE("Full", HOST("a") HOST("b")), NULL, "no route from a to b");
	expect_error(ZONE("Floyd", HOST("a") HOST("b")), NULL, "no route from a to b");
	expect_error(ZONE("Full",
			  "<host id=\"a\" speed=\"1Gf\"><prop id=\"megavm_latency_ps\" value=\"5us\"/></host>" HOST("b")
				  LINK("SHARED") WAY("b")),
		     NULL, "property megavm_latency_ps: expected a number of ps, found '5us'");
}

/* In a child, which SimGrid must not end: the file loads, or there is a message that names it. */
static void check_any_file(const void *given)
{
	struct platform *platform = NULL;
	struct err err = {""};
	char option[600];
	int status;

	snprintf(option, sizeof(option), "cluster.platform=%s", (const char *)given);
	configure((const char *[SETS]){option});
	status = platform_load(&platform, &config, &err);
	CHECK(status == 0 ? platform && platform_hypervisors(platform) > 0 : strstr(err.text, given) != NULL);
	platform_free(platform);
	config_free(&config);
}

/* Changes a text at one place: a byte, a stretch that goes or comes twice, or a number that becomes another. */
static void change_text(char *text, size_t room, uint64_t *seed)
{
	static const char *const numbers[] = {"0", "-1", "1e99", "nan", "99999999999999999999", "1e-30"};
	size_t length = strlen(text), at = test_below(seed, length), count = 1 + test_below(seed, 30);
	const char *number = numbers[test_below(seed, 6)];

	count = at + count > length ? length - at : count;
	switch (test_below(seed, 4)) {
	case 0: text[at] = (char)(1 + test_below(seed, 126)); break;
	case 1: memmove(text + at, text + at + count, length - at - count + 1); break;
	case 2:
		if (length + count >= room)
			break;
		memmove(text + at + count, text + at, length - at + 1);
		break;
	default:
		at += strcspn(text + at, "0123456789");
		count = strspn(text + at, "0123456789");
		if (length + strlen(number) >= room)
			break;
		memmove(text + at + strlen(number), text + at + count, length - at - count + 1);
		memcpy(text + at, number, strlen(number));
	}
}

/* Files that have been changed at random load or give a message. */
static void any_file_loads_or_says_why_not(void)
{
	static const char good[] = ZONE("Full", HOST("a") HOST("b") LINK("SPLITDUPLEX") WAY("b"));
	uint64_t seed = 21;

	for (int round = 0; round < 120; round++) {
		const char *path = test_path("any.xml");
		char text[2 * sizeof(good)];

		memcpy(text, good, sizeof(good));
		for (uint64_t i = 1 + test_below(&seed, 3); i > 0; i--)
			change_text(text, sizeof(text), &seed);
		test_write_file(path, text, strlen(text));
		if (in_child(check_any_file, path) == 0)
			continue;
		CU_FAIL("a changed platform file ends the program, or gives no message that names it");
		printf("%s\n", text);
	}
}

static void too_few_hosts_are_an_error(void)
{
	static const char two[] = ZONE("Full", HOST("a") HOST("b") LINK("SHARED") WAY("b"));

	expect_error(two, "vms.0.host=2", "2 hosts, but vms.0.host is 2 (the first host is 0)");
	expect_error(two, "service=own", "2 hosts, but 0 in a zone named 'service' for the service network");
}

static void a_file_that_is_not_there(void)
{
	expect_file_error("/nowhere/at.xml", NULL,
			  "cluster.platform: cannot read /nowhere/at.xml: No such file or directory");
	expect_file_error("/tmp", NULL, "cluster.platform: /tmp is not a regular file");
}

/* ---- the driver ---- */

enum { CALLS = 400 };

struct clock {
	int64_t quantum, last, calls, limit, quanta;
	bool in_simgrid;
};

/* The next event is now, or some quanta later, so that those in between are passed over. */
static int64_t advance(void *context, int64_t until)
{
	struct clock *clock = context;
	int64_t quanta = clock->calls % 3 == 2 ? clock->calls % 7 + 1 : 1;

	CHECK(until == clock->last + (clock->calls ? clock->quanta : 1) * clock->quantum);
	clock->quanta = quanta;
	if (clock->in_simgrid) /* it follows, as far as a double can */
		CHECK(llabs(until - fluid_now_ps()) <= 1 + until / 1000000000000);
	clock->last = until;
	if (++clock->calls == clock->limit)
		return DRIVER_OVER;
	return quanta == 1 ? until : until + (quanta - 1) * clock->quantum + 1;
}

static void check_driver(const void *given)
{
	struct platform *platform = load((const char *[SETS]){"fabric.sharing=fluid"});
	struct clock clock = {*(const int64_t *)given, 0, 0, CALLS, 1, true},
		     plain = {clock.quantum, 0, 0, CALLS, 1, false};
	struct err err;

	CHECK(driver_run(platform, clock.quantum, advance, &clock, &err) == 0);
	CHECK(clock.calls == CALLS);
	CHECK(driver_run(NULL, plain.quantum, advance, &plain, &err) == 0);
	CHECK(plain.calls == CALLS && plain.last == clock.last);
	unload(platform);
}

static void the_driver_advances_by_the_quantum(void)
{
	static const int64_t quanta[] = {
		1, 3, 999, 1227680, DRIVER_QUANTUM_PS, INT64_C(12345678901234), INT64_C(9000000000000000)};

	for (size_t i = 0; i < sizeof(quanta) / sizeof(quanta[0]); i++)
		CU_ASSERT_EQUAL(in_child(check_driver, &quanta[i]), 0);
}

static int64_t never_enough(void *context, int64_t until)
{
	*(int64_t *)context = until;
	return until;
}

static void check_overrun(const void *given)
{
	struct platform *platform = load((const char *[SETS]){"fabric.sharing=fluid"});
	int64_t last = 0;
	struct err err;

	(void)given;
	CHECK(driver_run(platform, TIME_MAX_PS / 3, never_enough, &last, &err) == ERR_FAILED);
	CHECK(last == TIME_MAX_PS / 3 * 3);
	last = 0;
	CHECK(driver_run(NULL, TIME_MAX_PS / 3, never_enough, &last, &err) == ERR_FAILED);
	CHECK(last == TIME_MAX_PS / 3 * 3);
	unload(platform);
}

static void time_does_not_wrap_around(void)
{
	CU_ASSERT_EQUAL(in_child(check_overrun, NULL), 0);
}

/* ---- fluid sharing ---- */

static struct platform *fluid;
static int64_t taken[2];

static void send_alone(void *context)
{
	taken[0] = fluid_transfer(fluid, PLATFORM_FABRIC, 0, *(uint32_t *)context, 4096);
}

static void check_alone(const void *given)
{
	static const struct {
		const char *topology;
		uint32_t to;
		int64_t ps;
	} cases[] = {{"switch", 1, 777680},    {"pcie-switch", 1, 777680}, {"fat-tree", 1, 777680},
		     {"fat-tree", 15, 957680}, {"dragonfly", 1, 777680},   {"ntb-pair", 1, 777680}};
	const size_t which = *(const size_t *)given;
	char topology[64];
	uint32_t to = cases[which].to;
	struct err err;

	snprintf(topology, sizeof(topology), "cluster.topology=%s", cases[which].topology);
	fluid = load(
		(const char *[SETS]){"fabric.sharing=fluid", topology,
				     strstr(topology, "ntb") ? "cluster.hypervisors=2" : "cluster.hypervisors=16"});
	CHECK(fluid_start(fluid, 0, send_alone, &to, &err) == 0);
	fluid_run();
	CHECK(taken[0] == cases[which].ps);
	unload(fluid);
}

static void a_transfer_alone_takes_latency_and_bytes(void)
{
	for (size_t which = 0; which < 6; which++)
		CU_ASSERT_EQUAL(in_child(check_alone, &which), 0);
}

static void send_pair(void *context)
{
	*(int64_t *)context = fluid_transfer(fluid, PLATFORM_FABRIC, 0, context == &taken[0] ? 1 : 2, 4096);
}

static void check_pair_shares(const void *given)
{
	struct err err;

	(void)given;
	fluid = load((const char *[SETS]){"fabric.sharing=fluid"});
	for (int i = 0; i < 2; i++)
		CHECK(fluid_start(fluid, 0, send_pair, &taken[i], &err) == 0);
	fluid_run();
	CHECK(taken[0] == 450000 + 2 * 327680 && taken[1] == taken[0]);
	unload(fluid);
}

static void two_transfers_share_a_link(void)
{
	CU_ASSERT_EQUAL(in_child(check_pair_shares, NULL), 0);
}

static void send_across(void *context)
{
	const uint32_t from = context == &taken[0] ? 0 : 1;

	*(int64_t *)context = fluid_transfer(fluid, PLATFORM_FABRIC, from, 1 - from, 4096);
}

/* SimGrid's own setting has each transfer load the way back with a twentieth, for TCP's acknowledgements. */
static void check_both_ways(const void *given)
{
	struct err err;

	(void)given;
	fluid = load(
		(const char *[SETS]){"fabric.sharing=fluid", "cluster.topology=ntb-pair", "cluster.hypervisors=2"});
	for (int i = 0; i < 2; i++)
		CHECK(fluid_start(fluid, 0, send_across, &taken[i], &err) == 0);
	fluid_run();
	CHECK(taken[0] == 777680 && taken[1] == 777680);
	unload(fluid);
}

static void the_two_directions_do_not_meet(void)
{
	CU_ASSERT_EQUAL(in_child(check_both_ways, NULL), 0);
}

#define ARRIVALS 100000
#define SENDERS  64 /* so many are never busy at once: .6 to the power of 64 */

struct arrivals {
	struct rng rng;
	double last_ps, sum_ps;
	int left;
};

/* Waits for the next arrival that no other sender has taken, and sends it. */
static void send_arrivals(void *context)
{
	struct arrivals *arrivals = context;

	while (arrivals->left-- > 0) {
		arrivals->last_ps += gsl_ran_exponential(arrivals->rng.gsl, 327680 / 0.6);
		CHECK(arrivals->last_ps >= (double)fluid_now_ps());
		fluid_sleep_until((int64_t)arrivals->last_ps);
		arrivals->sum_ps += (double)(fluid_transfer(fluid, PLATFORM_FABRIC, 0, 1, 4096) - 450000);
	}
}

/* M/G/1 with processor sharing: the mean time is S / (1 - load) whatever the sizes (Kleinrock, 'Time-shared systems',
 * JACM 14(2), 1967). */
static void check_sharing(const void *given)
{
	struct arrivals arrivals = {.left = ARRIVALS};
	struct err err;
	double mean;

	(void)given;
	fluid = load(
		(const char *[SETS]){"fabric.sharing=fluid", "cluster.topology=ntb-pair", "cluster.hypervisors=2"});
	CHECK(rng_init(&arrivals.rng, 1, &err) == 0);
	for (int i = 0; i < SENDERS; i++)
		CHECK(fluid_start(fluid, 0, send_arrivals, &arrivals, &err) == 0);
	fluid_run();
	mean = arrivals.sum_ps / ARRIVALS / 327680;
	if (getenv("VERBOSE"))
		fprintf(stderr, "processor sharing: mean %.3f S\n", mean);
	CHECK(fabs(mean / 2.5 - 1) < 0.03);
	rng_free(&arrivals.rng);
	unload(fluid);
}

static void poisson_arrivals_meet_processor_sharing(void)
{
	CU_ASSERT_EQUAL(in_child(check_sharing, NULL), 0);
}

/* ---- without SimGrid ---- */

/* The same links and routes, hypervisor by hypervisor. */
static void check_same(const struct platform *direct, const struct platform *loaded)
{
	uint32_t count, again;
	const struct platform_link *one = platform_links(direct, &count), *other = platform_links(loaded, &again);

	CHECK(count == again && platform_hypervisors(direct) == platform_hypervisors(loaded));
	for (uint32_t i = 0; i < count && i < again; i++)
		CHECK(strcmp(one[i].name, other[i].name) == 0 && one[i].bandwidth_bps == other[i].bandwidth_bps &&
		      one[i].latency_ps == other[i].latency_ps && one[i].shared == other[i].shared);
}

static void check_same_routes(struct platform *direct, struct platform *loaded, enum platform_network network)
{
	const uint32_t hypervisors = platform_hypervisors(direct);

	CHECK(platform_has(direct, network) == platform_has(loaded, network));
	for (uint32_t from = 0; platform_has(direct, network) && from < hypervisors; from++)
		for (uint32_t to = 0; to < hypervisors; to++) {
			struct platform_route one = route_of(direct, network, from, to),
					      other = route_of(loaded, network, from, to);

			CHECK(one.count == other.count &&
			      memcmp(one.links, other.links, one.count * sizeof(*one.links)) == 0);
		}
}

/* The platform that is written down, and what SimGrid makes of the same configuration's file. */
static void check_direct(const void *given)
{
	const char *path = test_path("direct.xml");
	struct platform *direct = load(given), *loaded = NULL;
	FILE *file = fopen(path, "w");
	struct err err = {""};

	CHECK(!platform_needs_simgrid(&config));
	CHECK(file && platform_write(&config, file, &err) == 0 && fclose(file) == 0);
	config.cluster.platform = strdup(path);
	CHECK(platform_needs_simgrid(&config) && platform_load(&loaded, &config, &err) == 0);
	check_same(direct, loaded);
	for (enum platform_network network = 0; network < PLATFORM_NETWORKS; network++)
		check_same_routes(direct, loaded, network);
	platform_free(loaded);
	unload(direct);
}

static void without_simgrid(void)
{
	static const char *const sets[][SETS] = {
		{"cluster.hypervisors=1"},
		{"cluster.hypervisors=2", "fabric.latency=901ns"},
		{"cluster.hypervisors=23", "fabric.preset=tcp-10g"},
		{"cluster.hypervisors=120", "service.preset=tcp-10g"},
		{"cluster.topology=pcie-switch", "cluster.hypervisors=1"},
		{"cluster.topology=pcie-switch", "cluster.hypervisors=12", "service.preset=tcp-40g"},
		{"cluster.topology=ntb-pair", "cluster.hypervisors=2", "fabric.latency=333ns"},
		{"cluster.topology=ntb-pair", "cluster.hypervisors=2", "service.preset=tcp-10g"},
		{"fabric.latency=0.001ns", "fabric.bandwidth=999999999bps"},
		{"fabric.latency=99.999999999ms", "fabric.bandwidth=1Kbps"},
	};

	for (size_t i = 0; i < sizeof(sets) / sizeof(*sets); i++)
		CU_ASSERT_EQUAL(in_child(check_direct, sets[i]), 0);
}

/* Traffic, events, fluid sharing and several switches: what SimGrid is started for. */
static void needs_simgrid(const char *rest, bool clock, bool simgrid)
{
	char yaml[256];
	struct err err = {""};

	snprintf(yaml, sizeof(yaml), "{vms: [{trace: x.mvt}]%s}", rest);
	CU_ASSERT_EQUAL_FATAL(
		config_read_text(&(struct config_text){"test", yaml, strlen(yaml)}, NULL, 0, &config, &err), 0);
	CU_ASSERT_EQUAL(platform_needs_clock(&config), clock);
	CU_ASSERT_EQUAL(platform_needs_simgrid(&config), simgrid);
	config_free(&config);
}

static void what_simgrid_is_needed_for(void)
{
	needs_simgrid("", false, false);
	needs_simgrid(", cluster: {topology: pcie-switch}", false, false);
	needs_simgrid(", cluster: {topology: ntb-pair, hypervisors: 2}", false, false);
	needs_simgrid(", cluster: {topology: fat-tree}", false, true);
	needs_simgrid(", cluster: {topology: dragonfly}", false, true);
	needs_simgrid(", cluster: {platform: x.xml}", false, true);
	needs_simgrid(", fabric: {sharing: fluid}", true, true);
	needs_simgrid(", traffic: [{network: fabric, from: 0, to: 1, rate: 1Gbps}]", true, true);
	needs_simgrid(", events: [{at: 1ms, fail: 1}]", true, true);
}

CU_TestInfo platform_tests[] = {
	{"without SimGrid", without_simgrid},
	{"what SimGrid is needed for", what_simgrid_is_needed_for},
	{"every topology at several sizes", every_topology_at_several_sizes},
	{"links and hosts come in the order of their numbers", links_and_hosts_come_in_the_order_of_their_numbers},
	{"the service network has links of its own", the_service_network_has_links_of_its_own},
	{"who joins later is there from the start", who_joins_later_is_there_from_the_start},
	{"a dump is the same twice and reads back", a_dump_is_the_same_twice_and_reads_back},
	{"an NTB pair is two", an_ntb_pair_is_two},
	{"a process takes one platform", a_process_takes_one_platform},
	{"the example of a platform file", the_example_of_a_platform_file},
	{"a shared link is one server and a fat pipe none", a_shared_link_is_one_server_and_a_fat_pipe_none},
	{"a bad file is an error and no crash", a_bad_file_is_an_error_and_no_crash},
	{"any file loads, or says why not", any_file_loads_or_says_why_not},
	{"too few hosts are an error", too_few_hosts_are_an_error},
	{"a file that is not there", a_file_that_is_not_there},
	{"the driver advances by the quantum", the_driver_advances_by_the_quantum},
	{"time does not wrap around", time_does_not_wrap_around},
	{"a transfer alone takes latency and bytes", a_transfer_alone_takes_latency_and_bytes},
	{"two transfers share a link", two_transfers_share_a_link},
	{"the two directions do not meet", the_two_directions_do_not_meet},
	{"Poisson arrivals meet processor sharing", poisson_arrivals_meet_processor_sharing},
	CU_TEST_INFO_NULL,
};
