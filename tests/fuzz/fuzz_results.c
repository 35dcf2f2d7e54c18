/* SPDX-License-Identifier: MIT */
/* Feeds bytes to the reader of results.csv. An accepted file must give axes and figures, or an error with a message. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "report/chart.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct results *results, const struct axes *axes)
{
	struct chart_input input = {.results = results, .axes = axes};
	struct charts charts = {0};
	struct err err = {""};

	if (charts_make(NULL, &input, &charts, &err) < 0 ? !err.text[0] : charts.count == 0)
		abort();
	for (size_t i = 0; i < charts.count; i++)
		if (charts.chart[i].figure.lines == 0 || !charts.chart[i].sentence[0])
			abort();
	charts_free(&charts);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int file = memfd_create("results", 0);
	char path[64];
	struct results results;
	struct axes axes;
	struct err err = {""};

	if (file < 0 || write(file, data, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	if (results_read(&results, path, &err) == 0) {
		if (axes_find(&axes, &results, &err) == 0) {
			check(&results, &axes);
			axes_free(&axes);
		}
		results_free(&results);
	}
	if (!err.text[0] && size == 0)
		abort();
	close(file);
	return 0;
}
