/* SPDX-License-Identifier: MIT */
/* The configuration's own rows, one table per struct. The order of the tables is the order in which they are listed and
 * printed. */
#include <string.h>

#include "base/find.h"
#include "config/tables.h"
#include "placement/placement.h"
#include "policy/policy.h"
#include "prefetch/prefetch.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define WORDS(...)   ((const char *const[]){__VA_ARGS__, NULL})

/* Of a key that names a file, every text does. */
static bool is_file(const char *text)
{
	return *text != '\0';
}

static const struct option_row run_rows[] = {
	{.name = "seed",
	 .type = OPTION_COUNT,
	 .at = offsetof(struct config, seed),
	 .def = "1",
	 .help = "seed of every random number"},
	{.name = "repeat",
	 .type = OPTION_COUNT,
	 .at = offsetof(struct config, repeat),
	 .min = "1",
	 .max = "1e9",
	 .def = "1",
	 .help = "which of a seed's independent runs this is; one repeat of a sweep runs again with its number here"},
	{.name = "repeats",
	 .type = OPTION_COUNT,
	 .at = offsetof(struct config, repeats),
	 .min = "1",
	 .max = "1e6",
	 .def = "1",
	 .help = "sweep: runs of each point, each with random numbers of its own; results are their means"},
	{.name = "until",
	 .type = OPTION_ENUM,
	 .at = offsetof(struct config, until),
	 .def = "own",
	 .allowed = WORDS("own", "all"),
	 .help = "own: each job runs vms.repeats times; all: it then repeats until every job has done so, and only the "
		 "first vms.repeats runs are reported"},
	{.name = "engine",
	 .type = OPTION_ENUM,
	 .at = offsetof(struct config, engine),
	 .def = "simulate",
	 .choice = engine_name,
	 .help = "what runs the configuration: the simulator, or what 'megavm list engines' describes"},
	{.name = "peers",
	 .type = OPTION_STRING,
	 .at = offsetof(struct config, peers),
	 .optional = true,
	 .list = true,
	 .help = "engine native: lenders ('megavm lend') that really hold the remote pages, HOST:PORT each, as a list "
		 "or "
		 "with commas; if not set, fetches are modelled"},
};

static const struct option_row cpu_rows[] = {
	{.name = "ips",
	 .type = OPTION_COUNT,
	 .at = offsetof(struct config, ips),
	 .min = "1",
	 .max = "1e12",
	 .def = "2e9",
	 .help = "instructions per second of a vCPU; the default is an assumption"},
};

