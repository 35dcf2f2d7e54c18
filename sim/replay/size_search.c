/* SPDX-License-Identifier: MIT */
#include "replay/size_search.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "config/cost.h"

enum { AT_ONCE_MIN = 2, AT_ONCE_MAX = 64 };

int size_search_begin(struct size_search *search, const char *path, struct trace_reader *reader,
		      const struct curve_points_options *options, struct err *err)
{
	*search = (struct size_search){.path = path,
				       .reader = reader,
				       .options = options,
				       .one_pass = curve_points_in_one_pass(options, reader),
				       .min = trace_header_min_pages(trace_reader_header(reader)),
				       .max = (uint32_t)trace_reader_totals(reader)->footprint};
	return search->one_pass ? curve_points_pass(&search->curve, reader, options, err) : 0;
}

void size_search_end(struct size_search *search)
{
	if (search->one_pass)
		curve_free(&search->curve);
	free(search->known);
}

void size_search_over(struct size_search *search, const struct fault_cost *cost)
{
	search->cost = *cost;
	search->known_count = 0;
}

double size_search_slowdown(const struct curve_point *point)
{
	return point->high.slowdown > point->slowdown_max ? point->high.slowdown : point->slowdown_max;
}

/* Where a size is among the known ones, or would be. */
static size_t place_of(const struct size_search *search, uint32_t frames)
{
	size_t i = 0;

	while (i < search->known_count && search->known[i].frames < frames)
		i++;
	return i;
}

static bool is_known(const struct size_search *search, uint32_t frames)
{
	const size_t i = place_of(search, frames);

	return i < search->known_count && search->known[i].frames == frames;
}

static int remember(struct size_search *search, const struct curve_point *point, struct err *err)
{
	const size_t place = place_of(search, point->frames);

	if (search->known_count == search->room) {
		size_t room = 2 * search->room + 64;
		struct curve_point *all = realloc(search->known, room * sizeof(*all));

		if (!all)
			return err_memory(err, "the local sizes");
		search->known = all;
		search->room = room;
	}
	memmove(&search->known[place + 1], &search->known[place],
		(search->known_count - place) * sizeof(*search->known));
	search->known[place] = *point;
	search->known_count++;
	return 0;
}

/* Replays those of `count` sizes that are not known, all at once. */
static int replay_sizes(struct size_search *search, const uint32_t *frames, size_t count, struct err *err)
{
	struct curve_points_options options = *search->options;
	struct curve_point points[AT_ONCE_MAX];
	size_t wanted = 0;
	int status = 0;

	for (size_t i = 0; i < count; i++)
		if (!is_known(search, frames[i]))
			points[wanted++] = (struct curve_point){.frames = frames[i]};
	options.cost = &search->cost;
	options.costs = 1;
	if (wanted)
		status = curve_points_read(search->path, search->reader, points, wanted, &options, err);
	for (size_t i = 0; i < wanted && status == 0; i++)
		status = remember(search, &points[i], err);
	return status;
}

int size_search_at(struct size_search *search, uint32_t frames, struct curve_point *point, struct err *err)
{
	int status;

	if (search->one_pass) {
		*point = (struct curve_point){.frames = frames};
		return curve_point_of(point, search->reader, &search->curve, &search->cost, err);
	}
	status = replay_sizes(search, &frames, 1, err);
	if (status == 0)
		*point = search->known[place_of(search, frames)];
	return status;
}

/* Of one pass: the smallest good size between `low`, which is too small, and `high`, which is not. */
static int bisect(struct size_search *search, double target, uint32_t low, uint32_t high, uint32_t *smallest,
		  struct err *err)
{
	while (high - low > 1) {
		const uint32_t middle = low + (high - low) / 2;
		struct curve_point point;
		int status = size_search_at(search, middle, &point, err);

		if (status < 0)
			return status;
		if (size_search_slowdown(&point) <= target)
			high = middle;
		else
			low = middle;
	}
	*smallest = high;
	return 0;
}

/* Of replays: tries as many sizes between the two at once as there are threads. Goes on above the largest size that is
 * too small. */
