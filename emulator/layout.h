/* SPDX-License-Identifier: MIT */
/*
 * The memory layout that a virtual machine monitor hands to a pager: a JSON array with an object for each region of its
 * guest's memory.
 *
 *   [{"base_host_virt_addr": 140737000000000, "size": 134217728, "offset": 0, "page_size": 4096}]
 *
 * base_host_virt_addr: where the region is mapped in the monitor; offset: of its content in the file of the guest's
 * memory; page_size: in bytes. Older versions call it page_size_kib, and send bytes or KiB in it. Further keys are
 * ignored.
 *
 * Source: Firecracker, docs/snapshotting/handling-page-faults-on-snapshot-resume.md, and its structure
 * GuestRegionUffdMapping (src/vmm/src/persist.rs), versions 1.0 to 1.13.
 */
#ifndef EMULATOR_LAYOUT_H
#define EMULATOR_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "emulator/areas.h"

enum { LAYOUT_REGIONS = 1024 }; /* at most */

/* Reads `bytes` bytes of text into areas, whose limit is their end. *partial: the text is only the beginning of a
 * layout, and more may come. Returns 0, or ERR_FAILED with what is wrong with it, and then the areas are empty. */
int layout_parse(const char *text, size_t bytes, struct areas *areas, bool *partial, struct err *err);

/* The first offset beyond all regions, in bytes; the pages of all regions. */
uint64_t layout_file_bytes(const struct areas *areas);
uint64_t layout_pages(const struct areas *areas);

#endif
