/* SPDX-License-Identifier: MIT */
/*
 * libCacheSim's oracleGeneral (oracle_general.h). A record's last field is the page's next request, so there are two
 * passes in bounded memory: forwards over the trace, writing the page's id into that field; then backwards over the
 * output, chunk by chunk, replacing the id with the number of the page's next request.
 *
 * Seconds are instructions / ips + idle time of the record's virtual CPU, but never less than in the record before,
 * because libCacheSim needs times that do not go back.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "trace/export.h"
#include "trace/oracle_general.h"

#define STRETCH 16384 /* records of the second pass that are in memory at a time */

struct oracle {
	struct trace_export *export;
	uint64_t records;
	uint64_t seconds; /* the latest so far */
};

static uint64_t seconds_of(const struct trace_clock *clock, uint64_t ips)
{
	uint64_t ns = (uint64_t)((unsigned __int128)(clock->insn % ips) * 1000000000 / ips) +
		      clock->idle_ns % 1000000000;

	return clock->insn / ips + clock->idle_ns / 1000000000 + ns / 1000000000;
}

static int put(void *context, const struct trace_export_record *record, struct err *err)
{
	struct oracle *oracle = context;
	uint64_t seconds = seconds_of(&record->clock, oracle->export->ips);
	uint8_t out[ORACLE_GENERAL_RECORD];

	if (seconds > UINT32_MAX)
		return err_set(err, ERR_FAILED,
			       "record %" PRIu64 " is at %" PRIu64 " s: the format holds up to %" PRIu32
			       " s (a larger --ips"
			       " makes it sooner)",
			       oracle->records, seconds, UINT32_MAX);
	if (seconds > oracle->seconds)
		oracle->seconds = seconds;
	put_u32(out + ORACLE_GENERAL_TIME, (uint32_t)oracle->seconds);
	put_u64(out + ORACLE_GENERAL_ID, record->frame);
	put_u32(out + ORACLE_GENERAL_BYTES, 1u << trace_reader_header(oracle->export->reader)->page_shift);
	put_u64(out + ORACLE_GENERAL_NEXT, record->page);
	if (fwrite(out, sizeof(out), 1, oracle->export->out) != 1)
		return trace_export_write_failed(oracle->export, err);
	oracle->records++;
	return 0;
}

/* Replaces the page ids of `n` records, the first with number `first` (from 0), by the numbers of their pages' next
 * requests. */
static void fill_next(uint8_t *record, size_t first, size_t n, uint64_t *next)
{
	for (size_t i = n; i-- > 0;) {
		uint8_t *field = record + i * ORACLE_GENERAL_RECORD + ORACLE_GENERAL_NEXT;
		uint64_t page = get_u64(field);

		put_u64(field, next[page]);
		next[page] = first + i + 1;
	}
}

static int second_pass(const struct oracle *oracle, uint8_t *record, uint64_t *next, struct err *err)
{
	int fd = fileno(oracle->export->out);
	uint64_t end = oracle->records;

	while (end) {
		size_t n = end < STRETCH ? (size_t)end : STRETCH, bytes = n * ORACLE_GENERAL_RECORD;
		off_t at = (off_t)((end - n) * ORACLE_GENERAL_RECORD);

		if (pread(fd, record, bytes, at) != (ssize_t)bytes)
			return err_errno(err, ERR_FAILED, "%s: cannot read back", oracle->export->out_name);
		fill_next(record, end - n, n, next);
		if (pwrite(fd, record, bytes, at) != (ssize_t)bytes)
			return trace_export_write_failed(oracle->export, err);
		end -= n;
	}
	return 0;
}

static int run(struct trace_export *export, struct err *err)
{
	struct oracle oracle = {.export = export};
	size_t pages = trace_reader_totals(export->reader)->pages;
	uint64_t *next = malloc((pages + 1) * sizeof(*next));
	uint8_t *record = malloc(STRETCH * ORACLE_GENERAL_RECORD);
	int status = next && record ? trace_export_each(export, put, &oracle, err) : err_memory(err, "an export");

	if (status == 0 && fflush(export->out) != 0)
		status = trace_export_write_failed(export, err);
	for (size_t page = 0; page < pages && status == 0; page++)
		next[page] = UINT64_MAX; /* -1: never again */
	if (status == 0)
		status = second_pass(&oracle, record, next, err);
	free(next);
	free(record);
	return status;
}

const struct trace_export_format trace_export_oracle_general = {
	"oracleGeneral",
	"libCacheSim's: a read of a page a record, and the next one",
	true,
	run,
};
