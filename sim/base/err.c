/* SPDX-License-Identifier: MIT */
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int err_set(struct err *err, int code, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	return code;
}

int err_errno(struct err *err, int code, const char *format, ...)
{
	const char *reason = strerror(errno);
	va_list args;
	size_t used;

	va_start(args, format);
	vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	used = strlen(err->text);
	snprintf(err->text + used, sizeof(err->text) - used, ": %s", reason);
	return code;
}

void err_prefix(struct err *err, const char *format, ...)
{
	char old[sizeof(err->text)];
	va_list args;
	size_t used;

	memcpy(old, err->text, sizeof(old));
	va_start(args, format);
	vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	used = strlen(err->text);
	snprintf(err->text + used, sizeof(err->text) - used, ": %.*s", (int)(sizeof(old) - 1), old);
}

int err_memory(struct err *err, const char *what)
{
	return err_set(err, ERR_FAILED, "out of memory for %s", what);
}

struct err_quoted err_quote(const char *text)
{
	enum { CUT = 56 };
	struct err_quoted quoted;
	size_t used = 0;

	quoted.text[used++] = '\'';
	for (; *text && used < CUT; text++)
		quoted.text[used++] = (unsigned char)*text < ' ' || *text == 0x7f ? '?' : *text;
	while (*text && used > 1 && ((unsigned char)*text & 0xc0) == 0x80) /* do not cut a UTF-8 character in half */
		text--, used--;
	snprintf(quoted.text + used, sizeof(quoted.text) - used, "%s'", *text ? "..." : "");
	return quoted;
}
