/* SPDX-License-Identifier: MIT */
/* megavm list: lists options, policies, prefetchers, fabrics and workloads from the program's own tables. */
#include <dirent.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "cli/cli.h"
#include "config/config.h"
#include "config/fault_preset.h"
#include "config/preset.h"
#include "policy/policy.h"
#include "prefetch/prefetch.h"
#include "workload/workload.h"

static error_t parse(int key, char *text, struct argp_state *state)
{
	bool *markdown = state->input;

	if (key == 'm')
		*markdown = true;
	else if (key == ARGP_KEY_ARG)
		argp_error(state, "unexpected argument '%s'", text);
	else
		return ARGP_ERR_UNKNOWN;
	return 0;
}

static const struct argp_option argp_options[] = {
	{"markdown", 'm', NULL, 0, "write the reference page docs/options.md", 0},
	{0},
};

static const struct argp argp = {
	.options = argp_options,
	.parser = parse,
	.doc = "Lists every key of a configuration: its type, default, allowed values and meaning.",
};

static const char *default_of(const struct option_row *row)
{
	if (row->def)
		return row->def[0] ? row->def : "-";
	return row->optional ? "-" : "required";
}

struct widths {
	int name, type, def;
};

static void widen(int *width, const char *text)
{
	if ((int)strlen(text) > *width)
		*width = (int)strlen(text);
}

static void measure(void *context, const char *name, const struct option_row *row)
{
	struct widths *widths = context;

	widen(&widths->name, name);
	widen(&widths->type, option_type_name(row->type));
	widen(&widths->def, default_of(row));
}

static void print_line(void *context, const char *name, const struct option_row *row)
{
	const struct widths *widths = context;
	char range[512];

	option_range(row, range, sizeof(range));
	printf("%-*s  %-*s  %-*s  %s%s%s%s\n", widths->name, name, widths->type, option_type_name(row->type),
	       widths->def, default_of(row), row->help, range[0] ? " [" : "", range, range[0] ? "]" : "");
}

/* One table for each first word of the names; keys without a dot share one table. */
struct page {
	char heading[64];
};

static void print_row(void *context, const char *name, const struct option_row *row)
{
	struct page *page = context;
	size_t length = strcspn(name, ".");
	char heading[64], range[512];

	snprintf(heading, sizeof(heading), "%.*s", name[length] ? (int)length : 0, name);
	if (strcmp(heading, page->heading) != 0) {
		if (heading[0])
			printf("\n## %s\n", heading);
		printf("\n| key | type | default | allowed | meaning |\n|---|---|---|---|---|\n");
		memcpy(page->heading, heading, sizeof(heading));
	}
	printf("| `%s` | %s | %s | %s | %s |\n", name, option_type_name(row->type), default_of(row),
	       option_range(row, range, sizeof(range)), row->help);
}

static void print_page(void)
{
	struct page page = {"-"};

	printf("# Options\n\n"
	       "Every key of a configuration. A dot is a level of the YAML: `fabric.latency` is `latency` under "
	       "`fabric`. `vms`, `traffic` and\n"
	       "`events` are lists: `--set vms.local=25%%` reaches every item, `--set vms.0.local=25%%` the first. "
	       "`sweep` maps names of this page\n"
	       "to a list of values, or to `{from, to, steps, scale}` with `scale` linear or log; keys that change "
	       "together share an entry:\n"
	       "`fabric.preset, fault.exit: [[ib-edr, 1us], [cxl-direct, 0ns]]`.\n\n"
	       "A duration has one of the units ns, us, ms, s; a size B, KiB, MiB, GiB, TiB; a bandwidth bps, Kbps, "
	       "Mbps, Gbps (bits, powers\n"
	       "of 1000); a percent %%; a share is a percent or a size; a count may be written 2e9.\n\n"
	       "`megavm list options --markdown` writes this page.\n");
	config_options(print_row, &page);
}

static int list_options(int argc, char **argv, struct err *err)
{
	struct widths widths = {0};
	bool markdown = false;
	int status = cli_parse(&argp, argc, argv, &markdown, err);

	if (status != 0)
		return status;
	if (markdown) {
		print_page();
		return 0;
	}
	config_options(measure, &widths);
	config_options(print_line, &widths);
	return 0;
}

/* Prints the parameters of a policy or a prefetcher under the names that --set takes. */
static void print_params(const char *family, const char *name, const struct option_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char range[256];

		option_range(&rows[i], range, sizeof(range));
		printf("  %s.%s.%s = %s: %s%s%s%s\n", family, name, rows[i].name, default_of(&rows[i]), rows[i].help,
		       *range ? " [" : "", range, *range ? "]" : "");
	}
}

static int no_operands(const char *doc, int argc, char **argv, struct err *err)
{
	const struct argp plain = {.doc = doc};

	return cli_parse(&plain, argc, argv, NULL, err);
}

