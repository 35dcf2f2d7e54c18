/* SPDX-License-Identifier: MIT */
/*
 * Our CSV: a header line that names the columns, then a row a reference. What export writes and import reads.
 *
 *   page,type,instructions,source,vcpu,idle_ns
 *   1093,I,1,fetch,0,0
 *   77,W,0,data,0,0
 */
#ifndef TRACE_CSV_H
#define TRACE_CSV_H

enum csv_column {
	CSV_ADDRESS,      /* of the byte touched; export writes `page` instead */
	CSV_PAGE,         /* guest frame number */
	CSV_TYPE,         /* R, W, or I for an instruction fetch */
	CSV_INSTRUCTIONS, /* that the virtual CPU executed since its row before */
	CSV_SOURCE,       /* data, fetch, walk, dma */
	CSV_VCPU,
	CSV_IDLE_NS, /* that the virtual CPU was idle since its row before */
	CSV_AGAIN,   /* touches of the page that a filter has left out after this one, 0 to 3 (ref.h) */
	CSV_COLUMNS,
};

enum csv_type { CSV_READ, CSV_WRITE, CSV_FETCH, CSV_TYPES };

extern const char *const csv_column_names[CSV_COLUMNS];
extern const char *const csv_type_names[CSV_TYPES];

#endif
