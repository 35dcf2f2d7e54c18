/* SPDX-License-Identifier: MIT */
#include "report/page_size.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "base/units.h"
#include "report/html.h"

static double number(const json_t *object, const char *key)
{
	return json_number_value(json_object_get(object, key));
}

static void put_word(FILE *to, const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	html_put_text(to, text ? text : "");
}

static void put_head(FILE *to, const char *caption, const char *const *head)
{
	fputs("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"", to);
	html_put_text(to, caption);
	fputs("\"><table class=\"headline\"><caption>", to);
	html_put_text(to, caption);
	fputs("</caption>\n<thead><tr>", to);
	for (; *head; head++) {
		fputs("<th scope=\"col\">", to);
		html_put_text(to, *head);
		fputs("</th>", to);
	}
	fputs("</tr></thead>\n<tbody>\n", to);
}

static void put_foot(FILE *to)
{
	fputs("</tbody></table></div>\n", to);
}

/* "job", "interconnect, 900ns", "at most": what every answer begins with. */
static void put_key(FILE *to, const json_t *answer, const char *name)
{
	char latency[UNITS_TEXT];

	fputs("<tr><th scope=\"row\">", to);
	put_word(to, answer, name);
	fputs("</th><td>", to);
	put_word(to, answer, "fabric");
	if (strcmp(name, "job") != 0 || json_object_get(answer, "slowdown"))
		fprintf(to, " at %s", duration_text((int64_t)(1000 * number(answer, "latency_ns")), latency));
	fprintf(to, "</td><td class=\"n\">%g</td>", number(answer, "slowdown_at_most"));
}

static double mib(double bytes)
{
	return bytes / 1048576;
}

static void put_locals(FILE *to, const json_t *answers)
{
	static const char *const head[] = {"job", "interconnect", "slowdown at most", "local pages",
					   "MiB", "share",        "slowdown there",   NULL};
	const json_t *it;
	size_t i;

	put_head(to, "The smallest local memory that keeps each job under a slowdown", head);
	json_array_foreach(answers, i, it)
	{
		const char *found = json_string_value(json_object_get(it, "found"));

		put_key(to, it, "job");
		if (found && strcmp(found, "none") == 0)
			fprintf(to, "<td colspan=\"3\">not even with all local</td><td class=\"n\">%.3f</td></tr>\n",
				number(it, "slowdown"));
		else
			fprintf(to,
				"<td class=\"n\">%s%.0f</td><td class=\"n\">%.1f</td><td class=\"n\">%.1f %%</td><td "
				"class=\"n\">%.3f</td></tr>\n",
				found && strcmp(found, "every") == 0 ? "&le; " : "", number(it, "local_pages"),
				mib(number(it, "local_bytes")), 100 * number(it, "local_ratio"),
				number(it, "slowdown"));
	}
	put_foot(to);
}

static void put_latencies(FILE *to, const json_t *answers)
{
	static const char *const head[] = {"job", "interconnect", "slowdown at most", "local", "largest latency", NULL};
	char latency[UNITS_TEXT];
	const json_t *it;
	size_t i;

	put_head(to, "The largest latency that a local share bears", head);
	json_array_foreach(answers, i, it)
	{
		put_key(to, it, "job");
		fprintf(to, "<td class=\"n\">%.0f %%</td><td class=\"n\">%s</td></tr>\n",
			100 * number(it, "local_ratio"),
			json_is_null(json_object_get(it, "latency_ns"))
				? "none"
				: duration_text((int64_t)(1000 * number(it, "latency_ns")), latency));
	}
	put_foot(to);
}

static void put_racks(FILE *to, const json_t *answers)
{
	static const char *const head[] = {"policy",
					   "interconnect",
					   "slowdown at most",
					   "MiB a server",
					   "pool, MiB",
					   "in all",
					   "only local: MiB a server",
					   "in all, only local",
					   "saved",
					   NULL};
	const json_t *it, *first = json_array_get(answers, 0);
	char caption[128];
	size_t i;

	if (!first)
		return;
	snprintf(caption, sizeof(caption), "%.0f jobs on %.0f servers with a common pool", number(first, "jobs"),
		 number(first, "servers"));
	put_head(to, caption, head);
	json_array_foreach(answers, i, it)
	{
		const double servers = number(it, "servers"),
			     all = servers * number(it, "server_bytes") + number(it, "pool_bytes"),
			     only = servers * number(it, "server_bytes_only_local");

		put_key(to, it, "policy");
		fprintf(to,
			"<td class=\"n\">%.1f</td><td class=\"n\">%.1f</td><td class=\"n\">%.1f</td><td "
			"class=\"n\">%.1f</td><td class=\"n\">%.1f</td><td class=\"n\">%.1f %%</td></tr>\n",
			mib(number(it, "server_bytes")), mib(number(it, "pool_bytes")), mib(all),
			mib(number(it, "server_bytes_only_local")), mib(only), 100 * (1 - all / only));
	}
	put_foot(to);
}

static int put_figure(FILE *to, const char *folder, struct err *err)
{
	char *path;
	int status = 0;

	if (asprintf(&path, "%s/size.svg", folder) < 0)
		return err_memory(err, "a path");
	if (access(path, R_OK) == 0) {
		fputs("<div class=\"figures\"><figure id=\"size-f1\">", to);
		status = html_put_svg(to, path, "size-f1-", "The largest latency that each local share bears", err);
		fputs("<figcaption><b>The largest latency that each local share bears.</b> A line for each slowdown; "
		      "below and to the right of a line a job is faster.</figcaption></figure></div>\n",
		      to);
	}
	free(path);
	return status;
}

int page_put_size(FILE *to, const char *folder, struct err *err)
{
	const char *command;
	json_error_t error;
	json_t *json;
	char *path;
	int status;

	if (asprintf(&path, "%s/size.json", folder) < 0)
		return err_memory(err, "a path");
	json = json_load_file(path, 0, &error);
	if (!json)
		status = err_set(err, ERR_FAILED, "%s:%d: %s", path, error.line, error.text);
	else if (!json_is_array(json_object_get(json, "local")))
		status = err_set(err, ERR_FAILED, "%s: no list 'local': 'megavm size --json' makes one", path);
	else
		status = 0;
	free(path);
	if (status == 0) {
		fputs("<section id=\"size\">\n<h2>How much local memory does each job need?</h2>\n", to);
		put_locals(to, json_object_get(json, "local"));
		status = put_figure(to, folder, err);
		fputs("<details><summary>Latencies and racks</summary>\n", to);
		put_latencies(to, json_object_get(json, "latency"));
		put_racks(to, json_object_get(json, "rack"));
		command = json_string_value(json_object_get(json_object_get(json, "manifest"), "command"));
		if (command) {
			fputs("<pre>", to);
			html_put_text(to, command);
			fputs("</pre>", to);
		}
		fputs("</details>\n</section>\n", to);
	}
	json_decref(json);
	return status;
}
