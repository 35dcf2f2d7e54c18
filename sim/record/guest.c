/* SPDX-License-Identifier: MIT */
#include "record/guest.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "record/emulator.h"
#include "recorder_key.h"
#include "trace/writer.h"

#define RECORDER "Bochs 3.0+dfsg-1 with megavm's plug-in " RECORDER_KEY /* defined by the Makefile */

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

static int describe(const struct guest *guest, struct trace_header *header, struct err *err)
{
	char *packages = packages_text(guest->image.packages_file, err), ips[32];
	int status = packages ? trace_header_init(header, err) : ERR_FAILED;

	if (status < 0) {
		free(packages);
		return status;
	}
	snprintf(ips, sizeof(ips), "%" PRIu64, guest->ips);
	header->guest_bytes = guest->job ? 0 : guest->memory_bytes;
	header->vcpus = guest->vcpus;
	header->k = guest->k;
	header->again = true;
	if ((status = trace_header_text(&header->workload, guest->workload->name, err)) < 0 ||
	    (status = trace_header_text(&header->size, guest->size->name, err)) < 0 ||
	    (status = trace_header_text(&header->command, guest->command, err)) < 0 ||
	    (status = trace_header_text(&header->recorder, RECORDER, err)) < 0 ||
	    (status = note(header->notes, "ips", ips, err)) < 0 ||
	    (status = note(header->notes, "image", guest->image.digest, err)) < 0 ||
	    (status = note(header->notes, "packages", packages, err)) < 0)
		trace_header_free(header);
	free(packages);
	return status;
}

/* Beside a guest's image stands how many instructions its last run took, for the progress line of the next one. */
static char *instructions_path(const struct guest *guest, struct err *err)
{
	char *path;

	if (asprintf(&path, "%s.instructions-%u", guest->image.iso, guest->vcpus) >= 0)
		return path;
	err_memory(err, "a path");
	return NULL;
}

/* 0: not known. */
static uint64_t instructions_before(const struct guest *guest)
{
	struct err ignored;
	size_t size;
	char *path = instructions_path(guest, &ignored), *text = path ? file_read(path, &size, &ignored) : NULL;
	uint64_t instructions = text ? strtoull(text, NULL, 10) : 0;

	free(text);
	free(path);
	return instructions <= INT64_MAX ? instructions : 0;
}

/* Where that cannot be written, the next run shows no time left. */
static void keep_instructions(const struct guest *guest, uint64_t instructions)
{
	struct err ignored;
	char *path = instructions_path(guest, &ignored);
	FILE *to = path ? fopen(path, "we") : NULL;

	if (to) {
		fprintf(to, "%" PRIu64 "\n", instructions);
		fclose(to);
	}
	free(path);
}

static json_t *settings_make(const struct guest *guest, const struct trace_header *header, const char *trace,
			     json_t *emulation)
{
	json_t *settings = json_pack("{s:s, s:i, s:b, s:b, s:I, s:I, s:I, s:b, s:o}", "label", guest->workload->name,
				     "level", guest->level, "quiet", (int)guest->quiet, "job", (int)guest->job,
				     "instructions", (json_int_t)instructions_before(guest), "ips",
				     (json_int_t)guest->ips, "machine_bytes",
				     (json_int_t)hardware_machine_bytes(guest->memory_bytes), "region_from_start",
				     (int)guest->workload->region_is_boot, "header", trace_header_to_json(header));

	if (settings && ((trace && json_object_set_new(settings, "trace", json_string(trace)) < 0) ||
			 (emulation && json_object_set(settings, "emulation", emulation) < 0))) {
		json_decref(settings);
		return NULL;
	}
	return settings;
}

/* For messages: names the unfinished trace. */
static struct left {
	char text[PATH_MAX + 80];
} left(const char *trace)
{
	struct left left = {""};

	if (trace)
		snprintf(left.text, sizeof(left.text),
			 "; what was recorded is in %s.part ('megavm trace info --recover' reads it)", trace);
	return left;
}

/* Turns the outcome of the emulation into an error or a result. */
static int judge(const struct guest *guest, const struct emulator *emulator, const char *trace, const json_t *outcome,
		 struct guest_result *result, struct err *err)
{
	const char *name = guest->workload->name;
	const char *ended = json_string_value(json_object_get(outcome, "ended"));
	int status = (int)json_integer_value(json_object_get(outcome, "status"));

