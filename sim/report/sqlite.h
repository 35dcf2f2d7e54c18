/* SPDX-License-Identifier: MIT */
/* A table of results as a database of SQLite, for questions in SQL. */
#ifndef REPORT_SQLITE_H
#define REPORT_SQLITE_H

#include "base/err.h"

/*
 * Writes the lines of a CSV file into the table `results` of the database `path`, which is made anew: a column for each
 * column of the file, with the same name; numbers as numbers, empty fields as NULL. Returns 0, or a negative code: the
 * text names the file.
 */
int sqlite_write(const char *csv, const char *path, struct err *err);

#endif
