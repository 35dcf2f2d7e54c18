/* SPDX-License-Identifier: MIT */
/*
 * The option table's engine. A row says everything about one option; the YAML reader, --set, `megavm list options` and
 * the reference page all read the same row. Rows are declared beside the code that uses them, as `static const struct
 * option_row[]`.
 */
#ifndef BASE_OPTION_H
#define BASE_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "base/share.h"

enum option_type {                   /* stored at `at` as... */
		   OPTION_BOOL,      /* bool: true, false */
		   OPTION_ENUM,      /* int: the index of the word in `allowed` or of the word that `choice` gives */
		   OPTION_COUNT,     /* uint64_t: an integer, 2e9 as well */
		   OPTION_REAL,      /* double: a bare number */
		   OPTION_PERCENT,   /* double: 25% is stored as 0.25; the % is needed */
		   OPTION_DURATION,  /* int64_t, picoseconds: ns, us, ms, s needed (0 may stand alone) */
		   OPTION_SIZE,      /* uint64_t, bytes: B, KiB, MiB, GiB needed (0 may stand alone) */
		   OPTION_BANDWIDTH, /* uint64_t, bits per second: bps, Kbps, Mbps, Gbps needed */
		   OPTION_SHARE,     /* struct share: a percentage or a size */
		   OPTION_STRING,    /* char *, owned by the struct: option_free releases it */
};

struct option_row {
	const char *name; /* as the user writes it, dotted, below its section: "fabric.latency" */
	enum option_type type;
	size_t at;                  /* offsetof in the struct that the section fills */
	const char *min, *max;      /* in the user's notation, both allowed; NULL is no bound */
	const char *def;            /* the default in the user's notation; NULL: required, unless `optional` */
	bool optional;              /* no default and not required: stays zero (STRING: NULL) until it is given */
	const char *const *allowed; /* ENUM: the words, ended by NULL; other types but STRING: the only values, in the
				       user's notation */
	const char *(*choice)(
		int i);   /* ENUM instead of `allowed`: the i-th word, NULL beyond the last (for registries) */
	const char *help; /* one line, lower case, no full stop */
};

/* One struct and the rows that fill it. Users write PREFIX followed by the row's name: "policies.arc." and "ghosts". */
struct section {
	const char *prefix;
	const struct option_row *rows;
	size_t count;
	void *at; /* zeroed before its first use, for the strings in it */
};

enum { OPTION_TEXT = 64 }; /* room for any value but a STRING as text */

/* The row of that name, or NULL. */
const struct option_row *option_find(const struct option_row *rows, size_t count, const char *name);

/* The i-th word that an ENUM allows, NULL beyond the last. */
const char *option_word(const struct option_row *row, int i);

/* "duration", "size"...: for tables and messages. */
const char *option_type_name(enum option_type type);

/* Stores `text` in the struct at `at`. ERR_USAGE when the text is wrong, with an error that does not name the option:
 * callers know where it stood. */
int option_set(const struct option_row *row, void *at, const char *text, struct err *err);

/* As option_set, but stores nothing. */
int option_check(const struct option_row *row, const char *text, struct err *err);

/* The value in its smallest unit (ps, bytes, bps; 25% is 0.25), for ranges and figures. ERR_USAGE for bools, words and
 * strings. */
int option_number(const struct option_row *row, const char *text, double *number, struct err *err);

/* The other way round, in the notation of the value `like` (a percentage or a size), rounded to 12 digits and to whole
 * units. Returns `out`. */
const char *option_number_text(const struct option_row *row, double number, const char *like, char out[OPTION_TEXT]);

/* The value as text that option_set reads back: in `out`, or the STRING itself ("" when it was never set). */
const char *option_text(const struct option_row *row, const void *at, char out[OPTION_TEXT]);

/* What may be written, for tables: "0ns to 1s", "fifo, fluid"; empty when everything of its type is allowed. */
const char *option_range(const struct option_row *row, char *out, size_t size);

/* Sets every row that has a default. */
int option_defaults(const struct section *section, struct err *err);

/* Releases the strings. */
void option_free(const struct section *section);

#endif
