/* SPDX-License-Identifier: MIT */
/* megavm list: lists options, policies, prefetchers, fabrics and workloads from the program's own tables. */
#include <dirent.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "cli/list.h"
#include "cli/listing.h"
#include "cli/table_format.h"
#include "config/config.h"
#include "config/fault_preset.h"
#include "config/preset.h"
#include "policy/policy.h"
#include "prefetch/prefetch.h"
#include "report/columns.h"
#include "workload/workload.h"

/* The parameters of a policy or a prefetcher under the names that --set takes: each on a line of its own, or in a cell
 * of a table. */
static void put_params(const char *family, const char *name, const struct option_row *rows, size_t count, FILE *to)
{
	const bool lines = columns_format() == COLUMNS_TEXT;

	for (size_t i = 0; i < count; i++) {
		char range[256];

		option_range(&rows[i], range, sizeof(range));
		fprintf(to, "%s%s.%s.%s = %s: %s%s%s%s%s",
			lines ? "  "
			: i   ? "; "
			      : "",
			family, name, rows[i].name, list_default(&rows[i]), rows[i].help, *range ? " [" : "", range,
			*range ? "]" : "", lines ? "\n" : "");
	}
}

static const struct argp_child children[] = {TABLE_FORMAT_CHILD, {0}};

static int no_operands(const char *doc, int argc, char **argv, struct err *err)
{
	const struct argp tables = {.doc = doc, .children = children};

	return cli_parse(&tables, argc, argv, NULL, err);
}

static bool is_text(void)
{
	return columns_format() == COLUMNS_TEXT;
}

static void put_policy(const struct policy_ops *policy, FILE *to)
{
	char filtered[96];

	snprintf(filtered, sizeof(filtered), "%s%s", policy_filtered_word(policy->filtered),
		 policy->sees_again ? " that count the touches left out" : "");
	if (is_text())
		snprintf(filtered, sizeof(filtered), "%s on filtered traces%s", policy_filtered_word(policy->filtered),
			 policy->sees_again ? " that count the touches left out" : "");
	fprintf(to, is_text() ? "%s: %s\n  %s\n  %s\n" : "%s\t%s\t%s\t%s\t", policy->name, policy->summary,
		policy->source, filtered);
	put_params("policies", policy->name, policy->options, policy->option_count, to);
	if (!is_text())
		fputc('\n', to);
}

static int list_policies(int argc, char **argv, struct err *err)
{
	struct listing listing;
	int status = no_operands("Lists the eviction policies: what each does, its source, its parameters.", argc, argv,
				 err);

	if (status < 0 ||
	    (status = listing_begin_blocks(&listing, "policy\tevicts\tsource\ton filtered traces\tparameters", err)) <
		    0)
		return status;
	for (size_t i = 0; policies[i]; i++)
		put_policy(policies[i], listing.to);
	return listing_end(&listing, 0, err);
}

static void put_prefetcher(const struct prefetch_ops *prefetch, FILE *to)
{
	fprintf(to, is_text() ? "%s: %s\n  %s\n" : "%s\t%s\t%s\t", prefetch->name, prefetch->summary, prefetch->source);
	put_params("prefetchers", prefetch->name, prefetch->options, prefetch->option_count, to);
	if (!is_text())
		fputc('\n', to);
}

static int list_prefetchers(int argc, char **argv, struct err *err)
{
	struct listing listing;
	int status = no_operands("Lists the prefetchers: what each does, its source, its parameters.", argc, argv, err);

	if (status < 0 || (status = listing_begin_blocks(&listing, "prefetcher\tfetches\tsource\tparameters", err)) < 0)
		return status;
	for (size_t i = 0; prefetchers[i]; i++)
		put_prefetcher(prefetchers[i], listing.to);
	return listing_end(&listing, 0, err);
}

static void put_fabric(const char *name, const struct preset *preset, FILE *to)
{
	char latency[UNITS_TEXT], bandwidth[UNITS_TEXT];

	fprintf(to, "%s\t%s\t%s\t%.3fus\t%s\n", name, duration_text(preset->network.latency_ps, latency),
		bandwidth_text(preset->network.bandwidth_bps, bandwidth),
		(double)network_fetch_ps(&preset->network, 4096) / 1e6, preset->summary);
}

static int list_fabric(const char *name, FILE *to, struct err *err)
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
	put_fabric(name, &preset, to);
	preset_free(&preset);
	return 0;
}

static int list_fabrics(int argc, char **argv, struct err *err)
{
	struct shipped_names names = {0};
	struct listing listing;
	int status = no_operands("Lists the presets of interconnects and backing stores, for fabric.preset, "
				 "service.preset and donors.backing. Their files name the source of each number.",
				 argc, argv, err);

	if (status < 0 ||
	    (status = listing_begin(&listing, "preset\tlatency\tbandwidth\t4KiB fetch\tsummary", err)) < 0)
		return status;
	status = preset_names_read(PRESET_FABRIC, &names, err);
	for (size_t i = 0; status == 0 && i < names.count; i++)
		status = list_fabric(names.name[i], listing.to, err);
	shipped_names_free(&names);
	return listing_end(&listing, status, err);
}

static void put_fault(const char *name, const struct fault_preset *preset, FILE *to)
{
	const struct config_fault *fault = &preset->fault;
	const int64_t ps[] = {fault->exit_ps, fault->handler_ps, fault->lookup_ps, fault->map_ps, fault->minor_ps};
	char text[UNITS_TEXT];

	fputs(name, to);
	for (size_t i = 0; i < sizeof(ps) / sizeof(*ps); i++)
		fprintf(to, "\t%s", duration_text(ps[i], text));
	fprintf(to, "\t%s\t%s\n", fault->capacity ? count_text(fault->capacity * fault->handlers, text) : "any",
		preset->summary);
}

