/* SPDX-License-Identifier: MIT */
#include "config/engine.h"

#include <inttypes.h>
#include <string.h>

#include "config/config.h"
#include "fault/local_memory.h"
#include "policy/policy.h"
#include "prefetch/prefetch.h"

const struct engine engines[] = {
	[ENGINE_SIMULATE] =
		{
			.name = "simulate",
			.summary = "the simulator: replays the traces of any number of VMs in a modelled cluster",
			.input = "trace",
			.replays = true,
			.several_vms = true,
			.several_switches = true,
			.fluid = true,
			.scenario = true,
			.lazy_base = true,
			.future = true,
			.sees_hits = true,
			.prefetches = true,
			.ips_max = UINT64_MAX,
		},
	[ENGINE_BOCHS] =
		{
			.name = "bochs",
			.summary = "the emulator: boots one guest in Bochs, which waits for its pages",
			.input = "workload",
			.boots = true,
			.sees_hits = true,
			.prefetches = true,
			.ips_max = ENGINE_BOCHS_IPS_MAX,
		},
	[ENGINE_NATIVE] =
		{
			.name = "native",
			.summary = "the pager: runs a program or a VM at native speed, which waits for its pages",
			.input = "command",
			.ips_max = UINT64_MAX,
		},
	[ENGINE_LINUX_SWAP] =
		{
			.name = "linux-swap",
			.summary = "the guest's own kernel: boots one guest in Bochs, whose job swaps under a limit",
			.input = "workload",
			.boots = true,
			.sees_hits = true,
			.prefetches = true,
			.guest_pages = true,
			.ips_max = ENGINE_BOCHS_IPS_MAX,
		},
};
_Static_assert(sizeof(engines) / sizeof(engines[0]) == ENGINES, "every engine has a row");

const struct engine *engine_of(const struct config *config)
{
	return &engines[config->engine];
}

const char *engine_name(int i)
{
	return i < ENGINES ? engines[i].name : NULL;
}

const struct engine *engine_find(const char *name)
{
	for (int i = 0; i < ENGINES; i++)
		if (strcmp(engines[i].name, name) == 0)
			return &engines[i];
	return NULL;
}

const char *engine_names(char out[ENGINE_NAMES])
{
	size_t used = 0;

	out[0] = '\0';
	for (int i = 0; i < ENGINES && used < ENGINE_NAMES; i++)
		used += (size_t)snprintf(out + used, ENGINE_NAMES - used, "%s%s", i ? ", " : "", engines[i].name);
	return out;
}

const char *engine_input(const struct engine *engine, const struct config_vm *vm)
{
	return engine->replays ? vm->trace : engine->boots ? vm->workload : vm->command;
}

/* ---- what an engine refuses ---- */

static int refuse(const char *key, const char *what, struct err *err)
{
	return err_set(err, ERR_USAGE,
		       "%s: %s is the simulator's alone: an emulated guest has one donor at its own switch", key, what);
}

static int check_network(const struct engine *engine, const struct config *config, struct err *err)
{
	const int topology = config->cluster.topology;

	if (*config->cluster.platform && !engine->several_switches)
		return refuse("cluster.platform", "a platform of one's own", err);
	if ((topology == TOPOLOGY_FAT_TREE || topology == TOPOLOGY_DRAGONFLY) && !engine->several_switches)
		return refuse("cluster.topology", "a network of several switches", err);
	if (config->fabric.sharing != SHARING_FIFO && !engine->fluid)
		return refuse("fabric.sharing", "fluid sharing", err);
	return 0;
}

static int check_scenario(const struct engine *engine, const struct config *config, struct err *err)
{
	if (config->traffic_count && !engine->scenario)
		return refuse("traffic", "other traffic", err);
	if (config->event_count && !engine->scenario)
		return refuse("events", "a donor that comes or goes", err);
	for (size_t i = 0; i < config->vm_count && !engine->replays; i++)
		if (config->vms[i].warm != WARM_SNAPSHOT)
			return err_set(err, ERR_USAGE,
				       "vms.warm: allowed is snapshot: an emulated guest begins with what it has left "
				       "local itself");
	if (config_hinted(config) && !engine->replays)
		return err_set(
			err, ERR_USAGE,
			"guest.free_pages: allowed is fetched: at the first touch of a page an emulator does not "
			"know yet whether the guest will overwrite all of it");
	if (config->until != UNTIL_OWN && !engine->scenario)
		return refuse("until", "a job that repeats beside others", err);
	if (config->fault.base != FAULT_BASE_POPULATED && !engine->lazy_base)
		return err_set(
			err, ERR_USAGE,
			"fault.base: lazy is the simulator's alone: the emulator's base is a run in which no fault "
			"takes time");
	return 0;
}