static const char *const priorities[] = {"demand", "same", NULL};
static const struct option_row fault_rows[] = {
	{.name = "preset",
	 .type = OPTION_STRING,
	 .at = offsetof(struct config_fault, preset),
	 .def = "ideal",
	 .is_path = find_is_path,
	 .help = "what handles faults, whose costs are used for every cost that is not set: a name ('megavm list "
		 "faults' "
		 "lists them) or a file; ideal: nothing costs anything"},
	{.name = "exit",
	 .type = OPTION_DURATION,
	 .at = offsetof(struct config_fault, exit_ps),
	 .min = "0ns",
	 .max = "1s",
	 .def = "0ns",
	 .help = "time to leave the guest for the hypervisor at a second-level fault"},
	{.name = "handler",
	 .type = OPTION_DURATION,
	 .at = offsetof(struct config_fault, handler_ps),
	 .min = "0ns",
	 .max = "1s",
	 .def = "0ns",
	 .help = "time of the hypervisor's fault handler, without the parts below"},
	{.name = "lookup",
	 .type = OPTION_DURATION,
	 .at = offsetof(struct config_fault, lookup_ps),
	 .min = "0ns",
	 .max = "1s",
	 .def = "0ns",
	 .help = "time to look the page up in the remote page map"},
	{.name = "map",
	 .type = OPTION_DURATION,
	 .at = offsetof(struct config_fault, map_ps),
	 .min = "0ns",
	 .max = "1s",
	 .def = "0ns",
	 .help = "time to map the page and enter the guest again"},
	{.name = "minor",
	 .type = OPTION_DURATION,
	 .at = offsetof(struct config_fault, minor_ps),
	 .min = "0ns",
	 .max = "1s",
	 .optional = true,
	 .help = "time of a minor fault: the page is local and not mapped; if not set, the preset's, or else exit + "
		 "handler + map"},
	{.name = "handlers",
	 .type = OPTION_COUNT,
	 .at = offsetof(struct config_fault, handlers),
	 .min = "1",
	 .max = "65536",
	 .def = "1",
	 .help = "handlers that serve a VM's demand fetches, each one fetch after the other (fault.capacity)"},
	{.name = "capacity",
	 .type = OPTION_COUNT,
	 .at = offsetof(struct config_fault, capacity),
	 .max = "1e12",
	 .def = "0",
	 .help = "demand fetches a second that one handler serves: each occupies it for 1 / capacity, and the others "
		 "wait; 0: each virtual CPU serves its own faults"},
	{.name = "base",
	 .type = OPTION_ENUM,
	 .at = offsetof(struct config_fault, base),
	 .def = "populated",
	 .allowed = WORDS("populated", "lazy"),
	 .help = "what slowdown is relative to: populated: with all memory local, the host had backed it before the "
		 "job; "
		 "lazy: the host backs each page at its first touch, which costs exit + handler + map as well"},
	{.name = "buffer",
	 .type = OPTION_COUNT,
	 .at = offsetof(struct config_fault, buffer),
	 .min = "1",
	 .max = "1e9",
	 .def = "64",
	 .help = "write-backs in flight at most; a touch that evicts one more dirty page waits until one ends, a "
		 "prefetch "
		 "is dropped; the default is an assumption"},
};

static const struct option_row guest_rows[] = {
	{.name = "free_pages",
	 .type = OPTION_ENUM,
	 .at = offsetof(struct config_guest, free_pages),
	 .def = "fetched",
	 .allowed = WORDS("fetched", "hinted"),
	 .help = "pages of the snapshot that the region overwrites whole before it reads them, mostly pages that the "
		 "guest had freed: fetched: as any other; hinted: the guest has given them back, so their first touch "
		 "fetches nothing (needs a trace that names them)"},
};

static const struct option_row service_rows[] = {
	{.name = "service",
	 .type = OPTION_ENUM,
	 .at = offsetof(struct config, service_mode),
	 .def = "none",
	 .allowed = WORDS("none", "shared", "own"),
	 .help = "which network carries internet traffic: none, the fabric, or its own (as soon as one of its keys is "
		 "set)"},
};

static const struct option_row cluster_rows[] = {
	{.name = "hypervisors",
	 .type = OPTION_COUNT,
	 .at = offsetof(struct config_cluster, hypervisors),
	 .min = "1",
	 .max = "65536",
	 .def = "4",
	 .help = "hypervisors, numbered from 0; with cluster.platform every host of the file is one, and another "
		 "number "
		 "is refused"},
	{.name = "memory",
	 .type = OPTION_SIZE,
	 .at = offsetof(struct config_cluster, memory_bytes),
	 .min = "4KiB",
	 .max = "15TiB", /* a donor's frames are numbered with 32 bits */
	 .def = "8GiB",
	 .help = "memory of each hypervisor"},
	{.name = "topology",
	 .type = OPTION_ENUM,
	 .at = offsetof(struct config_cluster, topology),
	 .def = "switch",
	 .allowed = WORDS("switch", "fat-tree", "dragonfly", "ntb-pair", "pcie-switch"),
	 .help = "how the fabric connects the hypervisors"},
	{.name = "hop",
	 .type = OPTION_DURATION,
	 .at = offsetof(struct config_cluster, hop_ps),
	 .min = "0ns",
	 .max = "1s",
	 .def = "90ns",
	 .help = "time through one switch, port to port; counted for each switch after the first, for a page and for "
		 "its "
		 "request; the default is an assumption"},
	{.name = "priority",
	 .type = OPTION_ENUM,
	 .at = offsetof(struct config_cluster, priority),
	 .def = "same",
	 .allowed = priorities,
	 .help = "same: on a link, all wait in one queue; demand: demand fetches go first, then prefetches, then "
		 "write-backs and traffic"},
	{.name = "platform",
	 .type = OPTION_STRING,
	 .at = offsetof(struct config_cluster, platform),
	 .def = "",
	 .is_path = is_file,
	 .help = "a SimGrid platform file, used instead of the topology"},
};

