/* SPDX-License-Identifier: MIT */
#include "record/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "memory/region.h"

static int note_region(struct trace_header *header, struct err *err)
{
	return json_object_set_new(header->notes, "region", json_string("roi-begin,roi-end")) == 0
		       ? 0
		       : err_memory(err, "a trace's header");
}

int record_cut(const char *whole, const char *out, int level, struct trace_totals *totals, struct err *err)
{
	struct trace_reader_options options = {.recover = false, .clocks = true, .frames = true};
	struct trace_writer_options writing = {.level = level, .filtered = true};
	struct trace_header header = {0};
	struct trace_reader *reader;
	struct trace_writer *writer;
	struct region region;
	int status = trace_reader_open(&reader, whole, &options, err);

	if (status < 0)
		return status;
	if ((status = region_find(&region, reader, "roi-begin", "roi-end", err)) == 0 &&
	    (status = trace_header_copy(&header, trace_reader_header(reader), err)) == 0 &&
	    (status = note_region(&header, err)) == 0 &&
	    (status = trace_writer_create(&writer, out, &header, &writing, err)) == 0)
		status = region_copy(&region, &(struct region_copy){.reader = reader, .writer = writer}, totals, err);
	trace_header_free(&header);
	trace_reader_close(reader);
	return status;
}

static int read_totals(const char *path, struct trace_totals *totals, struct err *err)
{
	struct trace_reader_options options = {0};
	struct trace_reader *reader;
	int status = trace_reader_open(&reader, path, &options, err);

	if (status < 0)
		return status;
	*totals = *trace_reader_totals(reader);
	trace_reader_close(reader);
	return 0;
}

static int record_guest(const struct guest *guest, const struct record_options *options, struct record_result *result,
			struct err *err)
{
	char *whole = NULL;
	int status;

	if (!options->region) {
		status = guest_boot(guest, options->out, NULL, &result->guest, err);
		return status < 0 ? status : read_totals(options->out, &result->totals, err);
	}
	if (asprintf(&whole, "%s.whole", options->out) < 0)
		return err_memory(err, "a path");
	status = guest_boot(guest, whole, NULL, &result->guest, err);
	if (status == 0)
		status = record_cut(whole, options->out, options->level, &result->totals, err);
	if (status == 0)
		unlink(whole);
	free(whole);
	return status;
}

int record(const struct workload *workload, const struct record_options *options, struct record_result *result,
	   struct err *err)
{
	struct guest guest;
	int status = guest_init(&guest, workload, options->size, options->cache, options->memory_bytes, err);

	*result = (struct record_result){0};
	if (status < 0)
		return status;
	guest.ips = options->ips;
	guest.k = options->k;
	guest.vcpus = options->vcpus;
	guest.job = options->job;
	guest.told = options->job ? GUEST_JOB_ALONE : NULL;
	guest.crosscheck = options->crosscheck;
	guest.level = options->region ? RECORD_PASSING_LEVEL : options->level;
	guest.command = options->command;
	guest.console = options->console;
	status = record_guest(&guest, options, result, err);
	if (status == 0 && options->job && result->totals.footprint == 0)
		status = err_set(err, ERR_FAILED,
				 "%s: its guest named no job: run.sh has to start it by 'vm region' or 'vm job'",
				 workload->name);
	guest_free(&guest);
	return status;
}
