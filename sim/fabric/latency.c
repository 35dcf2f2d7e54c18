/* SPDX-License-Identifier: MIT */
#include "fabric/latency.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_randist.h>

#include "base/units.h"

static const double most_ps = 1e15; /* 1000 s */

/* Parses one line, without its line end: it is empty (or a comment), or holds a latency and a quantile. */
static int parse_line(char *line, struct latency_point *point, bool *empty, struct err *err)
{
	char *words[3], *rest = NULL;
	int count = 0, status;

	line[strcspn(line, "#")] = '\0';
	for (char *word = strtok_r(line, " \t\r\n", &rest); word && count < 3; word = strtok_r(NULL, " \t\r\n", &rest))
		words[count++] = word;
	*empty = count == 0;
	if (*empty)
		return 0;
	if (count != 2)
		return err_set(err, ERR_USAGE, "expected a latency and a quantile, found %s",
			       count < 2 ? "one word" : "more");
	status = duration_parse(words[0], &point->ps, err);
	return status < 0 ? status : percent_parse(words[1], &point->quantile, err);
}

/* Appends a point, which must not lie before the last one. */
static int add_point(struct latency *latency, const struct latency_point *point, struct err *err)
{
	const struct latency_point *last = latency->count ? &latency->points[latency->count - 1] : NULL;
	struct latency_point *all;

	if (!last && point->quantile != 0)
		return err_set(err, ERR_USAGE, "the first quantile must be 0%%");
	if (last && point->quantile <= last->quantile)
		return err_set(err, ERR_USAGE, "each quantile must be above the one before");
	if (last && point->ps < last->ps)
		return err_set(err, ERR_USAGE, "each latency must be at least the one before");
	if (point->quantile > 1)
		return err_set(err, ERR_USAGE, "a quantile is at most 100%%");
	if ((double)point->ps > most_ps)
		return err_set(err, ERR_USAGE, "a latency is at most 1000s");
	all = realloc(latency->points, (latency->count + 1) * sizeof(*all));
	if (!all)
		return err_memory(err, "a table of latencies");
	latency->points = all;
	latency->points[latency->count++] = *point;
	return 0;
}

static int read_lines(struct latency *latency, const char *path, FILE *from, struct err *err)
{
	struct latency_point point = {0, 0};
	size_t room = 0, number = 0;
	char *line = NULL;
	int status = 0;
	bool empty;

	while (status == 0 && getline(&line, &room, from) >= 0) {
		number++;
		status = parse_line(line, &point, &empty, err);
		if (status == 0 && !empty)
			status = add_point(latency, &point, err);
	}
	free(line);
	if (status < 0)
		err_prefix(err, "%s:%zu", path, number);
	else if (ferror(from))
		status = err_errno(err, ERR_USAGE, "%s", path);
	else if (latency->count == 0 || latency->points[latency->count - 1].quantile != 1)
		status = err_set(err, ERR_USAGE, "%s: the last quantile must be 100%%", path);
	return status;
}

/* The mean of a table, in ps. Within each segment latencies are uniformly distributed. */
static int64_t table_mean_ps(const struct latency *latency)
{
	double mean = 0;

	for (size_t i = 1; i < latency->count; i++) {
		const struct latency_point *low = &latency->points[i - 1], *high = &latency->points[i];

		mean += (high->quantile - low->quantile) * ((double)low->ps + (double)high->ps) / 2;
	}
	return llround(mean);
}

static int read_table(struct latency *latency, const char *path, struct err *err)
{
	FILE *from = fopen(path, "r");
	int status;

	if (!from)
		return err_errno(err, ERR_USAGE, "%s", path);
	status = read_lines(latency, path, from, err);
	fclose(from);
	if (status == 0)
		latency->mean_ps = table_mean_ps(latency);
	return status;
}

