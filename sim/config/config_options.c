/* The configuration's own rows, one table per struct. The order of the tables is the order in which they are listed and printed. */
#include "config/tables.h"
#include "policy/policy.h"
#include "prefetch/prefetch.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

static const struct option_row run_rows[] = {
	{ .name = "seed", .type = OPTION_COUNT, .at = offsetof(struct config, seed), .def = "1",
	  .help = "seed of every random number" },
	{ .name = "repeats", .type = OPTION_COUNT, .at = offsetof(struct config, repeats), .min = "1", .max = "1e6", .def = "1",
	  .help = "sweep: runs of each point, with the seeds seed, seed + 1, ...; results are their means" },
	{ .name = "engine", .type = OPTION_ENUM, .at = offsetof(struct config, engine), .def = "simulate", .allowed = WORDS("simulate", "bochs"),
	  .help = "what runs it: the simulator, or the emulator ('megavm emulate')" },
};

static const struct option_row cpu_rows[] = {
	{ .name = "ips", .type = OPTION_COUNT, .at = offsetof(struct config, ips), .min = "1", .max = "1e12", .def = "2e9",
	  .help = "instructions per second of a vCPU; the default is an assumption" },
};

static const char *const priorities[] = {"demand", "same", NULL};
static const struct option_row fault_rows[] = {
	{ .name = "exit", .type = OPTION_DURATION, .at = offsetof(struct config_fault, exit_ps), .min = "0ns", .max = "1s", .def = "0ns",
	  .help = "leaving the guest for the hypervisor at a second-level fault" },
	{ .name = "handler", .type = OPTION_DURATION, .at = offsetof(struct config_fault, handler_ps), .min = "0ns", .max = "1s", .def = "0ns",
	  .help = "the hypervisor's fault handler, without the parts named below" },
	{ .name = "lookup", .type = OPTION_DURATION, .at = offsetof(struct config_fault, lookup_ps), .min = "0ns", .max = "1s", .def = "0ns",
	  .help = "finding the page in the remote page map" },
	{ .name = "map", .type = OPTION_DURATION, .at = offsetof(struct config_fault, map_ps), .min = "0ns", .max = "1s", .def = "0ns",
	  .help = "mapping the page and entering the guest again" },
	{ .name = "buffer", .type = OPTION_COUNT, .at = offsetof(struct config_fault, buffer), .min = "1", .max = "1e9", .def = "64",
	  .help = "write-backs on their way before a fault waits for one to end; the default is an assumption" },
};

static const struct option_row service_rows[] = {
	{ .name = "service", .type = OPTION_ENUM, .at = offsetof(struct config, service_mode), .def = "none", .allowed = WORDS("none", "shared", "own"),
	  .help = "where internet traffic flows: nowhere, on the fabric, or on a network of its own (as soon as one of its keys is given)" },
};

static const struct option_row cluster_rows[] = {
	{ .name = "hypervisors", .type = OPTION_COUNT, .at = offsetof(struct config_cluster, hypervisors), .min = "1", .max = "65536", .def = "4",
	  .help = "hypervisors, numbered from 0" },
	{ .name = "memory", .type = OPTION_SIZE, .at = offsetof(struct config_cluster, memory_bytes), .min = "4KiB", .max = "1024TiB", .def = "8GiB",
	  .help = "memory of each hypervisor" },
	{ .name = "topology", .type = OPTION_ENUM, .at = offsetof(struct config_cluster, topology), .def = "switch",
	  .allowed = WORDS("switch", "fat-tree", "dragonfly", "ntb-pair", "pcie-switch"), .help = "how the fabric joins them" },
	{ .name = "hop", .type = OPTION_DURATION, .at = offsetof(struct config_cluster, hop_ps), .min = "0ns", .max = "1s", .def = "90ns",
	  .help = "one switch, port to port: a page and its request cross each switch beyond the first; the default is an assumption" },
	{ .name = "priority", .type = OPTION_ENUM, .at = offsetof(struct config_cluster, priority), .def = "demand",
	  .allowed = priorities, .help = "on a link, demand fetches go before prefetches, and these before write-backs and traffic; or all wait alike" },
	{ .name = "platform", .type = OPTION_STRING, .at = offsetof(struct config_cluster, platform), .def = "",
	  .help = "a SimGrid platform file in place of the topology" },
};

