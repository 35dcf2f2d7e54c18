/*
 * The option table's engine. A row says everything about one option; the YAML reader, --set, `megavm list options` and the
 * reference page all read the same row. Rows are declared beside the code that uses them, as `static const struct option[]`.
 */
#ifndef BASE_OPTION_H
#define BASE_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"

enum option_type {      /* stored at `at` as... */
	OPTION_BOOL,        /* bool: true, false */
	OPTION_ENUM,        /* int: the index of the word in `allowed` or of the word that `choice` gives */
	OPTION_COUNT,       /* uint64_t: an integer, 2e9 as well */
	OPTION_REAL,        /* double: a bare number */
	OPTION_PERCENT,     /* double: 25% is stored as 0.25; the % is needed */
	OPTION_DURATION,    /* int64_t, picoseconds: ns, us, ms, s needed (0 may stand alone) */
	OPTION_SIZE,        /* uint64_t, bytes: B, KiB, MiB, GiB needed (0 may stand alone) */
	OPTION_BANDWIDTH,   /* uint64_t, bits per second: bps, Kbps, Mbps, Gbps needed */
	OPTION_SHARE,       /* struct share: a percentage or a size */
	OPTION_STRING,      /* char *, owned by the struct: option_free releases it */
};

struct share {
	bool is_size;
	double fraction;    /* when not is_size: 0 to 1 */
	uint64_t bytes;     /* when is_size */
};

struct option {
	const char *name;            /* as the user writes it, dotted, below its section: "fabric.latency" */
	enum option_type type;
	size_t at;                   /* offsetof in the struct that the section fills */
	const char *min, *max;       /* in the user's notation, both allowed; NULL is no bound */
	const char *def;             /* the default in the user's notation; NULL: required, or an empty string where type is STRING */
	const char *const *allowed;  /* ENUM: the words, ended by NULL... */
	const char *(*choice)(int i);/* ...or the i-th word, NULL beyond the last (for registries) */
	const char *help;            /* one line, lower case, no full stop */
};

#endif
