/* SPDX-License-Identifier: MIT */
#include "replay/future.h"

#include <inttypes.h>
#include <stdlib.h>

/* First pass, forward: stores each record's page where its gap will be; PAGE_NONE where a damaged trace has lost
 * records. */
static int read_pages(struct future *future, struct trace_reader *reader, struct err *err)
{
	struct trace_batch batch;
	uint64_t at = 0;
	int more;

	while ((more = trace_reader_next(reader, &batch, err)) > 0) {
		while (at < batch.first_record)
			future->gap[at++] = PAGE_NONE;
		memcpy(future->gap + at, batch.page, batch.count * sizeof(*batch.page));
		at += batch.count;
	}
	future->records = at;
	return more;
}

/* Second pass, backward: the page's next record is the one seen last. */
static void turn_into_gaps(struct future *future)
{
	for (uint64_t at = future->records; at-- > 0;) {
		page_id page = future->gap[at];

		future->gap[at] = 0;
		if (page == PAGE_NONE)
			continue;
		if (future->first[page] != FUTURE_NEVER)
			future->gap[at] = (uint32_t)(future->first[page] - at);
		future->first[page] = at;
	}
}

static int begin(struct future *future, uint64_t records, uint64_t pages, struct err *err)
{
	*future = (struct future){0};
	if (records > UINT32_MAX)
		return err_set(err, ERR_FAILED,
			       "a trace of %" PRIu64 " records: its future is known for at most %" PRIu32, records,
			       UINT32_MAX);
	future->gap = malloc((records + 1) * sizeof(*future->gap));
	future->first = malloc((pages + 1) * sizeof(*future->first));
	if (!future->gap || !future->first) {
		future_free(future);
		return err_memory(err, "a trace's future");
	}
	memset(future->first, 0xff, pages * sizeof(*future->first));
	return 0;
}

int future_read(struct future *future, struct trace_reader *reader, struct err *err)
{
	const struct trace_totals *totals = trace_reader_totals(reader);
	int status = begin(future, totals->records, totals->pages, err);

	if (status < 0)
		return status;
	status = read_pages(future, reader, err);
	if (status < 0)
		future_free(future);
	else
		turn_into_gaps(future);
	return status;
}

int future_of(struct future *future, const page_id *page, uint64_t records, uint32_t pages, struct err *err)
{
	int status = begin(future, records, pages, err);

	if (status < 0)
		return status;
	memcpy(future->gap, page, records * sizeof(*page));
	future->records = records;
	turn_into_gaps(future);
	return 0;
}

void future_free(struct future *future)
{
	free(future->gap);
	free(future->first);
	*future = (struct future){0};
}
