/* SPDX-License-Identifier: MIT */
#include "emulator/qemu.h"

#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_BYTES (UINT64_C(128) << 20)
#define ROUNDED_TO    (UINT64_C(8) << 10)
#define BYTES_MAX     0x1p47 /* more than a process can map */

static bool begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

static bool is_qemu(const char *program)
{
	const char *slash = strrchr(program, '/');

	return begins(slash ? slash + 1 : program, "qemu-system-");
}

/* A size by QEMU's rules: a number, perhaps with a fraction, and one letter; without a letter it is in MiB. It ends at
 * the end of the text or at a comma. */
static bool parse_size(const char *text, uint64_t *bytes)
{
	static const char letters[] = "BKMGT"; /* each 1024 times the one before */
	const char *letter;
	double size;
	char *end;

	if (!isdigit((unsigned char)*text))
		return false;
	size = strtod(text, &end);
	letter = *end && *end != ',' ? strchr(letters, toupper((unsigned char)*end)) : NULL;
	end += letter != NULL;
	size = ldexp(size, letter ? 10 * (int)(letter - letters) : 20);
	if ((*end && *end != ',') || size < 1 || size >= BYTES_MAX)
		return false;
	*bytes = ((uint64_t)size + ROUNDED_TO - 1) / ROUNDED_TO * ROUNDED_TO;
	return true;
}

/* The value of -m: a size, or keys and values of which 'size' counts. */
static int parse_memory(const char *value, uint64_t *bytes, struct err *err)
{
	const char *at = value;

	while (at && !begins(at, "size=") && strchr("0123456789", *at) == NULL)
		at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL;
	if (!at)
		return 0; /* only other keys, such as maxmem */
	if (parse_size(begins(at, "size=") ? at + strlen("size=") : at, bytes))
		return 0;
	return err_set(err, ERR_USAGE,
		       "-m: %s is not a size that is understood; allowed are the forms 256, 256M, 1G and size=1G, or "
		       "--only-mappings SIZE with the size of the guest's memory",
		       err_quote(value).text);
}

static int refuse_file(const char *argument, struct err *err)
{
	return err_set(
		err, ERR_USAGE,
		"%s: this guest's memory would be a file, and only private anonymous memory is managed: leave it "
		"out, so that QEMU makes the memory by itself",
		err_quote(argument).text);
}

int qemu_guest_bytes(char *const *argv, uint64_t *bytes, struct err *err)
{
	*bytes = is_qemu(argv[0]) ? DEFAULT_BYTES : 0;
	for (int i = 1; *bytes && argv[i]; i++) {
		const char *option = argv[i] + (begins(argv[i], "--") ? 1 : 0);
		int status = 0;

		if (strcmp(option, "-mem-path") == 0 || begins(option, "memory-backend-file") ||
		    begins(option, "memory-backend-memfd"))
			return refuse_file(argv[i], err);
		if (strcmp(option, "-m") == 0 && argv[i + 1])
			status = parse_memory(argv[++i], bytes, err);
		if (status < 0)
			return status;
	}
	return 0;
}
