/* SPDX-License-Identifier: MIT */
/* megavm list options: every key of a configuration, as a table or as the page docs/options.md. */
#include <string.h>

#include "cli/list.h"
#include "cli/listing.h"
#include "cli/table_format.h"
#include "config/config.h"
#include "report/columns.h"

static error_t parse(int key, char *text, struct argp_state *state)
{
	if (key != ARGP_KEY_ARG)
		return ARGP_ERR_UNKNOWN;
	argp_error(state, "unexpected argument '%s'", text);
	return 0;
}

static const struct argp_child children[] = {TABLE_FORMAT_CHILD, {0}};

static const struct argp argp = {
	.parser = parse,
	.children = children,
	.doc = "Lists every key of a configuration: its type, default, allowed values and meaning.\v"
	       "With --markdown this is the page docs/options.md.",
};

const char *list_default(const struct option_row *row)
{
	if (row->def)
		return row->def[0] ? row->def : "-";
	return row->optional ? "-" : "required";
}

static void put_line(void *context, const char *name, const struct option_row *row)
{
	FILE *to = context;
	char range[512];

	option_range(row, range, sizeof(range));
	fprintf(to, "%s\t%s\t%s\t", name, option_type_name(row->type), list_default(row));
	if (columns_format() == COLUMNS_TEXT) /* in a column of their own, long ranges would make the lines very long */
		fprintf(to, "%s%s%s%s\n", row->help, *range ? " [" : "", range, *range ? "]" : "");
	else
		fprintf(to, "%s\t%s\n", range, row->help);
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
	printf("| `%s` | %s | %s | %s | %s |\n", name, option_type_name(row->type), list_default(row),
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

int cli_list_options(int argc, char **argv, struct err *err)
{
	struct listing listing;
	int status = cli_parse(&argp, argc, argv, NULL, err);

	if (status != 0)
		return status;
	if (columns_format() == COLUMNS_MARKDOWN) {
		print_page();
		return 0;
	}
	status = listing_begin(&listing,
			       columns_format() == COLUMNS_TEXT ? "key\ttype\tdefault\tmeaning [allowed]"
								: "key\ttype\tdefault\tallowed\tmeaning",
			       err);
	if (status < 0)
		return status;
	config_options(put_line, listing.to);
	return listing_end(&listing, 0, err);
}
