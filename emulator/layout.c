/* SPDX-License-Identifier: MIT */
#include "emulator/layout.h"

#include <inttypes.h>
#include <jansson.h>

#include "trace/header.h"

#define PAGE_BYTES   (UINT64_C(1) << TRACE_PAGE_SHIFT)
#define ADDRESSES    (UINT64_C(1) << 47) /* of a process on x86-64 */
#define OFFSET_BYTES (UINT64_C(1) << 46) /* more than any guest's memory */

/* A number of a region that is a multiple of the page size and below `end`. */
static int read_number(const json_t *region, size_t index, const char *key, uint64_t end, uint64_t *number,
		       struct err *err)
{
	const json_t *value = json_object_get(region, key);
	json_int_t found = json_integer_value(value);

	if (!json_is_integer(value))
		return err_set(err, ERR_FAILED, "region %zu: %s is %s; it must be a whole number", index, key,
			       value ? "not a whole number" : "missing");
	if (found < 0 || (uint64_t)found >= end || (uint64_t)found % PAGE_BYTES)
		return err_set(err, ERR_FAILED,
			       "region %zu: %s is %" JSON_INTEGER_FORMAT
			       "; it must be a multiple of 4096 from 0 to below %" PRIu64,
			       index, key, found, end);
	*number = (uint64_t)found;
	return 0;
}

static int check_page_size(const json_t *region, size_t index, struct err *err)
{
	const json_t *value = json_object_get(region, "page_size"), *old = json_object_get(region, "page_size_kib");
	const json_int_t bytes = json_integer_value(value), kib = json_integer_value(old);

	if (value ? bytes == (json_int_t)PAGE_BYTES : !old || kib == (json_int_t)PAGE_BYTES || kib == 4)
		return 0;
	return err_set(err, ERR_FAILED,
		       "region %zu: %s is %" JSON_INTEGER_FORMAT "; only pages of 4096 bytes are supported", index,
		       value ? "page_size" : "page_size_kib", value ? bytes : kib);
}

static int add_region(const json_t *region, size_t index, struct areas *areas, struct err *err)
{
	uint64_t bytes = 0;
	struct area area = {0};
	bool taken = false;
	int status;

	if (!json_is_object(region))
		return err_set(err, ERR_FAILED, "region %zu is not an object", index);
	if ((status = read_number(region, index, "base_host_virt_addr", ADDRESSES, &area.start, err)) < 0 ||
	    (status = read_number(region, index, "size", ADDRESSES, &bytes, err)) < 0 ||
	    (status = read_number(region, index, "offset", OFFSET_BYTES, &area.offset, err)) < 0 ||
	    (status = check_page_size(region, index, err)) < 0)
		return status;
	area.end = area.start + bytes;
	area.limit = area.offset + bytes;
	if (bytes == 0 || area.end > ADDRESSES || area.limit > OFFSET_BYTES)
		return err_set(err, ERR_FAILED, "region %zu: size %" PRIu64 " is 0, or reaches beyond all addresses",
			       index, bytes);
	for (size_t i = 0; i < areas->count; i++)
		taken |= (area.start < areas->area[i].end && areas->area[i].start < area.end) ||
			 (area.offset < areas->area[i].limit && areas->area[i].offset < area.limit);
	if (taken)
		return err_set(err, ERR_FAILED, "region %zu overlaps an earlier one, in memory or in the file", index);
	return areas_add(areas, &area, err);
}

int layout_parse(const char *text, size_t bytes, struct areas *areas, bool *partial, struct err *err)
{
	json_error_t error;
	json_t *json = json_loadb(text, bytes, JSON_REJECT_DUPLICATES, &error), *region;
	int status = 0;
	size_t i;

	*areas = (struct areas){0};
	*partial = !json && json_error_code(&error) == json_error_premature_end_of_input;
	if (!json)
		return err_set(err, ERR_FAILED, "the memory layout is not JSON: %s (at byte %d)", error.text,
			       error.position);
	if (!json_is_array(json) || json_array_size(json) == 0 || json_array_size(json) > LAYOUT_REGIONS)
		status = err_set(err, ERR_FAILED,
				 "the memory layout is not an array of 1 to %d regions, as Firecracker sends it",
				 LAYOUT_REGIONS);
	json_array_foreach(json, i, region) if (status == 0) status = add_region(region, i, areas, err);
	json_decref(json);
	if (status < 0)
		areas_free(areas);
	return status;
}

uint64_t layout_file_bytes(const struct areas *areas)
{
	uint64_t end = 0;

	for (size_t i = 0; i < areas->count; i++) {
		const uint64_t last = areas->area[i].offset + (areas->area[i].end - areas->area[i].start);

		end = last > end ? last : end;
	}
	return end;
}

uint64_t layout_pages(const struct areas *areas)
{
	uint64_t pages = 0;

	for (size_t i = 0; i < areas->count; i++)
		pages += (areas->area[i].end - areas->area[i].start) >> TRACE_PAGE_SHIFT;
	return pages;
}
