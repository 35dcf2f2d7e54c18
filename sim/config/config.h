/* SPDX-License-Identifier: MIT */
/*
 * The configuration of an experiment: one YAML file and the --set options of the command line. Every key is a row of an
 * option table (config_options.c, and the tables of policies and prefetchers), so reading, --set, printing and
 * docs/options.md agree. All times are integer picoseconds.
 */
#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "base/option.h"
#include "base/rng.h"
#include "config/engine.h"
#include "config/slurp.h"
#include "fabric/network.h"

/* The values of the words, in the order of the tables in config_options.c. */
enum config_service { SERVICE_NONE, SERVICE_SHARED, SERVICE_OWN };
enum config_topology {
	TOPOLOGY_SWITCH,
	TOPOLOGY_FAT_TREE,
	TOPOLOGY_DRAGONFLY,
	TOPOLOGY_NTB_PAIR,
	TOPOLOGY_PCIE_SWITCH
};
enum config_priority { PRIORITY_DEMAND, PRIORITY_SAME };
enum config_traffic_network { TRAFFIC_FABRIC, TRAFFIC_SERVICE };
enum config_until { UNTIL_OWN, UNTIL_ALL };
enum config_pool { POOL_INCLUSIVE, POOL_EXCLUSIVE };
enum config_arrivals { ARRIVALS_PACED, ARRIVALS_POISSON };
enum config_action { ACTION_FAIL, ACTION_JOIN, ACTION_LEAVE };
enum config_on_failure { ON_FAILURE_STOP, ON_FAILURE_RESTART };
enum config_on_leave { ON_LEAVE_STAY, ON_LEAVE_STOP, ON_LEAVE_RESTART };
enum config_fault_base { FAULT_BASE_POPULATED, FAULT_BASE_LAZY };
enum config_prefetch_map { PREFETCH_MAP_TOUCH, PREFETCH_MAP_ARRIVAL };
enum config_scale { SCALE_LINEAR, SCALE_LOG };

struct config_fault {
	char *preset; /* name or file, which gives every cost below that is not set */
	int64_t exit_ps, handler_ps, lookup_ps, map_ps;
	int64_t minor_ps;            /* if the configuration does not set it: exit, handler and map */
	uint64_t handlers, capacity; /* of a VM; fetches a second that each of them serves, 0: any number */
	int base;                    /* enum config_fault_base */
	uint64_t buffer;             /* write-backs in flight at most */
};

enum { CONFIG_FAULT_COSTS = 256 };

enum config_free_pages { FREE_PAGES_FETCHED, FREE_PAGES_HINTED };
struct config_guest {
	int free_pages; /* enum config_free_pages */
};

struct config_cluster {
	uint64_t hypervisors; /* the user's own platform decides itself how many there are */
	bool hypervisors_given;
	uint64_t memory_bytes; /* of each hypervisor */
	int topology;          /* enum config_topology */
	int64_t hop_ps;        /* time through one switch, port to port */
	int priority;          /* enum config_priority */
	char *platform;        /* SimGrid's XML in place of the topology, or "" */
};

struct config_donors {
	int placement; /* index into placements[] */
	int pool;      /* enum config_pool */
	uint64_t replicas;
	bool rebuild;
	char *backing;        /* a preset, or "none" */
	int64_t detect_ps;    /* from a failure until it is known */
	int64_t epoch_ps;     /* of multinode-lru */
	struct network store; /* that preset's numbers for reads, all 0 when there is none */
	int64_t write_latency_ps;
	uint64_t write_bandwidth_bps;
	uint64_t store_queue; /* writes that the store takes before the first of them has completed */
};

struct config_vm {
	char *name;            /* the trace's name if the file sets none */
	char *trace;           /* simulate */
	char *workload, *size; /* bochs */
	char *command;         /* native */
	uint64_t host;         /* the first hypervisor is 0 */
	struct share local;
	int warm; /* enum local_warm */
	uint64_t count, repeats;
	int64_t start_ps;
	int on_failure, on_leave; /* enum config_on_failure, config_on_leave */
	int64_t restart_after_ps;
	int policy, prefetch; /* indices into the registries: its own, otherwise those of the configuration */
};

struct config_traffic {
	int network;       /* enum config_traffic_network */
	uint64_t from, to; /* hypervisors */
	uint64_t rate_bps; /* 0: a window */
	uint64_t burst_bytes;
	int arrivals;          /* enum config_arrivals */
	uint64_t window_bytes; /* the largest; 0: a rate */
	int64_t start_ps;
};

struct config_event {
	int64_t at_ps;
	enum config_action action;
	uint64_t hypervisor;
};

