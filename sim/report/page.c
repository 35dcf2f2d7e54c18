/* SPDX-License-Identifier: MIT */
#include "report/page.h"

#include <stdlib.h>
#include <string.h>

#include "base/version.h"
#include "report/html.h"
#include "report/page_chart.h"
#include "report/page_headline.h"
#include "report/page_look.h"
#include "report/page_size.h"
#include "report/page_table.h"

const char *page_figure_name(size_t experiment, size_t chart, char name[PAGE_FIGURE_NAME])
{
	snprintf(name, PAGE_FIGURE_NAME, "e%zu-f%zu", experiment + 1, chart + 1);
	return name;
}

static const char *plural(size_t count)
{
	return count == 1 ? "" : "s";
}

static int put_question(FILE *to, const struct experiment *experiment, struct err *err)
{
	char *question = experiment_question(experiment);

	if (!question)
		return err_memory(err, "a page");
	html_put_text(to, question);
	free(question);
	return 0;
}

/* The content security policy forbids requests outside the page. */
static int put_head(FILE *to, const struct experiment *experiment, size_t count, struct err *err)
{
	int status = 0;

	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
	      "script-src 'unsafe-inline'\">\n<title>Mega-VM: ",
	      to);
	if (count == 1)
		status = put_question(to, experiment, err);
	else
		fprintf(to, "%zu experiments", count);
	fprintf(to, "</title>\n<style>\n%s%s</style>\n</head>\n<body>\n<header>\n<h1>Mega-VM: %zu experiment%s</h1>\n",
		page_chart_style, page_style, count, plural(count));
	fputs("<p>A virtual machine keeps part of its memory local, and peers hold the rest behind an interconnect. "
	      "<em>Slowdown</em> is a job's completion "
	      "time over its time with all memory local; <em>local memory</em> is a share of the pages that the job "
	      "touches.</p>\n",
	      to);
	return status;
}

/* Lists every experiment with its question and the summary of its first figure. */
static int put_contents(FILE *to, const struct experiment *experiment, size_t count, struct err *err)
{
	int status = 0;

	if (count > 1)
		fputs("<nav aria-label=\"experiments\"><ol>\n", to);
	for (size_t i = 0; i < count && count > 1 && status == 0; i++) {
		fprintf(to, "<li><a href=\"#e%zu\">", i + 1);
		status = put_question(to, &experiment[i], err);
		fputs("</a> ", to);
		html_put_text(to, experiment[i].charts.chart[0].sentence);
		fputs("</li>\n", to);
	}
	fputs(count > 1 ? "</ol></nav>\n</header>\n" : "</header>\n", to);
	return status;
}

/* The start of a command in a line of a comment: at the line's start or after a blank. NULL when there is none. */
static char *find_command(char *line)
{
	char *found = strstr(line, "megavm ");

	return found && (found == line || found[-1] == ' ') ? found : NULL;
}

/* Adds the line, without surrounding blanks, to `prose`, and a command in it to `commands`. */
static void sort_line(char *line, FILE *prose, FILE *commands)
{
	char *command = find_command(line), *at = line + strspn(line, " ");
	size_t length;

	if (command) {
		fprintf(commands, "%s\n", command);
		*command = '\0';
	}
	length = strlen(at);
	while (length > 0 && at[length - 1] == ' ')
		length--;
	if (length > 0)
		fprintf(prose, "%.*s\n", (int)length, at);
}

/* An element with a text, unless that is blank. */
static void put_element(FILE *to, const char *name, const char *text)
{
	if (text[strspn(text, " \n")] == '\0')
		return;
	fprintf(to, "<%s>", name);
	html_put_text(to, text);
	fprintf(to, "</%s>\n", name);
}

/* The comment, without its question, which is the heading of the section, in two texts: its prose and its commands. The
 * caller frees both. */
static int split_comment(const char *comment, char **prose, char **commands, struct err *err)
{
	char *text = strdup(comment), *line, *question;
	size_t prose_size, commands_size;
	FILE *to_prose = open_memstream(prose, &prose_size), *to_commands = open_memstream(commands, &commands_size);
	int status = 0;

	for (char *rest = text; to_prose && to_commands && (line = strsep(&rest, "\n"));)
		sort_line(line, to_prose, to_commands);
	if (!text || !to_prose || fclose(to_prose) != 0 || !to_commands || fclose(to_commands) != 0)
		status = err_memory(err, "a page");
	question = status == 0 ? strstr(*prose, "Question:") : NULL;
	if (question && strchr(question, '?'))
		memmove(question, strchr(question, '?') + 1, strlen(strchr(question, '?')));
	free(text);
	return status;
}

static int put_prose(FILE *to, const char *comment, struct err *err)
{
	char *prose = NULL, *commands = NULL;
	int status = split_comment(comment, &prose, &commands, err);

	if (status == 0)
		put_element(to, "p", prose);
	free(prose);
	free(commands);
	return status;
}