static int divide(struct size_search *search, double target, uint32_t low, uint32_t high, uint32_t *smallest,
		  struct err *err)
{
	while (high - low > 1) {
		uint32_t frames[AT_ONCE_MAX];
		const uint64_t gap = high - low;
		uint64_t parts = search->options->threads < AT_ONCE_MIN ? AT_ONCE_MIN : search->options->threads;
		size_t count = 0;
		int status;

		parts = parts > AT_ONCE_MAX ? AT_ONCE_MAX : parts;
		for (uint64_t i = 1; i <= parts; i++) {
			const uint32_t size = low + (uint32_t)(gap * i / (parts + 1));

			if (size > low && size < high && (!count || frames[count - 1] != size))
				frames[count++] = size;
		}
		status = replay_sizes(search, frames, count, err);
		if (status < 0)
			return status;
		for (size_t i = search->known_count; i-- > 0;) {
			const struct curve_point *known = &search->known[i];

			if (known->frames >= high || known->frames <= low)
				continue;
			if (!(size_search_slowdown(known) <= target)) {
				low = known->frames;
				break;
			}
			high = known->frames;
		}
	}
	*smallest = high;
	return 0;
}

int size_search_smallest(struct size_search *search, double target, enum size_found *found, struct curve_point *point,
			 struct err *err)
{
	uint32_t smallest = search->max;
	int status = size_search_at(search, search->max, point, err);

	*found = SIZE_NONE;
	if (status < 0 || !(size_search_slowdown(point) <= target))
		return status;
	*found = SIZE_EVERY;
	if (search->min == search->max)
		return 0;
	status = size_search_at(search, search->min, point, err);
	if (status < 0 || size_search_slowdown(point) <= target)
		return status;
	*found = SIZE_FOUND;
	status = (search->one_pass ? bisect : divide)(search, target, search->min, search->max, &smallest, err);
	return status < 0 ? status : size_search_at(search, smallest, point, err);
}

/* The slowdown at a latency. */
struct latency_trial {
	struct size_search *search;
	const struct config *config;
	uint32_t frames;
	int64_t ns;
	double slowdown;
};

static int try_latency(struct latency_trial *trial, int64_t ns, struct err *err)
{
	struct config config = *trial->config; /* only read: its strings stay the original's */
	struct curve_point point;
	struct fault_cost cost;
	int status;

	config.fabric.latency_ps = ns * 1000;
	status = config_cost(&config, &cost, err);
	if (status < 0)
		return status;
	size_search_over(trial->search, &cost);
	status = size_search_at(trial->search, trial->frames, &point, err);
	trial->ns = ns;
	trial->slowdown = size_search_slowdown(&point);
	return status;
}

/* Finds a latency that is too long: *low is borne, *high is not, unless that is the longest. */
static int enclose(struct latency_trial *trial, double target, struct latency_trial *low, struct latency_trial *high,
		   struct err *err)
{
	int64_t ns = trial->config->fabric.latency_ps / 1000;
	int status = 0;

	ns = ns < 1 ? 1 : ns > SIZE_LATENCY_MAX_NS ? SIZE_LATENCY_MAX_NS : ns;
	for (;; ns = ns > SIZE_LATENCY_MAX_NS / 4 ? SIZE_LATENCY_MAX_NS : 4 * ns) {
		status = try_latency(trial, ns, err);
		if (status < 0 || !(trial->slowdown <= target))
			break;
		*low = *trial;
		if (ns == SIZE_LATENCY_MAX_NS)
			break;
	}
	*high = *trial;
	return status;
}

/* Where the target is between the two if the slowdown rises evenly, as it does with one virtual CPU; every third time
 * the middle. */
static int64_t next_latency(const struct latency_trial *low, const struct latency_trial *high, double target, int turn)
{
	const double share = (target - low->slowdown) / (high->slowdown - low->slowdown);
	int64_t ns = low->ns + (high->ns - low->ns) / 2;

	if (turn % 3 != 2 && share >= 0 && share <= 1) /* first below the target, then above it */
		ns = low->ns + (int64_t)floor(share * (double)(high->ns - low->ns)) + turn % 3;
	return ns <= low->ns ? low->ns + 1 : ns >= high->ns ? high->ns - 1 : ns;
}

int size_search_latency(struct size_search *search, const struct size_latency_asked *asked, enum size_found *found,
			int64_t *latency_ns, struct err *err)
{
	const double target = asked->target;
	struct latency_trial trial = {.search = search, .config = asked->config, .frames = asked->frames}, low, high;
	int status = try_latency(&trial, 0, err);

	*found = SIZE_NONE;
	*latency_ns = 0;
	if (status < 0 || !(trial.slowdown <= target))
		return status;
	low = trial;
	status = enclose(&trial, target, &low, &high, err);
	*found = low.ns == SIZE_LATENCY_MAX_NS ? SIZE_EVERY : SIZE_FOUND;
	for (int turn = 0; status == 0 && high.ns - low.ns > 1; turn++) {
		status = try_latency(&trial, next_latency(&low, &high, target, turn), err);
		if (status == 0)
			*(trial.slowdown <= target ? &low : &high) = trial;
	}
	*latency_ns = low.ns;
	return status;
}
