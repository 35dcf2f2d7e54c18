/* SPDX-License-Identifier: MIT */
/*
 * libCacheSim's oracleGeneral (oracle_general.h). Every request is a read: the format knows no writes. Seconds are too
 * coarse for a clock and are passed over, as the future is, which follows from the rest.
 *
 * By default ids are names: an object is a page, whatever its size, and objects of more than a page are counted. With
 * id_unit ids are addresses in units of so many bytes: a request touches each page that it covers, in order.
 */
#include <inttypes.h>

#include "trace/format.h"
#include "trace/import.h"
#include "trace/oracle_general.h"

#define RECORDS 2048 /* read at a time */

/* The pages that a request covers. Returns 0 or ERR_FAILED, without a position. */
static int covered(const struct trace_import *import, const uint8_t *record, gfn *first, gfn *last, struct err *err)
{
	uint64_t id = get_u64(record + ORACLE_GENERAL_ID), bytes = get_u32(record + ORACLE_GENERAL_BYTES);
	uint64_t unit = import->id_unit;

	*first = *last = id;
	if (!unit && id == GFN_NONE)
		return err_set(err, ERR_FAILED, "object %" PRIu64 ": allowed are 0 to %" PRIu64, id, GFN_NONE - 1);
	if (!unit)
		return 0;
	if (id > UINT64_MAX / unit || (bytes && bytes - 1 > UINT64_MAX - id * unit))
		return err_set(err, ERR_FAILED,
			       "id %" PRIu64 " in units of %" PRIu64 " bytes: the address is beyond 64 bits", id, unit);
	*first = id * unit >> TRACE_PAGE_SHIFT;
	*last = (id * unit + (bytes ? bytes - 1 : 0)) >> TRACE_PAGE_SHIFT;
	return 0;
}

static int take_record(struct trace_import *import, const uint8_t *record, uint64_t number, struct err *err)
{
	gfn first = 0, last = 0;
	int status = trace_import_step(import, 0, import->insn_per_ref, 0, err);

	if (status == 0)
		status = covered(import, record, &first, &last, err);
	if (status < 0) {
		err_prefix(err, "%s: offset %" PRIu64, input_name(import->input), number * ORACLE_GENERAL_RECORD);
		return status;
	}
	import->large += !import->id_unit && get_u32(record + ORACLE_GENERAL_BYTES) > 1u << TRACE_PAGE_SHIFT;
	for (gfn page = first; status == 0 && page <= last; page++)
		status = trace_import_put(import, page, TRACE_KIND(0, TRACE_DATA, 0), err);
	return status;
}

static int run(struct trace_import *import, struct err *err)
{
	uint8_t buffer[RECORDS * ORACLE_GENERAL_RECORD];
	size_t got = sizeof(buffer);
	uint64_t records = 0;
	int status = 0;

	while (status == 0 && got == sizeof(buffer)) {
		status = input_read(import->input, buffer, sizeof(buffer), &got, err);
		for (size_t at = 0; status == 0 && at + ORACLE_GENERAL_RECORD <= got; at += ORACLE_GENERAL_RECORD)
			status = take_record(import, buffer + at, records++, err);
	}
	if (status == 0 && got % ORACLE_GENERAL_RECORD)
		status = err_set(err, ERR_FAILED, "%s: offset %" PRIu64 ": the last record has %zu bytes of %d",
				 input_name(import->input), records * ORACLE_GENERAL_RECORD,
				 got % ORACLE_GENERAL_RECORD, ORACLE_GENERAL_RECORD);
	return status;
}

const struct trace_import_format trace_import_oracle_general = {
	"oracleGeneral",
	"libCacheSim's: each request is a read, of one page or (--id-unit) of those it covers",
	run,
};
