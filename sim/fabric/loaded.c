/* SPDX-License-Identifier: MIT */
#include "fabric/loaded.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double most_ns = 1e12, most_mbps = 1e9; /* 1000 s, 1 PB/s: far beyond any memory */

static int parse_number(const char *word, double most, double *number, struct err *err)
{
	char *end;

	*number = strtod(word, &end);
	if (*end || !isfinite(*number) || *number < 0 || *number > most)
		return err_set(err, ERR_USAGE, "%s is not a number from 0 to %g", err_quote(word).text, most);
	return 0;
}

/* Parses one line, without its line end: it is empty (or a comment), or holds a bandwidth and a latency. */
static int parse_line(char *line, struct loaded_point *point, bool *empty, struct err *err)
{
	char *word[3], *rest = NULL;
	double mbps, ns;
	int count = 0, status;

	line[strcspn(line, "#")] = '\0';
	for (char *next = strtok_r(line, " \t\r\n,", &rest); next && count < 3;
	     next = strtok_r(NULL, " \t\r\n,", &rest))
		word[count++] = next;
	*empty = count == 0;
	if (*empty)
		return 0;
	if (count != 2)
		return err_set(err, ERR_USAGE, "expected a bandwidth in MB/s and a latency in ns, found %s",
			       count < 2 ? "one word" : "more");
	status = parse_number(word[0], most_mbps, &mbps, err);
	if (status == 0)
		status = parse_number(word[1], most_ns, &ns, err);
	if (status == 0)
		*point = (struct loaded_point){1e6 * mbps, llround(1000 * ns)};
	return status;
}

static int add_point(struct loaded *loaded, const struct loaded_point *point, struct err *err)
{
	struct loaded_point *all = realloc(loaded->point, (loaded->count + 1) * sizeof(*all));

	if (!all)
		return err_memory(err, "a curve of latencies");
	loaded->point = all;
	loaded->point[loaded->count++] = *point;
	return 0;
}

/* The last point must go on as the first two do: bandwidths rise or fall, and latencies with them. */
static int check_order(const struct loaded *loaded, struct err *err)
{
	const struct loaded_point *point = loaded->point;
	const size_t n = loaded->count;
	bool rises;

	if (n < 2)
		return 0;
	rises = point[1].bytes_per_s > point[0].bytes_per_s;
	if (point[n - 1].bytes_per_s == point[n - 2].bytes_per_s ||
	    (point[n - 1].bytes_per_s > point[n - 2].bytes_per_s) != rises)
		return err_set(err, ERR_USAGE, "each bandwidth must be %s the one before",
			       rises ? "above" : "below, or each above,");
	if (rises ? point[n - 1].ps < point[n - 2].ps : point[n - 1].ps > point[n - 2].ps)
		return err_set(err, ERR_USAGE, "a latency must not fall as its bandwidth rises");
	return 0;
}

static int read_lines(struct loaded *loaded, const char *path, FILE *from, struct err *err)
{
	size_t room = 0, number = 0;
	char *line = NULL;
	int status = 0;

	while (status == 0 && getline(&line, &room, from) >= 0) {
		struct loaded_point point;
		bool empty;

		number++;
		status = parse_line(line, &point, &empty, err);
		if (status == 0 && !empty)
			status = add_point(loaded, &point, err);
		if (status == 0 && !empty)
			status = check_order(loaded, err);
	}
	free(line);
	if (status < 0)
		err_prefix(err, "%s:%zu", path, number);
	else if (ferror(from))
		status = err_errno(err, ERR_USAGE, "%s", path);
	else if (loaded->count < 2)
		status = err_set(err, ERR_USAGE, "%s: a curve has at least two points", path);
	return status;
}

static void reverse(struct loaded *loaded)
{
	for (size_t i = 0; i < loaded->count / 2; i++) {
		struct loaded_point *a = &loaded->point[i], *b = &loaded->point[loaded->count - 1 - i], was = *a;

		*a = *b;
		*b = was;
	}
}

int loaded_read(struct loaded *loaded, const char *path, struct err *err)
{
	FILE *from = fopen(path, "r");
	int status;

	*loaded = (struct loaded){0};
	if (!from)
		return err_errno(err, ERR_USAGE, "%s", path);
	status = read_lines(loaded, path, from, err);
	fclose(from);
	if (status == 0 && loaded->point[0].bytes_per_s > loaded->point[1].bytes_per_s)
		reverse(loaded);
	if (status < 0)
		loaded_free(loaded);
	return status;
}

void loaded_free(struct loaded *loaded)
{
	free(loaded->point);
	*loaded = (struct loaded){0};
}

int64_t loaded_ps(const struct loaded *loaded, double bytes_per_s)
{
	const struct loaded_point *point = loaded->point;
	size_t i = 1;

	if (bytes_per_s <= point[0].bytes_per_s)
		return point[0].ps;
	while (i < loaded->count && point[i].bytes_per_s < bytes_per_s)
		i++;
	if (i == loaded->count)
		return point[i - 1].ps;
	return point[i - 1].ps +
	       llround((double)(point[i].ps - point[i - 1].ps) * (bytes_per_s - point[i - 1].bytes_per_s) /
		       (point[i].bytes_per_s - point[i - 1].bytes_per_s));
}

int64_t loaded_idle_ps(const struct loaded *loaded)
{
	return loaded->point[0].ps;
}

int64_t loaded_most_ps(const struct loaded *loaded)
{
	return loaded->point[loaded->count - 1].ps;
}

uint64_t loaded_bandwidth_bps(const struct loaded *loaded)
{
	return (uint64_t)llround(8 * loaded->point[loaded->count - 1].bytes_per_s);
}
