/* SPDX-License-Identifier: MIT */
#include "record/swap.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/share.h"
#include "live/result_json.h"
#include "prefetch/prefetch.h"
#include "prefetch/swapin.h"
#include "record/emulate.h"
#include "record/kept.h"

#define PAGE_BYTES (UINT64_C(1) << TRACE_PAGE_SHIFT)
#define K          64 /* of the filter that watches the run with all memory local; nothing depends on it */

/* What the run with all memory local shows of a job. */
struct own {
	struct job_result job; /* its instructions and idle time, and the time by the guest's clock */
	uint64_t pages;        /* anonymous ones and those of files without a disk, at most at a time */
	uint64_t kernel_pages; /* what else is charged to it as it ends: page tables, other memory of the kernel's */
};

/* A number that the guest reported. */
static int reported(const struct guest *guest, const json_t *reports, const char *key, uint64_t *value, struct err *err)
{
	const char *text = json_string_value(json_object_get(reports, key));

	if (!text)
		return err_set(
			err, ERR_FAILED,
			"%s: its guest did not report %s: run.sh has to start the job by 'vm region' or 'vm job'",
			guest->workload->name, key);
	*value = strtoull(text, NULL, 10);
	return 0;
}

/* By how much one of the kernel's counts has grown in the region. */
static int grown(const struct guest *guest, const json_t *reports, const char *count, uint64_t *value, struct err *err)
{
	char begin[64], end[64];
	uint64_t before = 0;
	int status;

	snprintf(begin, sizeof(begin), "job.%s.roi-begin", count);
	snprintf(end, sizeof(end), "job.%s.roi-end", count);
	status = reported(guest, reports, begin, &before, err);
	if (status == 0)
		status = reported(guest, reports, end, value, err);
	*value -= status == 0 ? before : 0;
	return status;
}

static int region_time(const struct guest *guest, const json_t *reports, int64_t *time_ps, struct err *err)
{
	*time_ps = guest_region_ps(guest, reports);
	return *time_ps >= 0
		       ? 0
		       : err_set(err, ERR_FAILED, "%s: the guest marked no region of interest (roi-begin, roi-end)",
				 guest->workload->name);
}

/* ---- with all memory local ---- */

/* What was charged at most is the job's pages, and besides what else is charged as it ends. */
static int read_own(const struct guest *guest, const struct guest_result *result, struct own *own, struct err *err)
{
	uint64_t peak = 0, kernel = 0, file = 0, shmem = 0, other;
	int status = reported(guest, result->reports, "job.peak", &peak, err);

	if (status == 0)
		status = reported(guest, result->reports, "job.kernel", &kernel, err);
	if (status == 0)
		status = reported(guest, result->reports, "job.file", &file, err);
	if (status == 0)
		status = reported(guest, result->reports, "job.shmem", &shmem, err);
	if (status == 0)
		status = result_from_json(result->emulation, &own->job, err);
	if (status == 0)
		status = region_time(guest, result->reports, &own->job.time_ps, err);
	other = kernel + file - shmem;
	own->kernel_pages = (other + PAGE_BYTES - 1) / PAGE_BYTES;
	own->pages = peak > other ? (peak - other) / PAGE_BYTES : 0;
	return status;
}

static int run_local(struct guest *guest, json_t *configuration, struct own *own, struct err *err)
{
	const uint64_t frames = hardware_machine_bytes(guest->memory_bytes) >> TRACE_PAGE_SHIFT;
	json_t *emulation = json_pack("{s:o, s:I}", "configuration", kept_costless(configuration), "local_pages",
				      (json_int_t)frames);
	struct guest_result result;
	int status;

	guest->told = GUEST_JOB_ALONE;
	status = emulation ? guest_boot(guest, NULL, emulation, &result, err)
			   : err_memory(err, "the emulator's settings");
	json_decref(emulation);
	if (status < 0)
		return status;
	status = read_own(guest, &result, own, err);
	guest_result_free(&result);
	return status;
}

/* Fills in what an earlier run has shown; false if there was none. */
static bool own_from_json(const json_t *json, struct own *own)
{
	struct err ignored;

	own->pages = (uint64_t)json_integer_value(json_object_get(json, "pages"));
	own->kernel_pages = (uint64_t)json_integer_value(json_object_get(json, "kernel_pages"));
	return json && result_from_json(json_object_get(json, "job"), &own->job, &ignored) == 0;
}

static int find_own(struct guest *guest, json_t *configuration, const char *cache, struct own *own, struct err *err)
{
	struct kept kept;
	int status = kept_open(&kept, guest, cache, "-job", err);

	if (status < 0)
		return status;
	if (!own_from_json(json_object_get(kept.json, "guest"), own)) {
		status = run_local(guest, configuration, own, err);
		if (status == 0)
			status = kept_put(&kept, "guest",
					  json_pack("{s:I, s:I, s:o}", "pages", (json_int_t)own->pages, "kernel_pages",
						    (json_int_t)own->kernel_pages, "job", result_to_json(&own->job)),
					  err);
	}
	kept_close(&kept);
	return status;
}

