/* SPDX-License-Identifier: MIT */
/*
 * CLONES in front of a static function compiles it twice, for any x86-64 processor and for one with AVX2 and popcnt;
 * the program chooses when it starts. It is meant for the few loops over whole batches that count bits or add up
 * vectors. A function that such a loop calls must be marked CLONED, which always inlines it; otherwise it is compiled
 * once, for any x86-64 processor.
 *
 * A function with CLONES must be static and its name must be unique in the program, because clang 14 emits the function
 * that chooses as a global symbol with that name.
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
