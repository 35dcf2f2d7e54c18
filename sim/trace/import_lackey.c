/* SPDX-License-Identifier: MIT */
/*
 * Valgrind's lackey: valgrind --tool=lackey --trace-mem=yes --log-file=FILE COMMAND
 *
 *   I  0401ab70,3        an instruction: address in hexadecimal, bytes
 *    L 1fff0005c8,8      a load; S a store; M both, of the same place: a write here
 *   ==4498== Command: ls messages of Valgrind (also --4498-- and **4498**), passed over; the command is kept
 *   SB 0401ab70          a superblock (--trace-superblocks=yes), passed over
 *
 * An access that straddles two pages touches both. Empty lines, and blanks and carriage returns at a line's end, are
 * passed over. The meaning of any other line is not known, so it is an error: text of the traced program, for one, when
 * Valgrind's was not sent to a file of its own.
 *
 * A log without instructions has no clock: until the first instruction, each access stands for insn_per_ref of them.
 *
 * Source: lackey/lk_main.c in Valgrind 3.19, and its manual, chapter 'Lackey: an example tool'. These are virtual
 * addresses of one process; they stand in for guest-physical ones.
 */
#include "trace/import.h"

#include <inttypes.h>
#include <string.h>

#include "trace/digits.h"

#define ACCESS_MAX (1u << TRACE_PAGE_SHIFT) /* bytes; more than any instruction moves, and two pages at most */

/* An access's kind from the line's first three characters; false when they are none. */
static bool kind_of(const char *text, trace_kind *kind)
{
	if (text[0] == 'I' && text[1] == ' ' && text[2] == ' ')
		*kind = TRACE_KIND(0, TRACE_FETCH, 0);
	else if (text[0] == ' ' && text[1] == 'L' && text[2] == ' ')
		*kind = TRACE_KIND(0, TRACE_DATA, 0);
	else if (text[0] == ' ' && (text[1] == 'S' || text[1] == 'M') && text[2] == ' ')
		*kind = TRACE_KIND(1, TRACE_DATA, 0);
	else
		return false;
	return true;
}

struct access {
	trace_kind kind;
	gfn first, last;
};

/* Removes blanks and a carriage return from the end of a line. */
static void trim(struct input_line *line)
{
	while (line->length && (line->text[line->length - 1] == ' ' || line->text[line->length - 1] == '\t' ||
				line->text[line->length - 1] == '\r'))
		line->length--;
}

static bool parse_access(const struct input_line *line, struct access *access)
{
	const char *at = line->text + 3, *end = line->text + line->length;
	uint64_t address, bytes;

	if (line->length < 3 || !kind_of(line->text, &access->kind) || !digits_hex(&at, end, &address) || at == end ||
	    *at++ != ',' || !digits_decimal(&at, end, &bytes) || at != end || bytes < 1 || bytes > ACCESS_MAX ||
	    bytes - 1 > UINT64_MAX - address)
		return false;
	access->first = address >> TRACE_PAGE_SHIFT;
	access->last = (address + bytes - 1) >> TRACE_PAGE_SHIFT;
	return true;
}

/* Lines that are no access. */
static bool is_message(const struct input_line *line)
{
	static const char *const marks[] = {"==", "--", "**", "SB "};

	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++)
		if (line->length >= strlen(marks[i]) && memcmp(line->text, marks[i], strlen(marks[i])) == 0)
			return true;
	return line->length == 0;
}

/* Keeps the command from "==4498== Command: ls -l". */
static void take_message(struct trace_import *import, const struct input_line *line)
{
	static const char key[] = "== Command: ";
	const char *found = memmem(line->text, line->length, key, sizeof(key) - 1);

	if (found && !import->command[0]) {
		const char *command = found + sizeof(key) - 1;

		snprintf(import->command, sizeof(import->command), "%.*s", (int)(line->text + line->length - command),
			 command);
	}
}

static int malformed(const struct trace_import *import, const struct input_line *line, struct err *err)
{
	char quote[INPUT_QUOTE];

	return err_set(err, ERR_FAILED,
		       "%s:%" PRIu64 ": '%s': allowed are 'I  ADDRESS,BYTES', ' L ADDRESS,BYTES' (also S, M), ADDRESS"
		       " hexadecimal in 64 bits, BYTES 1 to %u, and lines that begin with ==, --, ** or SB",
		       input_name(import->input), line->number, input_quote(line->text, line->length, quote),
		       ACCESS_MAX);
}

/* Advances the clock for one access. */
static int step(struct trace_import *import, trace_kind kind, uint64_t line, struct err *err)
{
	struct trace_clock *clock = &import->clock[0]; /* a line an instruction: it cannot overflow */
	bool fetch = TRACE_KIND_SOURCE(kind) == TRACE_FETCH;
	int status = 0;

	if (fetch && !import->counts)
		status = trace_import_counts(import, "an instruction", err);
	import->counts |= fetch;
	if (import->counts)
		clock->insn += fetch;
	else
		status = trace_import_step(import, 0, import->insn_per_ref, 0, err);
	if (status < 0)
		err_prefix(err, "%s:%" PRIu64, input_name(import->input), line);
	return status;
}

static int run(struct trace_import *import, struct err *err)
{
	struct input_line line;
	int status;

	while ((status = input_line(import->input, &line, err)) > 0) {
		struct access access;

		trim(&line);
		if (!parse_access(&line, &access)) {
			if (!is_message(&line))
				return malformed(import, &line, err);
			take_message(import, &line);
			continue;
		}
		status = step(import, access.kind, line.number, err);
		if (status == 0)
			status = trace_import_put(import, access.first, access.kind, err);
		if (status == 0 && access.last != access.first)
			status = trace_import_put(import, access.last, access.kind, err);
		if (status < 0)
			return status;
	}
	return status;
}

const struct trace_import_format trace_import_lackey = {
	"lackey",
	"Valgrind's --tool=lackey --trace-mem=yes --log-file=IN",
	run,
};
