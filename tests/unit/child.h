/* SPDX-License-Identifier: MIT */
/* Tests in a child process, because SimGrid can be started only once in a process. */
#ifndef TESTS_CHILD_H
#define TESTS_CHILD_H

#include <stdio.h>

/* In a child: prints the place of a failure and counts it. */
extern int child_wrong;
#define CHECK(is_right)       \
	((is_right) ? (void)0 \
		    : (void)(child_wrong++, fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #is_right)))

/* The number of failures in `test`, or -1 when it dies. */
int in_child(void (*test)(const void *given), const void *given);

#endif
