/* SPDX-License-Identifier: MIT */
/* The checks after the file and --set have been read: missing values, values that follow from others,
 * contradictions. */
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "config/fault_preset.h"
#include "config/preset.h"
#include "config/tables.h"
#include "fabric/latency.h"

static const struct mark derived = {MARK_DERIVED, 0};

static int fail(const struct config *config, const struct place *place, const char *row, int code, struct err *err)
{
	char key[2 * CONFIG_PATH];

	snprintf(key, sizeof(key), "%s%s", place->prefix, row);
	return config_locate(config->tables, place_mark(place, row), key, code, err);
}

static bool given(const struct place *place, const char *row)
{
	return place_mark(place, row).line != 0;
}

static struct place *find_part(const struct config *config, const char *name)
{
	struct place *place = NULL;

	config_find(config->tables, name, &place);
	return place;
}

static int check_complete(const struct config *config, struct err *err)
{
	const struct config_tables *tables = config->tables;
	int status = 0;

	for (size_t i = 0; status == 0 && i < tables->parts.count; i++)
		status = place_complete(tables, &tables->parts.places[i], err);
	for (int kind = 0; kind < CONFIG_LISTS; kind++)
		for (size_t i = 0; status == 0 && i < tables->lists[kind].count; i++)
			status = place_complete(tables, &tables->lists[kind].places[i], err);
	if (status < 0 || config->vm_count > 0)
		return status;
	err_set(err, ERR_USAGE, "%s (a configuration names at least one VM)",
		tables->lists[LIST_VMS].at.line ? "empty" : "missing");
	return config_locate(tables, tables->lists[LIST_VMS].at, "vms", ERR_USAGE, err);
}

/* Finds the preset that a row of `place` names. */
static int find_preset(const struct config *config, const struct place *place, const char *row, const char *name,
		       const struct preset **preset, struct err *err)
{
	char *path;
	int status;

	*preset = preset_cache_find(config->tables->presets, name);
	if (*preset)
		return 0;
	status = preset_find(PRESET_FABRIC, name, &path, err);
	if (status < 0)
		return fail(config, place, row, status, err);
	status = preset_cache_add(config->tables->presets, name, path, preset, err);
	free(path);
	return status;
}

/* Takes from the preset every value that the configuration does not set. */
static int apply_preset(const struct config *config, struct place *place, const struct network *network,
			struct err *err)
{
	char text[OPTION_TEXT];
	const struct preset *preset;
	int status = find_preset(config, place, "preset", network->preset, &preset, err);

	if (status < 0)
		return status;
	for (int i = 0; status == 0 && i < NETWORK_ROWS; i++)
		if (preset->given[i] && !given(place, network_rows[i].name))
			status = place_set(place, &network_rows[i],
					   option_text(&network_rows[i], &preset->network, text), derived, err);
	return status;
}

/* A table that is given without a latency brings its own. */
static int take_table(const struct config *config, struct place *place, const struct network *network, struct err *err)
{
	const struct option_row *row = option_find(network_rows, NETWORK_ROWS, "latency");
	char text[UNITS_TEXT];
	int64_t mean_ps;
	int status;

	if (network_jitter(network) != JITTER_TABLE || !given(place, "jitter") || given(place, "latency"))
		return 0;
	status = latency_table_mean(network->jitter, &mean_ps, err);
	if (status < 0)
		return fail(config, place, "jitter", status, err);
	duration_text(mean_ps, text);
	return place_set(place, row, text, derived, err);
}

