/* SPDX-License-Identifier: MIT */
/*
 * libCacheSim's oracleGeneral (oracle_general.h). An object is a page and every request a read: the format knows
 * neither sizes of pages nor writes. Seconds are too coarse for a clock and are passed over, as the future is, which
 * follows from the rest.
 */
#include <inttypes.h>

#include "trace/format.h"
#include "trace/import.h"
#include "trace/oracle_general.h"

#define RECORDS 2048 /* read at a time */

static int take_record(struct trace_import *import, const uint8_t *record, struct err *err)
{
	gfn page = get_u64(record + ORACLE_GENERAL_ID);
	int status = trace_import_step(import, 0, import->insn_per_ref, 0, err);

	if (status == 0 && page == GFN_NONE)
		status = err_set(err, ERR_FAILED, "object %" PRIu64 ": allowed are 0 to %" PRIu64, page, GFN_NONE - 1);
	if (status < 0)
		err_prefix(err, "%s: offset %" PRIu64, input_name(import->input), import->refs * ORACLE_GENERAL_RECORD);
	return status < 0 ? status : trace_import_put(import, page, TRACE_KIND(0, TRACE_DATA, 0), err);
}

static int run(struct trace_import *import, struct err *err)
{
	uint8_t buffer[RECORDS * ORACLE_GENERAL_RECORD];
	size_t got = sizeof(buffer);
	int status = 0;

	while (status == 0 && got == sizeof(buffer)) {
		status = input_read(import->input, buffer, sizeof(buffer), &got, err);
		for (size_t at = 0; status == 0 && at + ORACLE_GENERAL_RECORD <= got; at += ORACLE_GENERAL_RECORD)
			status = take_record(import, buffer + at, err);
	}
	if (status == 0 && got % ORACLE_GENERAL_RECORD)
		status = err_set(err, ERR_FAILED, "%s: offset %" PRIu64 ": the last record has %zu bytes of %d",
				 input_name(import->input), import->refs * ORACLE_GENERAL_RECORD,
				 got % ORACLE_GENERAL_RECORD, ORACLE_GENERAL_RECORD);
	return status;
}

const struct trace_import_format trace_import_oracle_general = {
	"oracleGeneral",
	"libCacheSim's: an object is a page, each request a read",
	run,
};
