/* SPDX-License-Identifier: MIT */
#include "base/version.h"

#include "git_version.h"

const char megavm_version[] = MEGAVM_VERSION;