/* A curve that is given brings its own latency and bandwidth. */
static int take_curve(const struct config *config, struct place *place, const struct network *network, struct err *err)
{
	static const char *const both[] = {"latency", "bandwidth"};
	struct network of_curve = {.curve = network->curve};
	char text[OPTION_TEXT];
	int status = 0;

	if (!given(place, "curve"))
		return 0;
	status = network_take_curve(&of_curve, err);
	if (status < 0)
		return fail(config, place, "curve", status, err);
	for (size_t i = 0; i < 2 && status == 0; i++) {
		const struct option_row *row = &network_rows[network_row(both[i])];
		const char *own = option_text(row, &of_curve, text);
		char was[OPTION_TEXT];

		if (given(place, both[i]) && strcmp(option_text(row, network, was), own) != 0) {
			err_set(err, ERR_USAGE, "it has no effect: fabric.curve gives it (%s)", own);
			return fail(config, place, both[i], ERR_USAGE, err);
		}
		status = place_set(place, row, own, derived, err);
	}
	return status;
}

static int check_network(const struct config *config, const char *prefix, const struct network *network,
			 struct err *err)
{
	char name[CONFIG_PATH];
	struct place *place;
	int status;

	snprintf(name, sizeof(name), "%ssigma", prefix);
	place = find_part(config, name);
	status = take_curve(config, place, network, err);
	if (status == 0)
		status = take_table(config, place, network, err);
	if (status == 0)
		status = apply_preset(config, place, network, err);
	if (status < 0)
		return status;
	if (network_jitter(network) == JITTER_LOGNORMAL && !given(place, "sigma")) {
		err_set(err, ERR_USAGE, "'lognormal' needs %s as well", name);
		return fail(config, place, "jitter", ERR_USAGE, err);
	}
	return 0;
}

/* The keys of `donors` that describe a backing store: those that its preset gives, then those with a default. */
static const char *const store_keys[] = {"read_latency", "read_bandwidth", "write_latency", "write_bandwidth",
					 "store_queue"};
enum { STORE_PRESET_KEYS = 4, STORE_KEYS = sizeof(store_keys) / sizeof(*store_keys) };
#define STORE_QUEUE "1024" /* io_queue_depth of Linux' NVMe driver (drivers/nvme/host/pci.c) */

static int refuse_store_keys(const struct config *config, const struct place *place, struct err *err)
{
	for (int i = 0; i < STORE_KEYS; i++)
		if (given(place, store_keys[i])) {
			err_set(err, ERR_USAGE, "there is no backing store (donors.backing: none)");
			return fail(config, place, store_keys[i], ERR_USAGE, err);
		}
	return 0;
}

/* Takes from the preset every number of the store that the configuration does not set. */
static int apply_store(struct config_donors *donors, struct place *place, const struct preset *preset, struct err *err)
{
	const struct option_row *rows[STORE_PRESET_KEYS] = {option_find(network_rows, NETWORK_ROWS, "latency"),
							    option_find(network_rows, NETWORK_ROWS, "bandwidth"),
							    &store_rows[0], &store_rows[1]};
	const void *from[STORE_PRESET_KEYS] = {&preset->network, &preset->network, preset, preset};
	const struct network was = donors->store;
	char text[OPTION_TEXT];
	int status = network_copy(&donors->store, &preset->network, err);

	donors->store.latency_ps = was.latency_ps;
	donors->store.bandwidth_bps = was.bandwidth_bps;
	for (int i = 0; i < STORE_KEYS && status == 0; i++)
		if (!given(place, store_keys[i]))
			status = place_set(place, option_find(place->section.rows, place->section.count, store_keys[i]),
					   i < STORE_PRESET_KEYS ? option_text(rows[i], from[i], text) : STORE_QUEUE,
					   derived, err);
	return status;
}

/* A platform of one's own has latencies and bandwidths of its own: refuses those of the configuration, which would have
 * no effect. */
static int check_platform(const struct config *config, struct err *err)
{
	static const char *const rows[] = {"latency", "bandwidth", "curve"};
	const struct place *fabric = find_part(config, "fabric.preset"), *service = find_part(config, "service.preset");

	for (size_t i = 0; config->cluster.platform[0] && i < sizeof(rows) / sizeof(*rows); i++) {
		const struct place *place = given(fabric, rows[i]) ? fabric : service;

		if (!given(place, rows[i]))
			continue;
		err_set(err, ERR_USAGE, "it has no effect: the links of cluster.platform (%s) have their own",
			config->cluster.platform);
		return fail(config, place, rows[i], ERR_USAGE, err);
	}
	return 0;
}