static int list_policies(int argc, char **argv, struct err *err)
{
	int status = no_operands("Lists the eviction policies: what each does, its source, its parameters.", argc, argv,
				 err);

	for (size_t i = 0; status == 0 && policies[i]; i++) {
		printf("%s: %s\n  %s\n", policies[i]->name, policies[i]->summary, policies[i]->source);
		printf("  %s on filtered traces%s\n", policy_filtered_word(policies[i]->filtered),
		       policies[i]->sees_again ? " that count the touches left out" : "");
		print_params("policies", policies[i]->name, policies[i]->options, policies[i]->option_count);
	}
	return status;
}

static int list_prefetchers(int argc, char **argv, struct err *err)
{
	int status = no_operands("Lists the prefetchers: what each does, its source, its parameters.", argc, argv, err);

	for (size_t i = 0; status == 0 && prefetchers[i]; i++) {
		printf("%s: %s\n  %s\n", prefetchers[i]->name, prefetchers[i]->summary, prefetchers[i]->source);
		print_params("prefetchers", prefetchers[i]->name, prefetchers[i]->options,
			     prefetchers[i]->option_count);
	}
	return status;
}

/* Prints one preset on a line; the heading when `preset` is NULL. */
static void print_fabric(const char *name, const struct preset *preset)
{
	char latency[UNITS_TEXT] = "latency", bandwidth[UNITS_TEXT] = "bandwidth", fetch[UNITS_TEXT] = "4KiB fetch";
	const char *summary = preset ? preset->summary : "summary";

	if (preset) {
		duration_text(preset->network.latency_ps, latency);
		bandwidth_text(preset->network.bandwidth_bps, bandwidth);
		snprintf(fetch, sizeof(fetch), "%.3fus", (double)network_fetch_ps(&preset->network, 4096) / 1e6);
	}
	printf("%-18s %-8s %-10s %-10s  %s\n", name, latency, bandwidth, fetch, summary);
}

static int list_fabric(const char *name, struct err *err)
{
	struct preset preset;
	char *path;
	int status = preset_find(PRESET_FABRIC, name, &path, err);

	if (status < 0)
		return status;
	status = preset_read(path, &preset, err);
	free(path);
	if (status < 0)
		return status;
	print_fabric(name, &preset);
	preset_free(&preset);
	return 0;
}

static int list_fabrics(int argc, char **argv, struct err *err)
{
	struct shipped_names names = {0};
	int status = no_operands("Lists the presets of interconnects and backing stores, for fabric.preset, "
				 "service.preset and donors.backing. Their files name the source of each number.",
				 argc, argv, err);

	if (status == 0)
		status = preset_names_read(PRESET_FABRIC, &names, err);
	if (status == 0)
		print_fabric("preset", NULL);
	for (size_t i = 0; status == 0 && i < names.count; i++)
		status = list_fabric(names.name[i], err);
	shipped_names_free(&names);
	return status;
}

/* Prints one preset of fault costs on a line; the heading when `preset` is NULL. */
static void print_fault(const char *name, const struct fault_preset *preset)
{
	char text[6][UNITS_TEXT] = {"exit", "handler", "lookup", "map", "minor", "fetches/s"};

	if (preset) {
		const struct config_fault *fault = &preset->fault;
		const int64_t ps[] = {fault->exit_ps, fault->handler_ps, fault->lookup_ps, fault->map_ps,
				      fault->minor_ps};

		for (size_t i = 0; i < sizeof(ps) / sizeof(*ps); i++)
			duration_text(ps[i], text[i]);
		count_text(fault->capacity * fault->handlers, text[5]);
		if (!fault->capacity)
			snprintf(text[5], sizeof(text[5]), "any");
	}
	printf("%-16s %-6s %-8s %-7s %-7s %-7s %-10s  %s\n", name, text[0], text[1], text[2], text[3], text[4], text[5],
	       preset ? preset->summary : "summary");
}

static int list_fault(const char *name, struct err *err)
{
	struct fault_preset preset;
	char *path;
	int status = preset_find(PRESET_FAULT, name, &path, err);

	if (status < 0)
		return status;
	status = fault_preset_read(path, &preset, err);
	free(path);
	if (status < 0)
		return status;
	print_fault(name, &preset);
	fault_preset_free(&preset);
	return 0;
}

static int list_faults(int argc, char **argv, struct err *err)
{
	struct shipped_names names = {0};
	int status = no_operands("Lists the presets of fault costs, for fault.preset. Their files name the source of "
				 "each number.",
				 argc, argv, err);

	if (status == 0)
		status = preset_names_read(PRESET_FAULT, &names, err);
	if (status == 0)
		print_fault("preset", NULL);
	for (size_t i = 0; status == 0 && i < names.count; i++)
		status = list_fault(names.name[i], err);
	shipped_names_free(&names);
	return status;
}

