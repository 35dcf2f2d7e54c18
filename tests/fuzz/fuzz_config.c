/* SPDX-License-Identifier: MIT */
/*
 * Feeds bytes to the configuration's reader: YAML, then (after a line `#set`, if there is one) one KEY=VALUE on each
 * line. An accepted configuration must print, and the printed text must be accepted and print the same again.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "config/config.h"

enum { SETS_MAX = 16 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *print(const struct config *config)
{
	char *text = NULL;
	size_t size;
	struct err err;
	FILE *to = open_memstream(&text, &size);

	if (!to)
		abort();
	if (config_print(config, to, &err) != 0) { /* a --set may hold bytes that are not UTF-8 */
		fclose(to);
		free(text);
		return NULL;
	}
	fclose(to);
	return text;
}

static void check_round_trip(const struct config *config)
{
	struct config again;
	struct err err;
	char *first = print(config), *second;

	if (!first)
		return;
	if (config_read_text(&(struct config_text){"printed", first, strlen(first)}, NULL, 0, &again, &err) != 0) {
		fprintf(stderr, "%s\n%s\n", first, err.text);
		abort();
	}
	second = print(&again);
	if (!second || strcmp(first, second) != 0) {
		fprintf(stderr, "%s\n%s\n", first, second ? second : "");
		abort();
	}
	config_free(&again);
	free(first);
	free(second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char mark[] = "\n#set\n";
	const char *sets[SETS_MAX];
	char *text = malloc(size + 1), *behind, *save;
	struct config config;
	struct err err;
	size_t n = 0;

	if (!text)
		abort();
	memcpy(text, data, size);
	text[size] = '\0';
	behind = memmem(text, size, mark, sizeof(mark) - 1);
	if (behind) {
		size = (size_t)(behind - text);
		for (char *set = strtok_r(behind + sizeof(mark) - 1, "\n", &save); set && n < SETS_MAX;
		     set = strtok_r(NULL, "\n", &save))
			sets[n++] = set;
	}
	if (config_read_text(&(struct config_text){"fuzz", text, size}, sets, n, &config, &err) == 0) {
		check_round_trip(&config);
		config_free(&config);
	}
	free(text);
	return 0;
}
