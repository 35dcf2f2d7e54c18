/* SPDX-License-Identifier: MIT */
/*
 * A second, simple implementation of every eviction policy, written from its paper: arrays with linear search, time
 * stamps, queues that move their tail by memmove. It shares only the interface and the values of the parameters with
 * sim/policy.
 */
#ifndef TESTS_REFERENCE_H
#define TESTS_REFERENCE_H

#include "policy/policy.h"

#define REFERENCE_PAGES 320 /* page ids are below this */

/* The reference of the policy of that name, or NULL. It reads env.params by the real policy's option rows. */
const struct policy_ops *reference_find(const char *name);

/* A policy's parameter that is a share of the frames, in frames. For the references themselves. */
uint32_t reference_frames(const struct policy_env *env, const char *policy, const char *parameter);

#endif