/* The command that was run; of results that do not say it, the comment's commands. */
static int put_command(FILE *to, const struct experiment *experiment, struct err *err)
{
	const char *command = experiment_command(experiment);
	char *prose = NULL, *commands = NULL;
	int status = split_comment(experiment_comment(experiment), &prose, &commands, err);

	if (status == 0)
		put_element(to, "pre", command ? command : commands);
	free(prose);
	free(commands);
	return status;
}

/* Writes which keys vary and their ranges. */
static void put_extent(FILE *to, const struct experiment *experiment)
{
	fprintf(to, "<p>%zu line%s of results.", experiment->results.sheet.rows,
		plural(experiment->results.sheet.rows));
	for (size_t i = 0; i < experiment->axes.count; i++) {
		const struct axis *axis = &experiment->axes.axis[i];

		fputs(i ? "; " : " What varies: ", to);
		html_put_text(to, axis->key);
		fputs(" (", to);
		if (axis->scale == AXIS_WORDS) {
			for (size_t j = 0; j < axis->values; j++) {
				fputs(j ? ", " : "", to);
				html_put_text(to, axis->value[j].text);
			}
		} else {
			html_put_text(to, axis->value[0].text);
			fputs(" to ", to);
			html_put_text(to, axis->value[axis->values - 1].text);
			fprintf(to, ", %zu values", axis->values);
		}
		fputc(')', to);
	}
	fputs(experiment->axes.count ? ".</p>\n" : "</p>\n", to);
}

/* What faults cost, and what the policies are worth that are marked in figures and tables. */
static void put_counts(FILE *to, const struct results *results)
{
	char *costs = results_fault_costs(results);

	if (costs) {
		fputs("<p>Fault costs: ", to);
		html_put_text(to, costs);
		fputs(".</p>\n", to);
	}
	free(costs);
	for (int mark = FILTERED_MISLEADING; mark < FILTERED_EXACT; mark++)
		if (results_have_counts(results, (enum policy_filtered)mark))
			put_element(to, "p", policy_filtered_remedy((enum policy_filtered)mark));
}

static int put_figures(FILE *to, const struct experiment *experiment, size_t number, const struct staging *staging,
		       struct err *err)
{
	int status = 0;

	fputs("<div class=\"figures\">\n", to);
	for (size_t i = 0; i < experiment->charts.count && status == 0; i++) {
		const struct chart *chart = &experiment->charts.chart[i];
		char name[PAGE_FIGURE_NAME], prefix[PAGE_FIGURE_NAME + 1], *path;

		page_figure_name(number, i, name);
		snprintf(prefix, sizeof(prefix), "%s-", name);
		if (asprintf(&path, "%s/%s.svg", staging->path, name) < 0)
			return err_memory(err, "a path");
		fprintf(to, "<figure id=\"%s\"><div class=\"drawing\">", name);
		status = html_put_svg(to, path, prefix, chart->figure.title, err);
		fputs("</div>\n", to);
		if (status == 0 && page_chart_can(&chart->figure))
			status = page_put_chart(to, &chart->figure, name, err);
		fputs("<figcaption><b>", to);
		html_put_text(to, experiment_name(experiment));
		fputs(": ", to);
		html_put_text(to, chart->figure.title);
		fputs(".</b> ", to);
		html_put_text(to, chart->sentence);
		fputs("</figcaption></figure>\n", to);
		free(path);
	}
	fputs("</div>\n", to);
	if (experiment->charts.dull) {
		fputs("<p>", to);
		html_put_text(to, experiment->charts.dull);
		fputs(".</p>\n", to);
	}
	return status;
}

static void put_bands(FILE *to, const struct experiment *experiment, const struct bands *bands)
{
	size_t marked = 0;

	for (size_t i = 0; i < experiment->charts.count; i++)
		marked += experiment->charts.chart[i].figure.bands;
	for (size_t i = 0; marked && i < bands->count; i++) {
		if (!bands_apply(bands, i, &experiment->results))
			continue;
		fputs("<p>Marked in the figures of slowdown: ", to);
		html_put_text(to, sheet_cell(&bands->sheet, i, bands->title));
		fprintf(to, ", %g to %g times. Source: ", bands->low[i], bands->high[i]);
		html_put_text(to, sheet_cell(&bands->sheet, i, bands->source));
		fputs(".</p>\n", to);
	}
}

static void put_term(FILE *to, const char *term, const char *text)
{
	fputs("<dt>", to);
	html_put_text(to, term);
	fputs("</dt><dd>", to);
	html_put_text(to, text);
	fputs("</dd>\n", to);
}

