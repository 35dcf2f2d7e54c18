/* SPDX-License-Identifier: MIT */
/* megavm validate: runs the comparisons with published runs and measurements, and fails when an error leaves its bound.
 */
#include "cli/validate.h"

#include <dirent.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/shipped.h"
#include "cli/cli.h"
#include "cli/table_format.h"
#include "cli/words.h"
#include "report/columns.h"
#include "report/figure.h"

enum { KEY_FOLDER = 256, KEY_PLOT, KEY_CSV, NAMES_MAX = 64 };

struct arguments {
	const char *folder, *plot;
	const char *name[NAMES_MAX];
	size_t names;
	bool csv;
};

static const struct argp_option options[] = {
	{"folder", KEY_FOLDER, "DIR", 0,
	 "the folder of the comparisons ($MEGAVM_VALIDATION, otherwise configs/validation of what ships)", 0},
	{"plot", KEY_PLOT, "FILE", 0, "draw what was measured against what is predicted (.svg, .pdf, .png)", 0},
	{"csv", KEY_CSV, NULL, 0, "print every row as CSV, the error and the bound as shares", 0},
	{0},
};

static error_t parse(int key, char *word, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case KEY_FOLDER: arguments->folder = word; return 0;
	case KEY_PLOT: arguments->plot = word; return 0;
	case KEY_CSV:
		arguments->csv = true;
		table_format_instead(state, "--csv");
		return 0;
	case ARGP_KEY_ARG:
		if (arguments->names == NAMES_MAX)
			argp_error(state, "more than %d comparisons", NAMES_MAX);
		arguments->name[arguments->names++] = word;
		return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

/* Inserts the quantities before the text below the options. */
static char *help_filter(int key, const char *text, void *input)
{
	char *all = NULL;
	size_t size;
	FILE *to;

	(void)input;
	if (key != ARGP_KEY_HELP_POST_DOC || !(to = open_memstream(&all, &size)))
		return (char *)text;
	fputs("Quantities:\n", to);
	for (const struct validate_quantity *it = validate_quantities; it->name; it++)
		fprintf(to, "  %-10s %s\n", it->name, it->help);
	fprintf(to, "\n%s", text ? text : "");
	return fclose(to) == 0 ? all : (char *)text;
}

static const struct argp_child children[] = {TABLE_FORMAT_CHILD, {0}};

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.children = children,
	.args_doc = "[NAME...]",
	.doc = "Predicts what was published or measured elsewhere: prints each number beside the model's, with the "
	       "error "
	       "and the bound that it is held to. Fails (exit 1) when an error is beyond its bound.\v"
	       "A comparison NAME is a configuration, NAME.yaml, whose comment says what is compared, and a table, "
	       "NAME.csv: a label (row), a quantity, what was measured (a number, or LOW-HIGH), a bound (5%, or - for "
	       "an "
	       "error that is reported only); then keys of the configuration with the row's values, the words of "
	       "'megavm "
	       "trace generate' that make its trace (generate), and what the quantity takes. Without NAME all of the "
	       "folder are run. `!` marks an error beyond its bound.",
	.help_filter = help_filter,
};

static int print(const struct arguments *arguments, const struct validate_comparison *comparison, bool first,
		 struct err *err)
{
	if (columns_format() == COLUMNS_MARKDOWN) {
		validate_print_markdown(comparison, stdout);
		return 0;
	}
	if (arguments->csv) {
		validate_print_csv(comparison, first, stdout);
		return 0;
	}
	if (!first)
		putchar('\n');
	return validate_print_text(comparison, err);
}

/* The last line: how many errors are held, and whether they hold. */
static int judge(const struct validate_comparison *comparison, size_t count, bool says, struct err *err)
{
	size_t held = 0, beyond = 0, rows = 0;
	const struct validate_row *worst = NULL;

	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < comparison[i].rows; j++) {
			const struct validate_row *row = &comparison[i].row[j];

			rows++;
			held += row->bound == row->bound;
			beyond += validate_is_beyond(row);
			if (validate_is_beyond(row) && !worst)
				worst = row;
		}
	if (says)
		printf("\n%zu numbers predicted; %zu of them held to a bound, %zu beyond it\n", rows, held, beyond);
	return worst ? err_set(err, ERR_FAILED, "%zu of %zu errors beyond their bounds; the first: %s: %s", beyond,
			       held, worst->label, worst->quantity->name)
		     : 0;
}

/* Removes the folder of generated traces. */
static void remove_work(const char *work)
{
	DIR *folder = opendir(work);
	struct dirent *entry;

	while (folder && (entry = readdir(folder)))
		if (entry->d_name[0] != '.')
			unlinkat(dirfd(folder), entry->d_name, 0);
	if (folder)
		closedir(folder);
	rmdir(work);
}

static int run_all(const struct arguments *arguments, const char *folder, const char *const *name, size_t count,
		   struct err *err)
{
	struct validate_comparison *comparison = calloc(count + 1, sizeof(*comparison));
	char work[] = "/tmp/megavm-validate-XXXXXX";
	size_t read = 0;
	int status = comparison ? 0 : err_memory(err, "the comparisons");

	if (status == 0 && !mkdtemp(work))
		status = err_errno(err, ERR_FAILED, "%s", work);
	for (; read < count && status == 0; read += status == 0)
		status = validate_read(&comparison[read], folder, name[read], err);
	for (size_t i = 0; i < count && status == 0; i++) {
		status = validate_run(&comparison[i], work, err);
		if (status == 0)
			status = print(arguments, &comparison[i], i == 0, err);
	}
	if (status == 0 && arguments->plot)
		status = validate_plot(arguments->plot, comparison, count, err);
	if (status == 0)
		status = judge(comparison, count, columns_format() != COLUMNS_MARKDOWN && !arguments->csv, err);
	for (size_t i = 0; i < read; i++)
		validate_free(&comparison[i]);
	free(comparison);
	remove_work(work);
	return status;
}

int cli_validate(int argc, char **argv, struct err *err)
{
	static const struct shipped kind = {.what = "comparisons",
					    .variable = "MEGAVM_VALIDATION",
					    .folder = "configs/validation",
					    .suffix = ".yaml",
					    .or_else = "--folder names another folder"};
	struct arguments arguments = {0};
	struct shipped_names names = {0};
	char folder[PATH_MAX];
	int status = cli_parse(&argp, argc, argv, &arguments, err);

	if (status == 0 && arguments.plot)
		status = figure_check(arguments.plot, err);
	if (status == 0 && arguments.folder && setenv(kind.variable, arguments.folder, 1) < 0)
		status = err_memory(err, "a folder");
	if (status == 0)
		status = shipped_folder(&kind, folder, err);
	if (status == 0 && !arguments.names)
		status = shipped_names_read(&kind, &names, err);
	if (status == 0)
		status = arguments.names
				 ? run_all(&arguments, folder, arguments.name, arguments.names, err)
				 : run_all(&arguments, folder, (const char *const *)names.name, names.count, err);
	shipped_names_free(&names);
	return status;
}