/* One axis of a grid: the values in order as --set takes them, or (when there are none) a range. Keys that change
 * together share one. */
struct config_sweep {
	char **keys;                    /* "fabric.latency", "vms.local", "vms.0.local" */
	const struct option_row **rows; /* of each key */
	size_t key_count;
	char **values;      /* of key k at position v: values[v * key_count + k] */
	size_t value_count; /* positions */
	char *from, *to;    /* in the row's notation */
	uint64_t steps;
	int scale; /* enum config_scale */
};

struct config {
	char *comment;         /* the lines of comment that the file opens with, without their marks */
	uint64_t seed, repeat; /* what every random number follows from: config_stream() */
	uint64_t repeats;      /* of each point of a sweep */
	int until;             /* enum config_until */
	int engine;            /* enum config_engine: a row of engines[] */
	char *peers;           /* HOST:PORT,HOST:PORT..., or NULL */
	uint64_t ips;          /* instructions per second of a vCPU */
	struct config_guest guest;
	struct config_fault fault;
	char fault_costs[CONFIG_FAULT_COSTS]; /* in words, for outputs: "none (ideal)", "fastswap" */
	struct network fabric;
	int service_mode;       /* enum config_service */
	struct network service; /* when SERVICE_OWN */
	struct config_cluster cluster;
	struct config_donors donors;
	int policy, prefetch; /* indices into the registries */
	int prefetch_map;     /* enum config_prefetch_map */
	struct config_vm *vms;
	size_t vm_count;
	struct config_traffic *traffic;
	size_t traffic_count;
	struct config_event *events;
	size_t event_count;
	struct config_sweep *sweep;
	size_t sweep_count;
	void **policy_params,
		**prefetch_params; /* by index into the registry: the filled struct, NULL where there are no options */
	struct config_tables *tables; /* private to config/ */
};

/*
 * Reads the file at `path` ("-": standard input), then applies the `n` texts KEY=VALUE of `sets` in order. Returns 0 or
 * a negative code. On success the caller owns *config until config_free and must not move it, since it contains
 * pointers into itself. On an error nothing is left to free; the text names file:line:column or --set, and the key.
 */
int config_read(const char *path, const char *const *sets, size_t n, struct config *config, struct err *err);

/* A configuration in memory, as YAML. */
struct config_text {
	const char *name; /* the file's, for messages; its paths are looked for beside it first */
	const char *text;
	size_t size;
};

/* As config_read, from memory. */
int config_read_text(const struct config_text *text, const char *const *sets, size_t n, struct config *config,
		     struct err *err);

/* As config_read_text, for one point of a sweep: `sweep` itself is skipped, and presets are taken from the cache or
 * added to it. */
struct preset_cache;
int config_read_point(const struct config_text *text, const char *const *sets, size_t n, struct preset_cache *presets,
		      struct config *config, struct err *err);

void config_free(struct config *config);

/* The seed of one stream of random numbers of the run. */
/* The guest's free pages are not fetched (trace_reader_options.hinted). */
static inline bool config_hinted(const struct config *config)
{
	return config->guest.free_pages == FREE_PAGES_HINTED;
}

static inline uint64_t config_stream(const struct config *config, enum rng_purpose purpose, uint64_t number)
{
	return rng_stream(config->seed, config->repeat, purpose, number);
}

/* Whether a VM ends when its hypervisor fails or leaves, and whether it is then to restart. */
bool config_vm_ends(const struct config_vm *vm, enum config_action action);
bool config_vm_restarts(const struct config_vm *vm, enum config_action action);

/* How many restarts of VMs there may be at most in the whole run. */
uint64_t config_restarts(const struct config *config);

/* Writes the whole configuration, with defaults, as YAML that can be read again. Returns 0 or a negative code. */
int config_print(const struct config *config, FILE *to, struct err *err);

/* The name of an axis: its key, or its keys with commas between them. Returns `out`. */
enum { CONFIG_KEYS = 1024 };
const char *config_sweep_name(const struct config_sweep *sweep, char out[CONFIG_KEYS]);

/* Whether a configuration's file writes this name with its dot, at the top: `prefetch.map`, because `prefetch` is a
 * word of its own. */
bool config_is_flat(const char *name);

/* Calls `visit` for every value that config_print writes, in that order and by its name in full ("vms.0.local");
 * `sweep` is not among them. */
void config_values(const struct config *config, void (*visit)(void *context, const char *name, const char *text),
		   void *context);

/* Calls `visit` for every option there is, by the name that --set takes ("vms.local" for the keys of a list). */
void config_options(void (*visit)(void *context, const char *name, const struct option_row *row), void *context);

#endif
