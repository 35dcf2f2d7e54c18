/* SPDX-License-Identifier: MIT */
/*
 * A digest of everything that a result depends on, as 32 hexadecimal digits: the program's version, every value of the
 * configuration except `repeats` and `sweep`, and the bytes of every file that it names. Runs with equal digests have
 * equal results.
 */
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/version.h"
#include "report/manifest.h"
#include "sweep/state.h"

static void put_value(void *context, const char *name, const char *text)
{
	FILE *to = context;

	if (strcmp(name, "repeats") == 0)
		return;
	fputs(name, to);
	fputc('=', to);
	fputs(text, to);
	fputc('\n', to);
}

/* The configuration has a preset's numbers, except those of the backing store. */
static void put_store(const struct config *config, FILE *to)
{
	char text[OPTION_TEXT];

	for (int i = 0; i < NETWORK_ROWS; i++)
		fprintf(to, "donors.backing.%s=%s\n", network_rows[i].name,
			option_text(&network_rows[i], &config->donors.store, text));
}

static int put_file(json_t *files, const char *path, FILE *to, struct err *err)
{
	int status = manifest_add_file(files, path, err);

	if (status == 0)
		fprintf(to, "%s %s\n", manifest_digest(files, path), path);
	return status;
}

static int put_files(struct sweep *sweep, const struct config *config, FILE *to, struct err *err)
{
	const struct network *networks[] = {&config->fabric, &config->service, &config->donors.store};
	int status = 0;

	for (size_t i = 0; i < config->vm_count && engine_of(config)->replays && status == 0; i++) {
		status = put_file(sweep->traces, config->vms[i].trace, to, err);
		if (status < 0)
			err_prefix(err, "vms.%zu.trace", i);
	}
	for (size_t i = 0; i < sizeof(networks) / sizeof(*networks) && status == 0; i++)
		if (network_jitter(networks[i]) == JITTER_TABLE)
			status = put_file(sweep->files, networks[i]->jitter, to, err);
	for (size_t i = 0; i < sizeof(networks) / sizeof(*networks) && status == 0; i++)
		if (networks[i]->curve)
			status = put_file(sweep->files, networks[i]->curve, to, err);
	if (status == 0 && config->cluster.platform[0])
		status = put_file(sweep->files, config->cluster.platform, to, err);
	return status < 0 ? ERR_USAGE : 0; /* a missing file is an error in the configuration */
}

int sweep_digest(struct sweep *sweep, const struct config *config, char out[DIGEST_TEXT], struct err *err)
{
	XXH128_canonical_t canonical;
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);
	int status;

	if (!to)
		return err_memory(err, "a digest");
	fprintf(to, "megavm %s\n", megavm_version);
	config_values(config, put_value, to);
	put_store(config, to);
	status = put_files(sweep, config, to, err);
	if (fclose(to) != 0 && status == 0)
		status = err_memory(err, "a digest");
	if (status == 0) {
		XXH128_canonicalFromHash(&canonical, XXH3_128bits(text, size));
		for (size_t i = 0; i < sizeof(canonical.digest); i++)
			snprintf(out + 2 * i, 3, "%02x", canonical.digest[i]);
	}
	free(text);
	return status;
}
