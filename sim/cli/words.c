/* SPDX-License-Identifier: MIT */
#include "cli/words.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/units.h"
#include "config/config.h"
#include "record/hardware.h"

size_t words_choose(const struct argp_state *state, const char *what, const char *name, words_table *row)
{
	char known[256] = "";
	size_t i = 0;

	for (; row(i).name; i++) {
		size_t used = strlen(known);

		if (strcmp(row(i).name, name) == 0)
			return i;
		snprintf(known + used, sizeof(known) - used, "%s%s", i ? ", " : "", row(i).name);
	}
	argp_error(state, "unknown %s '%s': allowed are %s", what, name, known);
	return i;
}

char *words_help(int key, const char *text, const char *title, words_table *row)
{
	char *help = NULL;
	size_t size;
	int width = 0;
	FILE *to;

	if (key != ARGP_KEY_HELP_POST_DOC || !(to = open_memstream(&help, &size)))
		return (char *)text;
	for (size_t i = 0; row(i).name; i++)
		width = (int)strlen(row(i).name) > width ? (int)strlen(row(i).name) : width;
	fprintf(to, "%s:\n", title);
	for (size_t i = 0; row(i).name; i++)
		fprintf(to, "  %-*s %s\n", width, row(i).name, row(i).summary);
	fprintf(to, "\n%s", text);
	fclose(to);
	return help;
}

uint64_t words_count(const struct argp_state *state, const char *option, const char *text, uint64_t min, uint64_t max)
{
	uint64_t value = 0;
	struct err err;

	if (count_parse(text, &value, &err) < 0 || value < min || value > max)
		argp_error(state, "%s '%s': allowed are %" PRIu64 " to %" PRIu64, option, text, min, max);
	return value;
}

void words_operand(const struct argp_state *state, const char **operand, const char *what, const char *text)
{
	if (*operand)
		argp_error(state, "expected one %s, found '%s' and '%s'", what, *operand, text);
	*operand = text;
}

error_t words_operand_parse(int key, char *word, struct argp_state *state, const char **operand, const char *what)
{
	switch (key) {
	case ARGP_KEY_ARG: words_operand(state, operand, what, word); return 0;
	case ARGP_KEY_END:
		if (!*operand)
			argp_error(state, "no %s given", what);
		return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

int words_config_init(struct words_config *config, int argc, struct err *err)
{
	*config = (struct words_config){.sets = calloc((size_t)argc + 1, sizeof(*config->sets))};
	return config->sets ? 0 : err_memory(err, "the command line");
}

void words_config_free(struct words_config *config)
{
	while (config->set_count)
		free((void *)config->sets[--config->set_count]);
	free(config->sets);
}

static void add_set(const struct argp_state *state, struct words_config *config, const char *key, const char *between,
		    const char *value)
{
	char *set;

	if (asprintf(&set, "%s%s%s", key, between, value) < 0)
		argp_failure(state, 1, 0, "out of memory for the command line");
	config->sets[config->set_count++] = set;
}

void words_config_set(const struct argp_state *state, struct words_config *config, const char *key, const char *value)
{
	add_set(state, config, key, "=", value);
}

static bool is_set(const struct words_config *words, const char *key)
{
	size_t length = strlen(key);

	for (size_t i = 0; i < words->set_count; i++)
		if (strncmp(words->sets[i], key, length) == 0 && words->sets[i][length] == '=')
			return true;
	return false;
}

int words_config_one_point(const struct words_config *words, const struct config *config, struct err *err)
{
	for (size_t i = 0; i < config->sweep_count; i++)
		for (size_t key = 0; key < config->sweep[i].key_count; key++)
			if (!is_set(words, config->sweep[i].keys[key]))
				return err_set(err, ERR_USAGE,
					       "%s: sweep: %s: this command runs one point: fix each swept key with "
					       "--set (--set %s=...), or run them all with 'megavm sweep'",
					       words->path, config->sweep[i].keys[key], config->sweep[i].keys[key]);
	if (config->repeats > 1)
		return err_set(
			err, ERR_USAGE,
			"%s: repeats: this command runs one of them: --set repeats=1, with --set repeat=N for the "
			"N-th; 'megavm sweep' runs them all",
			words->path);
	return 0;
}

error_t words_config_parse(int key, char *word, struct argp_state *state, struct words_config *config)
{
	if (key != 's')
		return words_operand_parse(key, word, state, &config->path, "configuration");
	add_set(state, config, "", "", word);
	return 0;
}

void words_in_and_out(const struct argp_state *state, const char *in, const char *out)
{
	struct stat a, b;

	if (!in)
		argp_error(state, "no input given");
	if (!out)
		argp_error(state, "no output given (-o OUT)");
	if (stat(in, &a) == 0 && stat(out, &b) == 0 && S_ISREG(a.st_mode) && a.st_dev == b.st_dev &&
	    a.st_ino == b.st_ino)
		argp_error(state, "'%s' and '%s' are the same file", in, out);
}

uint64_t words_size(const struct argp_state *state, const char *option, const char *text)
{
	struct err err;
	uint64_t bytes = 0;

	if (size_parse(text, &bytes, &err) < 0)
		argp_error(state, "%s: %s", option, err.text);
	return bytes;
}

uint64_t words_guest_memory(const struct argp_state *state, const char *word)
{
	struct err err;
	uint64_t bytes;

	if (size_parse(word, &bytes, &err) < 0)
		argp_error(state, "--guest-memory: %s", err.text);
	else if (bytes < HARDWARE_MEMORY_MIN || bytes > HARDWARE_MEMORY_MAX || bytes % (1 << 20))
		argp_error(state, "--guest-memory %s: allowed are 64MiB to 1TiB, in steps of 1MiB", word);
	return bytes;
}