static const struct option_row donors_rows[] = {
	{ .name = "placement", .type = OPTION_ENUM, .at = offsetof(struct config_donors, placement), .def = "most-free",
	  .allowed = WORDS("round-robin", "most-free", "nearest", "two-choices", "random", "multinode-lru"), .help = "which donor takes a victim" },
	{ .name = "epoch", .type = OPTION_DURATION, .at = offsetof(struct config_donors, epoch_ps), .min = "1us", .max = "1000s", .def = "10ms",
	  .help = "multinode-lru: how often the donors' ages are compared anew; the default is an assumption" },
	{ .name = "replicas", .type = OPTION_COUNT, .at = offsetof(struct config_donors, replicas), .min = "1", .max = "16", .def = "1",
	  .help = "donors that hold each page" },
	{ .name = "backing", .type = OPTION_STRING, .at = offsetof(struct config_donors, backing), .def = "nvme",
	  .help = "the store for pages that no donor holds: a preset, or none" },
};

static const struct option_row policy_rows[] = {
	{ .name = "policy", .type = OPTION_ENUM, .at = offsetof(struct config, policy), .def = "lru", .choice = policy_name,
	  .help = "which local page leaves" },
	{ .name = "prefetch", .type = OPTION_ENUM, .at = offsetof(struct config, prefetch), .def = "none", .choice = prefetch_name,
	  .help = "which pages are fetched ahead" },
};

static const struct option_row vm_rows[] = {
	{ .name = "name", .type = OPTION_STRING, .at = offsetof(struct config_vm, name), .optional = true,
	  .help = "the job's name in results; otherwise the trace's" },
	{ .name = "trace", .type = OPTION_STRING, .at = offsetof(struct config_vm, trace), .def = "",
	  .help = "the recording that it replays" },
	{ .name = "workload", .type = OPTION_STRING, .at = offsetof(struct config_vm, workload), .def = "",
	  .help = "engine bochs: what its guest runs, as 'megavm list workloads' has it, or a folder" },
	{ .name = "size", .type = OPTION_STRING, .at = offsetof(struct config_vm, size), .def = "small",
	  .help = "engine bochs: the workload's size" },
	{ .name = "host", .type = OPTION_COUNT, .at = offsetof(struct config_vm, host), .max = "65535", .def = "0",
	  .help = "the hypervisor that it runs on" },
	{ .name = "local", .type = OPTION_SHARE, .at = offsetof(struct config_vm, local), .min = "0%", .max = "100%", .def = "100%",
	  .help = "its local memory: a share of the footprint, or a size" },
	{ .name = "count", .type = OPTION_COUNT, .at = offsetof(struct config_vm, count), .min = "1", .max = "65536", .def = "1",
	  .help = "how many such VMs; each is one hypervisor further than the one before" },
	{ .name = "repeats", .type = OPTION_COUNT, .at = offsetof(struct config_vm, repeats), .min = "1", .max = "1e6", .def = "1",
	  .help = "how often it runs its job, one run after the other" },
	{ .name = "start", .type = OPTION_DURATION, .at = offsetof(struct config_vm, start_ps), .min = "0s", .def = "0s",
	  .help = "when it begins" },
	{ .name = "policy", .type = OPTION_ENUM, .at = offsetof(struct config_vm, policy), .optional = true, .choice = policy_name,
	  .help = "in place of the policy above" },
	{ .name = "prefetch", .type = OPTION_ENUM, .at = offsetof(struct config_vm, prefetch), .optional = true, .choice = prefetch_name,
	  .help = "in place of the prefetcher above" },
};

