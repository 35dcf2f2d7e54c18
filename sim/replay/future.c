#include "replay/future.h"

#include <inttypes.h>
#include <stdlib.h>

/* Forward: each record's page stands where its gap will be; PAGE_NONE where a damaged trace has lost its records. */
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

/* Backward: the page's next record is the one met last. */
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

int future_read(struct future *future, struct trace_reader *reader, struct err *err)
{
	const struct trace_totals *totals = trace_reader_totals(reader);
	int status;

	*future = (struct future){0};
	if (totals->records > UINT32_MAX)
		return err_set(err, ERR_FAILED, "a trace of %" PRIu64 " records: its future is known for at most %" PRIu32, totals->records, UINT32_MAX);
	future->gap = malloc((totals->records + 1) * sizeof(*future->gap));
	future->first = malloc((totals->pages + 1) * sizeof(*future->first));
	if (!future->gap || !future->first) {
		future_free(future);
		return err_memory(err, "a trace's future");
	}
	memset(future->first, 0xff, totals->pages * sizeof(*future->first));
	status = read_pages(future, reader, err);
	if (status < 0)
		future_free(future);
	else
		turn_into_gaps(future);
	return status;
}

void future_free(struct future *future)
{
	free(future->gap);
	free(future->first);
	*future = (struct future){0};
}
