/* SPDX-License-Identifier: MIT */
#include "peers/wire_log.h"

#include <stdlib.h>
#include <ucs/config/global_opts.h>

void wire_log_begin(void)
{
	if (!getenv("UCX_LOG_LEVEL"))
		(void)ucs_global_opts_set_value("LOG_LEVEL", "fatal");
}
