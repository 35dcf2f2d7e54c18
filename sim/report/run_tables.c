/* SPDX-License-Identifier: MIT */
#include "report/run_tables.h"

#include <stdlib.h>

#include "report/columns.h"

int run_table(run_lines *put, const void *context, FILE *to, struct err *err)
{
	char *text = NULL;
	size_t size;
	FILE *lines = open_memstream(&text, &size);

	if (!lines)
		return err_memory(err, "a table");
	put(context, lines);
	if (fclose(lines) != 0) {
		free(text);
		return err_memory(err, "a table");
	}
	columns_print(text, to);
	free(text);
	return 0;
}

const char *run_time(double ps, char out[RUN_TIME])
{
	static const char *const unit[] = {"ps", "ns", "us", "ms", "s"};
	size_t i = 0;

	for (; ps >= 999.95 && i < 4; i++)
		ps /= 1000;
	if (ps <= 0)
		snprintf(out, RUN_TIME, "0s");
	else
		snprintf(out, RUN_TIME, "%.*f%s",
			 i == 0 || ps >= 999.95 ? 0
			 : ps >= 99.995         ? 1
			 : ps >= 9.9995         ? 2
						: 3,
			 ps, unit[i]);
	return out;
}

void run_name(const char *name, FILE *to)
{
	for (; *name; name++)
		fputc((unsigned char)*name < ' ' ? '?' : *name, to);
}

const char *run_plural(uint64_t count)
{
	return count == 1 ? "" : "s";
}

double run_stalls(const struct job_result *job)
{
	double sum = 0;

	for (int stall = 0; stall < STALLS; stall++)
		sum += (double)job->stall_ps[stall];
	return sum;
}
