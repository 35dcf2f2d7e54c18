#include "record/record.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/version.h"
#include "memory/region.h"
#include "record/emulator.h"

#define RECORDER "Bochs 3.0, megavm "

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* The packages that went into the guest, in one line. */
static char *packages_text(const char *path, struct err *err)
{
	size_t size;
	char *text = file_read(path, &size, err);

	while (text && size && text[size - 1] == '\n')
		text[--size] = '\0';
	for (char *at = text; at && *at; at++)
		if (*at == '\n')
			*at = ',';
	return text;
}

static int note(json_t *notes, const char *key, const char *value, struct err *err)
{
	return json_object_set_new(notes, key, json_string(value)) == 0 ? 0 : err_memory(err, "a trace's header");
}

static int describe(const struct workload *workload, const struct record_options *options, const struct workload_image *image,
                    uint64_t memory_bytes, struct trace_header *header, struct err *err)
{
	char *packages = packages_text(image->packages_file, err), ips[32], recorder[128];
	int status = packages ? trace_header_init(header, err) : ERR_FAILED;

	if (status < 0) {
		free(packages);
		return status;
	}
	snprintf(ips, sizeof(ips), "%" PRIu64, options->ips);
	snprintf(recorder, sizeof(recorder), RECORDER "%s", megavm_version);
	header->guest_bytes = memory_bytes;
	header->vcpus = options->vcpus;
	header->k = options->k;
	if ((status = trace_header_text(&header->workload, workload->name, err)) < 0 ||
	    (status = trace_header_text(&header->size, options->size, err)) < 0 ||
	    (status = trace_header_text(&header->command, options->command, err)) < 0 ||
	    (status = trace_header_text(&header->recorder, recorder, err)) < 0 || (status = note(header->notes, "ips", ips, err)) < 0 ||
	    (status = note(header->notes, "image", image->digest, err)) < 0 || (status = note(header->notes, "packages", packages, err)) < 0)
		trace_header_free(header);
	free(packages);
	return status;
}

static json_t *settings_make(const struct workload *workload, const struct record_options *options, const struct trace_header *header,
                             const char *trace)
{
	return json_pack("{s:s, s:s, s:I, s:I, s:b, s:o}", "trace", trace, "label", workload->name, "ips", (json_int_t)options->ips,
	                 "machine_bytes", (json_int_t)hardware_machine_bytes(header->guest_bytes), "region_from_start",
	                 (int)workload->region_is_boot, "header", trace_header_to_json(header));
}

/* What the emulation came to, as an error or as a result. */
static int judge(const struct emulator *emulator, const struct workload *workload, const char *trace, const json_t *outcome,
                 struct record_result *result, struct err *err)
{
	const char *ended = json_string_value(json_object_get(outcome, "ended"));
	int status = (int)json_integer_value(json_object_get(outcome, "status"));

	result->instructions = (uint64_t)json_integer_value(json_object_get(outcome, "instructions"));
	result->idle_ns = (uint64_t)json_integer_value(json_object_get(outcome, "idle_ns"));
	result->references = (uint64_t)json_integer_value(json_object_get(outcome, "references"));
	if (ended && strcmp(ended, "guest") == 0 && status == 0) {
		result->reports = json_incref(json_object_get(outcome, "reports"));
		return 0;
	}
	if (ended && strcmp(ended, "interrupted") == 0)
		return err_set(err, ERR_FAILED, "%s: interrupted after %" PRIu64 " instructions; what was recorded is in %s.part ('megavm trace info --recover' reads it)",
		               workload->name, result->instructions, trace);
	if (ended && strcmp(ended, "failed") == 0)
		return err_set(err, ERR_FAILED, "%s", json_string_value(json_object_get(outcome, "error")));
	emulator_show_console(emulator);
	if (ended && strcmp(ended, "guest") == 0)
		return err_set(err, ERR_FAILED, "%s: the guest's job failed, or its answer was wrong: status %d (what was recorded is in %s.part)",
		               workload->name, status, trace);
	return err_set(err, ERR_FAILED, "%s: the guest powered off or panicked before its job was done (what was recorded is in %s.part)",
	               workload->name, trace);
}

static int keep_console(const struct emulator *emulator, const char *path, struct err *err)
{
	size_t size;
	char *text = path ? file_read(emulator->console, &size, err) : NULL;
	FILE *to;

	if (!path)
		return 0;
	to = text ? fopen(path, "w") : NULL;
	if (!to || fwrite(text, 1, size, to) != size || fclose(to) != 0) {
		free(text);
		return err_errno(err, ERR_FAILED, "%s", path);
	}
	free(text);
	return 0;
}

