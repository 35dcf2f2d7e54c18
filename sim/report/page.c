#include "report/page.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "base/version.h"
#include "report/html.h"
#include "report/page_look.h"
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

/* Nothing outside the page may be asked for. */
static int put_head(FILE *to, const struct experiment *experiment, size_t count, struct err *err)
{
	int status = 0;

	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n<title>Mega-VM: ",
	      to);
	if (count == 1)
		status = put_question(to, experiment, err);
	else
		fprintf(to, "%zu experiments", count);
	fprintf(to, "</title>\n<style>\n%s</style>\n</head>\n<body>\n<header>\n<h1>Mega-VM: %zu experiment%s</h1>\n", page_style, count, plural(count));
	fputs("<p>A virtual machine keeps part of its memory local, and peers hold the rest behind an interconnect. <em>Slowdown</em> is a job's completion "
	      "time over its time with all memory local; <em>local memory</em> is a share of the pages that the job touches.</p>\n", to);
	return status;
}

/* Every experiment with its question and what its first figure says. */
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

/* The comment: what it says, then the commands in it, which stand behind the text or on lines of their own. */
static void put_comment(FILE *to, const char *comment)
{
	static const char command[] = "megavm ";
	bool commands = false;

	fputs("<p>", to);
	for (const char *at = comment; *at; at += strcspn(at, "\n"), at += *at == '\n') {
		int length = (int)strcspn(at, "\n");
		char *line = strndup(at, (size_t)length), *found = line ? strstr(line, command) : NULL;

		if (found && (found == line || found[-1] == ' ')) {
			commands = true;
			*found = '\0';
		}
		html_put_text(to, line ? line : "");
		fputc('\n', to);
		free(line);
	}
	fputs("</p>\n", to);
	if (!commands)
		return;
	fputs("<pre>", to);
	for (const char *at = comment; (at = strstr(at, command)); at += strcspn(at, "\n")) {
		char *line = strndup(at, strcspn(at, "\n"));

		html_put_text(to, line ? line : "");
		fputc('\n', to);
		free(line);
	}
	fputs("</pre>\n", to);
}

/* What varies and over how much. */
static void put_extent(FILE *to, const struct experiment *experiment)
{
	fprintf(to, "<p>%zu line%s of results.", experiment->results.sheet.rows, plural(experiment->results.sheet.rows));
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

static int put_figures(FILE *to, const struct experiment *experiment, size_t number, const struct staging *staging, struct err *err)
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
		fprintf(to, "<figure id=\"%s\"><div class=\"scroll\">", name);
		status = html_put_svg(to, path, prefix, chart->figure.title, err);
		fputs("</div><figcaption><b>", to);
		html_put_text(to, chart->figure.title);
		fputs(".</b> ", to);
		html_put_text(to, chart->sentence);
		fputs("</figcaption></figure>\n", to);
		free(path);
	}
	fputs("</div>\n", to);
	return status;
}

static void put_bands(FILE *to, const struct experiment *experiment, const struct bands *bands)
{
	for (size_t i = 0; bands && i < bands->count; i++) {
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

/* A value of the manifest in words: an object's and an array's members with commas. */
static void put_value(FILE *to, const char *term, const json_t *value)
{
	char *text = json_is_string(value) ? strdup(json_string_value(value)) : json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);

	for (char *at = text; at && *at && !json_is_string(value); at++)
		*at = strchr("{}[]\"", *at) ? ' ' : *at;
	if (text)
		put_term(to, term, text);
	free(text);
}

static void put_traces(FILE *to, const json_t *traces)
{
	const json_t *trace;
	size_t i;

	json_array_foreach(traces, i, trace) {
		const char *path = json_string_value(json_object_get(trace, "path")), *digest = json_string_value(json_object_get(trace, "digest"));
		char *text;

		if (!path || !digest || asprintf(&text, "%s, %s", path, digest) < 0)
			continue;
		put_term(to, "trace", text);
		free(text);
	}
}

/* All that the manifest has but what stands elsewhere on the page. */
static void put_provenance(FILE *to, const struct experiment *experiment)
{
	static const char *const elsewhere[] = {"configuration", "comment", "traces"};
	const char *key;
	json_t *value;

	fputs("<details><summary>What it was made from</summary>\n<dl>\n", to);
	put_term(to, "results", experiment->results.sheet.name);
	json_object_foreach(experiment->manifest, key, value) {
		bool told = false;

		for (size_t i = 0; i < sizeof(elsewhere) / sizeof(*elsewhere); i++)
			told = told || strcmp(key, elsewhere[i]) == 0;
		if (!told)
			put_value(to, key, value);
	}
	put_traces(to, json_object_get(experiment->manifest, "traces"));
	put_term(to, "report written by", megavm_version);
	fputs("</dl></details>\n", to);
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

static int put_section(FILE *to, const struct experiment *experiment, size_t number, const struct bands *bands, const struct staging *staging,
                       struct err *err)
{
	int status;

	fprintf(to, "<section id=\"e%zu\">\n<h2>", number + 1);
	status = put_question(to, experiment, err);
	fputs("</h2>\n", to);
	if (*experiment_comment(experiment))
		put_comment(to, experiment_comment(experiment));
	put_extent(to, experiment);
	if (status == 0)
		status = put_figures(to, experiment, number, staging, err);
	put_bands(to, experiment, bands);
	fputs("<details open><summary>Results</summary>\n", to);
	page_put_table(to, experiment);
	fputs("</details>\n", to);
	put_configuration(to, experiment);
	put_provenance(to, experiment);
	fputs("</section>\n", to);
	return status;
}

int page_put(FILE *to, const struct experiment *experiment, size_t count, const struct bands *bands, const struct staging *staging, struct err *err)
{
	int status = put_head(to, experiment, count, err);

	if (status == 0)
		status = put_contents(to, experiment, count, err);
	fputs("<main>\n", to);
	for (size_t i = 0; i < count && status == 0; i++)
		status = put_section(to, &experiment[i], i, bands, staging, err);
	fprintf(to, "</main>\n<script>\n%s</script>\n</body>\n</html>\n", page_script);
	return status;
}
