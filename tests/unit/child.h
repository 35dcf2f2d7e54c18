/* SPDX-License-Identifier: MIT */
/* Tests in a child process: SimGrid can begin only once a process. */
#ifndef TESTS_CHILD_H
#define TESTS_CHILD_H

#include <stdio.h>

/* In a child: tells where, and counts. */
extern int child_wrong;
#define CHECK(is_right)       \
	((is_right) ? (void)0 \
		    : (void)(child_wrong++, fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #is_right)))

/* What `test` finds wrong, or -1 when it dies. */
int in_child(void (*test)(const void *given), const void *given);

#endif