static int list_fault(const char *name, FILE *to, struct err *err)
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
	put_fault(name, &preset, to);
	fault_preset_free(&preset);
	return 0;
}

static int list_faults(int argc, char **argv, struct err *err)
{
	struct shipped_names names = {0};
	struct listing listing;
	int status = no_operands("Lists the presets of fault costs, for fault.preset. Their files name the source of "
				 "each number.",
				 argc, argv, err);

	if (status < 0 ||
	    (status = listing_begin(&listing, "preset\texit\thandler\tlookup\tmap\tminor\tfetches/s\tsummary", err)) <
		    0)
		return status;
	status = preset_names_read(PRESET_FAULT, &names, err);
	for (size_t i = 0; status == 0 && i < names.count; i++)
		status = list_fault(names.name[i], listing.to, err);
	shipped_names_free(&names);
	return listing_end(&listing, status, err);
}

static void put_workload(const struct workload *workload, FILE *to)
{
	fprintf(to, "%s\t", workload->name);
	for (size_t i = 0; i < workload->sizes; i++)
		fprintf(to, "%s%s", i ? ", " : "", workload->size[i].name);
	fprintf(to, "\t%s\n", workload->summary);
}

static int list_workloads(int argc, char **argv, struct err *err)
{
	struct shipped_names names = {0};
	struct listing listing;
	int status = no_operands(
		"Lists the workloads that 'megavm record' can run in a guest: their names, sizes and a summary.", argc,
		argv, err);

	if (status < 0 || (status = listing_begin(&listing, "workload\tsizes\tsummary", err)) < 0)
		return status;
	status = workload_list(&names, err);
	for (size_t i = 0; status == 0 && i < names.count; i++) {
		struct workload workload;

		status = workload_read(&workload, names.name[i], err);
		if (status == 0)
			put_workload(&workload, listing.to);
		workload_free(&workload);
	}
	shipped_names_free(&names);
	return listing_end(&listing, status, err);
}

static void put_engine(const struct engine *engine, FILE *to)
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

	fprintf(to, is_text() ? "%s: %s\n  runs vms.%s; models " : "%s\t%s\tvms.%s\t", engine->name, engine->summary,
		engine->input);
	for (size_t i = 0; i < sizeof(models) / sizeof(*models); i++)
		if (models[i].can) {
			fprintf(to, "%s%s", any ? ", " : "", models[i].what);
			any = true;
		}
	fprintf(to, "%s\n", any ? "" : "one VM with one donor");
}

static int list_engines(int argc, char **argv, struct err *err)
{
	struct listing listing;
	int status = no_operands("Lists the engines: what each runs, and what it models.", argc, argv, err);

	if (status < 0 || (status = listing_begin_blocks(&listing, "engine\tsummary\truns\tmodels", err)) < 0)
		return status;
	for (int i = 0; i < ENGINES; i++)
		put_engine(&engines[i], listing.to);
	return listing_end(&listing, 0, err);
}

static int is_example(const struct dirent *entry)
{
	return fnmatch("*.yaml", entry->d_name, 0) == 0;
}

static int is_recording(const struct dirent *entry)
{
	return fnmatch("*.mvt", entry->d_name, 0) == 0;
}

/* Writes a file's path and, of an example, the first line of its comment. */
static void put_shipped(const char *path, bool example, FILE *to)
{
	FILE *from = example ? fopen(path, "re") : NULL;
	char line[512] = "";

	fprintf(to, is_text() ? "%s\n" : "%s\t", path);
	if (from && fgets(line, sizeof(line), from) && line[0] == '#')
		fprintf(to, is_text() ? " %s" : "%s", line + (is_text() ? 1 : 1 + strspn(line + 1, " ")));
	else if (!is_text())
		fputc('\n', to);
	if (from)
		fclose(from);
}

/* Writes the files of one folder under `root`, by their names. */
static int list_shipped(const char *root, const char *folder, bool examples, FILE *to, struct err *err)
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
		put_shipped(path, examples, to);
		free(entry[i]);
	}
	free(entry);
	return 0;
}

static int list_examples(int argc, char **argv, struct err *err)
{
	char root[PATH_MAX];
	struct listing listing;
	int status = no_operands(
		"Lists the examples and the recordings that ship, by their paths. The paths in an example "
		"are found from any folder.",
		argc, argv, err);

	if (status < 0)
		return status;
	if (!shipped_root("configs/one-vm.yaml", root))
		return err_set(err, ERR_FAILED, "no examples at ../share/megavm/configs from where the program is");
	if ((status = listing_begin_blocks(&listing, "file\tabout", err)) < 0)
		return status;
	status = list_shipped(root, "configs", true, listing.to, err);
	if (status == 0)
		status = list_shipped(root, "configs/experiments", true, listing.to, err);
	if (status == 0)
		status = list_shipped(root, "workloads/traces", false, listing.to, err);
	return listing_end(&listing, status, err);
}

const struct command cli_list[] = {
	{"options", "every key of a configuration", cli_list_options, NULL},
	{"policies", "eviction policies", list_policies, NULL},
	{"prefetchers", "prefetchers", list_prefetchers, NULL},
	{"engines", "what runs a configuration", list_engines, NULL},
	{"fabrics", "presets of interconnects and backing stores", list_fabrics, NULL},
	{"faults", "presets of what a fault costs", list_faults, NULL},
	{"workloads", "workloads that can be recorded", list_workloads, NULL},
	{"examples", "configurations and recordings that ship, and where they are", list_examples, NULL},
	{0},
};
