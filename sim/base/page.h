/* SPDX-License-Identifier: MIT */
/* A page has two names: its guest frame number in the guest, and a dense id in our arrays. */
#ifndef BASE_PAGE_H
#define BASE_PAGE_H

#include <stdint.h>

typedef uint32_t page_id; /* 0, 1, 2... in the order in which a trace first names its pages: an index into arrays */
typedef uint64_t gfn;     /* guest frame number: guest-physical address >> page shift */

#define PAGE_NONE UINT32_MAX
#define GFN_NONE  UINT64_MAX

#endif
