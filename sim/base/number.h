/* SPDX-License-Identifier: MIT */
/* Numbers as people write them, for sentences, tables and figures. */
#ifndef BASE_NUMBER_H
#define BASE_NUMBER_H

enum { NUMBER_TEXT = 48 };

/* Three significant digits, without zeros at the end and without an exponent: 1.23, 0.045, 1300, 2000000. A number
 * beyond 1e15 or below 1e-9 has an exponent. Returns `out`. */
const char *number_short(double value, char out[NUMBER_TEXT]);

#endif
