/* SPDX-License-Identifier: MIT */
/* Our CSV (csv.h): everything a record holds, so that import with K = 0 makes the same records again. */
#include <string.h>

#include "trace/csv.h"
#include "trace/export.h"

#define ROW_MAX 128 /* bytes: four numbers of up to 20 digits and three words */

struct csv {
	struct trace_export *export;
	bool again; /* the column of that name */
	size_t used;
	char text[1 << 16];
};

static char *put_number(char *to, uint64_t value)
{
	char digit[20];
	int n = 0;

	do
		digit[n++] = (char)('0' + value % 10);
	while (value /= 10);
	while (n)
		*to++ = digit[--n];
	return to;
}

static char *put_word(char *to, const char *word)
{
	size_t length = strlen(word);

	memcpy(to, word, length);
	return to + length;
}

static int flush(struct csv *csv, struct err *err)
{
	size_t written = fwrite(csv->text, 1, csv->used, csv->export->out);

	if (written < csv->used)
		return trace_export_write_failed(csv->export, err);
	csv->used = 0;
	return 0;
}

static int put(void *context, const struct trace_export_record *record, struct err *err)
{
	struct csv *csv = context;
	unsigned source = TRACE_KIND_SOURCE(record->kind);
	enum csv_type type = record->kind & TRACE_WRITE ? CSV_WRITE : source == TRACE_FETCH ? CSV_FETCH : CSV_READ;
	char *to = csv->text + csv->used;

	to = put_number(to, record->frame);
	*to++ = ',';
	to = put_word(to, csv_type_names[type]);
	*to++ = ',';
	to = put_number(to, record->insn);
	*to++ = ',';
	to = put_word(to, trace_source_names[source]);
	*to++ = ',';
	to = put_number(to, TRACE_KIND_VCPU(record->kind));
	*to++ = ',';
	to = put_number(to, record->idle_ns);
	if (csv->again) {
		*to++ = ',';
		to = put_number(to, TRACE_KIND_AGAIN(record->kind));
	}
	*to++ = '\n';
	csv->used = (size_t)(to - csv->text);
	return csv->used > sizeof(csv->text) - ROW_MAX ? flush(csv, err) : 0;
}

static int run(struct trace_export *export, struct err *err)
{
	static const enum csv_column columns[] = {CSV_PAGE, CSV_TYPE,    CSV_INSTRUCTIONS, CSV_SOURCE,
						  CSV_VCPU, CSV_IDLE_NS, CSV_AGAIN};
	const struct trace_header *header = trace_reader_header(export->reader);
	struct csv csv = {.export = export, .again = header->k && header->again};
	size_t count = sizeof(columns) / sizeof(*columns) - !csv.again;
	int status;

	for (size_t i = 0; i < count; i++)
		csv.used += (size_t)snprintf(csv.text + csv.used, ROW_MAX, "%s%s", i ? "," : "",
					     csv_column_names[columns[i]]);
	csv.text[csv.used++] = '\n';
	status = trace_export_each(export, put, &csv, err);
	return status < 0 ? status : flush(&csv, err);
}

const struct trace_export_format trace_export_csv = {
	"csv",
	"a row a record, with all of it, to be imported again",
	false,
	run,
};
