/* SPDX-License-Identifier: MIT */
/*
 * CLONES before a static function compiles it twice, for any x86-64 and for one with AVX2 and popcnt, and picks when
 * the program starts. It is for the few loops over whole batches that count bits or step through vectors of counts.
 * What such a loop calls must be CLONED, a function that is always inlined: otherwise it is compiled once, for any
 * x86-64.
 *
 * Static, and of a name that no other such function has, because clang 14 makes a function that picks, by that name,
 * for all files.
 */
#ifndef BASE_CLONES_H
#define BASE_CLONES_H

#define CLONED static inline __attribute__((always_inline))

#if defined(__x86_64__) && defined(__gnu_linux__)
#define CLONES __attribute__((target_clones("avx2", "default")))
#else
#define CLONES
#endif

#endif
