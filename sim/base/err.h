/* SPDX-License-Identifier: MIT */
/*
 * Errors. A function that can fail takes a `struct err`. It returns 0 on success; on failure it returns a negative code
 * and sets the struct to one line of text that names the file, line or key, what was found and what is allowed. Only
 * main() prints it.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

enum {
	ERR_FAILED = -1, /* the operation failed: exit status 1 */
	ERR_USAGE = -2,  /* the command line or the configuration is wrong: exit status 2 */
};

struct err {
	char text[1024];
};

/* Sets the text and returns `code`, so that a caller can write `return err_set(...)`. */
int err_set(struct err *err, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* As err_set, and appends ": " and the text of errno. */
int err_errno(struct err *err, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Puts "CONTEXT: " in front of the existing text. */
void err_prefix(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Sets "out of memory for WHAT" and returns ERR_FAILED. */
int err_memory(struct err *err, const char *what);

/* `text` in quotes, for a message: unprintable bytes become '?', a long text is cut. Use it as err_quote(text).text. */
struct err_quoted {
	char text[72];
};
struct err_quoted err_quote(const char *text);

#endif
