/* SPDX-License-Identifier: MIT */
/*
 * Values with units, as people write them: '900ns', '1.5GiB', '100Gbps', '25%', '2e9'. Reading is exact: the digits are
 * scaled in 128-bit integers, not as floating point, and a value that cannot be kept exactly is an error. Signs,
 * hexadecimal numbers, infinities and any text after the value are errors too.
 */
#ifndef BASE_UNITS_H
#define BASE_UNITS_H

#include <stdint.h>

#include "base/err.h"

enum { UNITS_TEXT = 64 }; /* enough for any value */

/* Each parses `text` and returns 0, or ERR_USAGE with a text that quotes it and lists the units. */
int duration_parse(const char *text, int64_t *ps, struct err *err);    /* ns, us, ms, s; 0 needs no unit */
int size_parse(const char *text, uint64_t *bytes, struct err *err);    /* B, KiB, MiB, GiB, TiB; 0 needs no unit */
int bandwidth_parse(const char *text, uint64_t *bps, struct err *err); /* bps, Kbps, Mbps, Gbps: bits, powers of 1000 */
int count_parse(const char *text, uint64_t *count, struct err *err);   /* an integer; 2e9 and 1.5e9 are integers */
int percent_parse(const char *text, double *fraction, struct err *err); /* 25% is 0.25, the nearest double */
int real_parse(const char *text, double *real, struct err *err);

/*
 * Each writes the shortest text that is read back as the same value, and returns `out`. The number is at least 1 where
 * a smaller unit allows it (900ns, not 0.9us). Six zeros or more at the end become a power of ten (2e9).
 */
const char *duration_text(int64_t ps, char out[UNITS_TEXT]);
const char *size_text(uint64_t bytes, char out[UNITS_TEXT]);
const char *bandwidth_text(uint64_t bps, char out[UNITS_TEXT]);
const char *count_text(uint64_t count, char out[UNITS_TEXT]);
const char *percent_text(double fraction, char out[UNITS_TEXT]);
const char *real_text(double real, char out[UNITS_TEXT]);

#endif
