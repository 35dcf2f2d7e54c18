/* SPDX-License-Identifier: MIT */
#include "record/emulate.h"

#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/file.h"
#include "base/output.h"
#include "base/share.h"
#include "base/version.h"
#include "live/live.h"
#include "live/result_json.h"

#define K 64 /* pages of the filter of a recorded trace */

/* The path of the stored run with all memory local. It is the same for every configuration of this guest at this
 * rate. */
static int base_path(const struct guest *guest, const char *cache, char path[PATH_MAX], struct err *err)
{
	char own[PATH_MAX];
	int status = cache ? 0 : workload_cache_folder(own, err);

	if (status < 0)
		return status;
	if (snprintf(path, PATH_MAX, "%s/base", cache ? cache : own) >= PATH_MAX - 200)
		return err_set(err, ERR_FAILED, "%s: the path is too long", cache ? cache : own);
	if (folder_make(path, err) < 0)
		return ERR_FAILED;
	snprintf(path + strlen(path), 200, "/%s-%s-%.16s-%" PRIu64 "-%" PRIu64 "-%u-%s.json", guest->workload->name,
		 guest->size->name, guest->image.digest, guest->memory_bytes >> 20, guest->ips, guest->vcpus,
		 megavm_version);
	return 0;
}

static int write_json(const char *path, const json_t *json, struct err *err)
{
	struct output_file file;
	int status = output_create(&file, path, OUTPUT_HIDDEN, err);

	if (status < 0)
		return status;
	if (json_dumpf(json, file.stream, JSON_INDENT(1)) < 0)
		status = err_errno(err, ERR_FAILED, "%s", path);
	return output_finish(&file, status, err);
}

static int64_t guest_clock(const json_t *reports, const char *marker)
{
	char key[64];
	const char *text;

	snprintf(key, sizeof(key), "clock_ns.%s", marker);
	text = json_string_value(json_object_get(reports, key));
	return text ? strtoll(text, NULL, 10) : -1;
}

/* The guest's own time for the region, in ps; -1 when the guest's clock did not run yet, as during boot. */
static int64_t guest_time_ps(const struct guest *guest, const json_t *reports)
{
	int64_t begin_ns = guest_clock(reports, "roi-begin"), end_ns = guest_clock(reports, "roi-end");

	return guest->workload->region_is_boot || begin_ns < 0 || end_ns < 0 ? -1 : (end_ns - begin_ns) * 1000;
}

/* One boot. */
struct boot {
	json_t *configuration;
	uint64_t local_pages;
	const char *trace;  /* a file for it, or NULL */
	bool machine_clock; /* where the time is taken from */
};

static int boot(const struct guest *guest, const struct boot *boot, struct job_result *job, struct err *err)
{
	json_t *emulation = json_pack("{s:O, s:I}", "configuration", boot->configuration, "local_pages",
				      (json_int_t)boot->local_pages);
	struct guest_result result;
	int64_t guest_ps;
	int status = emulation ? guest_boot(guest, boot->trace, emulation, &result, err)
			       : err_memory(err, "the emulator's settings");

	json_decref(emulation);
	if (status < 0)
		return status;
	if (result.emulation)
		status = result_from_json(result.emulation, job, err);
	else
		status = err_set(err, ERR_FAILED, "%s: the guest marked no region of interest (roi-begin, roi-end)",
				 guest->workload->name);
	guest_ps = guest_time_ps(guest, result.reports);
	if (status == 0 && guest_ps >= 0 && !boot->machine_clock)
		job->time_ps = guest_ps;
	guest_result_free(&result);
	return status;
}

/* Waits for the lock; goes on without it where locks are not available. */
static int take_lock(const char *path)
{
	char name[PATH_MAX + 8];
	int lock;

	snprintf(name, sizeof(name), "%s.lock", path);
	lock = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (lock >= 0)
		flock(lock, LOCK_EX);
	return lock;
}

/* A copy of the configuration in which no fault takes time; NULL when memory runs out. */
static json_t *without_software(json_t *configuration)
{
	static const char *const costs[] = {"exit", "handler", "lookup", "map", "minor"};
	json_t *copy = json_deep_copy(configuration), *fault = json_object_get(copy, "fault");
	int failed = 0;

	for (size_t i = 0; i < sizeof(costs) / sizeof(costs[0]); i++)
		failed |= json_object_set_new(fault, costs[i], json_string("0ns"));
	if (!failed)
		return copy;
	json_decref(copy);
	return NULL;
}

