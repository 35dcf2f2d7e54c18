/* SPDX-License-Identifier: MIT */
/*
 * A managed process has made a copy of itself (fork). The copy has the same mappings of the memory file, which would
 * let it share what must be private. Before it runs, each of them is replaced by private anonymous memory with the same
 * content. From then on the copy is not managed.
 */
#ifndef EMULATOR_FORK_H
#define EMULATOR_FORK_H

#include <sys/types.h>

#include "base/err.h"

/* `copy` is stopped before its first instruction, and no thread of its creator runs. `memory` is the memory file.
 * Returns 0 or a negative code. */
int fork_make_private(pid_t copy, int memory, struct err *err);

#endif
