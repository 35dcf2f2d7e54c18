/* SPDX-License-Identifier: MIT */
#include "record/emulate.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/share.h"
#include "live/live.h"
#include "live/one_job.h"
#include "live/result_json.h"
#include "record/kept.h"

#define K 64 /* pages of the filter of a recorded trace */

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
	guest_ps = guest_region_ps(guest, result.reports);
	if (status == 0 && guest_ps >= 0 && !boot->machine_clock)
		job->time_ps = guest_ps;
	guest_result_free(&result);
	return status;
}

/* The run with all memory local, which the host has backed: read from an earlier run, or done now. */
static int base(const struct guest *guest, json_t *configuration, const char *cache, bool machine_clock,
		struct job_result *job, struct err *err)
{
	uint64_t frames = hardware_machine_bytes(guest->memory_bytes) >> TRACE_PAGE_SHIFT;
	const char *clock = machine_clock ? "machine" : "guest";
	json_t *result, *costless;
	struct kept kept;
	int status = kept_open(&kept, guest, cache, "", err);

	if (status < 0)
		return status;
	result = json_object_get(kept.json, clock);
	if (!result || result_from_json(result, job, err) < 0) {
		costless = kept_costless(configuration);
		status = costless ? boot(guest, &(struct boot){costless, frames, NULL, machine_clock}, job, err)
				  : err_memory(err, "the emulator's settings");
		json_decref(costless);
		if (status == 0)
			status = kept_put(&kept, clock, result_to_json(job), err);
	}
	kept_close(&kept);
	return status;
}

int emulate_result(const struct config *config, const struct guest *guest, const struct job_result *job,
		   struct run_result *result, struct err *err)
{
	char *trace;
	int status;

	if (asprintf(&trace, "%s-%s", guest->workload->name, guest->size->name) < 0)
		return err_memory(err, "the result");
	status = one_job_result(config, job, guest->workload->name, trace, result, err);
	free(trace);
	return status;
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
		status = emulate_result(config, &guest, &job, result, err);
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