/* Writes a value of the manifest as text: an array's elements with commas, an object's with their names. */
static void put_words(FILE *to, const json_t *value)
{
	const char *key;
	json_t *part;
	size_t i;

	if (json_is_string(value))
		html_put_text(to, json_string_value(value));
	else if (json_is_integer(value))
		fprintf(to, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	else if (json_is_real(value))
		fprintf(to, "%.10g", json_real_value(value));
	else if (json_is_boolean(value))
		fputs(json_is_true(value) ? "true" : "false", to);
	json_array_foreach(value, i, part)
	{
		fputs(i ? ", " : "", to);
		put_words(to, part);
	}
	json_object_foreach((json_t *)value, key, part)
	{
		fputs(part == json_object_iter_value(json_object_iter((json_t *)value)) ? "" : ", ", to);
		html_put_text(to, key);
		fputc(' ', to);
		put_words(to, part);
	}
}

static void put_value(FILE *to, const char *term, const json_t *value)
{
	fputs("<dt>", to);
	html_put_text(to, term);
	fputs("</dt><dd>", to);
	put_words(to, value);
	fputs("</dd>\n", to);
}

static void put_traces(FILE *to, const json_t *traces)
{
	const json_t *trace;
	size_t i;

	json_array_foreach(traces, i, trace)
	{
		const char *path = json_string_value(json_object_get(trace, "path")),
			   *digest = json_string_value(json_object_get(trace, "digest"));
		char *text;

		if (!path || !digest || asprintf(&text, "%s, %s", path, digest) < 0)
			continue;
		put_term(to, "trace", text);
		free(text);
	}
}

/* Writes the manifest's values, except those shown elsewhere on the page. */
static int put_provenance(FILE *to, const struct experiment *experiment, struct err *err)
{
	static const char *const elsewhere[] = {"configuration", "comment", "command", "traces"};
	const char *key;
	json_t *value;
	int status;

	fputs("<details><summary>What it was made from</summary>\n", to);
	status = put_command(to, experiment, err);
	fputs("<dl>\n", to);
	put_term(to, "results", experiment->results.sheet.name);
	json_object_foreach(experiment->manifest, key, value)
	{
		bool told = false;

		for (size_t i = 0; i < sizeof(elsewhere) / sizeof(*elsewhere); i++)
			told = told || strcmp(key, elsewhere[i]) == 0;
		if (!told)
			put_value(to, key, value);
	}
	put_traces(to, json_object_get(experiment->manifest, "traces"));
	put_term(to, "report written by", megavm_version);
	fputs("</dl></details>\n", to);
	return status;
}

static void put_configuration(FILE *to, const struct experiment *experiment)
{
	const json_t *configuration = json_object_get(experiment->manifest, "configuration");
	char *text = configuration ? json_dumps(configuration, JSON_INDENT(2)) : NULL;

	if (text) {
		fputs("<details><summary>Configuration, with every default</summary>\n<pre>", to);
		html_put_text(to, text);
		fputs("</pre></details>\n", to);
	}
	free(text);
}

static int put_section(FILE *to, const struct experiment *experiment, size_t number, const struct bands *bands,
		       const struct staging *staging, struct err *err)
{
	int status;

	fprintf(to, "<section id=\"e%zu\">\n<h2>", number + 1);
	status = put_question(to, experiment, err);
	fputs("</h2>\n", to);
	if (status == 0)
		status = put_prose(to, experiment_comment(experiment), err);
	if (status == 0)
		status = page_put_headline(to, experiment, err);
	put_extent(to, experiment);
	put_counts(to, &experiment->results);
	if (status == 0)
		status = put_figures(to, experiment, number, staging, err);
	put_bands(to, experiment, bands);
	fputs("<details class=\"results\"><summary>Results</summary>\n", to);
	page_put_table(to, experiment);
	fputs("</details>\n", to);
	put_configuration(to, experiment);
	if (status == 0)
		status = put_provenance(to, experiment, err);
	fputs("</section>\n", to);
	return status;
}

/* A library's script without the comment that it opens with: the page names it, with its licence. */
static const char *without_banner(const char *script)
{
	const char *end = strncmp(script, "/*!", 3) == 0 ? strstr(script, "*/") : NULL;

	return end ? end + strspn(end, "*/\n") : script;
}

int page_put(FILE *to, const struct page *page, const struct staging *staging, struct err *err)
{
	const struct experiment *experiment = page->experiment;
	const size_t count = page->count;
	int status = put_head(to, experiment, count, err);

	if (status == 0)
		status = put_contents(to, experiment, count, err);
	fputs("<main>\n", to);
	if (status == 0 && page->size)
		status = page_put_size(to, page->size, err);
	for (size_t i = 0; i < count && status == 0; i++)
		status = put_section(to, &experiment[i], i, page->bands, staging, err);
	fprintf(to,
		"</main>\n<script>/* uPlot, copyright Leon Sorokin, MIT licence "
		"*/\n%s</script>\n<script>\n%s</script>\n</body>\n</html>\n",
		without_banner(page_chart_script), page_script);
	return status;
}