/* Boots the guest once; the whole trace goes to `trace`. */
static int emulate(const struct workload *workload, const struct record_options *options, const struct workload_image *image,
                   uint64_t memory_bytes, const char *trace, struct record_result *result, struct err *err)
{
	struct hardware hardware = {.memory_bytes = memory_bytes, .ips = options->ips, .vcpus = options->vcpus, .iso = image->iso, .disk = image->disk};
	const char *variant = options->crosscheck ? "crosscheck" : options->vcpus > 1 ? "smp" : NULL;
	struct trace_header header;
	struct emulator emulator;
	json_t *settings, *outcome = NULL;
	double began = now();
	int status = describe(workload, options, image, memory_bytes, &header, err);

	if (status < 0)
		return status;
	settings = settings_make(workload, options, &header, trace);
	trace_header_free(&header);
	if (!settings)
		return err_memory(err, "the emulator's settings");
	status = emulator_init(&emulator, err);
	if (status == 0) {
		status = emulator_run(&emulator, variant, &hardware, settings, &outcome, err);
		result->seconds = now() - began;
		if (status == 0)
			status = judge(&emulator, workload, trace, outcome, result, err);
		if (status == 0)
			status = keep_console(&emulator, options->console, err);
		emulator_free(&emulator);
	}
	json_decref(outcome);
	json_decref(settings);
	return status;
}

/* The region of interest of the trace at `whole` becomes `out`. */
static int cut(const char *whole, const char *out, struct trace_totals *totals, struct err *err)
{
	struct trace_reader_options options = {.recover = false, .clocks = true, .frames = true};
	struct trace_writer_options writing = {.level = TRACE_LEVEL_DEFAULT, .filtered = true};
	struct trace_header header = {0};
	struct trace_reader *reader;
	struct trace_writer *writer;
	struct region region;
	int status = trace_reader_open(&reader, whole, &options, err);

	if (status < 0)
		return status;
	if ((status = region_find(&region, reader, "roi-begin", "roi-end", err)) == 0 &&
	    (status = trace_header_copy(&header, trace_reader_header(reader), err)) == 0 &&
	    (status = note(header.notes, "region", "roi-begin,roi-end", err)) == 0 &&
	    (status = trace_writer_create(&writer, out, &header, &writing, err)) == 0)
		status = region_copy(&region, reader, writer, totals, NULL, NULL, err);
	trace_header_free(&header);
	trace_reader_close(reader);
	return status;
}

static int read_totals(const char *path, struct trace_totals *totals, struct err *err)
{
	struct trace_reader_options options = {0};
	struct trace_reader *reader;
	int status = trace_reader_open(&reader, path, &options, err);

	if (status < 0)
		return status;
	*totals = *trace_reader_totals(reader);
	trace_reader_close(reader);
	return 0;
}

static int record_image(const struct workload *workload, const struct record_options *options, const struct workload_image *image,
                        uint64_t memory_bytes, struct record_result *result, struct err *err)
{
	char *whole = NULL;
	int status;

	if (!options->region) {
		status = emulate(workload, options, image, memory_bytes, options->out, result, err);
		return status < 0 ? status : read_totals(options->out, &result->totals, err);
	}
	if (asprintf(&whole, "%s.whole", options->out) < 0)
		return err_memory(err, "a path");
	status = emulate(workload, options, image, memory_bytes, whole, result, err);
	if (status == 0)
		status = cut(whole, options->out, &result->totals, err);
	if (status == 0)
		unlink(whole);
	free(whole);
	return status;
}

int record(const struct workload *workload, const struct record_options *options, struct record_result *result, struct err *err)
{
	const struct workload_size *size;
	struct workload_image image;
	char cache[PATH_MAX];
	int status = workload_size_find(workload, options->size, &size, err);

	*result = (struct record_result){0};
	if (status == 0 && !options->cache)
		status = workload_cache_folder(cache, err);
	if (status == 0)
		status = workload_prepare(workload, options->size, options->cache ? options->cache : cache, &image, err);
	if (status < 0)
		return status;
	status = record_image(workload, options, &image, options->memory_bytes ? options->memory_bytes : size->memory_bytes, result, err);
	workload_image_free(&image);
	return status;
}
