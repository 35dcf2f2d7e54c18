/* SPDX-License-Identifier: MIT */
#include "base/number.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const char *number_short(double value, char out[NUMBER_TEXT])
{
	const double size = fabs(value);
	int decimals;
	char *end;

	if (value == 0 || !isfinite(value) || size >= 1e15 || size < 1e-9) {
		snprintf(out, NUMBER_TEXT, "%.3g", value);
		return out;
	}
	decimals = 2 - (int)floor(log10(size * (1 + 5e-4))); /* 9.996 is 10.0 */
	if (decimals <= 0) {
		const double step = pow(10, -decimals);

		snprintf(out, NUMBER_TEXT, "%.0f", round(value / step) * step);
		return out;
	}
	snprintf(out, NUMBER_TEXT, "%.*f", decimals, value);
	for (end = out + strlen(out); end[-1] == '0'; end--)
		;
	if (end[-1] == '.')
		end--;
	*end = '\0';
	return out;
}
