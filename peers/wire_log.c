/* SPDX-License-Identifier: MIT */
#include "peers/wire_log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <ucs/debug/log_def.h>

static ucs_log_func_rc_t say(const char *file, unsigned line, const char *function, ucs_log_level_t level,
			     const ucs_log_component_config_t *component, const char *format, va_list arguments)
{
	(void)function, (void)component;
	if (level <= UCS_LOG_LEVEL_FATAL || getenv("MEGAVM_UCX_LOG")) {
		fprintf(stderr, "UCX: %s:%u: ", file, line);
		vfprintf(stderr, format, arguments);
		fputc('\n', stderr);
	}
	return UCS_LOG_FUNC_RC_STOP;
}

void wire_log_begin(void)
{
	static int begun;

	if (!begun++)
		ucs_log_push_handler(say);
}
