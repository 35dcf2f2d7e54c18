/* SPDX-License-Identifier: MIT */
#include "trace/export.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const struct trace_export_format *const trace_export_formats[] = {
	&trace_export_oracle_general,
	&trace_export_csv,
	NULL,
};

static int open_part(const char *part, FILE **out, struct err *err)
{
	int fd = open(part, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);

	if (fd < 0 && errno == EEXIST)
		return err_set(err, ERR_FAILED,
			       "%s is in the way: a run that did not end has left it, or one is writing it now", part);
	*out = fd < 0 ? NULL : fdopen(fd, "w+");
	if (*out)
		return 0;
	if (fd >= 0) {
		close(fd);
		unlink(part);
	}
	return err_errno(err, ERR_FAILED, "%s", part);
}

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

static int run_into(const char *part, const char *path, const struct trace_export_format *format,
		    struct trace_export *export, struct err *err)
{
	int status = open_part(part, &export->out, err);

	if (status < 0)
		return status;
	export->out_name = part;
	status = run(format, export, path, err);
	if (status == 0 && fsync(fileno(export->out)) < 0 && errno != EINVAL)
		status = trace_export_write_failed(export, err);
	if (fclose(export->out) != 0 && status == 0)
		status = trace_export_write_failed(export, err);
	if (status == 0 && rename(part, path) < 0)
		status = err_errno(err, ERR_FAILED, "%s: cannot rename to %s", part, path);
	if (status < 0)
		unlink(part);
	return status;
}

int trace_export_file(const struct trace_export_format *format, struct trace_reader *reader, uint64_t ips,
		      const char *path, struct err *err)
{
	struct trace_export export = {.reader = reader, .ips = ips, .out = stdout, .out_name = "standard output"};
	char *part;
	int status;

	if (strcmp(path, "-") == 0) {
		if (format->rewrites)
			return err_set(err, ERR_USAGE,
				       "%s goes back over what it wrote: it needs a file, not standard output",
				       format->name);
		return run(format, &export, export.out_name, err);
	}
	if (asprintf(&part, "%s.part", path) < 0)
		return err_memory(err, "an export");
	status = run_into(part, path, format, &export, err);
	free(part);
	return status;
}
