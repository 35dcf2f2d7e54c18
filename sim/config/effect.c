/* SPDX-License-Identifier: MIT */
/*
 * Keys that have an effect only beside others: the parameters of a policy that some VM uses, the sigma of a lognormal.
 * Where they have none, another value than the default is an error, and is not printed. tests/effect.py tries every
 * key.
 */
#include <stdlib.h>
#include <string.h>

#include "config/tables.h"
#include "placement/placement.h"
#include "policy/policy.h"
#include "prefetch/prefetch.h"

/* Whether the second word of `key` is `name`: "policies.2q.in" and "2q". */
static bool is_of(const char *key, const char *name)
{
	const char *second = strchr(key, '.') + 1;
	const size_t length = strlen(name);

	return strncmp(second, name, length) == 0 && second[length] == '.';
}

static bool policy_is_used(const struct config *config, const char *key)
{
	for (size_t i = 0; i < config->vm_count; i++)
		if (is_of(key, policy_name(config->vms[i].policy)))
			return true;
	return false;
}

static bool prefetcher_is_used(const struct config *config, const char *key)
{
	for (size_t i = 0; i < config->vm_count; i++)
		if (is_of(key, prefetch_name(config->vms[i].prefetch)))
			return true;
	return false;
}

static bool prefetches(const struct config *config, const char *key)
{
	(void)key;
	for (size_t i = 0; i < config->vm_count; i++)
		if (!prefetchers[config->vms[i].prefetch]->is_none)
			return true;
	return false;
}

static bool is_lognormal(const struct config *config, const char *key)
{
	(void)key;
	return network_jitter(&config->fabric) == JITTER_LOGNORMAL;
}

static bool has_capacity(const struct config *config, const char *key)
{
	(void)key;
	return config->fault.capacity != 0;
}

static bool has_curve(const struct config *config, const char *key)
{
	(void)key;
	return config->fabric.curve != NULL;
}

static bool has_epochs(const struct config *config, const char *key)
{
	(void)key;
	return strcmp(placements[config->donors.placement]->name, "multinode-lru") == 0;
}

static bool has_own_topology(const struct config *config, const char *key)
{
	(void)key;
	return !config->cluster.platform[0];
}

static bool has_hops(const struct config *config, const char *key)
{
	const int topology = config->cluster.topology;

	return has_own_topology(config, key) && (topology == TOPOLOGY_FAT_TREE || topology == TOPOLOGY_DRAGONFLY);
}

static bool is_native(const struct config *config, const char *key)
{
	(void)key;
	return config->engine == ENGINE_NATIVE;
}

static bool has_peers(const struct config *config, const char *key)
{
	return is_native(config, key) && config->peers;
}

static const struct condition {
	const char *key; /* or the beginning of several, with the dot */
	bool (*holds)(const struct config *config, const char *key);
	const char *decides; /* the last word of the key that decides */
	const char *without; /* what the configuration lacks */
} conditions[] = {
	{"policies.", policy_is_used, "policy", "no VM has this policy"},
	{"prefetchers.", prefetcher_is_used, "prefetch", "no VM has this prefetcher"},
	{"peers", is_native, "engine", "the engine is not native"},
	{"fabric.transport", has_peers, "peers", "the engine native has no peers"},
	{"prefetch.map", prefetches, "prefetch", "no VM has a prefetcher"},
	{"fabric.sigma", is_lognormal, "jitter", "fabric.jitter is not lognormal"},
	{"fault.handlers", has_capacity, "capacity", "fault.capacity is 0: each virtual CPU serves its own faults"},
	{"fabric.window", has_curve, "curve", "there is no fabric.curve"},
	{"donors.epoch", has_epochs, "placement", "donors.placement is not multinode-lru"},
	{"cluster.topology", has_own_topology, "platform", "cluster.platform takes its place"},
	{"cluster.hop", has_hops, "topology",
	 "the fabric has no second switch (cluster.topology: fat-tree, dragonfly)"},
};

static const struct condition *condition_of(const struct config *config, const char *key)
{
	if (config->tables->families != config_families) /* a test's own */
		return NULL;
	for (size_t i = 0; i < sizeof(conditions) / sizeof(*conditions); i++) {
		const char *at = conditions[i].key;
		const size_t length = strlen(at);

		if (strncmp(key, at, length) == 0 && (key[length] == '\0' || at[length - 1] == '.'))
			return &conditions[i];
	}
	return NULL;
}

static bool is_idle(const struct config *config, const struct condition *condition, const struct place *place,
		    size_t row, const char *key)
{
	return place->given[row].line != 0 && !option_is_default(&place->section.rows[row], place->section.at) &&
	       !condition->holds(config, key);
}

bool config_is_idle(const struct config *config, const struct place *place, size_t row, const char *key)
{
	const struct condition *condition = condition_of(config, key);

	return condition && is_idle(config, condition, place, row, key);
}

/* Whether a sweep varies the key that decides, of all VMs or of one. */
static bool is_swept(const struct config *config, const char *word)
{
	for (size_t i = 0; i < config->sweep_count; i++)
		for (size_t k = 0; k < config->sweep[i].key_count; k++) {
			const char *key = config->sweep[i].keys[k], *dot = strrchr(key, '.');

			if (strcmp(dot ? dot + 1 : key, word) == 0)
				return true;
		}
	return false;
}

int config_check_effects(const struct config *config, struct err *err)
{
	const struct place_list *parts = &config->tables->parts;

	for (size_t i = 0; i < parts->count; i++)
		for (size_t row = 0; row < parts->places[i].section.count; row++) {
			const struct place *place = &parts->places[i];
			const struct condition *condition;
			char key[2 * CONFIG_PATH];

			snprintf(key, sizeof(key), "%s%s", place->prefix, place->section.rows[row].name);
			condition = condition_of(config, key);
			if (!condition || is_swept(config, condition->decides) ||
			    !is_idle(config, condition, place, row, key))
				continue;
			err_set(err, ERR_USAGE, "it has no effect: %s", condition->without);
			return config_locate(config->tables, place->given[row], key, ERR_USAGE, err);
		}
	return 0;
}