	result->instructions = (uint64_t)json_integer_value(json_object_get(outcome, "instructions"));
	result->idle_ns = (uint64_t)json_integer_value(json_object_get(outcome, "idle_ns"));
	result->references = (uint64_t)json_integer_value(json_object_get(outcome, "references"));
	if (ended && strcmp(ended, "guest") == 0 && status == 0) {
		result->reports = json_incref(json_object_get(outcome, "reports"));
		result->emulation = json_incref(json_object_get(outcome, "emulation"));
		return 0;
	}
	if (ended && strcmp(ended, "interrupted") == 0)
		return err_set(err, ERR_FAILED, "%s: interrupted after %" PRIu64 " instructions%s", name,
			       result->instructions, left(trace).text);
	if (ended && strcmp(ended, "failed") == 0)
		return err_set(err, ERR_FAILED, "%s", json_string_value(json_object_get(outcome, "error")));
	emulator_show_console(emulator);
	if (ended && strcmp(ended, "guest") == 0)
		return err_set(err, ERR_FAILED, "%s: the guest's job failed, or its answer was wrong: status %d%s",
			       name, status, left(trace).text);
	return err_set(err, ERR_FAILED, "%s: the guest powered off or panicked before its job was done%s", name,
		       left(trace).text);
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

static struct hardware hardware_of(const struct guest *guest)
{
	return (struct hardware){.memory_bytes = guest->memory_bytes,
				 .ips = guest->ips,
				 .vcpus = guest->vcpus,
				 .told = guest->told,
				 .iso = guest->image.iso,
				 .disk = guest->image.disk};
}

int guest_boot(const struct guest *guest, const char *trace, json_t *emulation, struct guest_result *result,
	       struct err *err)
{
	struct hardware hardware = hardware_of(guest);
	const char *variant = guest->crosscheck ? "crosscheck" : guest->vcpus > 1 ? "smp" : NULL;
	struct trace_header header;
	struct emulator emulator;
	json_t *settings, *outcome = NULL;
	double began = now();
	int status = describe(guest, &header, err);

	*result = (struct guest_result){0};
	if (status < 0)
		return status;
	settings = settings_make(guest, &header, trace, emulation);
	trace_header_free(&header);
	if (!settings)
		return err_memory(err, "the emulator's settings");
	status = emulator_init(&emulator, err);
	if (status == 0) {
		emulator.programs = guest->emulators;
		status = emulator_run(&emulator, variant, &hardware, settings, &outcome, err);
		result->seconds = now() - began;
		result->user_seconds = emulator.user_seconds;
		if (status == 0)
			status = judge(guest, &emulator, trace, outcome, result, err);
		if (status == 0)
			keep_instructions(guest, result->instructions);
		if (status == 0)
			status = keep_console(&emulator, guest->console, err);
		emulator_free(&emulator);
	}
	json_decref(outcome);
	json_decref(settings);
	if (status < 0)
		guest_result_free(result);
	return status;
}

/* When the guest writes to Bochs's shutdown port, Bochs logs this message, preceded by its time. */
static int read_shutdown(const char *log, uint64_t *ticks, struct err *err)
{
	FILE *file = fopen(log, "r");
	char line[512];

	*ticks = 0;
	while (file && fgets(line, sizeof(line), file))
		if (strstr(line, "Shutdown port: shutdown requested"))
			*ticks = strtoull(line, NULL, 10);
	if (file)
		fclose(file);
	return *ticks ? 0 : err_set(err, ERR_FAILED, "the guest did not request a shutdown");
}

int guest_boot_plain(const struct guest *guest, struct guest_result *result, uint64_t *ticks, struct err *err)
{
	struct hardware hardware = hardware_of(guest);
	struct emulator emulator;
	double began = now();
	int status = emulator_init(&emulator, err);

	*result = (struct guest_result){0};
	if (status < 0)
		return status;
	emulator.programs = guest->emulators;
	status = emulator_run(&emulator, "plain", &hardware, NULL, NULL, err);
	result->seconds = now() - began;
	result->user_seconds = emulator.user_seconds;
	if (status == 0)
		status = read_shutdown(emulator.log, ticks, err);
	emulator_free(&emulator);
	return status;
}

static int64_t guest_clock(const json_t *reports, const char *marker)
{
	char key[64];
	const char *text;

	snprintf(key, sizeof(key), "clock_ns.%s", marker);
	text = json_string_value(json_object_get(reports, key));
	return text ? strtoll(text, NULL, 10) : -1;
}

int64_t guest_region_ps(const struct guest *guest, const json_t *reports)
{
	int64_t begin_ns = guest_clock(reports, "roi-begin"), end_ns = guest_clock(reports, "roi-end");

	return guest->workload->region_is_boot || begin_ns < 0 || end_ns < 0 ? -1 : (end_ns - begin_ns) * 1000;
}

void guest_result_free(struct guest_result *result)
{
	json_decref(result->reports);
	json_decref(result->emulation);
	result->reports = result->emulation = NULL;
}

int guest_init(struct guest *guest, const struct workload *workload, const char *size, const char *cache,
	       uint64_t memory_bytes, struct err *err)
{
	char own[PATH_MAX];
	int status;

	*guest = (struct guest){.workload = workload, .level = TRACE_LEVEL_DEFAULT, .vcpus = 1};
	status = workload_size_find(workload, size, &guest->size, err);
	if (status == 0 && !cache)
		status = workload_cache_folder(own, err);
	if (status == 0)
		status = workload_prepare(workload, size, cache ? cache : own, &guest->image, err);
	if (status == 0)
		guest->memory_bytes = memory_bytes ? memory_bytes : guest->size->memory_bytes;
	return status;
}

void guest_free(struct guest *guest)
{
	workload_image_free(&guest->image);
}
