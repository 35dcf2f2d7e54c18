/* SPDX-License-Identifier: MIT */
#ifndef BASE_VERSION_H
#define BASE_VERSION_H

/* The version of the source that this program was built from: the release number in the file VERSION, and the commit if
 * the source is not that release. It contains no spaces. */
extern const char megavm_version[];

#endif
