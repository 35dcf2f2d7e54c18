/* SPDX-License-Identifier: MIT */
/* megavm config: checks a configuration and prints it with all defaults. */
#include <stdio.h>

#include "cli/words.h"
#include "config/config.h"

static error_t parse(int key, char *word, struct argp_state *state)
{
	return words_config_parse(key, word, state, state->input);
}

static const struct argp_option options[] = {
	{"set", 's', "KEY=VALUE", 0,
	 "override a key: vms.local=25% sets it for every VM, vms.0.local=25% for the first", 0},
	{0},
};

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "CONFIG",
	.doc = "Checks a configuration and prints it with every default filled in.\v"
	       "CONFIG is a YAML file, or - for standard input. 'megavm list options' explains the keys.",
};

int cli_config(int argc, char **argv, struct err *err)
{
	struct words_config named;
	struct config config;
	int status = words_config_init(&named, argc, err);

	if (status == 0)
		status = cli_parse(&argp, argc, argv, &named, err);
	if (status == 0)
		status = config_read(named.path, named.sets, named.set_count, &config, err);
	words_config_free(&named);
	if (status != 0)
		return status;
	status = config_print(&config, stdout, err);
	config_free(&config);
	return status;
}
