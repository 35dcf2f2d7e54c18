/* SPDX-License-Identifier: MIT */
#include "trace/export.h"

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

int trace_export_file(const struct trace_export_format *format, struct trace_reader *reader, uint64_t ips,
		      const char *path, struct err *err)
{
	struct trace_export export = {.reader = reader, .ips = ips};
	const char *forward = format->rewrites ? output_only_forward(path) : NULL;
	struct output_file file;
	int status;

	if (forward)
		return err_set(err, ERR_USAGE, "%s goes back over what it wrote: it needs a file, not %s", format->name,
			       forward);
	status = output_create(&file, path, OUTPUT_KEPT, err);
	if (status < 0)
		return status;
	export.out = file.stream;
	export.out_name = file.output.path ? file.output.part : "standard output";
	status = run(format, &export, file.output.path ? file.output.path : export.out_name, err);
	return output_finish(&file, status, err);
}
