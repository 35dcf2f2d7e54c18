/* SPDX-License-Identifier: MIT */
/* Pages have two names: where the guest sees them (a guest frame number) and where our arrays keep them (a dense id).
 */
#ifndef BASE_PAGE_H
#define BASE_PAGE_H

#include <stdint.h>

typedef uint32_t
	page_id;      /* 0, 1, 2... in the order in which a trace first names its pages: an index into dense arrays */
typedef uint64_t gfn; /* guest frame number: guest-physical address >> page shift */

#define PAGE_NONE UINT32_MAX
#define GFN_NONE  UINT64_MAX

#endif
