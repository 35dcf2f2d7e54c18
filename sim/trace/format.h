/* SPDX-License-Identifier: MIT */
/*
 * The layout of a trace file (.mvt), version 2. All numbers are little-endian.
 *
 *   file      "MVTRACE2"  HEAD  SNAP...  { BLCK | MARK }...  OVWR...  INDX  trailer
 *
 *   chunk     0        4          8               16             24               32               40
 *             +--------+----------+---------------+--------------+----------------+----------------+---------
 *             | type   | payload  | number of the | offset in    | XXH3 of the    | XXH3 of bytes  | payload
 *             | 4 char | bytes    | chunk, from 0 | the file     | payload        | 0 to 31        |
 *             +--------+----------+---------------+--------------+----------------+----------------+---------
 *
 *   trailer   offset of INDX (8), size of the file (8), XXH3 of these 16 bytes (8), "MVTEND1\n"
 *
 * Every byte of the file is a constant or covered by a checksum. A chunk contains its own offset, so the whole chunks
 * after a damaged part can be found again. A file without INDX and trailer (the recorder was killed) can be read up to
 * its end.
 *
 *   HEAD      a JSON object: what was recorded, how, with which filter (header.h)
 *
 *   SNAP      pages touched before a region of interest, from the least to the most recently used; they are
 *             pages 0, 1, 2...
 *               u32 first_page
 *               u32 pages, up to TRACE_BLOCK_RECORDS in a chunk
 *               column frame
 *               column dirty_from: the smallest memory, in pages, in which the page is dirty when the region
 *               begins (it was written, and smaller memories have evicted it since and written it back);
 *               0 if it is clean in all of them
 *
 *   BLCK      up to TRACE_BLOCK_RECORDS records, readable without any other block
 *               u32 records, u32 first_page (pages named before this block), u32 new_pages (named in it),
 *               u32 idles, u64 first_record
 *               for each virtual CPU its clock before the block (u64 insn, u64 idle_ns)
 *               then the columns, each with its number of values:
 *               frame    new_pages   guest frame of each page first named in this block, by page id
 *               page     records     page id
 *               kind     records     write flag, source, virtual CPU, touches left out after it (ref.h)
 *               insn     records     instructions of the record's virtual CPU since its previous record
 *               idle_at  idles       the records with idle time before them, ascending
 *               idle_ns  idles       that idle time of the record's virtual CPU, in guest nanoseconds
 *
 *   MARK      a named position between two records: u64 record (the first one after it), the clock of each
 *             virtual CPU, then the name
 *
 *   OVWR      pages whose first use overwrites them whole: all their bytes are written before any is read, by
 *             whatever touches memory. What they held before was not needed. Only pages that were touched before
 *             are listed. Without an OVWR the trace does not say it of any page.
 *               u32 pages in all, u32 how many of them come in earlier chunks, u32 pages in this one, up to
 *               TRACE_BLOCK_RECORDS
 *               two names, each u8 bytes that follow, the bytes: the markers from the first of which on the first
 *               uses were observed until the second; none (0 bytes) stands for the trace's beginning or end
 *               column page, ascending over all chunks
 *
 *   INDX      totals (u64 each): records, pages, footprint, writes, 4 sources, instructions and idle ns outside
 *             the region; the clock of each virtual CPU at the end; then one entry for each chunk before INDX:
 *               4 char type, u32 payload bytes, u64 offset, u64 first_record, u32 records, u32 first_page,
 *               u32 new_pages, u32 0, u64 instructions of all virtual CPUs before it
 *             For a MARK, first_record is its position; a SNAP has its pages in new_pages.
 *
 *   column    u32 bytes that follow
 *             u8 transform (0 none, 1 difference to the previous value, zigzag)
 *             u8 width (0 to 8: bytes per value; 0 if all values are 0)
 *             then `width` planes, lowest byte first, each with one byte of every value:
 *               u8 method (0 one byte for all, 1 uncompressed, 2 zstd), u32 bytes, the bytes
 *
 * Version 1 is this without the touches left out (their bits are 0) and without OVWR. It is read as version 2 is.
 *
 * Why planes: on filtered traces of sort and CPython they are 10 to 20 % smaller than the same numbers as u32, and zstd
 * decodes them faster. Why 16384 records per block: compared with 4096, 10 % smaller and a third faster to decode;
 * 65536 gains little more (tests/bench measures both for the block size in use).
 */
#ifndef TRACE_FORMAT_H
#define TRACE_FORMAT_H

#include <endian.h>
#include <stdint.h>
#include <string.h>

#define TRACE_VERSION       2
#define TRACE_MAGIC         "MVTRACE" /* then the version, a digit */
#define TRACE_END_MAGIC     "MVTEND1\n"
#define TRACE_MAGIC_BYTES   8
#define TRACE_CHUNK_BYTES   40
#define TRACE_TRAILER_BYTES 32
#define TRACE_ENTRY_BYTES   48
#define TRACE_BLOCK_RECORDS 16384
#define TRACE_PAYLOAD_MAX   (1u << 30) /* a larger payload means damage */
#define TRACE_NAME_MAX      255        /* bytes of a marker's name */

#define TRACE_HEAD "HEAD"
#define TRACE_SNAP "SNAP"
#define TRACE_BLCK "BLCK"
#define TRACE_MARK "MARK"
#define TRACE_OVWR "OVWR"
#define TRACE_INDX "INDX"

/* The version of the trace that begins with these TRACE_MAGIC_BYTES bytes; 0 if they are not a trace's. */
static inline unsigned trace_version(const void *magic)
{
	const uint8_t digit = ((const uint8_t *)magic)[TRACE_MAGIC_BYTES - 1];

	return memcmp(magic, TRACE_MAGIC, TRACE_MAGIC_BYTES - 1) == 0 && digit > '0' && digit <= '9' ? digit - '0' : 0;
}

static inline void put_u32(uint8_t *to, uint32_t value)
{
	value = htole32(value);
	memcpy(to, &value, sizeof(value));
}

static inline void put_u64(uint8_t *to, uint64_t value)
{
	value = htole64(value);
	memcpy(to, &value, sizeof(value));
}

static inline uint32_t get_u32(const uint8_t *from)
{
	uint32_t value;

	memcpy(&value, from, sizeof(value));
	return le32toh(value);
}

static inline uint64_t get_u64(const uint8_t *from)
{
	uint64_t value;

	memcpy(&value, from, sizeof(value));
	return le64toh(value);
}

#endif
