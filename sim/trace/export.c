/* SPDX-License-Identifier: MIT */
#include "trace/export.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/output.h"

const struct trace_export_format *const trace_export_formats[] = {
	&trace_export_oracle_general,
	&trace_export_csv,
	NULL,
};

static int run(const struct trace_export_format *format, struct trace_export *export, const char *label,
	       struct err *err)
{
	struct progress progress;
	int status;

	progress_begin(&progress, label, "records", trace_reader_totals(export->reader)->records);
	export->progress = &progress;
	status = format->run(export, err);
	progress_end(&progress);
	return status == 0 && fflush(export->out) != 0 ? trace_export_write_failed(export, err) : status;
}

/* Formats that go back over what they wrote need a file. */
static int goes_back(const struct trace_export_format *format, const char *where, struct err *err)
{
	return err_set(err, ERR_USAGE, "%s goes back over what it wrote: it needs a file, not %s", format->name, where);
}

static int run_into(const struct output *output, int fd, const struct trace_export_format *format,
		    struct trace_export *export, struct err *err)
{
	int status;

	export->out = fdopen(fd, format->rewrites ? "w+" : "w");
	if (!export->out) {
		close(fd);
		return err_errno(err, ERR_FAILED, "%s", output->part);
	}
	export->out_name = output->part;
	status = run(format, export, output->path, err);
	if (status == 0 && fsync(fileno(export->out)) < 0 && errno != EINVAL)
		status = trace_export_write_failed(export, err);
	if (fclose(export->out) != 0 && status == 0)
		status = trace_export_write_failed(export, err);
	return status < 0 ? status : output_commit(output, err);
}

int trace_export_file(const struct trace_export_format *format, struct trace_reader *reader, uint64_t ips,
		      const char *path, struct err *err)
{
	struct trace_export export = {.reader = reader, .ips = ips, .out = stdout, .out_name = "standard output"};
	struct output output;
	int status, fd;

	if (strcmp(path, "-") == 0)
		return format->rewrites ? goes_back(format, "standard output", err)
					: run(format, &export, export.out_name, err);
	status = fd = output_open(&output, path, (format->rewrites ? O_RDWR : O_WRONLY) | O_CLOEXEC, err);
	if (status < 0)
		return status;
	if (format->rewrites && output.direct) {
		close(fd);
		status = goes_back(format, "a device or a pipe", err);
	} else {
		status = run_into(&output, fd, format, &export, err);
	}
	if (status < 0)
		output_discard(&output);
	output_free(&output);
	return status;
}
