#include "report/figure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct { const char *ending, *terminal; } formats[] = {
	{".svg", "svg size 720,460 dynamic enhanced font 'Helvetica,13' background '#ffffff'"},
	{".pdf", "pdfcairo size 12.5cm,8cm enhanced font 'Helvetica,9'"},
	{".png", "pngcairo size 1440,920 enhanced font 'Helvetica,22' linewidth 2"},
};

/* Vermilion, blue, green, black, orange, sky blue, purple, yellow. */
static const char *const colours[] = {"#d55e00", "#0072b2", "#009e73", "#000000", "#e69f00", "#56b4e9", "#cc79a7", "#f0e442"};
enum { COLOURS = sizeof(colours) / sizeof(*colours), MARKS_A_LINE = 8 };

static const char *terminal(const char *path)
{
	const char *ending = strrchr(path, '.');

	for (size_t i = 0; ending && i < sizeof(formats) / sizeof(*formats); i++)
		if (strcmp(ending, formats[i].ending) == 0)
			return formats[i].terminal;
	return NULL;
}

int figure_check(const char *path, struct err *err)
{
	if (!terminal(path))
		return err_set(err, ERR_USAGE, "%s: a figure's name ends with .svg, .pdf or .png", path);
	if (system("command -v gnuplot >/dev/null 2>&1") != 0)
		return err_set(err, ERR_FAILED, "gnuplot is not there: figures need it (Debian's package gnuplot-nox)");
	return 0;
}

/* A text in gnuplot's single quotes. */
static void put_text(FILE *to, const char *text)
{
	fputc('\'', to);
	for (; *text; text++) {
		if (*text == '\'')
			fputc('\'', to);
		if (strchr("_^@&~{}\\", *text)) /* marks of enhanced text */
			fputc('\\', to);
		fputc(*text, to);
	}
	fputc('\'', to);
}

static void put_labels(FILE *to, const struct figure *figure)
{
	fputs("set title ", to);
	put_text(to, figure->title);
	fputs("\nset xlabel ", to);
	put_text(to, figure->x_label);
	fputs("\nset ylabel ", to);
	put_text(to, figure->y_label);
	fputs("\nset grid lc '#dddddd' lt 1\nset border 3\nset tics nomirror out\nset key outside right top Left reverse samplen 3\n", to);
	if (figure->all_local != 0)
		fprintf(to, "set arrow from graph 0,first %.17g to graph 1,first %.17g nohead lc '#888888' lt 1 lw 1\n", figure->all_local,
		        figure->all_local);
	if (figure->all_local != 0)
		fprintf(to, "set yrange [%.17g:*]\n", figure->all_local > 0 ? 0.98 * figure->all_local : figure->all_local);
}

static void put_script(FILE *to, const struct figure *figure, const char *path)
{
	fprintf(to, "set terminal %s\nset output ", terminal(path));
	fputc('\'', to);
	for (const char *at = path; *at; at++)
		fprintf(to, *at == '\'' ? "''" : "%c", *at);
	fputs("'\n", to);
	put_labels(to, figure);
	fputs("plot ", to);
	for (size_t i = 0; i < figure->lines; i++) {
		size_t every = figure->line[i].count > 3 * MARKS_A_LINE ? figure->line[i].count / MARKS_A_LINE : 1;

		fprintf(to, "%s'-' using 1:2 with linespoints lw 2 lc '%s' dt %zu pt %zu ps 1 pi %zu title ", i ? ", " : "",
		        colours[i % COLOURS], i % 5 + 1, i % 13 + 1, every);
		put_text(to, figure->line[i].title);
	}
	fputc('\n', to);
	for (size_t i = 0; i < figure->lines; i++) {
		for (size_t j = 0; j < figure->line[i].count; j++)
			fprintf(to, "%.10g %.10g\n", figure->line[i].x[j], figure->line[i].y[j]);
		fputs("e\n", to);
	}
}

int figure_draw(const struct figure *figure, const char *path, struct err *err)
{
	int status = figure_check(path, err), end;
	FILE *gnuplot;

	if (status < 0)
		return status;
	if (access(path, F_OK) != 0) { /* gnuplot does not tell why it cannot write */
		FILE *probe = fopen(path, "w");

		if (!probe)
			return err_errno(err, ERR_FAILED, "%s", path);
		fclose(probe);
	}
	gnuplot = popen("gnuplot", "w");
	if (!gnuplot)
		return err_errno(err, ERR_FAILED, "gnuplot");
	put_script(gnuplot, figure, path);
	end = pclose(gnuplot);
	if (end != 0)
		return err_set(err, ERR_FAILED, "%s: gnuplot ended with status %d", path, WIFEXITED(end) ? WEXITSTATUS(end) : -1);
	return 0;
}