/* The policies that need to know only the touches that trap, as "fifo, random, ...". */
static const char *policies_of_traps(char *out, size_t size)
{
	size_t used = 0;

	for (int i = 0; policies[i] && used < size; i++)
		if (policies[i]->traps_suffice)
			used += (size_t)snprintf(out + used, size - used, "%s%s", used ? ", " : "", policies[i]->name);
	return out;
}

static int check_traps(const struct engine *engine, const struct config *config, struct err *err)
{
	char allowed[256];

	for (size_t i = 0; i < config->vm_count; i++) {
		const struct policy_ops *policy = policies[config->vms[i].policy];

		if (!engine->sees_hits && !policy->traps_suffice)
			return err_set(
				err, ERR_USAGE,
				"policy: '%s' has to know every touch, and the engine %s sees only those that trap; "
				"allowed are %s",
				policy->name, engine->name, policies_of_traps(allowed, sizeof(allowed)));
		if (!engine->prefetches && !prefetchers[config->vms[i].prefetch]->is_none)
			return err_set(err, ERR_USAGE,
				       "prefetch: '%s': the engine %s does not prefetch; allowed is none",
				       prefetchers[config->vms[i].prefetch]->name, engine->name);
	}
	return 0;
}

static int check_future(const struct engine *engine, const struct config *config, struct err *err)
{
	for (size_t i = 0; i < config->vm_count && !engine->future; i++) {
		const struct policy_ops *policy = policies[config->vms[i].policy];
		const struct prefetch_ops *prefetch = prefetchers[config->vms[i].prefetch];

		if (policy->needs_future || prefetch->needs_future)
			return err_set(err, ERR_USAGE, "%s: it needs the future, which a running guest does not know",
				       policy->needs_future ? policy->name : prefetch->name);
	}
	return 0;
}

/* ---- a guest that pages itself ---- */

static int refuse_own(const char *key, const char *why, struct err *err)
{
	return err_set(err, ERR_USAGE, "%s: it has no effect with the engine linux-swap: %s", key, why);
}

/* The kernel of the guest is 6.1, and has its own values for whatever a policy can be told. */
static int check_kernel(const struct policy_ops *policy, const void *params, struct err *err)
{
	char key[64];

	for (int i = 0; i < (int)policy->option_count; i++) {
		const struct option_row *row = &policy->options[i];

		snprintf(key, sizeof(key), "policies.%s.%s", policy->name, row->name);
		if (!option_is_default(row, params))
			return refuse_own(key, "the guest's kernel is 6.1 and has its own", err);
	}
	return 0;
}

static int check_swapping(const struct config *config, struct err *err)
{
	const struct policy_ops *policy = policies[config->vms[0].policy];
	const struct prefetch_ops *prefetch = prefetchers[config->vms[0].prefetch];
	const struct config_fault *fault = &config->fault;

	if (strcmp(policy->name, "linux") != 0)
		return err_set(err, ERR_USAGE,
			       "policy: '%s': with the engine linux-swap the guest's kernel evicts; allowed is linux",
			       policy->name);
	if (!prefetch->is_none && strcmp(prefetch->name, "linux-vma") != 0)
		return err_set(err, ERR_USAGE,
			       "prefetch: '%s': with the engine linux-swap the guest's kernel reads ahead; allowed are "
			       "none, linux-vma",
			       prefetch->name);
	if (fault->exit_ps || fault->handler_ps || fault->lookup_ps || fault->map_ps || fault->capacity)
		return refuse_own("fault",
				  "the guest's kernel takes its own time for a fault (allowed is fault.preset: ideal)",
				  err);
	if (network_jitter(&config->fabric) != JITTER_CONSTANT || config->fabric.curve)
		return refuse_own(config->fabric.curve ? "fabric.curve" : "fabric.jitter",
				  "its device answers after a constant time", err);
	if (config->fabric.page_bytes != 4096)
		return refuse_own("fabric.page", "the guest's kernel reads pages of 4 KiB", err);
	return check_kernel(policy, config->policy_params[config->vms[0].policy], err);
}

int engine_check(const struct engine *engine, const struct config *config, struct err *err)
{
	int status;

	if (!engine->several_vms && (config->vm_count != 1 || config->vms[0].count != 1))
		return err_set(err, ERR_USAGE, "vms: an emulation has one VM, not %zu",
			       config->vm_count == 1 ? (size_t)config->vms[0].count : config->vm_count);
	status = check_network(engine, config, err);
	if (status == 0)
		status = check_scenario(engine, config, err);
	if (status == 0)
		status = check_future(engine, config, err);
	if (status == 0)
		status = check_traps(engine, config, err);
	if (status == 0 && engine->guest_pages)
		status = check_swapping(config, err);
	if (status == 0 && config->ips > engine->ips_max)
		status = err_set(err, ERR_USAGE, "cpu.ips: %" PRIu64 ": %s takes at most %" PRIu64, config->ips,
				 engine->name, engine->ips_max);
	return status;
}