/* "tiny, small, paper" */
static void print_workload(const struct workload *workload)
{
	char sizes[128] = "";

	for (size_t i = 0; i < workload->sizes; i++) {
		size_t used = strlen(sizes);

		snprintf(sizes + used, sizeof(sizes) - used, "%s%s", i ? ", " : "", workload->size[i].name);
	}
	printf("%-12s  %-20s  %s\n", workload->name, sizes, workload->summary);
}

static int list_workloads(int argc, char **argv, struct err *err)
{
	struct shipped_names names = {0};
	int status = no_operands(
		"Lists the workloads that 'megavm record' can run in a guest: their names, sizes and a summary.", argc,
		argv, err);

	if (status == 0)
		status = workload_list(&names, err);
	if (status == 0)
		printf("%-12s  %-20s  %s\n", "workload", "sizes", "summary");
	for (size_t i = 0; status == 0 && i < names.count; i++) {
		struct workload workload;

		status = workload_read(&workload, names.name[i], err);
		if (status == 0)
			print_workload(&workload);
		workload_free(&workload);
	}
	shipped_names_free(&names);
	return status;
}

/* What an engine models, as words. */
static void print_engine(const struct engine *engine)
{
	const struct {
		bool can;
		const char *what;
	} models[] = {
		{engine->several_vms, "several VMs"},
		{engine->several_switches, "several switches"},
		{engine->fluid, "fluid sharing"},
		{engine->scenario, "traffic and events"},
		{engine->future, "policies that need the future"},
	};
	bool any = false;

	printf("%s: %s\n  runs vms.%s; models ", engine->name, engine->summary, engine->input);
	for (size_t i = 0; i < sizeof(models) / sizeof(*models); i++)
		if (models[i].can) {
			printf("%s%s", any ? ", " : "", models[i].what);
			any = true;
		}
	printf("%s\n", any ? "" : "one VM with one donor");
}

static int list_engines(int argc, char **argv, struct err *err)
{
	int status = no_operands("Lists the engines: what each runs, and what it models.", argc, argv, err);

	for (int i = 0; i < ENGINES && status == 0; i++)
		print_engine(&engines[i]);
	return status;
}

static int is_example(const struct dirent *entry)
{
	return fnmatch("*.yaml", entry->d_name, 0) == 0;
}

static int is_recording(const struct dirent *entry)
{
	return fnmatch("*.mvt", entry->d_name, 0) == 0;
}

/* Prints a file's path and, of an example, the first line of its comment. */
static void print_shipped(const char *path, bool example)
{
	FILE *from = example ? fopen(path, "re") : NULL;
	char line[512] = "";

	printf("%s\n", path);
	if (from && fgets(line, sizeof(line), from) && line[0] == '#')
		printf(" %s", line + 1);
	if (from)
		fclose(from);
}

/* Prints the files of one folder under `root`, by their names. */
static int list_shipped(const char *root, const char *folder, bool examples, struct err *err)
{
	struct dirent **entry;
	char path[2 * PATH_MAX];
	int count;

	snprintf(path, sizeof(path), "%s/%s", root, folder);
	count = scandir(path, &entry, examples ? is_example : is_recording, alphasort);
	if (count < 0)
		return err_errno(err, ERR_FAILED, "%s", path);
	for (int i = 0; i < count; i++) {
		snprintf(path, sizeof(path), "%s/%s/%s", root, folder, entry[i]->d_name);
		print_shipped(path, examples);
		free(entry[i]);
	}
	free(entry);
	return 0;
}

static int list_examples(int argc, char **argv, struct err *err)
{
	char root[PATH_MAX];
	int status = no_operands(
		"Lists the examples and the recordings that ship, by their paths. The paths in an example "
		"are found from any folder.",
		argc, argv, err);

	if (status == 0 && !shipped_root("configs/one-vm.yaml", root))
		status = err_set(err, ERR_FAILED, "no examples at ../share/megavm/configs from where the program is");
	if (status == 0)
		status = list_shipped(root, "configs", true, err);
	if (status == 0)
		status = list_shipped(root, "configs/experiments", true, err);
	return status < 0 ? status : list_shipped(root, "workloads/traces", false, err);
}

const struct command cli_list[] = {
	{"options", "every key of a configuration", list_options, NULL},
	{"policies", "eviction policies", list_policies, NULL},
	{"prefetchers", "prefetchers", list_prefetchers, NULL},
	{"engines", "what runs a configuration", list_engines, NULL},
	{"fabrics", "presets of interconnects and backing stores", list_fabrics, NULL},
	{"faults", "presets of what a fault costs", list_faults, NULL},
	{"workloads", "workloads that can be recorded", list_workloads, NULL},
	{"examples", "configurations and recordings that ship, and where they are", list_examples, NULL},
	{0},
};
