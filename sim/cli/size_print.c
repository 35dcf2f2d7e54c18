/* SPDX-License-Identifier: MIT */
/* megavm size: the answers as tables and as CSV. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "base/units.h"
#include "cli/size.h"
#include "report/columns.h"
#include "report/run_tables.h"

/* The answers, for the writers of tables. */
struct shown {
	const struct size_answers *answers;
	const struct size_arguments *arguments;
};

/* "26.6MiB". */
static const char *size_short(uint64_t bytes, char out[UNITS_TEXT])
{
	static const char *const unit[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
	double size = (double)bytes;
	int step = 0;

	for (; size >= 1023.5 && step < 5; step++)
		size /= 1024;
	snprintf(out, UNITS_TEXT, step && size < 99.95 ? "%.1f%s" : "%.0f%s", size, unit[step]);
	return out;
}

static bool several_policies(const struct shown *shown)
{
	const struct size_answers *answers = shown->answers;

	return answers->local[0].row.policy != answers->local[answers->locals - 1].row.policy;
}

/* The columns that tell answers apart: a name, and the policy and the interconnect if there are several. */
static void put_row(const struct shown *shown, const struct curve_row *row, bool with_latency, FILE *to)
{
	char fabric[CURVE_FABRIC_TEXT];

	run_name(curve_row_name(&shown->answers->notes, row), to);
	if (several_policies(shown))
		fprintf(to, "\t%s", row->policy->name);
	if (shown->answers->notes.several_fabrics)
		fprintf(to, "\t%s", with_latency ? curve_fabric_text(row->fabric, fabric) : row->fabric->preset);
}

static void put_head(const struct shown *shown, FILE *to)
{
	fprintf(to, "job%s%s\tslowdown at most", several_policies(shown) ? "\tpolicy" : "",
		shown->answers->notes.several_fabrics ? "\tinterconnect" : "");
}

static void put_locals(const void *context, FILE *to)
{
	const struct shown *shown = context;
	char size[UNITS_TEXT];

	put_head(shown, to);
	fputs("\tlocal pages\tsize\tlocal\tslowdown there\n", to);
	for (size_t i = 0; i < shown->answers->locals; i++) {
		const struct size_local *local = &shown->answers->local[i];
		const struct curve_row *row = &local->row;

		put_row(shown, row, true, to);
		fprintf(to, "\t%g", local->target);
		if (local->found == SIZE_NONE)
			fprintf(to, "\t-\t-\t-\t%.4f at 100%%\n", size_search_slowdown(&row->point));
		else
			fprintf(to, "\t%s%" PRIu32 "\t%s\t%.1f%%\t%.4f\n", local->found == SIZE_EVERY ? "<= " : "",
				row->point.frames, size_short(size_bytes(row->point.frames), size),
				100 * curve_row_ratio(row), size_search_slowdown(&row->point));
	}
}

/* The latencies that the shares bear at one target: the answers are by share, then by target. */
static void put_shares(const struct shown *shown, size_t first, FILE *to)
{
	char latency[RUN_TIME];

	for (size_t share = 0; share < shown->arguments->shares; share++) {
		const struct size_latency *it = &shown->answers->latency[first + share * shown->arguments->targets];

		if (it->found == SIZE_NONE || it->found == SIZE_UNKNOWN)
			fputs(it->found == SIZE_NONE ? "\t-" : "\t?", to);
		else
			fprintf(to, "\t%s%s", it->found == SIZE_EVERY ? ">= " : "",
				run_time(1000 * (double)it->latency_ns, latency));
	}
	fputc('\n', to);
}

static void put_latencies(const void *context, FILE *to)
{
	const struct shown *shown = context;
	const struct size_arguments *arguments = shown->arguments;
	const size_t each = arguments->targets * arguments->shares;
	size_t i = 0;

	put_head(shown, to);
	for (size_t share = 0; share < arguments->shares; share++)
		fprintf(to, "\t%g%% local", 100 * arguments->share[share]);
	fputc('\n', to);
	while (i < shown->answers->latencies) {
		if (shown->answers->latency[i].figure_only) {
			i++;
			continue;
		}
		for (size_t target = 0; target < arguments->targets; target++) {
			put_row(shown, &shown->answers->latency[i].row, false, to);
			fprintf(to, "\t%g", arguments->target[target]);
			put_shares(shown, i + target, to);
		}
		i += each;
	}
}

static void put_racks(const void *context, FILE *to)
{
	const struct shown *shown = context;
	const struct size_arguments *arguments = shown->arguments;
	char fabric[CURVE_FABRIC_TEXT], text[UNITS_TEXT];

	fprintf(to, "%s%sslowdown at most\ta server\tpool\tin all\tonly local\tsaved%s\n",
		several_policies(shown) ? "policy\t" : "",
		shown->answers->notes.several_fabrics ? "interconnect\t" : "",
		arguments->has_cost ? "\tcost\tonly local\tsaved" : "");
	for (size_t i = 0; i < shown->answers->racks; i++) {
		const struct size_rack *rack = &shown->answers->rack[i];
		const struct rack_need *need = &rack->need;
		const uint64_t all = need->server * arguments->servers + need->pool,
			       only = need->server_only * arguments->servers;

		if (several_policies(shown))
			fprintf(to, "%s\t", rack->policy->name);
		if (shown->answers->notes.several_fabrics)
			fprintf(to, "%s\t", curve_fabric_text(rack->fabric, fabric));
		fprintf(to, "%g", rack->target);
		fprintf(to, "\t%s", size_short(size_bytes(need->server), text));
		fprintf(to, "\t%s", size_short(size_bytes(need->pool), text));
		fprintf(to, "\t%s", size_short(size_bytes(all), text));
		fprintf(to, "\t%s", size_short(size_bytes(only), text));
		fprintf(to, "\t%.1f%%", 100 * (1 - (double)all / (double)only));
		if (arguments->has_cost) {
			const double cost = size_rack_cost(arguments, rack),
				     cost_only = size_rack_cost_only_local(arguments, rack);

			fprintf(to, "\t%.4g\t%.4g\t", cost, cost_only);
			fprintf(to, cost_only > 0 ? "%.1f%%" : "-", 100 * (1 - cost / cost_only));
		}
		fputc('\n', to);
	}
}

static void print_missed(const struct size_answers *answers)
{
	for (size_t i = 0; i < answers->racks; i++) {
		const struct size_rack *rack = &answers->rack[i];
		char fabric[CURVE_FABRIC_TEXT];

		if (rack->missed)
			printf("%zu of %zu jobs miss %g over %s with all of their footprint local, and have that\n",
			       rack->missed, rack->jobs, rack->target, curve_fabric_text(rack->fabric, fabric));
	}
}

/* The memory of a server without a pool. It depends on the slowdowns, which move the jobs' ends: the largest. */
static uint64_t most_only_local(const struct size_answers *answers)
{
	uint64_t most = 0;

	for (size_t i = 0; i < answers->racks; i++)
		most = answers->rack[i].need.server_only > most ? answers->rack[i].need.server_only : most;
	return most;
}

static void gap(void)
{
	if (columns_format() != COLUMNS_TEXT) /* Markdown ends a paragraph so */
		putchar('\n');
}

int size_print_text(const struct size_answers *answers, const struct size_arguments *arguments, struct err *err)
{
	const struct shown shown = {answers, arguments};
	char fabric[CURVE_FABRIC_TEXT];
	int status;

	printf("The smallest local memory that keeps each job under a slowdown%s%s\n",
	       answers->notes.several_fabrics ? "" : ", over ",
	       answers->notes.several_fabrics ? "" : curve_fabric_text(answers->local[0].row.fabric, fabric));
	gap();
	status = run_table(put_locals, &shown, stdout, err);
	if (status == 0) {
		puts("\nThe largest latency that a local share bears");
		gap();
		status = run_table(put_latencies, &shown, stdout, err);
	}
	if (status == 0 && answers->racks) {
		char text[UNITS_TEXT];

		printf("\n%zu job%s on %" PRIu64 " server%s: the memory of each server and of the pool, by demand over "
		       "time; only local: %s a server\n",
		       answers->rack[0].jobs, run_plural(answers->rack[0].jobs), arguments->servers,
		       run_plural(arguments->servers), size_short(size_bytes(most_only_local(answers)), text));
		gap();
		status = run_table(put_racks, &shown, stdout, err);
		print_missed(answers);
	}
	putchar('\n');
	curve_print_notes(&answers->notes, stdout);
	return status;
}

static const char *const found_words[] = {
	[SIZE_FOUND] = "found", [SIZE_EVERY] = "every", [SIZE_NONE] = "none", [SIZE_UNKNOWN] = "unknown"};

/* The columns that every answer begins with. */
static void put_csv_key(const char *answer, const struct curve_row *row, double target)
{
	printf("%s,%s,%s,%s,%.10g", answer, row->trace, row->policy->name, row->fabric->preset, target);
}

void size_print_csv(const struct size_answers *answers, const struct size_arguments *arguments)
{
	puts("answer,trace,policy,fabric,slowdown_at_most,found,local_pages,local_bytes,local_ratio,latency_ns,"
	     "slowdown,servers,jobs,server_bytes,pool_bytes,server_bytes_only_local,server_bytes_peaks,"
	     "pool_bytes_peaks,cost,cost_only_local");
	for (size_t i = 0; i < answers->locals; i++) {
		const struct size_local *local = &answers->local[i];
		const struct curve_row *row = &local->row;

		put_csv_key("local", row, local->target);
		printf(",%s,%" PRIu32 ",%" PRIu64 ",%.6f,%.12g,%.9g,,,,,,,,,\n", found_words[local->found],
		       row->point.frames, size_bytes(row->point.frames), curve_row_ratio(row),
		       (double)row->fabric->latency_ps / 1000, size_search_slowdown(&row->point));
	}
	for (size_t i = 0; i < answers->latencies; i++) {
		const struct size_latency *it = &answers->latency[i];

		if (it->figure_only)
			continue;
		put_csv_key("latency", &it->row, it->target);
		printf(",%s,%" PRIu32 ",%" PRIu64 ",%.6f,%" PRId64 ",,,,,,,,,,\n", found_words[it->found],
		       it->row.point.frames, size_bytes(it->row.point.frames), curve_row_ratio(&it->row),
		       it->latency_ns);
	}
	for (size_t i = 0; i < answers->racks; i++) {
		const struct size_rack *rack = &answers->rack[i];

		printf("rack,,%s,%s,%.10g,%s,,,,%.12g,,%" PRIu64 ",%zu,%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64
		       ",%" PRIu64,
		       rack->policy->name, rack->fabric->preset, rack->target, rack->missed ? "none" : "found",
		       (double)rack->fabric->latency_ps / 1000, arguments->servers, rack->jobs,
		       size_bytes(rack->need.server), size_bytes(rack->need.pool), size_bytes(rack->need.server_only),
		       size_bytes(rack->need.server_peaks), size_bytes(rack->need.pool_peaks));
		if (arguments->has_cost)
			printf(",%.9g,%.9g\n", size_rack_cost(arguments, rack),
			       size_rack_cost_only_local(arguments, rack));
		else
			puts(",,");
	}
}