/* ---- under a limit ---- */

/* The window of read-ahead, as vm.page-cluster has it. */
static uint64_t page_cluster(const struct config *config)
{
	const int prefetch = config->vms[0].prefetch;

	return prefetchers[prefetch]->is_none
		       ? 0
		       : ((const struct swapin_params *)config->prefetch_params[prefetch])->cluster;
}

/*
 * The device takes all of the job's pages, a quarter more, and 1024 pages that the kernel sets aside by the cluster. It
 * is no larger, since it never gives a block back, and the kernel writes to all of a device before it begins again.
 */
static uint64_t swap_pages(const struct own *own)
{
	return own->pages + own->pages / 4 + 1024;
}

static int run_limited(struct guest *guest, const struct config *config, const struct own *own, uint64_t local,
		       struct guest_result *result, struct err *err)
{
	const uint64_t pages = swap_pages(own), bytes = pages * PAGE_BYTES;
	const int64_t completion_ns = (network_fetch_ps(&config->fabric, PAGE_BYTES) + 500) / 1000;
	char *told;
	int status;

	if (asprintf(&told,
		     "JOB_LIMIT=%" PRIu64 "\nSWAP_KIB=%" PRIu64 "\nSWAP_NS=%" PRId64 "\nSWAP_CLUSTER=%" PRIu64 "\n",
		     (local + own->kernel_pages) * PAGE_BYTES, bytes / 1024, completion_ns, page_cluster(config)) < 0)
		return err_memory(err, "the guest's settings");
	guest->told = told;
	guest->memory_bytes += bytes + bytes / 8; /* an eighth to find them by */
	guest->memory_bytes += HARDWARE_BLOCK - guest->memory_bytes % HARDWARE_BLOCK;
	status = guest_boot(guest, NULL, NULL, result, err);
	free(told);
	return status;
}

static int count(const struct guest *guest, const json_t *reports, struct job_result *job, struct err *err)
{
	uint64_t faults = 0;
	int status = region_time(guest, reports, &job->time_ps, err);

	if (status == 0)
		status = grown(guest, reports, "pgmajfault", &job->faults.demand, err);
	if (status == 0)
		status = grown(guest, reports, "pgfault", &faults, err);
	if (status == 0)
		status = grown(guest, reports, "pswpout", &job->writebacks, err);
	if (status == 0)
		status = grown(guest, reports, "swap_ra", &job->prefetch.issued, err);
	if (status == 0)
		status = grown(guest, reports, "swap_ra_hit", &job->prefetch.used, err);
	job->faults.minor = faults - job->faults.demand;
	job->time_max_ps = job->time_ps;
	return status;
}

static int run_both(struct guest *guest, const struct config *config, json_t *configuration, const char *cache,
		    struct job_result *job, struct err *err)
{
	struct own own = {.pages = 0};
	struct guest_result limited;
	int status = find_own(guest, configuration, cache, &own, err);

	if (status < 0)
		return status;
	free(own.job.fetch_step);
	*job = (struct job_result){.instructions = own.job.instructions,
				   .idle_ns = own.job.idle_ns,
				   .base_idle_ns = own.job.idle_ns,
				   .base_ps = own.job.time_ps,
				   .footprint_pages = own.pages,
				   .scope = SCOPE_PROCESS,
				   .local_pages = share_pages(&config->vms[0].local, own.pages, TRACE_PAGE_SHIFT)};
	if (job->local_pages < 1)
		return err_set(err, ERR_USAGE, "vms.local: 0 pages of %s: allowed are 1 to %" PRIu64 ", its own memory",
			       guest->workload->name, own.pages);
	status = run_limited(guest, config, &own, job->local_pages, &limited, err);
	if (status < 0)
		return status;
	status = count(guest, limited.reports, job, err);
	guest_result_free(&limited);
	return status;
}

int swap_emulate(const struct config *config, json_t *configuration, const char *cache, struct run_result *result,
		 struct err *err)
{
	struct job_result job = {0};
	struct workload workload;
	struct guest guest;
	int status = workload_read(&workload, config->vms[0].workload, err);

	if (status < 0)
		return status;
	if (workload.region_is_boot)
		status = err_set(err, ERR_USAGE, "vms.workload: %s has no job that could stand under a limit",
				 workload.name);
	else
		status = guest_init(&guest, &workload, config->vms[0].size, cache, 0, err);
	if (status == 0) {
		guest.ips = config->ips;
		guest.k = K;
		guest.quiet = true;
		guest.command = "";
		status = run_both(&guest, config, configuration, cache, &job, err);
		if (status == 0)
			status = emulate_result(config, &guest, &job, result, err);
		guest_free(&guest);
	}
	workload_free(&workload);
	return status;
}
