/* SPDX-License-Identifier: MIT */
#ifndef BASE_VERSION_H
#define BASE_VERSION_H

/* The version of the source that this program was built from, as git describes it. */
extern const char megavm_version[];

#endif
