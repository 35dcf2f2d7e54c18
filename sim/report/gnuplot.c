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

/* A figure on a slide is about 1400 pixels wide, a column of a paper 3.3 inches; its PNG has 300 dots an inch. */
const struct gnuplot_look gnuplot_screen = {680, 440, 14, "Helvetica", 2, 2, 12};
const struct gnuplot_look gnuplot_paper = {3.3 * 96, 2.1 * 96, 8 * 96.0 / 72, "Helvetica", 1.4, 300.0 / 96, 3.3 * 2.54};

/* A point of pngcairo's fonts is 1.4 pixels; pdfcairo's are points. */
static const double pixels_a_png_point = 1.4, points_a_cm = 72 / 2.54;

/* How much larger the type of a PDF is than that of the SVG: a figure for screens is printed small. */
static const double pdf_larger = 1.3;

static void put_terminal(FILE *to, int format, const struct gnuplot_look *look)
{
	const double cm = look->pdf_width / look->width;
	const char *dashes = look->line_width < gnuplot_screen.line_width ? " dashlength 0.6" : "";

	switch (format) {
	case GNUPLOT_SVG:
		fprintf(to, "set terminal svg size %.0f,%.0f dynamic enhanced font '%s,%.3g' background '#ffffff'%s\n",
			look->width, look->height, look->font, look->font_size, dashes);
		break;
	case GNUPLOT_PNG:
		fprintf(to, "set terminal pngcairo size %.0f,%.0f enhanced font '%s,%.3g' linewidth %.3g%s\n",
			look->png_scale * look->width, look->png_scale * look->height, look->font,
			look->png_scale * look->font_size / pixels_a_png_point, look->png_scale, " dashlength 0.6");
		break;
	case GNUPLOT_PDF:
		fprintf(to, "set terminal pdfcairo size %.4gcm,%.4gcm enhanced font '%s,%.2g'%s\n", look->pdf_width,
			cm * look->height, look->font, cm * look->font_size * points_a_cm * (*dashes ? 1 : pdf_larger),
			dashes);
		break;
	}
}

void gnuplot_put_drawing(FILE *to, const char *name, unsigned formats, const struct gnuplot_look *look,
			 const char *plot, bool again)
{
	for (int format = 0; format < GNUPLOT_FORMATS; format++) {
		if (!(formats & 1U << format))
			continue;
		put_terminal(to, format, look);
		fprintf(to, "set output '%s.%s'\n%s\n", name, gnuplot_format_names[format], plot);
		if (!again)
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