/* The run with all memory local, which the host has backed: read from an earlier run, or done now. */
static int base(const struct guest *guest, json_t *configuration, const char *cache, bool machine_clock,
		struct job_result *job, struct err *err)
{
	uint64_t frames = hardware_machine_bytes(guest->memory_bytes) >> TRACE_PAGE_SHIFT;
	const char *clock = machine_clock ? "machine" : "guest";
	char path[PATH_MAX];
	json_t *kept, *result, *costless;
	int lock, status = base_path(guest, cache, path, err);

	if (status < 0)
		return status;
	lock = take_lock(path); /* of several processes that need the same run, only one does it */
	kept = json_load_file(path, 0, NULL);
	result = json_object_get(kept, clock);
	if (result && result_from_json(result, job, err) == 0) {
		json_decref(kept);
		close(lock);
		return 0;
	}
	costless = without_software(configuration);
	status = costless ? boot(guest, &(struct boot){costless, frames, NULL, machine_clock}, job, err)
			  : err_memory(err, "the emulator's settings");
	json_decref(costless);
	if (status == 0) {
		if (!kept)
			kept = json_object();
		json_object_set_new(kept, clock, result_to_json(job));
		status = write_json(path, kept, err);
	}
	json_decref(kept);
	close(lock);
	return status;
}

static int make_result(const struct config *config, const struct guest *guest, const struct job_result *job,
		       struct run_result *result, struct err *err)
{
	*result = (struct run_result){.job = calloc(1, sizeof(*job)),
				      .jobs = 1,
				      .hypervisor = calloc(1, sizeof(*result->hypervisor)),
				      .hypervisors = 1};
	if (!result->job || !result->hypervisor)
		return err_memory(err, "the result");
	*result->job = *job;
	result->job->name = strdup(config->vms[0].name);
	result->job->workload = strdup(guest->workload->name);
	result->job->policy = policies[config->vms[0].policy]->name;
	result->job->policy_counts = FILTERED_EXACT; /* it sees every touch */
	result->job->prefetcher = prefetchers[config->vms[0].prefetch]->name;
	if (asprintf(&result->job->trace, "%s-%s", guest->workload->name, guest->size->name) < 0)
		result->job->trace = NULL;
	result->hypervisor->name = strdup("h0");
	result->hypervisor->frames_own = job->local_pages;
	result->end_ps = job->time_ps;
	if (result->job->name && result->job->workload && result->job->trace && result->hypervisor->name)
		return 0;
	run_result_free(result);
	return err_memory(err, "the result");
}

static int run_both(const struct guest *guest, const struct config *config, json_t *configuration,
		    const struct emulate_options *options, struct job_result *job, struct err *err)
{
	struct job_result all_local = {0};
	uint64_t local;
	int status = base(guest, configuration, options->cache, options->machine_clock, &all_local, err);

	if (status < 0)
		return status;
	free(all_local.fetch_step);
	local = share_pages(&config->vms[0].local, all_local.footprint_pages, TRACE_PAGE_SHIFT);
	if (local < K)
		return err_set(err, ERR_USAGE,
			       "vms.local: %" PRIu64 " pages of %s: allowed are %d to %" PRIu64 ", its footprint",
			       local, guest->workload->name, K, all_local.footprint_pages);
	status = boot(guest, &(struct boot){configuration, local, options->trace, options->machine_clock}, job, err);
	job->base_ps = all_local.time_ps;
	job->base_idle_ns = all_local.idle_ns / guest->vcpus;
	job->time_max_ps = job->time_ps;                  /* the guest itself passes its waits on */
	job->footprint_pages = all_local.footprint_pages; /* the local share refers to this footprint */
	return status;
}

static int emulate_workload(const struct workload *workload, const struct config *config, json_t *configuration,
			    const struct emulate_options *options, struct run_result *result, struct err *err)
{
	struct job_result job = {0};
	struct guest guest;
	int status = guest_init(&guest, workload, config->vms[0].size, options->cache, options->memory_bytes, err);

	if (status < 0)
		return status;
	guest.ips = config->ips;
	guest.k = K;
	guest.quiet = options->quiet;
	guest.vcpus = options->vcpus;
	guest.command = options->command;
	status = run_both(&guest, config, configuration, options, &job, err);
	if (status == 0)
		status = make_result(config, &guest, &job, result, err);
	else
		free(job.fetch_step);
	guest_free(&guest);
	return status;
}

int emulate(const struct config *config, json_t *configuration, const struct emulate_options *options,
	    struct run_result *result, struct err *err)
{
	struct workload workload;
	int status = engine_check(&engines[ENGINE_BOCHS], config, err);

	if (status == 0)
		status = workload_read(&workload, config->vms[0].workload, err);
	if (status < 0)
		return status;
	status = emulate_workload(&workload, config, configuration, options, result, err);
	workload_free(&workload);
	return status;
}