static int check_backing(struct config *config, struct err *err)
{
	struct place *place = find_part(config, "donors.backing");
	const struct preset *preset;
	int status;

	if (!config_backing_given(config->donors.backing))
		return refuse_store_keys(config, place, err);
	status = find_preset(config, place, "backing", config->donors.backing, &preset, err);
	return status < 0 ? status : apply_store(&config->donors, place, preset, err);
}

/* A service network of its own exists as soon as one of its keys is set, unless `service` itself was set: a sweep may
 * set it to 'shared'. */
static int check_service(struct config *config, struct err *err)
{
	const struct place *mode = find_part(config, "service"), *network = find_part(config, "service.preset");

	for (size_t i = 0; i < network->section.count && !given(mode, "service"); i++)
		if (network->given[i].line != 0)
			config->service_mode = SERVICE_OWN;
	for (size_t i = 0; i < network->section.count; i++)
		if (network->given[i].line != 0 && !config_service_has(network->section.rows[i].name)) {
			err_set(err, ERR_USAGE, "it has no effect: the service network carries no pages");
			return fail(config, network, network->section.rows[i].name, ERR_USAGE, err);
		}
	return config->service_mode == SERVICE_OWN ? check_network(config, "service.", &config->service, err) : 0;
}

/* Checks a hypervisor's number, unless the user's own platform determines how many there are. */
static int check_hypervisor(const struct config *config, const struct place *place, const char *row, uint64_t number,
			    struct err *err)
{
	if (config->cluster.platform[0] || number < config->cluster.hypervisors)
		return 0;
	err_set(err, ERR_USAGE, "there is no hypervisor %llu (0 to %llu)", (unsigned long long)number,
		(unsigned long long)config->cluster.hypervisors - 1);
	return fail(config, place, row, ERR_USAGE, err);
}

/* "traces/sort-small.mvt" is called sort-small, "/bin/sort -n x" is called sort; a workload by its own name. */
static int name_after(struct place *place, const char *input, bool is_command, struct err *err)
{
	const struct option_row *row = option_find(place->section.rows, place->section.count, "name");
	const size_t word = strcspn(input, " \t");
	const char *slash = memrchr(input, '/', is_command ? word : strlen(input));
	const char *base = slash ? slash + 1 : input;
	size_t length = is_command ? word - (size_t)(base - input) : strlen(base);
	char *name;
	int status;

	if (length > 4 && strcmp(base + length - 4, ".mvt") == 0)
		length -= 4;
	name = strndup(base, length);
	if (!name)
		return err_memory(err, "a VM's name");
	status = place_set(place, row, name, derived, err);
	free(name);
	return status;
}

static int check_vm(const struct config *config, struct config_vm *vm, struct place *place, struct err *err)
{
	const struct engine *engine = engine_of(config);
	int status = check_hypervisor(config, place, "host", vm->host, err);

	if (status == 0 && !*engine_input(engine, vm)) {
		char key[2 * CONFIG_PATH];
		const char *row = engine->input;

		err_set(err, ERR_USAGE, "missing (%s)",
			option_find(place->section.rows, place->section.count, row)->help);
		snprintf(key, sizeof(key), "%s%s", place->prefix, row);
		return config_locate(config->tables, place->at, key, ERR_USAGE, err);
	}
	if (!given(place, "policy"))
		vm->policy = config->policy;
	if (!given(place, "prefetch"))
		vm->prefetch = config->prefetch;
	if (status == 0 && !given(place, "name"))
		status = name_after(place,
				    *vm->trace      ? vm->trace
				    : *vm->workload ? vm->workload
						    : vm->command,
				    !*vm->trace && !*vm->workload, err);
	return status;
}

