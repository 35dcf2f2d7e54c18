/* SPDX-License-Identifier: MIT */
/*
 * Every eviction policy once more, written from its paper for clarity alone: arrays that are searched from end to end,
 * time stamps, queues that move their tail by memmove. Nothing is shared with sim/policy but the interface and the
 * values of the parameters.
 */
#ifndef TESTS_REFERENCE_H
#define TESTS_REFERENCE_H

#include "policy/policy.h"

#define REFERENCE_PAGES 320 /* page ids are below this */

/* The reference of the policy of that name, or NULL. It reads env.params by the real policy's option rows. */
const struct policy_ops *reference_find(const char *name);

/* That parameter of that policy, a share of the frames, in frames: for the references themselves. */
uint32_t reference_frames(const struct policy_env *env, const char *policy, const char *parameter);

#endif
