/* SPDX-License-Identifier: MIT */
#include "report/gnuplot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"

const char *const gnuplot_format_names[GNUPLOT_FORMATS] = {
	[GNUPLOT_SVG] = "svg", [GNUPLOT_PNG] = "png", [GNUPLOT_PDF] = "pdf"};

int gnuplot_format_find(const char *name)
{
	for (int format = 0; format < GNUPLOT_FORMATS; format++)
		if (strcmp(gnuplot_format_names[format], name) == 0)
			return format;
	return -1;
}

int gnuplot_check(struct err *err)
{
	if (system("command -v gnuplot >/dev/null 2>&1") != 0)
		return err_set(err, ERR_FAILED, "gnuplot was not found: figures need it (Debian package gnuplot-nox)");
	return 0;
}

/* `twice`: a character that must be doubled, like the quote. */
static void put_quoted(FILE *to, const char *text, char twice)
{
	fputc('\'', to);
	for (; *text; text++) {
		if (*text == '\'' || *text == twice)
			fputc(*text, to);
		if (strchr("_^@&~{}\\", *text)) /* special characters of enhanced text */
			fputc('\\', to);
		fputc((unsigned char)*text < ' ' ? ' ' : *text, to);
	}
	fputc('\'', to);
}

void gnuplot_put_text(FILE *to, const char *text)
{
	put_quoted(to, text, '\'');
}

void gnuplot_put_tic(FILE *to, const char *text)
{
	put_quoted(to, text, '%');
}

/* Sizes: a column of a paper is about 8.5 cm wide, a figure on a slide about 1400 pixels. */
static void put_terminal(FILE *to, int format, double height)
{
	switch (format) {
	case GNUPLOT_SVG:
		fprintf(to,
			"set terminal svg size 680,%.0f dynamic enhanced font 'Helvetica,14' background '#ffffff'\n",
			440 * height);
		break;
	case GNUPLOT_PNG:
		fprintf(to, "set terminal pngcairo size 1360,%.0f enhanced font 'Helvetica,20' linewidth 2\n",
			880 * height);
		break;
	case GNUPLOT_PDF:
		fprintf(to, "set terminal pdfcairo size 12cm,%.2fcm enhanced font 'Helvetica,9'\n", 7.76 * height);
		break;
	}
}

void gnuplot_put_drawing(FILE *to, const char *name, unsigned formats, double height, const char *plot)
{
	for (int format = 0; format < GNUPLOT_FORMATS; format++) {
		if (!(formats & 1U << format))
			continue;
		put_terminal(to, format, height);
		fprintf(to, "set output '%s.%s'\n%s\n", name, gnuplot_format_names[format], plot);
		plot = "replot";
	}
	fputs("unset output\n", to);
}

/* Runs in the child process; never returns. */
static void become_gnuplot(const struct staging *staging, const char *script, const char *log)
{
	if (chdir(staging->path) == 0 && freopen(log, "w", stderr) && setenv("LC_ALL", "C.UTF-8", 1) == 0)
		execlp("gnuplot", "gnuplot", "-d", script, (char *)NULL); /* -d: without the user's own settings */
	_exit(127);
}

/* Reports gnuplot's error. Its log holds the line of the script, an arrow below it, then the message. */
static int tell_failure(const char *name, const char *log, int end, struct err *err)
{
	const char *message = log ? strstr(log, "line ") : NULL;

	if (message)
		return err_set(err, ERR_FAILED, "%s: gnuplot: %.*s", name, (int)strcspn(message, "\n"), message);
	return err_set(err, ERR_FAILED, "%s: gnuplot ended with status %d", name,
		       WIFEXITED(end) ? WEXITSTATUS(end) : -1);
}

/* Cairo always writes the current time into a PDF. A fixed date replaces it, so that equal input gives equal bytes. */
static int settle_date(const struct staging *staging, const char *name, struct err *err)
{
	static const char mark[] = "/CreationDate (D:", date[] = "19700101000000";
	char *path, *text, *at;
	size_t size;
	FILE *file;
	int status = 0;

	if (asprintf(&path, "%s/%s.pdf", staging->path, name) < 0)
		return err_memory(err, "a path");
	text = access(path, F_OK) == 0 ? file_read(path, &size, err) : NULL;
	at = text ? memmem(text, size, mark, strlen(mark)) : NULL;
	if (at) {
		file = fopen(path, "r+");
		if (!file || fseek(file, (long)(at - text) + (long)strlen(mark), SEEK_SET) < 0 ||
		    fputs(date, file) == EOF)
			status = err_errno(err, ERR_FAILED, "%s", path);
		if (file && fclose(file) != 0 && status == 0)
			status = err_errno(err, ERR_FAILED, "%s", path);
	}
	free(text);
	free(path);
	return status;
}

int gnuplot_run(const struct staging *staging, const char *name, struct err *err)
{
	char *script = NULL, *log = NULL, *text = NULL;
	size_t size;
	struct err ignored;
	int end = 0, status = 0;
	pid_t child;

	if (asprintf(&script, "%s.gp", name) < 0 || asprintf(&log, "%s/%s.log", staging->path, name) < 0) {
		free(script);
		return err_memory(err, "a path");
	}
	child = fork();
	if (child == 0)
		become_gnuplot(staging, script, strrchr(log, '/') + 1);
	while (child > 0 && waitpid(child, &end, 0) < 0 && errno == EINTR)
		;
	text = file_read(log, &size, &ignored);
	unlink(log);
	if (child < 0)
		status = err_errno(err, ERR_FAILED, "gnuplot");
	else if (end != 0)
		status = tell_failure(name, text, end, err);
	else
		status = settle_date(staging, name, err);
	free(text);
	free(script);
	free(log);
	return status;
}
