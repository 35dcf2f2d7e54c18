/* SPDX-License-Identifier: MIT */
/* A run's busiest links and hottest donors. */
#include <inttypes.h>
#include <stdlib.h>

#include "report/run_tables.h"

enum { BUSIEST = 8 };

/* Stores the links that carried anything in `top`, the busiest first and equally busy ones in their order; returns how
 * many. */
static size_t busiest(const struct run_result *result, const struct link_result *top[BUSIEST])
{
	size_t n = 0;

	for (size_t i = 0; i < result->links; i++) {
		const struct link_result *link = &result->link[i];
		size_t at = n;

		if (link->bytes == 0 || (n == BUSIEST && link->utilisation <= top[n - 1]->utilisation))
			continue;
		if (n < BUSIEST)
			n++;
		else
			at--;
		for (; at > 0 && top[at - 1]->utilisation < link->utilisation; at--)
			top[at] = top[at - 1];
		top[at] = link;
	}
	return n;
}

static void put_links(const void *context, FILE *to)
{
	const struct link_result *top[BUSIEST];
	size_t n = busiest(context, top);

	fputs("busiest links\tutilisation\tmean queueing\n", to);
	for (size_t i = 0; i < n; i++) {
		char queue[RUN_TIME];

		run_name(top[i]->name, to);
		fprintf(to, "\t%.1f%%\t%s\n", 100 * top[i]->utilisation, run_time(1000 * top[i]->queue_ns_mean, queue));
	}
}

int run_links_print(const struct run_result *result, FILE *to, struct err *err)
{
	const struct link_result *top[BUSIEST];

	if (busiest(result, top) == 0)
		return 0;
	fputc('\n', to);
	return run_table(put_links, result, to, err);
}

static uint64_t heat(const struct hypervisor_result *donor)
{
	return donor->pages_read + donor->pages_written;
}

static bool takes_part(const struct hypervisor_result *donor)
{
	return donor->frames_hosted || donor->pages_lost || heat(donor);
}

static int hotter(const void *a, const void *b)
{
	const struct hypervisor_result *one = *(const struct hypervisor_result *const *)a,
				       *other = *(const struct hypervisor_result *const *)b;

	if (heat(one) != heat(other))
		return heat(one) > heat(other) ? -1 : 1;
	if (one->frames_hosted != other->frames_hosted)
		return one->frames_hosted > other->frames_hosted ? -1 : 1;
	return (one > other) - (one < other); /* they are in one array */
}

struct donors {
	const struct hypervisor_result **donor; /* the hottest first */
	size_t shown;
};

static void put_donors(const void *context, FILE *to)
{
	const struct donors *donors = context;

	fputs("hottest donors\town frames\tlent\thosted\tpages read\twritten\tlost\n", to);
	for (size_t i = 0; i < donors->shown; i++) {
		const struct hypervisor_result *donor = donors->donor[i];

		run_name(donor->name, to);
		fprintf(to, "\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\n",
			donor->frames_own, donor->frames_lent, donor->frames_hosted, donor->pages_read,
			donor->pages_written, donor->pages_lost);
	}
}

int run_donors_print(const struct run_result *result, bool all, FILE *to, struct err *err)
{
	struct donors donors = {.donor = malloc((result->hypervisors + 1) * sizeof(*donors.donor))};
	size_t count = 0;
	int status = 0;

	if (!donors.donor)
		return err_memory(err, "a table");
	for (size_t i = 0; i < result->hypervisors; i++)
		if (takes_part(&result->hypervisor[i]))
			donors.donor[count++] = &result->hypervisor[i];
	qsort(donors.donor, count, sizeof(*donors.donor), hotter);
	donors.shown = all || count < RUN_SHOWN ? count : RUN_SHOWN;
	if (count > 0) {
		fputc('\n', to);
		status = run_table(put_donors, &donors, to, err);
	}
	if (count > donors.shown)
		fprintf(to, "(the %zu hottest of %zu donors)\n", donors.shown, count);
	free(donors.donor);
	if (result->pages_lost || result->pages_stored)
		fprintf(to, "\n%" PRIu64 " page%s lost for good, %" PRIu64 " gone to the backing store\n",
			result->pages_lost, run_plural(result->pages_lost), result->pages_stored);
	return status;
}
