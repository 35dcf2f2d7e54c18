/* SPDX-License-Identifier: MIT */
#include "base/version.h"

#include "version_text.h"

const char megavm_version[] = MEGAVM_VERSION;
