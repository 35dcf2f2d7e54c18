/* SPDX-License-Identifier: MIT */
#include "fabric/measured.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"

const double measured_quantile[MEASURED_QUANTILES] = {0, 25, 50, 75, 90, 99, 100};

enum { MEDIAN = 2, MEGABIT = 1000000, NS_MOST = 1000000000, BYTES_MOST = 1 << 30 };

static int compare(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static struct measured_size *add_size(struct measured *measured, uint64_t bytes, struct err *err)
{
	struct measured_size *last = measured->sizes ? &measured->size[measured->sizes - 1] : NULL;

	if (measured->sizes == MEASURED_SIZES) {
		err_set(err, ERR_USAGE, "more than %d sizes", MEASURED_SIZES);
		return NULL;
	}
	if (last && last->bytes >= bytes) {
		err_set(err, ERR_USAGE, "%" PRIu64 " bytes after %" PRIu64 ": sizes have to ascend, each once", bytes,
			last->bytes);
		return NULL;
	}
	last = &measured->size[measured->sizes++];
	*last = (struct measured_size){.bytes = bytes};
	return last;
}

int measured_add(struct measured *measured, uint64_t bytes, int64_t *ns, size_t count, struct err *err)
{
	struct measured_size *size = count ? add_size(measured, bytes, err) : NULL;

	if (!size)
		return count ? ERR_USAGE : err_set(err, ERR_USAGE, "no read of %" PRIu64 " bytes", bytes);
	qsort(ns, count, sizeof(*ns), compare);
	size->count = count;
	for (int i = 0; i < MEASURED_QUANTILES; i++)
		size->ns[i] = ns[(size_t)(measured_quantile[i] / 100 * (double)(count - 1) + 0.5)];
	return 0;
}

void measured_free(struct measured *measured)
{
	free(measured->value_ns);
	measured->value_ns = NULL;
}

/* ---- perftest ---- */

static int64_t us_to_ns(double us)
{
	return (int64_t)(us * 1000 + 0.5);
}

/* The quantiles between those that perftest gives are those of the next one above. */
static int take_perftest(struct measured *measured, uint64_t bytes, const double us[7], struct err *err)
{
	const double by_quantile[MEASURED_QUANTILES] = {us[0], us[2], us[2], us[5], us[5], us[5], us[1]};
	struct measured_size *size;

	for (int i = 0; i < MEASURED_QUANTILES; i++)
		if (!(by_quantile[i] > 0 && by_quantile[i] * 1000 < NS_MOST) ||
		    (i && by_quantile[i] < by_quantile[i - 1]))
			return err_set(err, ERR_USAGE,
				       "times that do not ascend from t_min to t_max, or not below 1 s");
	size = add_size(measured, bytes, err);
	if (!size)
		return ERR_USAGE;
	for (int i = 0; i < MEASURED_QUANTILES; i++)
		size->ns[i] = us_to_ns(by_quantile[i]);
	return 0;
}

int measured_read_perftest(struct measured *measured, FILE *from, const char *name, struct err *err)
{
	char line[512];
	int status = 0;

	for (unsigned number = 1; status == 0 && fgets(line, sizeof(line), from); number++) {
		unsigned long bytes, iterations;
		double us[7];

		if (sscanf(line, " %lu %lu %lf %lf %lf %lf %lf %lf %lf", &bytes, &iterations, &us[0], &us[1], &us[2],
			   &us[3], &us[4], &us[5], &us[6]) != 9)
			continue;
		status = bytes > BYTES_MOST ? err_set(err, ERR_USAGE, "%lu bytes; at most 1 GiB", bytes)
					    : take_perftest(measured, bytes, us, err);
		if (status < 0)
			err_prefix(err, "%s:%u", name, number);
	}
	if (status == 0 && !measured->sizes)
		return err_set(err, ERR_USAGE,
			       "%s: no line with the nine columns of ib_read_lat (bytes, iterations, t_min, t_max, "
			       "t_typical, t_avg, t_stdev, 99%%, 99.9%%)",
			       name);
	return status;
}

/* ---- CSV ---- */

static int add_value(struct measured *measured, int64_t ns, struct err *err)
{
	if (measured->values == measured->room) {
		const size_t room = measured->room ? 2 * measured->room : 1024;
		int64_t *more = realloc(measured->value_ns, room * sizeof(*more));

		if (!more)
			return err_memory(err, "the measured times");
		measured->value_ns = more;
		measured->room = room;
	}
	measured->value_ns[measured->values++] = ns;
	return 0;
}

static int parse_row(const char *line, uint64_t *bytes, double *ns, struct err *err)
{
	int end = 0;

	if (sscanf(line, "%" SCNu64 ",%lf %n", bytes, ns, &end) != 2 || line[end] || strchr(line, '-'))
		return err_set(err, ERR_USAGE, "%s is not BYTES,NANOSECONDS", err_quote(line).text);
	return *bytes <= BYTES_MOST && *ns >= 1 && *ns <= NS_MOST
		       ? 0
		       : err_set(err, ERR_USAGE, "allowed are at most 1 GiB and from 1 to %d ns", NS_MOST);
}

/* Ends the size that is being read. */
static int end_size(struct measured *measured, uint64_t bytes, struct err *err)
{
	const size_t count = measured->values;

	measured->values = 0;
	return count ? measured_add(measured, bytes, measured->value_ns, count, err) : 0;
}

int measured_read_csv(struct measured *measured, FILE *from, const char *name, struct err *err)
{
	uint64_t size = 0, bytes;
	char line[256];
	unsigned number = 1;
	int status = 0;

	if (!fgets(line, sizeof(line), from) || strncmp(line, "bytes,ns", 8) != 0)
		return err_set(err, ERR_USAGE, "%s:1: the header is not 'bytes,ns'", name);
	while (status == 0 && fgets(line, sizeof(line), from)) {
		double ns;

		number++;
		line[strcspn(line, "\r\n")] = '\0';
		status = parse_row(line, &bytes, &ns, err);
		if (status == 0 && measured->values && bytes != size)
			status = end_size(measured, size, err);
		if (status == 0)
			status = add_value(measured, (int64_t)(ns + 0.5), err);
		size = bytes;
	}
	if (status == 0)
		status = end_size(measured, size, err);
	if (status == 0 && !measured->sizes)
		status = err_set(err, ERR_USAGE, "no reads");
	if (status < 0)
		err_prefix(err, "%s:%u", name, number);
	return status;
}

/* ---- the fabric ---- */

static int64_t transfer_ns(uint64_t bytes, uint64_t bandwidth_bps)
{
	return (int64_t)((double)bytes * 8e9 / (double)bandwidth_bps + 0.5);
}

static int find_bandwidth(const struct measured *measured, uint64_t *bandwidth_bps, struct err *err)
{
	const struct measured_size *first = &measured->size[0], *last = &measured->size[measured->sizes - 1];
	const double more_ns = (double)(last->ns[MEDIAN] - first->ns[MEDIAN]);

	*bandwidth_bps = 0;
	for (size_t i = 0; i < measured->sizes; i++)
		if (measured->size[i].bandwidth_bps > *bandwidth_bps)
			*bandwidth_bps = measured->size[i].bandwidth_bps;
	if (*bandwidth_bps)
		return 0;
	if (more_ns < 1)
		return err_set(err, ERR_USAGE,
			       "no bandwidth follows from these times: needed are two sizes, of which the larger one "
			       "takes longer, or --bandwidth");
	*bandwidth_bps = (uint64_t)((double)(last->bytes - first->bytes) * 8e9 / more_ns);
	return 0;
}

/* In Mbit/s, rounded up, and at least so much that the quickest read takes no less than its bytes do. */
static uint64_t round_bandwidth(const struct measured_size *size, uint64_t bandwidth_bps)
{
	const double least = (double)size->bytes * 8e9 / (double)size->ns[0];

	if ((double)bandwidth_bps < least)
		bandwidth_bps = (uint64_t)least;
	return (bandwidth_bps + MEGABIT - 1) / MEGABIT * MEGABIT;
}

int measured_fabric(const struct measured *measured, uint64_t *bandwidth_bps, int64_t latency_ns[MEASURED_QUANTILES],
		    struct err *err)
{
	int status = find_bandwidth(measured, bandwidth_bps, err);

	*bandwidth_bps = round_bandwidth(&measured->size[0], *bandwidth_bps);

	for (int i = 0; i < MEASURED_QUANTILES && status == 0; i++) {
		latency_ns[i] = measured->size[0].ns[i] - transfer_ns(measured->size[0].bytes, *bandwidth_bps);
		if (latency_ns[i] < 1)
			latency_ns[i] = 1;
	}
	return status;
}

int measured_write_preset(const struct measured *measured, const char *table, FILE *to, struct err *err)
{
	int64_t latency_ns[MEASURED_QUANTILES];
	char text[UNITS_TEXT];
	uint64_t bandwidth_bps;
	int status = measured_fabric(measured, &bandwidth_bps, latency_ns, err);

	if (status < 0)
		return status;
	fprintf(to, "# Measured by megavm calibrate from %s. What reads took, in ns:\n#\n", measured->source);
	fprintf(to, "#      bytes    reads      min      25%%      50%%      75%%      90%%      99%%      max  "
		    "bandwidth\n");
	for (size_t i = 0; i < measured->sizes; i++) {
		const struct measured_size *size = &measured->size[i];

		fprintf(to, "# %10" PRIu64 " %8" PRIu64, size->bytes, size->count);
		for (int k = 0; k < MEASURED_QUANTILES; k++)
			fprintf(to, " %8" PRId64, size->ns[k]);
		fprintf(to, "  %s\n", size->bandwidth_bps ? bandwidth_text(size->bandwidth_bps, text) : "-");
	}
	fprintf(to, "summary: measured by %s\n", measured->source);
	fprintf(to, "jitter: %s # without the bytes of the page; the latency is its mean\n", table);
	fprintf(to, "bandwidth: %s\n", bandwidth_text(bandwidth_bps, text));
	fprintf(to, "post: 0ns       # within the latency: measured from program to program\n");
	fprintf(to, "completion: 0ns # as above\n");
	return ferror(to) ? err_errno(err, ERR_FAILED, "writing a preset") : 0;
}

int measured_write_table(const struct measured *measured, FILE *to, struct err *err)
{
	int64_t latency_ns[MEASURED_QUANTILES];
	uint64_t bandwidth_bps;
	int status = measured_fabric(measured, &bandwidth_bps, latency_ns, err);

	fprintf(to, "# Latencies of reads without their bytes, measured by megavm calibrate from %s.\n",
		measured->source);
	for (int i = 0; i < MEASURED_QUANTILES && status == 0; i++)
		fprintf(to, "%" PRId64 "ns %g%%\n", latency_ns[i], measured_quantile[i]);
	return status == 0 && ferror(to) ? err_errno(err, ERR_FAILED, "writing a table") : status;
}
