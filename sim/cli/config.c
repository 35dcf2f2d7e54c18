/* megavm config: checks a configuration and prints it whole. */
#include <stdlib.h>

#include "cli/cli.h"
#include "config/config.h"

struct arguments {
	const char *path;
	const char **sets;
	size_t set_count;
};

static error_t parse(int key, char *text, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case 's':
		arguments->sets[arguments->set_count++] = text;
		return 0;
	case ARGP_KEY_ARG:
		if (arguments->path)
			argp_error(state, "one configuration, please: found '%s' and '%s'", arguments->path, text);
		arguments->path = text;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "no configuration named");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option options[] = {
	{"set", 's', "KEY=VALUE", 0, "override a key: vms.local=25% reaches every VM, vms.0.local=25% one", 0},
	{0},
};

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "CONFIG",
	.doc = "Checks a configuration and prints it whole, with every default filled in.\v"
	       "CONFIG is a YAML file, or - for standard input. 'megavm list options' explains the keys.",
};

int cli_config(int argc, char **argv, struct err *err)
{
	struct arguments arguments = {.sets = calloc((size_t)argc, sizeof(*arguments.sets))}; /* each --set takes a word */
	struct config config;
	int status;

	if (!arguments.sets)
		return err_memory(err, "the command line");
	status = cli_parse(&argp, argc, argv, &arguments, err);
	if (status == 0)
		status = config_read(arguments.path, arguments.sets, arguments.set_count, &config, err);
	free(arguments.sets);
	if (status != 0)
		return status;
	status = config_print(&config, stdout, err);
	config_free(&config);
	return status;
}