static const struct option_row donors_rows[] = {
	{.name = "placement",
	 .type = OPTION_ENUM,
	 .at = offsetof(struct config_donors, placement),
	 .def = "most-free",
	 .choice = placement_name,
	 .help = "the rule that chooses the donor of an evicted page"},
	{.name = "epoch",
	 .type = OPTION_DURATION,
	 .at = offsetof(struct config_donors, epoch_ps),
	 .min = "1us",
	 .max = "1000s",
	 .def = "10ms",
	 .help = "multinode-lru: time between comparisons of the donors' page ages; the default is an assumption"},
	{.name = "pool",
	 .type = OPTION_ENUM,
	 .at = offsetof(struct config_donors, pool),
	 .def = "inclusive",
	 .allowed = WORDS("inclusive", "exclusive"),
	 .help = "what becomes of a fetched page's frame at its donor: inclusive: it keeps the copy until another page "
		 "needs the frame; exclusive: it is free at once, and the page is sent again when it is evicted"},
	/* InfiniBand's local ACK timeout of 4.096 us x 2^n (InfiniBand Architecture Specification, volume 1, chapter 9)
	 * with the n = 14 and the 7 retries that rdma-core's examples and perftest use: 8 tries of 67.1 ms. */
	{.name = "detect",
	 .type = OPTION_DURATION,
	 .at = offsetof(struct config_donors, detect_ps),
	 .min = "0s",
	 .max = "1000s",
	 .def = "536.870912ms",
	 .help = "time from a donor's failure until it is known; what was sent to it waits so long; the default is an "
		 "RDMA queue pair's: 8 tries of 4.096us x 2^14"},
	{.name = "replicas",
	 .type = OPTION_COUNT,
	 .at = offsetof(struct config_donors, replicas),
	 .min = "1",
	 .max = "16",
	 .def = "1",
	 .help = "number of donors that hold each page"},
	{.name = "rebuild",
	 .type = OPTION_BOOL,
	 .at = offsetof(struct config_donors, rebuild),
	 .def = "true",
	 .help = "with replicas: copies that were lost with a donor are made anew at donors with free frames, 16 at a "
		 "time, "
		 "once its failure is known"},
	{.name = "backing",
	 .type = OPTION_STRING,
	 .at = offsetof(struct config_donors, backing),
	 .def = "none",
	 .is_path = find_is_path,
	 .help = "backing store at each host: a preset (nvme is a flash drive), or none; every write-back goes there "
		 "as "
		 "well, and pages that no donor holds go there alone"},
	{.name = "read_latency",
	 .type = OPTION_DURATION,
	 .at = offsetof(struct config_donors, store.latency_ps),
	 .min = "0ns",
	 .max = "1s",
	 .optional = true,
	 .help = "time that the backing store takes to read, without the bytes; if not set, its preset's latency"},
	{.name = "read_bandwidth",
	 .type = OPTION_BANDWIDTH,
	 .at = offsetof(struct config_donors, store.bandwidth_bps),
	 .min = "1Kbps",
	 .max = "100000Gbps",
	 .optional = true,
	 .help = "the backing store's bandwidth of reads; if not set, its preset's bandwidth"},
	{.name = "write_latency",
	 .type = OPTION_DURATION,
	 .at = offsetof(struct config_donors, write_latency_ps),
	 .min = "0ns",
	 .max = "1s",
	 .optional = true,
	 .help = "time that the backing store takes to write, without the bytes; if not set, its preset's "
		 "write_latency"},
	{.name = "write_bandwidth",
	 .type = OPTION_BANDWIDTH,
	 .at = offsetof(struct config_donors, write_bandwidth_bps),
	 .min = "1Kbps",
	 .max = "100000Gbps",
	 .optional = true,
	 .help = "the backing store's bandwidth of writes; if not set, its preset's write_bandwidth"},
	{.name = "store_queue",
	 .type = OPTION_COUNT,
	 .at = offsetof(struct config_donors, store_queue),
	 .min = "1",
	 .max = "65536",
	 .optional = true,
	 .help = "writes that the backing store takes before the first of them has completed; further write-backs wait "
		 "at the host; if not set, 1024, as in Linux' NVMe driver"},
};

