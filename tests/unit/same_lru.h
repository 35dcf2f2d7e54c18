/* SPDX-License-Identifier: MIT */
/* A simple LRU memory that logs its events for a trace, with up to 512 frames. */
#ifndef TESTS_SAME_LRU_H
#define TESTS_SAME_LRU_H

#include <stdbool.h>

#include "traces.h"

/*
 * Runs a trace and its filtered version through a memory of `frames`: true when both fault on the same pages at the
 * same clocks, with the same victims and the same write-backs, and end with the same pages in the same order with the
 * same dirty bits.
 */
bool same_lru(const struct refs *full, const struct refs *kept, uint32_t frames);

/* First touches included. */
uint64_t lru_faults(const struct refs *refs, uint32_t frames);

#endif
