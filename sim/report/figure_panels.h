/* SPDX-License-Identifier: MIT */
/* Figures of several panels: small plots in rows and columns with one x axis, one label of each axis and one legend.
 * Private to figure*.c. */
#ifndef REPORT_FIGURE_PANELS_H
#define REPORT_FIGURE_PANELS_H

#include <stdio.h>

#include "report/figure.h"

/* Writes the commands that draw all panels. Returns the height of the figure that they need with the look's width. */
double figure_put_panels(FILE *to, const struct figure *figure, const struct gnuplot_look *look);

#endif
