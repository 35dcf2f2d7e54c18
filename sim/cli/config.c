/* SPDX-License-Identifier: MIT */
/* megavm config: checks a configuration and prints it with all defaults, or what is known of a key. */
#include <stdio.h>

#include "cli/config_explain.h"
#include "cli/words.h"
#include "config/config.h"

enum { KEY_EXPLAIN = 256, KEY_SCHEMA };

struct arguments {
	struct words_config config;
	const char *explain;
	bool schema;
};

static error_t parse(int key, char *word, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case KEY_EXPLAIN: arguments->explain = word; return 0;
	case KEY_SCHEMA: arguments->schema = true; return 0;
	case ARGP_KEY_END:
		if ((arguments->explain || arguments->schema) && !arguments->config.path)
			return 0;
		return words_config_parse(key, word, state, &arguments->config);
	default: return words_config_parse(key, word, state, &arguments->config);
	}
}

static const struct argp_option options[] = {
	{"set", 's', "KEY=VALUE", 0,
	 "override a key: vms.local=25% sets it for every VM, vms.0.local=25% for the first", 0},
	{"explain", KEY_EXPLAIN, "KEY", 0,
	 "print what a key means, its default, range and source, and with CONFIG its value there", 0},
	{"schema", KEY_SCHEMA, NULL, 0,
	 "print a JSON Schema of configurations, for editors that complete and check YAML", 0},
	{0},
};

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "CONFIG\n--explain KEY [CONFIG]\n--schema",
	.doc = "Checks a configuration and prints it with every default filled in.\v"
	       "CONFIG is a YAML file, or - for standard input. 'megavm list options' explains the keys.",
};

static int print(const struct arguments *arguments, struct err *err)
{
	struct config config;
	int status = config_read(arguments->config.path, arguments->config.sets, arguments->config.set_count, &config,
				 err);

	if (status < 0)
		return status;
	status = arguments->explain ? config_explain(arguments->explain, &config, err)
				    : config_print(&config, stdout, err);
	config_free(&config);
	return status;
}

int cli_config(int argc, char **argv, struct err *err)
{
	struct arguments arguments = {.explain = NULL};
	int status = words_config_init(&arguments.config, argc, err);

	if (status == 0)
		status = cli_parse(&argp, argc, argv, &arguments, err);
	if (status == 0 && arguments.schema)
		status = config_schema(err);
	else if (status == 0 && arguments.config.path)
		status = print(&arguments, err);
	else if (status == 0)
		status = config_explain(arguments.explain, NULL, err);
	words_config_free(&arguments.config);
	return status;
}