bool config_service_has(const char *row)
{
	return strcmp(row, "preset") == 0 || strcmp(row, "latency") == 0 || strcmp(row, "bandwidth") == 0;
}

bool config_is_fault_preset(const struct option_row *row)
{
	return row == &fault_rows[0];
}

bool config_backing_given(const char *backing)
{
	return strcmp(backing, "none") != 0;
}

static const struct option_row policy_rows[] = {
	{.name = "policy",
	 .type = OPTION_ENUM,
	 .at = offsetof(struct config, policy),
	 .def = "lru",
	 .choice = policy_name,
	 .help = "eviction policy: which local page is evicted"},
	{.name = "prefetch",
	 .type = OPTION_ENUM,
	 .at = offsetof(struct config, prefetch),
	 .def = "none",
	 .choice = prefetch_name,
	 .help = "prefetcher: which pages are fetched before they are touched"},
};

static const struct option_row prefetch_rows[] = {
	{.name = "map",
	 .type = OPTION_ENUM,
	 .at = offsetof(struct config, prefetch_map),
	 .def = "touch",
	 .allowed = WORDS("touch", "arrival"),
	 .help = "when a prefetched page is mapped: touch: by a minor fault at its first touch, so that the prefetcher "
		 "sees "
		 "its use; arrival: when it arrives, so that its use costs nothing and is not seen"},
};

