/* What the registries of policies and prefetchers add to the configuration: the only file here that knows them. */
#include "config/tables.h"

static const char *const policy_words[] = {"lru", NULL};
static const char *const prefetcher_words[] = {"none", NULL};

const char *config_policy_name(int i)
{
	return policy_words[i];
}

const char *config_prefetcher_name(int i)
{
	return prefetcher_words[i];
}

static struct config_params no_params(int i)
{
	(void)i;
	return (struct config_params){NULL, 0, 0};
}

const struct config_family config_families[] = {
	{"policies", offsetof(struct config, policy_params), config_policy_name, no_params},
	{"prefetchers", offsetof(struct config, prefetch_params), config_prefetcher_name, no_params},
	{NULL, 0, NULL, NULL},
};
