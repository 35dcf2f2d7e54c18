#include "config/preset.h"

#include <dirent.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/nearest.h"
#include "config/tables.h"

#define INSTALLED "../share/megavm/fabrics"

static const char suffix[] = ".yaml";

static bool is_preset(const char *name)
{
	size_t length = strlen(name);

	return length >= strlen(suffix) && strcmp(name + length - strlen(suffix), suffix) == 0;
}

/*
 * Seen from the program: beside it when it is installed, or FABRICS_FROM_BUILD (set by the Makefile) when it lies where it was
 * built. The programs of the tests lie a folder further down.
 */
static int find_folder(char folder[PATH_MAX], struct err *err)
{
	static const char *const places[] = {INSTALLED, FABRICS_FROM_BUILD, ("../" FABRICS_FROM_BUILD)};
	const char *own = getenv("MEGAVM_FABRICS");
	char program[PATH_MAX] = "";
	char *slash;

	if (own && *own) {
		snprintf(folder, PATH_MAX, "%s", own);
		return 0;
	}
	if (readlink("/proc/self/exe", program, sizeof(program) - 1) < 0)
		return err_errno(err, ERR_FAILED, "/proc/self/exe");
	slash = strrchr(program, '/');
	*(slash ? slash : program) = '\0';
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (snprintf(folder, PATH_MAX, "%s/%s", program, places[i]) < PATH_MAX && access(folder, R_OK) == 0)
			return 0;
	return err_set(err, ERR_FAILED, "no folder of presets at %s/" INSTALLED ": MEGAVM_FABRICS may name one", program);
}

static int keep_presets(const struct dirent *entry)
{
	return is_preset(entry->d_name) && entry->d_name[0] != '.';
}

/* In the order of strcmp, whatever the locale. */
static int compare_entries(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

int preset_names_read(struct preset_names *names, struct err *err)
{
	struct dirent **entries;
	char folder[PATH_MAX];
	int n, status = find_folder(folder, err);

	if (status < 0)
		return status;
	n = scandir(folder, &entries, keep_presets, compare_entries);
	if (n < 0)
		return err_errno(err, ERR_FAILED, "the folder of presets, %s", folder);
	if (n == 0) {
		free(entries);
		return err_set(err, ERR_FAILED, "the folder of presets, %s, holds none", folder);
	}
	*names = (struct preset_names){calloc((size_t)n + 1, sizeof(char *)), 0};
	for (int i = 0; i < n; i++) {
		char *name = strndup(entries[i]->d_name, strlen(entries[i]->d_name) - strlen(suffix));

		if (name && names->name)
			names->name[names->count++] = name;
		else
			free(name);
		free(entries[i]);
	}
	free(entries);
	if (names->name && names->count == (size_t)n)
		return 0;
	preset_names_free(names);
	return err_memory(err, "the names of presets");
}

void preset_names_free(struct preset_names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->name[i]);
	free(names->name);
	*names = (struct preset_names){0};
}

static int unknown(const char *name, struct err *err)
{
	struct preset_names names;
	struct nearest nearest;
	char known[512] = "";
	size_t used = 0;
	int status = preset_names_read(&names, err);

	if (status < 0)
		return status;
	nearest_init(&nearest, name);
	for (size_t i = 0; i < names.count; i++) {
		nearest_offer(&nearest, names.name[i]);
		if (used < sizeof(known))
			used += (size_t)snprintf(known + used, sizeof(known) - used, "%s%s", i ? ", " : "", names.name[i]);
	}
	preset_names_free(&names);
	return err_set(err, ERR_USAGE, "%s is not one of %s%s; a file has a '/' in its name or .yaml at its end", err_quote(name).text, known,
	               nearest_hint(&nearest).text);
}

int preset_find(const char *name, char **path, struct err *err)
{
	char folder[PATH_MAX];
	int status;

	if (strchr(name, '/') || is_preset(name)) {
		if (access(name, F_OK) < 0)
			return err_errno(err, ERR_USAGE, "%s", name);
		*path = strdup(name);
		return *path ? 0 : err_memory(err, "a preset");
	}
	status = find_folder(folder, err);
	if (status < 0)
		return status;
	if (asprintf(path, "%s/%s%s", folder, name, suffix) < 0)
		return err_memory(err, "a preset");
	if (*name && access(*path, F_OK) == 0)
		return 0;
	free(*path);
	return unknown(name, err);
}

/* The rows of a preset's file: those of a network, with the summary in place of the preset's name, and what must be given. */
static void preset_rows(struct option_row rows[NETWORK_ROWS])
{
	static const struct option_row summary = {
		.name = "summary", .type = OPTION_STRING, .at = offsetof(struct preset, summary), .def = "", .help = "a line for 'megavm list fabrics'",
	};

	for (int i = 0; i < NETWORK_ROWS; i++) {
		rows[i] = network_rows[i];
		rows[i].at += offsetof(struct preset, network);
		if (strcmp(rows[i].name, "preset") == 0)
			rows[i] = summary;
		if (strcmp(rows[i].name, "latency") == 0 || strcmp(rows[i].name, "bandwidth") == 0)
			rows[i].optional = false;
	}
}

static int read_place(const char *path, struct place *place, struct err *err)
{
	char *text;
	size_t size;
	int status = config_slurp(path, &text, &size, err);

	if (status == 0)
		status = place_yaml(place, path, text, size, err);
	free(text);
	return status;
}

int preset_read(const char *path, struct preset *preset, struct err *err)
{
	struct option_row rows[NETWORK_ROWS];
	struct mark given[NETWORK_ROWS] = {0};
	struct place place = {.section = {"", rows, NETWORK_ROWS, preset}, .given = given};
	int status;

	*preset = (struct preset){0};
	preset_rows(rows);
	status = option_defaults(&place.section, err);
	if (status == 0)
		status = read_place(path, &place, err);
	for (int i = 0; i < NETWORK_ROWS; i++)
		preset->given[i] = given[i].line != 0 && strcmp(network_rows[i].name, "preset") != 0;
	if (status < 0)
		preset_free(preset);
	return status;
}

void preset_free(struct preset *preset)
{
	const struct section section = {"", network_rows, NETWORK_ROWS, &preset->network};

	option_free(&section);
	free(preset->summary);
	*preset = (struct preset){0};
}