static const struct option_row vm_rows[] = {
	{.name = "name",
	 .type = OPTION_STRING,
	 .at = offsetof(struct config_vm, name),
	 .optional = true,
	 .help = "the job's name in results; if not set, the trace's"},
	{.name = "trace",
	 .type = OPTION_STRING,
	 .at = offsetof(struct config_vm, trace),
	 .def = "",
	 .is_path = is_file,
	 .help = "the trace that it replays"},
	{.name = "workload",
	 .type = OPTION_STRING,
	 .at = offsetof(struct config_vm, workload),
	 .def = "",
	 .is_path = find_is_path,
	 .help = "engines bochs and linux-swap: what its guest runs: a name from 'megavm list workloads', or a folder"},
	{.name = "size",
	 .type = OPTION_STRING,
	 .at = offsetof(struct config_vm, size),
	 .def = "",
	 .help = "engines bochs and linux-swap: the workload's size; if not set, its only one, otherwise small"},
	{.name = "command",
	 .type = OPTION_STRING,
	 .at = offsetof(struct config_vm, command),
	 .def = "",
	 .help = "engine native: the program and its arguments, quoted as in a shell"},
	{.name = "host",
	 .type = OPTION_COUNT,
	 .at = offsetof(struct config_vm, host),
	 .max = "65535",
	 .def = "0",
	 .help = "the hypervisor that it runs on"},
	{.name = "local",
	 .type = OPTION_SHARE,
	 .at = offsetof(struct config_vm, local),
	 .min = "0%",
	 .max = "100%",
	 .def = "100%",
	 .help = "its local memory: a share of the footprint, or a size"},
	{.name = "warm",
	 .type = OPTION_ENUM,
	 .at = offsetof(struct config_vm, warm),
	 .def = "snapshot",
	 .allowed = WORDS("snapshot", "resident-first", "all"),
	 .help = "what is local at the beginning of a region, the most recently used pages first: snapshot: of all "
		 "pages "
		 "touched before; resident-first: first of those that the region touches; all: of those alone, and all "
		 "of its footprint if that fits, so that 100% local is slowdown 1"},
	{.name = "count",
	 .type = OPTION_COUNT,
	 .at = offsetof(struct config_vm, count),
	 .min = "1",
	 .max = "65536",
	 .def = "1",
	 .help = "number of such VMs, each on the next hypervisor"},
	{.name = "repeats",
	 .type = OPTION_COUNT,
	 .at = offsetof(struct config_vm, repeats),
	 .min = "1",
	 .max = "1e6",
	 .def = "1",
	 .help = "how many times it runs its job, one run after the other"},
	{.name = "start",
	 .type = OPTION_DURATION,
	 .at = offsetof(struct config_vm, start_ps),
	 .min = "0s",
	 .def = "0s",
	 .help = "when it starts"},
	{.name = "on_failure",
	 .type = OPTION_ENUM,
	 .at = offsetof(struct config_vm, on_failure),
	 .def = "stop",
	 .allowed = WORDS("stop", "restart"),
	 .help = "what becomes of it when its hypervisor fails (events): stop: its job ends there; restart: when the "
		 "failure is known, it starts on the hypervisor with the most free frames, from the beginning of its "
		 "trace, and the time until then is part of its job's time"},
	{.name = "on_leave",
	 .type = OPTION_ENUM,
	 .at = offsetof(struct config_vm, on_leave),
	 .def = "stay",
	 .allowed = WORDS("stay", "stop", "restart"),
	 .help = "what becomes of it when its hypervisor leaves: stay: it runs on there, and its hypervisor only stops "
		 "lending; stop and restart: as after a failure, at once"},
	{.name = "restart_after",
	 .type = OPTION_DURATION,
	 .at = offsetof(struct config_vm, restart_after_ps),
	 .min = "0s",
	 .max = "1000s",
	 .def = "0s",
	 .help = "time that a restart takes, from when the failure is known until its trace begins again; the default "
		 "is an assumption"},
	{.name = "policy",
	 .type = OPTION_ENUM,
	 .at = offsetof(struct config_vm, policy),
	 .optional = true,
	 .choice = policy_name,
	 .help = "its own eviction policy; if not set, the configuration's"},
	{.name = "prefetch",
	 .type = OPTION_ENUM,
	 .at = offsetof(struct config_vm, prefetch),
	 .optional = true,
	 .choice = prefetch_name,
	 .help = "its own prefetcher; if not set, the configuration's"},
};

static const struct option_row traffic_rows[] = {
	{.name = "network",
	 .type = OPTION_ENUM,
	 .at = offsetof(struct config_traffic, network),
	 .allowed = WORDS("fabric", "service"),
	 .help = "the network that carries it"},
	{.name = "from",
	 .type = OPTION_COUNT,
	 .at = offsetof(struct config_traffic, from),
	 .max = "65535",
	 .help = "the sending hypervisor"},
	{.name = "to",
	 .type = OPTION_COUNT,
	 .at = offsetof(struct config_traffic, to),
	 .max = "65535",
	 .help = "the receiving hypervisor"},
	{.name = "rate",
	 .type = OPTION_BANDWIDTH,
	 .at = offsetof(struct config_traffic, rate_bps),
	 .optional = true,
	 .help = "the rate at which it sends, whatever happens to it; either this or window is given"},
	{.name = "burst",
	 .type = OPTION_SIZE,
	 .at = offsetof(struct config_traffic, burst_bytes),
	 .min = "1B",
	 .max = "1GiB",
	 .def = "4KiB",
	 .help = "bytes that it sends back to back, as fast as its link; the default is an assumption (an adapter that "
		 "cuts segments itself sends up to 64KiB)"},
	{.name = "arrivals",
	 .type = OPTION_ENUM,
	 .at = offsetof(struct config_traffic, arrivals),
	 .def = "paced",
	 .allowed = WORDS("paced", "poisson"),
	 .help = "when bursts are sent: paced: at equal intervals; poisson: after random gaps with the same mean"},
	{.name = "window",
	 .type = OPTION_SIZE,
	 .at = offsetof(struct config_traffic, window_bytes),
	 .min = "4KiB",
	 .max = "1GiB",
	 .optional = true,
	 .help = "in place of a rate: a flow that takes what others leave and backs off as TCP does; this is the most "
		 "that it has in flight"},
	{.name = "start",
	 .type = OPTION_DURATION,
	 .at = offsetof(struct config_traffic, start_ps),
	 .min = "0s",
	 .def = "0s",
	 .help = "when it starts"},
};

