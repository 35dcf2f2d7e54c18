/* SPDX-License-Identifier: MIT */
#include "trace/ref.h"

const char *const trace_source_names[TRACE_SOURCES] = {"data", "fetch", "walk", "dma"};
