/* SPDX-License-Identifier: MIT */
/* page.css and page.js, and what scripts/vendor.sh has brought, as the build has turned them into bytes. */
#include "report/page_look.h"

const char page_style[] = {
#include "sim/report/page.css.inc"
};

const char page_script[] = {
#include "sim/report/page.js.inc"
};

const char page_chart_style[] = {
#include "vendor/uPlot.min.css.inc"
};

const char page_chart_script[] = {
#include "vendor/uPlot.iife.min.js.inc"
};