/* Multiplies each latency of the table, so that their mean becomes `mean_ps`. */
static int scale_table(struct latency *latency, const char *path, int64_t mean_ps, struct err *err)
{
	const double factor = latency->mean_ps ? (double)mean_ps / (double)latency->mean_ps : 1;

	if (mean_ps == latency->mean_ps)
		return 0;
	if (latency->mean_ps == 0)
		return err_set(err, ERR_USAGE, "%s: its mean is 0: it cannot be scaled to another latency", path);
	if (factor * (double)latency->points[latency->count - 1].ps > most_ps)
		return err_set(err, ERR_USAGE, "%s: scaled to that mean, its largest latency would be more than 1000s",
			       path);
	for (size_t i = 0; i < latency->count; i++)
		latency->points[i].ps = llround(factor * (double)latency->points[i].ps);
	latency->mean_ps = mean_ps;
	return 0;
}

int latency_table_mean(const char *path, int64_t *mean_ps, struct err *err)
{
	struct latency latency = {0};
	int status = read_table(&latency, path, err);

	*mean_ps = latency.mean_ps;
	latency_free(&latency);
	return status;
}

int latency_init(struct latency *latency, const struct network *network, struct err *err)
{
	int status = 0;

	*latency = (struct latency){.mean_ps = network->latency_ps};
	switch (network_jitter(network)) {
	case JITTER_CONSTANT: break;
	case JITTER_LOGNORMAL:
		if (network->latency_ps <= 0)
			break;
		latency->sigma = network->sigma;
		latency->mu = log((double)network->latency_ps) - network->sigma * network->sigma / 2;
		break;
	case JITTER_TABLE:
		status = read_table(latency, network->jitter, err);
		if (status == 0)
			status = scale_table(latency, network->jitter, network->latency_ps, err);
		break;
	}
	if (status < 0)
		latency_free(latency);
	return status;
}

void latency_free(struct latency *latency)
{
	free(latency->points);
	*latency = (struct latency){0};
}

int latency_seed(const struct latency *latency, struct rng *rng, uint64_t seed, struct err *err)
{
	*rng = (struct rng){0};
	return latency->sigma > 0 || latency->points ? rng_init(rng, seed, err) : 0;
}

/* The latency, in ps, at which the distribution function is `uniform` (0 to 1). */
static int64_t table_sample(const struct latency *latency, double uniform)
{
	size_t low = 0, high = latency->count - 1;
	const struct latency_point *point = latency->points;

	while (high - low > 1) {
		size_t middle = (low + high) / 2;

		if (point[middle].quantile <= uniform)
			low = middle;
		else
			high = middle;
	}
	return point[low].ps + llround((double)(point[high].ps - point[low].ps) * (uniform - point[low].quantile) /
				       (point[high].quantile - point[low].quantile));
}

int64_t latency_sample(const struct latency *latency, struct rng *rng)
{
	if (latency->points)
		return table_sample(latency, gsl_rng_uniform(rng->gsl));
	if (latency->sigma > 0)
		return llround(fmin(gsl_ran_lognormal(rng->gsl, latency->mu, latency->sigma), most_ps));
	return latency->mean_ps;
}

/* whole x part / of, in ps. */
static int64_t share_ps(int64_t whole_ps, int64_t part_ps, int64_t of_ps)
{
	__int128 share = (__int128)whole_ps * part_ps / of_ps;

	return share < (__int128)most_ps ? (int64_t)share : (int64_t)most_ps;
}

struct latency_ways latency_draw(const struct latency *latency, struct rng *rng, struct latency_ways ways)
{
	int64_t route_ps = ways.there_ps + ways.back_ps, read_ps = route_ps, there_ps;

	if (!latency->points && latency->sigma == 0)
		return ways;
	if (latency->mean_ps > 0)
		read_ps = share_ps(read_ps, latency_sample(latency, rng), latency->mean_ps);
	there_ps = route_ps > 0 ? share_ps(read_ps, ways.there_ps, route_ps) : read_ps / 2;
	return (struct latency_ways){there_ps, read_ps - there_ps};
}

int64_t latency_mean_ps(const struct latency *latency)
{
	return latency->mean_ps;
}
