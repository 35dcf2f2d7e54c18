/* SPDX-License-Identifier: MIT */
/* megavm curve: the configurations that are compared, one for each interconnect and latency of the command line. */
#include <stdlib.h>
#include <string.h>

#include "cli/curve.h"
#include "config/cost.h"

/* A configuration with the policies, which are known to exist, and a VM for each trace. */
static char *minimal(const struct curve_arguments *arguments)
{
	const char *list = arguments->policies;
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	if (to && list)
		fprintf(to, strchr(list, ',') ? "sweep: {policy: [%s]}\n" : "policy: %s\n", list);
	for (int i = 0; to && i < arguments->paths; i++)
		fprintf(to, "%s{trace: t}", i ? ", " : "vms: [");
	if (to)
		fputs("]\n", to);
	return to && fclose(to) == 0 ? text : NULL;
}

static int check_policies(const char *list, struct err *err)
{
	char *names = strdup(list), *rest = names, *name;
	int status = names ? 0 : err_memory(err, "the command line");

	while (status == 0 && (name = strsep(&rest, ",")))
		if (!policy_find(name))
			status = err_set(err, ERR_USAGE,
					 "--policy: unknown policy '%s' ('megavm list policies' lists them)", name);
	free(names);
	return status;
}

/* KEY=VALUE texts: one for each trace, those of the command line, and the interconnect's. */
struct sets {
	char **set;
	size_t count;
	int failed;
};

static void add_set(struct sets *sets, const char *key, const char *value)
{
	if (sets->set && asprintf(&sets->set[sets->count], "%s=%s", key, value) >= 0)
		sets->count++;
	else
		sets->failed = 1;
}

static void drop_last(struct sets *sets)
{
	free(sets->set[--sets->count]);
}

static void sets_free(struct sets *sets)
{
	while (sets->count)
		drop_last(sets);
	free(sets->set);
}

static int sets_init(struct sets *sets, const struct curve_arguments *arguments, struct err *err)
{
	char key[32];

	*sets = (struct sets){calloc((size_t)arguments->paths + arguments->config.set_count + 2, sizeof(char *)), 0, 0};
	for (int i = 0; i < arguments->paths; i++) {
		snprintf(key, sizeof(key), "vms.%d.trace", i);
		add_set(sets, key, arguments->path[i]);
	}
	for (size_t i = 0; i < arguments->config.set_count && sets->set; i++) {
		sets->set[sets->count] = strdup(arguments->config.sets[i]);
		sets->failed |= !sets->set[sets->count];
		sets->count += !sets->failed;
	}
	if (!sets->failed && sets->set)
		return 0;
	sets_free(sets);
	return err_memory(err, "the command line");
}

/* The keys that a curve takes, or what they begin with; of a distribution of latencies it takes the mean. */
static const char *const taken[] = {
	"seed",          "fault.preset", "fault.handlers", "fault.capacity",   "repeat",
	"cpu.ips",       "fault.exit",   "fault.handler",  "fault.lookup",     "fault.map",
	"fault.minor",   "fault.base",   "fabric.preset",  "fabric.latency",   "fabric.bandwidth",
	"fabric.setup",  "fabric.copy",  "fabric.curve",   "fabric.post",      "fabric.completion",
	"fabric.jitter", "fabric.sigma", "fabric.request", "guest.free_pages", "policy",
	"prefetch",      "prefetch.map", "policies.",      "prefetchers.",
};

static bool is_taken(const char *key)
{
	for (size_t i = 0; i < sizeof(taken) / sizeof(*taken); i++) {
		const size_t length = strlen(taken[i]);

		if (strncmp(key, taken[i], length) == 0 && (key[length] == '=' || taken[i][length - 1] == '.'))
			return true;
	}
	return false;
}

/* What a curve does not model. */
static int check(const struct config *config, const struct curve_arguments *arguments, struct err *err)
{
	if (config->vms[0].warm != WARM_SNAPSHOT)
		return err_set(err, ERR_USAGE,
			       "vms.warm: allowed is snapshot: a curve begins with what LRU would have left, at every "
			       "size ('megavm run' takes the others)");
	for (size_t i = 0; i < arguments->config.set_count; i++)
		if (!is_taken(arguments->config.sets[i]))
			return err_set(err, ERR_USAGE,
				       "--set %s: it has no effect on a curve, which is of one VM that has its "
				       "interconnect to itself ('megavm run' takes it)",
				       arguments->config.sets[i]);
	return 0;
}

static int read_one(struct curve_settings *settings, const char *text, const struct sets *sets, struct err *err)
{
	struct config *config = &settings->config[settings->count];
	int status = config_read_text(&(struct config_text){"curve", text, strlen(text)},
				      (const char *const *)sets->set, sets->count, config, err);

	if (status < 0)
		return status;
	status = config_cost(config, &settings->cost[settings->count], err);
	if (status < 0)
		config_free(config);
	else
		settings->count++;
	return status;
}

