#include "examples.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *file_name;
static size_t line_number;

static void fail(const char *what)
{
	fprintf(stderr, "%s:%zu: %s\n", file_name, line_number, what);
	exit(1);
}

static void *allocate(size_t count, size_t size)
{
	void *memory = calloc(count ? count : 1, size);

	if (!memory)
		fail("out of memory");
	return memory;
}

/* The next line that is not a comment, without the comment behind it; NULL at the end. */
static char *next_line(FILE *file, char **buffer, size_t *room)
{
	while (line_number++, getline(buffer, room, file) > 0) {
		char *line = *buffer + strspn(*buffer, " \t");

		line[strcspn(line, "#\r\n")] = '\0';
		if (*line)
			return line;
	}
	if (ferror(file))
		fail(strerror(errno));
	return NULL;
}

/* Rows and features, so that the arrays come out exact: growing them would write every page more than once. */
static void count(struct examples *examples, FILE *file, char **buffer, size_t *room, size_t *features)
{
	line_number = 0;
	for (char *line; (line = next_line(file, buffer, room)); examples->rows++)
		for (; (line = strchr(line, ':')); line++)
			++*features;
}

/*
 * As strtod, for plain decimals of up to 15 digits without its detours: both the digits and the power of ten are exact then, so that
 * one division rounds right (Clinger, 'How to read floating point numbers accurately', PLDI 1990). strtod takes the rest.
 */
static double read_number(const char *text, char **end)
{
	static const double power[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
	const char *at = text + (*text == '+' || *text == '-');
	size_t digits = 0, decimals = 0;
	uint64_t number = 0;

	for (; *at >= '0' && *at <= '9'; at++, digits++)
		number = 10 * number + (uint64_t)(*at - '0');
	if (*at == '.')
		for (at++; *at >= '0' && *at <= '9'; at++, digits++, decimals++)
			number = 10 * number + (uint64_t)(*at - '0');
	if (digits == 0 || digits > 15 || (*at && *at != ' ' && *at != '\t'))
		return strtod(text, end);
	*end = (char *)at;
	return (*text == '-' ? -1 : 1) * (double)number / power[decimals];
}

static void read_features(struct examples *examples, const char *at, size_t *next)
{
	for (char *end;; at = end) {
		unsigned long index;

		at += strspn(at, " \t");
		if (!*at)
			return;
		index = strtoul(at, &end, 10);
		if (end == at || *end != ':' || index == 0 || index > UINT32_MAX - 1)
			fail("expected INDEX:VALUE, indices from 1");
		at = end + 1;
		examples->feature[*next].index = (uint32_t)index;
		examples->feature[(*next)++].value = (float)read_number(at, &end);
		if (end == at)
			fail("expected a number behind ':'");
		if (index > examples->highest)
			examples->highest = (uint32_t)index;
	}
}

static void read_row(struct examples *examples, size_t row, char *line, size_t *next)
{
	char *end;
	double label = read_number(line, &end);

	if (end == line || label == 0)
		fail("a line begins with its label, +1 or -1");
	examples->label[row] = label > 0 ? 1 : -1;
	examples->positives += label > 0;
	examples->start[row] = *next;
	read_features(examples, end, next);
}

void examples_read(struct examples *examples, const char *path)
{
	FILE *file = fopen(path, "r");
	size_t features = 0, next = 0, room = 0;
	char *buffer = NULL;

	*examples = (struct examples){0};
	file_name = path;
	if (!file)
		fail(strerror(errno));
	count(examples, file, &buffer, &room, &features);
	examples->start = allocate(examples->rows + 1, sizeof(*examples->start));
	examples->label = allocate(examples->rows, sizeof(*examples->label));
	examples->feature = allocate(features, sizeof(*examples->feature));
	rewind(file);
	line_number = 0;
	for (size_t row = 0; row < examples->rows; row++)
		read_row(examples, row, next_line(file, &buffer, &room), &next);
	examples->start[examples->rows] = next;
	free(buffer);
	fclose(file);
}

double examples_score(const struct examples *examples, size_t row, const double *w)
{
	double score = 0;

	for (size_t i = examples->start[row]; i < examples->start[row + 1]; i++)
		score += w[examples->feature[i].index] * examples->feature[i].value;
	return score;
}
