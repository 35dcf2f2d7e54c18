/* SPDX-License-Identifier: MIT */
/* A figure as gnuplot's script and data. Private to figure.c. */
#ifndef REPORT_FIGURE_SCRIPT_H
#define REPORT_FIGURE_SCRIPT_H

#include <stdio.h>

#include "report/figure.h"

int figure_put_script(FILE *to, const struct figure *figure, const char *name, unsigned formats, struct err *err);

/* Every line of the figure is a block of its own, two empty lines apart, as gnuplot's `index` counts them. */
void figure_put_data(FILE *to, const struct figure *figure);

#endif
