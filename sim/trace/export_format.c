/* SPDX-License-Identifier: MIT */
#include "trace/export_format.h"

int trace_export_write_failed(const struct trace_export *export, struct err *err)
{
	return err_errno(err, ERR_FAILED, "%s: cannot write", export->out_name);
}

int trace_export_each(struct trace_export *export,
		      int (*put)(void *context, const struct trace_export_record *record, struct err *err),
		      void *context, struct err *err)
{
	const gfn *frame = trace_reader_frames(export->reader);
	struct trace_batch batch;
	int status;

	while ((status = trace_reader_next(export->reader, &batch, err)) > 0) {
		const struct trace_idle *idle = batch.idle, *idle_end = idle + batch.idle_count;

		for (uint32_t i = 0; i < batch.count; i++) {
			struct trace_clock *clock = &batch.clock[TRACE_KIND_VCPU(batch.kind[i])];
			struct trace_export_record record = {
				.page = batch.page[i],
				.frame = frame[batch.page[i]],
				.kind = batch.kind[i],
				.insn = batch.insn[i],
			};

			if (idle < idle_end && idle->at == i)
				record.idle_ns = idle++->ns;
			clock->insn += record.insn;
			clock->idle_ns += record.idle_ns;
			record.clock = *clock;
			status = put(context, &record, err);
			if (status < 0)
				return status;
		}
		if (export->progress)
			progress_step(export->progress, batch.first_record + batch.count,
				      batch.first_record + batch.count);
	}
	return status;
}
