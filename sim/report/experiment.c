/* SPDX-License-Identifier: MIT */
#include "report/experiment.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Reads manifest.json beside the results, if there is one. */
static int read_manifest(struct experiment *experiment, struct err *err)
{
	const char *csv = experiment->results.sheet.name, *slash = strrchr(csv, '/');
	json_error_t error;
	char *path;
	int status = 0;

	if (asprintf(&path, "%.*smanifest.json", slash ? (int)(slash + 1 - csv) : 0, csv) < 0)
		return err_memory(err, "a path");
	if (access(path, F_OK) == 0) {
		experiment->manifest = json_load_file(path, 0, &error);
		if (!experiment->manifest)
			status = err_set(err, ERR_FAILED, "%s:%d: %s", path, error.line, error.text);
		else if (!json_is_object(experiment->manifest))
			status = err_set(err, ERR_FAILED, "%s: not a JSON object", path);
	}
	free(path);
	return status;
}

/* The folder's own name. */
static char *folder_name(const char *path)
{
	char *whole = realpath(path, NULL), *name;
	const char *slash = whole ? strrchr(whole, '/') : NULL;

	name = strdup(slash && slash[1] ? slash + 1 : path);
	free(whole);
	return name;
}

int experiment_read(struct experiment *experiment, const char *path, struct err *err)
{
	int status;

	*experiment = (struct experiment){.path = strdup(path), .name = folder_name(path)};
	status = experiment->path && experiment->name ? results_read(&experiment->results, path, err)
						      : err_memory(err, "a path");
	if (status == 0)
		status = axes_find(&experiment->axes, &experiment->results, err);
	if (status == 0)
		status = read_manifest(experiment, err);
	if (status < 0)
		experiment_free(experiment);
	return status;
}

void experiment_free(struct experiment *experiment)
{
	charts_free(&experiment->charts);
	axes_free(&experiment->axes);
	results_free(&experiment->results);
	json_decref(experiment->manifest);
	free(experiment->path);
	free(experiment->name);
	*experiment = (struct experiment){0};
}

const char *experiment_name(const struct experiment *experiment)
{
	return experiment->name;
}

const char *experiment_comment(const struct experiment *experiment)
{
	const char *comment = json_string_value(json_object_get(experiment->manifest, "comment"));

	return comment ? comment : "";
}

const char *experiment_command(const struct experiment *experiment)
{
	return json_string_value(json_object_get(experiment->manifest, "command"));
}

char *experiment_question(const struct experiment *experiment)
{
	static const char word[] = "Question:";
	const char *comment = experiment_comment(experiment), *at = strstr(comment, word);
	size_t length;
	char *question;

	if (!*comment)
		return strdup(experiment->name);
	at = at ? at + strlen(word) : comment;
	at += strspn(at, " \n");
	length = at > comment ? strcspn(at, "?") : strcspn(at, "\n");
	question = strndup(at, length + (at[length] == '?'));
	for (char *c = question; c && *c; c++)
		*c = *c == '\n' ? ' ' : *c;
	if (question && *question >= 'a' && *question <= 'z')
		*question = (char)(*question - 'a' + 'A');
	return question;
}
