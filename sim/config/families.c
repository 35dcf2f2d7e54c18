/* SPDX-License-Identifier: MIT */
/* What the registries of policies and prefetchers add to the configuration. */
#include "config/tables.h"
#include "policy/policy.h"
#include "prefetch/prefetch.h"

static struct config_params policy_params(int i)
{
	return (struct config_params){policies[i]->options, policies[i]->option_count, policies[i]->params_size};
}

static struct config_params prefetch_params(int i)
{
	return (struct config_params){prefetchers[i]->options, prefetchers[i]->option_count,
				      prefetchers[i]->params_size};
}

const struct config_family config_families[] = {
	{"policies", offsetof(struct config, policy_params), policy_name, policy_params},
	{"prefetchers", offsetof(struct config, prefetch_params), prefetch_name, prefetch_params},
	{NULL, 0, NULL, NULL},
};