static const struct option_row traffic_rows[] = {
	{ .name = "network", .type = OPTION_ENUM, .at = offsetof(struct config_traffic, network), .allowed = WORDS("fabric", "service"),
	  .help = "which network it loads" },
	{ .name = "from", .type = OPTION_COUNT, .at = offsetof(struct config_traffic, from), .max = "65535", .help = "the sending hypervisor" },
	{ .name = "to", .type = OPTION_COUNT, .at = offsetof(struct config_traffic, to), .max = "65535", .help = "the receiving hypervisor" },
	{ .name = "rate", .type = OPTION_BANDWIDTH, .at = offsetof(struct config_traffic, rate_bps), .help = "how much it sends" },
	{ .name = "start", .type = OPTION_DURATION, .at = offsetof(struct config_traffic, start_ps), .min = "0s", .def = "0s", .help = "when it begins" },
};

/* The three actions fill one field: exactly one of them is given (check.c). */
static const struct option_row event_rows[] = {
	{ .name = "at", .type = OPTION_DURATION, .at = offsetof(struct config_event, at_ps), .help = "when it happens" },
	{ .name = "fail", .type = OPTION_COUNT, .at = offsetof(struct config_event, hypervisor), .max = "65535", .optional = true,
	  .help = "this hypervisor is lost with all that it holds" },
	{ .name = "join", .type = OPTION_COUNT, .at = offsetof(struct config_event, hypervisor), .max = "65535", .optional = true,
	  .help = "this hypervisor begins to lend memory" },
	{ .name = "leave", .type = OPTION_COUNT, .at = offsetof(struct config_event, hypervisor), .max = "65535", .optional = true,
	  .help = "this hypervisor hands back what it holds and lends no more" },
};

static const struct option_row range_rows[] = {
	{ .name = "from", .type = OPTION_STRING, .at = offsetof(struct config_sweep, from), .help = "the first value" },
	{ .name = "to", .type = OPTION_STRING, .at = offsetof(struct config_sweep, to), .help = "the last value" },
	{ .name = "steps", .type = OPTION_COUNT, .at = offsetof(struct config_sweep, steps), .min = "2", .max = "1e6",
	  .help = "how many values, both ends included" },
	{ .name = "scale", .type = OPTION_ENUM, .at = offsetof(struct config_sweep, scale), .def = "linear", .allowed = WORDS("linear", "log"),
	  .help = "equal differences, or equal ratios" },
};

const struct config_part config_parts[] = {
	{"", run_rows, COUNT(run_rows), 0},
	{"cpu.", cpu_rows, COUNT(cpu_rows), 0},
	{"fault.", fault_rows, COUNT(fault_rows), offsetof(struct config, fault)},
	{"fabric.", network_rows, COUNT(network_rows), offsetof(struct config, fabric)},
	{"", service_rows, COUNT(service_rows), 0},
	{"service.", network_rows, COUNT(network_rows), offsetof(struct config, service)},
	{"cluster.", cluster_rows, COUNT(cluster_rows), offsetof(struct config, cluster)},
	{"donors.", donors_rows, COUNT(donors_rows), offsetof(struct config, donors)},
	{"", policy_rows, COUNT(policy_rows), 0},
	{NULL, NULL, 0, 0},
};

const struct config_list_kind config_list_kinds[CONFIG_LISTS] = {
	[LIST_VMS] = {"vms", vm_rows, COUNT(vm_rows), sizeof(struct config_vm),
	              offsetof(struct config, vms), offsetof(struct config, vm_count)},
	[LIST_TRAFFIC] = {"traffic", traffic_rows, COUNT(traffic_rows), sizeof(struct config_traffic),
	                  offsetof(struct config, traffic), offsetof(struct config, traffic_count)},
	[LIST_EVENTS] = {"events", event_rows, COUNT(event_rows), sizeof(struct config_event),
	                 offsetof(struct config, events), offsetof(struct config, event_count)},
};

const struct config_part config_range_part = {"", range_rows, COUNT(range_rows), 0};
