/* SPDX-License-Identifier: MIT */
/* Writes a figure as a gnuplot script and its data. Private to figure.c. */
#ifndef REPORT_FIGURE_SCRIPT_H
#define REPORT_FIGURE_SCRIPT_H

#include <stdio.h>

#include "report/figure.h"

int figure_put_script(FILE *to, const struct figure *figure, const char *name, unsigned formats, struct err *err);

/* Each line of the figure is a block; blocks are separated by two empty lines, as gnuplot's `index` expects. */
void figure_put_data(FILE *to, const struct figure *figure);

#endif