/* A flow has a rate, with its bursts and arrivals, or a window. */
static int check_pace(const struct config *config, const struct place *place, struct err *err)
{
	static const char *const of_rate[] = {"rate", "burst", "arrivals"};
	char key[2 * CONFIG_PATH];

	for (size_t i = 0; given(place, "window") && i < sizeof(of_rate) / sizeof(*of_rate); i++)
		if (given(place, of_rate[i])) {
			err_set(err, ERR_USAGE, "it has no effect beside a window");
			return fail(config, place, of_rate[i], ERR_USAGE, err);
		}
	if (given(place, "window") || given(place, "rate"))
		return 0;
	err_set(err, ERR_USAGE, "missing (the rate at which it sends; or give a window)");
	snprintf(key, sizeof(key), "%srate", place->prefix);
	return config_locate(config->tables, place->at, key, ERR_USAGE, err);
}

static int check_traffic(const struct config *config, const struct config_traffic *traffic, const struct place *place,
			 struct err *err)
{
	int status = check_hypervisor(config, place, "from", traffic->from, err);

	if (status == 0)
		status = check_hypervisor(config, place, "to", traffic->to, err);
	if (status == 0)
		status = check_pace(config, place, err);
	if (status < 0 || traffic->network != TRAFFIC_SERVICE || config->service_mode != SERVICE_NONE)
		return status;
	err_set(err, ERR_USAGE, "'service', but the configuration has no service network");
	return fail(config, place, "network", ERR_USAGE, err);
}

/* Checks that there is exactly one action. The hypervisor's number may be past the cluster's: one that joins is new. */
static int check_event(const struct config *config, struct config_event *event, const struct place *place,
		       struct err *err)
{
	static const char *const actions[] = {[ACTION_FAIL] = "fail", [ACTION_JOIN] = "join", [ACTION_LEAVE] = "leave"};
	char key[CONFIG_PATH];
	int found = 0;

	for (int i = ACTION_FAIL; i <= ACTION_LEAVE; i++)
		if (given(place, actions[i])) {
			event->action = (enum config_action)i;
			found++;
		}
	if (found == 1)
		return 0;
	err_set(err, ERR_USAGE, "expected exactly one of fail, join, leave, found %d", found);
	snprintf(key, sizeof(key), "%.*s", (int)strlen(place->prefix) - 1, place->prefix);
	return config_locate(config->tables, place->at, key, ERR_USAGE, err);
}

/* Takes from the preset of fault costs every cost that the configuration does not set, and says in words which costs
 * there are. */
static int check_fault(struct config *config, struct err *err)
{
	struct place *place = find_part(config, "fault.preset");
	int status = fault_preset_apply(config->tables->presets, place, &config->fault, config->fault_costs, err);

	return status < 0 ? fail(config, place, "preset", status, err) : 0;
}

int config_finish(struct config *config, struct err *err)
{
	const struct place_list *lists = config->tables->lists;
	int status = check_complete(config, err);

	if (status == 0)
		status = check_platform(config, err);
	if (status == 0)
		status = check_network(config, "fabric.", &config->fabric, err);
	if (status == 0)
		status = check_service(config, err);
	if (status == 0)
		status = check_backing(config, err);
	if (status == 0)
		status = check_fault(config, err);
	config->cluster.hypervisors_given = given(find_part(config, "cluster.hypervisors"), "hypervisors");
	for (size_t i = 0; status == 0 && i < config->vm_count; i++)
		status = check_vm(config, &config->vms[i], &lists[LIST_VMS].places[i], err);
	for (size_t i = 0; status == 0 && i < config->traffic_count; i++)
		status = check_traffic(config, &config->traffic[i], &lists[LIST_TRAFFIC].places[i], err);
	for (size_t i = 0; status == 0 && i < config->event_count; i++)
		status = check_event(config, &config->events[i], &lists[LIST_EVENTS].places[i], err);
	if (status == 0 && config->tables->presets == &config->tables->own_presets) /* not for each point of a sweep */
		status = config_check_effects(config, err);
	return status;
}
