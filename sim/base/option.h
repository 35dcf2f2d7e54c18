/* SPDX-License-Identifier: MIT */
/*
 * The engine of the option tables. One row describes one option; the YAML reader, --set, `megavm list options` and
 * docs/options.md all read that row. Rows are declared in the file that uses the options, as `static const struct
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

enum option_type {                   /* the type of the field, and how it is written */
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
	const char *name; /* as the user writes it, dotted, after its section's prefix: "fabric.latency" */
	enum option_type type;
	size_t at;                  /* offsetof in the struct of the section */
	const char *min, *max;      /* bounds in the user's notation, both included; NULL: no bound */
	const char *def;            /* the default in the user's notation; NULL: required, unless `optional` */
	bool optional;              /* no default and not required: stays zero (STRING: NULL) until it is set */
	const char *const *allowed; /* ENUM: the words, ended by NULL. Other types except STRING: the only allowed
				       values, in the user's notation */
	const char *(*choice)(
		int i); /* ENUM, instead of `allowed`: the i-th word, NULL past the last (for registries) */
	bool list;      /* STRING: YAML may write it as a list, which is stored with commas */
	bool (*is_path)(
		const char *text); /* STRING: whether this text names a file (base/find.h); NULL: it never does */
	const char *help;          /* one line, lower case, no full stop */
};

/* One struct, and the rows that describe its fields. Users write the prefix followed by the row's name: "policies.arc."
 * and "ghosts". */
struct section {
	const char *prefix;
	const struct option_row *rows;
	size_t count;
	void *at; /* the struct; zeroed before its first use, because it holds strings */
};

enum { OPTION_TEXT = 64 }; /* enough for any value except a STRING */

/* Finds the row of that name; NULL if there is none. */
const struct option_row *option_find(const struct option_row *rows, size_t count, const char *name);

/* The i-th word that an ENUM allows; NULL past the last. */
const char *option_word(const struct option_row *row, int i);

/* The name of a type for tables and messages: "duration", "size". */
const char *option_type_name(enum option_type type);

/* Parses `text` and stores the value in the struct at `at`. Returns 0, or ERR_USAGE if the text is wrong; the error
 * does not name the option, since callers know its position. */
int option_set(const struct option_row *row, void *at, const char *text, struct err *err);

/* As option_set, but stores nothing. */
int option_check(const struct option_row *row, const char *text, struct err *err);

/* Parses `text` into a number in the smallest unit (ps, bytes, bps; 25% is 0.25), for ranges and figures. Returns 0, or
 * ERR_USAGE for bools, words and strings. */
int option_number(const struct option_row *row, const char *text, double *number, struct err *err);

/* The reverse: writes `number` as a text of the same kind as `like` (a percentage or a size), rounded to 12 digits and
 * to whole units. Returns `out`. */
const char *option_number_text(const struct option_row *row, double number, const char *like, char out[OPTION_TEXT]);

/* The value as a text that option_set can read: in `out`, or the STRING itself ("" if it was never set). */
const char *option_text(const struct option_row *row, const void *at, char out[OPTION_TEXT]);

/* The allowed values, for tables: "0ns to 1s", "fifo, fluid"; empty if there is no limit. Returns `out`. */
const char *option_range(const struct option_row *row, char *out, size_t size);

/* Sets every option that has a default. Returns 0 or a negative code. */
int option_defaults(const struct section *section, struct err *err);

/* Frees the strings. */
void option_free(const struct section *section);

/* Whether a value is the row's default, however the two are written. A row without a default has none. */
bool option_is_default(const struct option_row *row, const void *at);

#endif
