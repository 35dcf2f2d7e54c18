/* SPDX-License-Identifier: MIT */
#include "workload/workload.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/nearest.h"
#include "workload/yaml.h"

static const struct shipped workloads = {
	.what = "workloads",
	.variable = "MEGAVM_WORKLOADS",
	.folder = "workloads",
	.suffix = "/workload.yaml",
	.or_else = "a folder of your own has a '/' in its name",
};

int workload_folder(char folder[PATH_MAX], struct err *err)
{
	return shipped_folder(&workloads, folder, err);
}

int workload_list(struct shipped_names *names, struct err *err)
{
	return shipped_names_read(&workloads, names, err);
}

/* Finds the path of its workload.yaml, which the caller frees. */
static int find(const char *name, char **path, struct err *err)
{
	if (!strchr(name, '/'))
		return shipped_find(&workloads, name, path, err);
	if (asprintf(path, "%s%s", name, workloads.suffix) < 0)
		return err_memory(err, "a workload");
	if (access(*path, F_OK) == 0)
		return 0;
	err_errno(err, ERR_USAGE, "%s", *path);
	free(*path);
	return ERR_USAGE;
}

/* Sets the folder, resolved to an absolute path, and the name, which is its last part. */
static int set_folder(struct workload *workload, const char *path, struct err *err)
{
	char *real = realpath(path, NULL);

	if (!real)
		return err_errno(err, ERR_FAILED, "%s", path);
	*strrchr(real, '/') = '\0';
	workload->folder = real;
	workload->name = strdup(strrchr(real, '/') ? strrchr(real, '/') + 1 : "");
	return workload->name ? 0 : err_memory(err, "a workload");
}

int workload_read(struct workload *workload, const char *name, struct err *err)
{
	char *path, *text;
	size_t size;
	int status = find(name, &path, err);

	*workload = (struct workload){0};
	if (status < 0)
		return status;
	text = file_read(path, &size, err);
	status = text ? set_folder(workload, path, err) : ERR_FAILED;
	if (status == 0)
		status = workload_yaml(workload, path, text, size, err);
	if (status < 0)
		workload_free(workload);
	free(text);
	free(path);
	return status;
}

void workload_free(struct workload *workload)
{
	for (size_t i = 0; i < workload->sizes; i++) {
		free(workload->size[i].name);
		free(workload->size[i].variables);
	}
	free(workload->size);
	free(workload->name);
	free(workload->folder);
	free(workload->summary);
	free(workload->packages);
	free(workload->programs);
	free(workload->environment);
	*workload = (struct workload){0};
}

int workload_size_find(const struct workload *workload, const char *name, const struct workload_size **size,
		       struct err *err)
{
	struct nearest nearest;
	char known[256] = "";

	if (!*name && workload->sizes == 1)
		name = workload->size[0].name;
	else if (!*name)
		name = "small";
	nearest_init(&nearest, name);
	for (size_t i = 0; i < workload->sizes; i++) {
		size_t used = strlen(known);

		*size = &workload->size[i];
		if (strcmp((*size)->name, name) == 0)
			return 0;
		nearest_offer(&nearest, (*size)->name);
		snprintf(known + used, sizeof(known) - used, "%s%s", i ? ", " : "", (*size)->name);
	}
	return err_set(err, ERR_USAGE, "%s has no size %s: it has %s%s", workload->name, err_quote(name).text, known,
		       nearest_hint(&nearest).text);
}