/* A list of the command line that gives a key several values; `list` NULL: it was not given; `key` NULL: the end. */
struct axis {
	const char *key, *list;
};

/* Refuses a key that --set gives as well: one of the two would be ignored. */
static int check_axis(const struct axis *axis, const struct curve_arguments *arguments, struct err *err)
{
	const size_t length = strlen(axis->key);

	for (size_t i = 0; axis->list && i < arguments->config.set_count; i++) {
		const char *set = arguments->config.sets[i];

		if (strncmp(set, axis->key, length) == 0 && set[length] == '=')
			return err_set(err, ERR_USAGE, "--set %s: --%s gives that key", err_quote(set).text,
				       strcmp(axis->key, "fabric.preset") == 0    ? "fabric"
				       : strcmp(axis->key, "fabric.latency") == 0 ? "latency"
										  : "policy");
	}
	return 0;
}

/* Reads the configuration for each value of each list. */
static int read_each(struct curve_settings *settings, const char *text, struct sets *sets, const struct axis *axis,
		     struct err *err)
{
	char *words, *rest, *word;
	int status = 0;

	if (!axis->key)
		return read_one(settings, text, sets, err);
	if (!axis->list)
		return read_each(settings, text, sets, axis + 1, err);
	words = rest = strdup(axis->list);
	while (words && status == 0 && (word = strsep(&rest, ","))) {
		add_set(sets, axis->key, word);
		if (sets->failed)
			break;
		status = read_each(settings, text, sets, axis + 1, err);
		drop_last(sets);
	}
	free(words);
	return words && !sets->failed ? status : err_memory(err, "the command line");
}

static size_t words_in(const char *list)
{
	size_t count = 1;

	for (; list && *list; list++)
		count += *list == ',';
	return count;
}

int curve_settings_read(struct curve_settings *settings, const struct curve_arguments *arguments, struct err *err)
{
	const struct axis axes[] = {{"fabric.preset", arguments->fabrics},
				    {"fabric.latency", arguments->latencies},
				    {NULL, NULL}};
	const struct axis policies_axis = {"policy", arguments->policies};
	const size_t most = words_in(arguments->fabrics) * words_in(arguments->latencies);
	struct sets sets;
	char *text;
	int status = check_axis(&axes[0], arguments, err);

	if (status == 0)
		status = check_axis(&axes[1], arguments, err);
	if (status == 0)
		status = check_axis(&policies_axis, arguments, err);
	if (status == 0 && arguments->policies)
		status = check_policies(arguments->policies, err);
	if (status == 0)
		status = sets_init(&sets, arguments, err);
	if (status < 0)
		return status;
	*settings = (struct curve_settings){calloc(most, sizeof(*settings->config)),
					    calloc(most, sizeof(*settings->cost)), 0};
	text = minimal(arguments);
	status = settings->config && settings->cost && text ? read_each(settings, text, &sets, axes, err)
							    : err_memory(err, "the command line");
	free(text);
	sets_free(&sets);
	if (status == 0)
		status = check(&settings->config[0], arguments, err);
	if (status < 0)
		curve_settings_free(settings);
	return status;
}

bool curve_take_list(struct curve_arguments *arguments, const char *set)
{
	const struct {
		const char *key, **list;
	} lists[] = {{"fabric.preset=", &arguments->fabrics},
		     {"fabric.latency=", &arguments->latencies},
		     {"policy=", &arguments->policies}};

	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
		const size_t length = strlen(lists[i].key);

		if (strncmp(set, lists[i].key, length) != 0 || !strchr(set, ',') || *lists[i].list)
			continue;
		*lists[i].list = set + length;
		return true;
	}
	return false;
}

int curve_each_policy(const struct curve_arguments *arguments, const struct curve_settings *settings,
		      int (*visit)(void *context, int policy, struct err *err), void *context, struct err *err)
{
	char *names = strdup(arguments->policies ? arguments->policies : policy_name(settings->config[0].policy)),
	     *rest = names, *name;
	int status = names ? 0 : err_memory(err, "the command line");

	while (status == 0 && (name = strsep(&rest, ","))) {
		int policy = 0;

		while (strcmp(policy_name(policy), name) != 0) /* it is one of them: curve_settings_read */
			policy++;
		status = visit(context, policy, err);
	}
	free(names);
	return status;
}

void curve_settings_free(struct curve_settings *settings)
{
	while (settings->count)
		config_free(&settings->config[--settings->count]);
	free(settings->config);
	free(settings->cost);
}