/* The three actions fill one field: exactly one of them is given (check.c). */
static const struct option_row event_rows[] = {
	{.name = "at", .type = OPTION_DURATION, .at = offsetof(struct config_event, at_ps), .help = "when it happens"},
	{.name = "fail",
	 .type = OPTION_COUNT,
	 .at = offsetof(struct config_event, hypervisor),
	 .max = "65535",
	 .optional = true,
	 .help = "this hypervisor fails: all pages that it holds are lost, and its VMs end (vms.on_failure)"},
	{.name = "join",
	 .type = OPTION_COUNT,
	 .at = offsetof(struct config_event, hypervisor),
	 .max = "65535",
	 .optional = true,
	 .help = "this hypervisor starts to lend memory"},
	{.name = "leave",
	 .type = OPTION_COUNT,
	 .at = offsetof(struct config_event, hypervisor),
	 .max = "65535",
	 .optional = true,
	 .help = "this hypervisor sends the pages that it holds to others and stops lending (its VMs: "
		 "vms.on_leave)"},
};

static const struct option_row range_rows[] = {
	{.name = "from", .type = OPTION_STRING, .at = offsetof(struct config_sweep, from), .help = "the first value"},
	{.name = "to", .type = OPTION_STRING, .at = offsetof(struct config_sweep, to), .help = "the last value"},
	{.name = "steps",
	 .type = OPTION_COUNT,
	 .at = offsetof(struct config_sweep, steps),
	 .min = "2",
	 .max = "1e6",
	 .help = "number of values, both ends included"},
	{.name = "scale",
	 .type = OPTION_ENUM,
	 .at = offsetof(struct config_sweep, scale),
	 .def = "linear",
	 .allowed = WORDS("linear", "log"),
	 .help = "equal differences or equal ratios between values"},
};

const struct config_part config_parts[] = {
	{"", run_rows, COUNT(run_rows), 0},
	{"cpu.", cpu_rows, COUNT(cpu_rows), 0},
	{"fault.", fault_rows, COUNT(fault_rows), offsetof(struct config, fault)},
	{"guest.", guest_rows, COUNT(guest_rows), offsetof(struct config, guest)},
	{"fabric.", network_rows, COUNT(network_rows), offsetof(struct config, fabric)},
	{"", service_rows, COUNT(service_rows), 0},
	{"service.", network_rows, COUNT(network_rows), offsetof(struct config, service)},
	{"cluster.", cluster_rows, COUNT(cluster_rows), offsetof(struct config, cluster)},
	{"donors.", donors_rows, COUNT(donors_rows), offsetof(struct config, donors)},
	{"", policy_rows, COUNT(policy_rows), 0},
	{"prefetch.", prefetch_rows, COUNT(prefetch_rows), 0},
	{NULL, NULL, 0, 0},
};

const struct config_list_kind config_list_kinds[CONFIG_LISTS] = {
	[LIST_VMS] = {"vms", vm_rows, COUNT(vm_rows), sizeof(struct config_vm), offsetof(struct config, vms),
		      offsetof(struct config, vm_count)},
	[LIST_TRAFFIC] = {"traffic", traffic_rows, COUNT(traffic_rows), sizeof(struct config_traffic),
			  offsetof(struct config, traffic), offsetof(struct config, traffic_count)},
	[LIST_EVENTS] = {"events", event_rows, COUNT(event_rows), sizeof(struct config_event),
			 offsetof(struct config, events), offsetof(struct config, event_count)},
};

const struct config_part config_range_part = {"", range_rows, COUNT(range_rows), 0};
