/* SPDX-License-Identifier: MIT */
#include "trace/import.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/version.h"
#include "trace/writer.h"

const struct trace_import_format *const trace_import_formats[] = {
	&trace_import_lackey,
	&trace_import_oracle_general,
	&trace_import_csv,
	NULL,
};

/* Where an import into a file stands. The writer begins with the first reference, because the header holds the command.
 */
struct import_file {
	const struct trace_import_job *job;
	struct trace_import import;
	struct trace_writer *writer;
	bool writing_failed;
};

static int set_header(struct trace_header *header, const struct import_file *file, struct err *err)
{
	const struct trace_import_job *job = file->job;
	const char *slash = strrchr(job->in, '/'), *name = strcmp(job->in, "-") == 0 ? "stdin"
							   : slash                   ? slash + 1
										     : job->in;
	char recorder[256];
	int status;

	header->k = job->k;
	header->again = true;
	header->vcpus = job->vcpus;
	snprintf(recorder, sizeof(recorder), "megavm %s import %s", megavm_version, job->format->name);
	status = trace_header_text(&header->workload, job->workload ? job->workload : name, err);
	if (status == 0)
		status = trace_header_text(&header->command, file->import.command, err);
	return status < 0 ? status : trace_header_text(&header->recorder, recorder, err);
}

static int begin_writing(struct import_file *file, struct err *err)
{
	const struct trace_writer_options options = {.level = file->job->level};
	struct trace_header header;
	int status = trace_header_init(&header, err);

	if (status < 0)
		return status;
	status = set_header(&header, file, err);
	if (status == 0)
		status = trace_writer_create(&file->writer, file->job->out, &header, &options, err);
	trace_header_free(&header);
	return status;
}

static int put(void *context, const struct trace_ref *ref, struct err *err)
{
	struct import_file *file = context;
	int status = 0;

	if (!file->writer)
		status = begin_writing(file, err);
	if (status == 0)
		status = trace_writer_add(file->writer, ref, err);
	file->writing_failed = status < 0;
	return status;
}

int trace_import_file(const struct trace_import_job *job, struct trace_import_read *read, struct trace_totals *totals,
		      struct err *err)
{
	struct progress progress;
	struct import_file file = {.job = job,
				   .import = {
					   .sink = {put, &file},
					   .insn_per_ref = job->insn_per_ref ? job->insn_per_ref : 1,
					   .insn_per_ref_given = job->insn_per_ref,
					   .id_unit = job->id_unit,
					   .ignored = job->ignored,
					   .vcpus = job->vcpus,
					   .progress = &progress,
				   }};
	int status = input_open(&file.import.input, job->in, err);

	if (status < 0)
		return status;
	progress_begin(&progress, input_name(file.import.input), "references", input_bytes(file.import.input));
	status = job->format->run(&file.import, err);
	if (status == 0 && !file.writer)
		status = begin_writing(&file, err);
	if (status == 0)
		status = trace_writer_finish(file.writer, file.import.clock, (struct trace_clock){0, 0}, totals, err);
	else
		trace_writer_abandon(file.writer, file.writing_failed);
	progress_end(&progress);
	input_close(file.import.input);
	*read = (struct trace_import_read){file.import.refs, file.import.large};
	return status;
}
