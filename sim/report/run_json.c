/* SPDX-License-Identifier: MIT */
#include "report/run_json.h"

#include <fcntl.h>
#include <math.h>

#include "base/output.h"

/* Makes element `i` of an array. NULL when out of memory or when a name is not UTF-8; so do the functions below. */
typedef json_t *element(const struct run_result *result, size_t i);

static json_t *array(const struct run_result *result, size_t count, element *make)
{
	json_t *json = json_array();

	for (size_t i = 0; i < count; i++) {
		if (json_array_append_new(json, make(result, i)) < 0) {
			json_decref(json);
			return NULL;
		}
	}
	return json;
}

static json_t *integer(uint64_t number)
{
	return json_integer((json_int_t)number);
}

/* Converts to seconds: the nearest double up to 2^53 ps (two and a half hours), one of the two nearest above that. */
static double seconds(int64_t ps)
{
	return (double)ps / 1e12;
}

static json_t *stalls(const struct job_result *job)
{
	json_t *json = json_object();
	int failed = 0;

	for (int stall = 0; stall < STALLS; stall++)
		failed |= json_object_set_new(json, stall_names[stall], json_real(seconds(job->stall_ps[stall])));
	if (!failed)
		return json;
	json_decref(json);
	return NULL;
}

static json_t *faults(const struct job_result *job)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o}", "demand", integer(job->faults.demand), "compulsory",
			 integer(job->faults.compulsory), "first_touch", integer(job->faults.first_touch), "in_flight",
			 integer(job->faults.in_flight), "minor", integer(job->faults.minor));
}

static json_t *prefetch(const struct job_result *job)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "issued", integer(job->prefetch.issued), "used",
			 integer(job->prefetch.used), "late", integer(job->prefetch.late), "unused",
			 integer(job->prefetch.unused), "polluted", integer(job->prefetch.polluted), "dropped",
			 integer(job->prefetch.dropped));
}

/* For every step of the histogram, its longest fetch and the number of fetches. */
static json_t *steps(const struct job_result *job)
{
	json_t *ns = json_array(), *count = json_array();
	int failed = 0;

	for (size_t i = 0; i < job->fetch_steps; i++) {
		failed |= json_array_append_new(ns, json_real((double)job->fetch_step[i].value / 1000));
		failed |= json_array_append_new(count, integer(job->fetch_step[i].count));
	}
	if (!failed)
		return json_pack("{s:o, s:o}", "ns", ns, "count", count);
	json_decref(ns);
	json_decref(count);
	return NULL;
}

static json_t *ratio(double number)
{
	return isfinite(number) ? json_real(number) : json_null();
}

static json_t *word(const char *text)
{
	return text ? json_string(text) : json_null();
}

static json_t *job(const struct run_result *result, size_t i)
{
	const struct job_result *it = &result->job[i];

	return json_pack(
		"{s:o, s:o, s:f, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:f, s:o, s:o, s:f, s:f, s:f, s:f, s:o, s:f, "
		"s:o, s:b, s:o, "
		"s:o, s:o, "
		"s:{s:f, s:f, s:f, s:f}, s:o, s:o}",
		"stopped_by", word(it->stopped_by), "restarts", integer(it->restarts), "lost_s", seconds(it->lost_ps),
		"name", it->name, "workload", it->workload, "scope", scope_names[it->scope], "trace", it->trace,
		"policy", it->policy, "policy_counts", policy_filtered_word(it->policy_counts), "prefetcher",
		it->prefetcher, "instructions", integer(it->instructions), "idle_s", (double)it->idle_ns / 1e9,
		"footprint_pages", integer(it->footprint_pages), "local_pages", integer(it->local_pages), "start_s",
		seconds(it->start_ps), "base_s", seconds(it->base_ps), "base_idle_s", (double)it->base_idle_ns / 1e9,
		"time_s", seconds(it->time_ps), "slowdown", ratio(job_slowdown(it)), "time_max_s",
		seconds(it->time_max_ps), "slowdown_max", ratio(job_slowdown_max(it)), "stopped", it->stopped, "faults",
		faults(it), "prefetch", prefetch(it), "writebacks", integer(it->writebacks), "fetch_ns", "mean",
		it->fetch_ns.mean, "p50", it->fetch_ns.p50, "p99", it->fetch_ns.p99, "max", it->fetch_ns.max,
		"fetch_steps", steps(it), "stall_s", stalls(it));
}

static json_t *link_of(const struct run_result *result, size_t i)
{
	const struct link_result *it = &result->link[i];

	return json_pack("{s:s, s:f, s:f, s:o}", "name", it->name, "utilisation", it->utilisation, "queue_ns_mean",
			 it->queue_ns_mean, "bytes", integer(it->bytes));
}

static json_t *hypervisor(const struct run_result *result, size_t i)
{
	const struct hypervisor_result *it = &result->hypervisor[i];

	return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "name", it->name, "pages_read", integer(it->pages_read),
			 "pages_written", integer(it->pages_written), "frames_own", integer(it->frames_own),
			 "frames_lent", integer(it->frames_lent), "frames_hosted", integer(it->frames_hosted),
			 "pages_lost", integer(it->pages_lost));
}

/* Copies of pages: in all, and what became of them. */
static int put_pages(json_t *json, const struct change_pages *pages)
{
	int failed = json_object_set_new(json, "copies", integer(pages->copies));

	for (int i = 0; i < CHANGE_OUTCOMES; i++)
		failed |= json_object_set_new(json, change_outcome_names[i], integer(pages->became[i]));
	return failed;
}

/* The jobs whose pages a hypervisor held. */
static json_t *owners(const struct run_result *result, const struct change_result *change)
{
	json_t *json = json_array();
	int failed = 0;

	for (size_t i = 0; change->of && i < result->jobs; i++) {
		json_t *owner;

		if (!change->of[i].copies)
			continue;
		owner = json_pack("{s:s}", "job", result->job[i].name);
		failed |= !owner || put_pages(owner, &change->of[i]);
		failed |= json_array_append_new(json, owner);
	}
	if (!failed)
		return json;
	json_decref(json);
	return NULL;
}

/* The VMs that ran on a hypervisor. */
static json_t *ended(const struct run_result *result, const struct change_result *change)
{
	json_t *json = json_array();
	int failed = 0;

	for (size_t i = 0; i < change->vms; i++) {
		const struct change_vm_result *vm = &change->vm[i];
		bool again = vm->became == CHANGE_VM_RESTARTED;

		failed |= json_array_append_new(json,
						json_pack("{s:s, s:s, s:o, s:f, s:f}", "job", result->job[vm->job].name,
							  "became", change_vm_names[vm->became], "hypervisor",
							  word(again ? result->hypervisor[vm->hypervisor].name : NULL),
							  "at_s", seconds(vm->at_ps), "lost_s", seconds(vm->lost_ps)));
	}
	if (!failed)
		return json;
	json_decref(json);
	return NULL;
}

static json_t *change(const struct run_result *result, size_t i)
{
	const struct change_result *it = &result->change[i];
	json_t *json = json_pack("{s:s, s:s, s:f, s:o, s:f, s:o, s:o, s:o, s:f, s:o, s:o}", "action",
				 change_action_names[it->action], "hypervisor", result->hypervisor[it->hypervisor].name,
				 "at_s", seconds(it->at_ps), "known_s",
				 it->known_ps < 0 ? json_null() : json_real(seconds(it->known_ps)), "done_s",
				 seconds(it->done_ps), "frames", integer(it->frames), "remade", integer(it->remade),
				 "waits", integer(it->waits), "wait_s", seconds(it->wait_ps), "pages_of",
				 owners(result, it), "vms", ended(result, it));

	if (!json || put_pages(json, &it->all) == 0)
		return json;
	json_decref(json);
	return NULL;
}

int run_json_make(const struct run_result *result, json_t *manifest, json_t **json, struct err *err)
{
	*json = json_pack("{s:f, s:o, s:o, s:o, s:o, s:o, s:o, s:O}", "end_s", seconds(result->end_ps), "changes",
			  array(result, result->changes, change), "jobs", array(result, result->jobs, job), "links",
			  array(result, result->links, link_of), "hypervisors",
			  array(result, result->hypervisors, hypervisor), "pages_lost", integer(result->pages_lost),
			  "pages_stored", integer(result->pages_stored), "manifest", manifest);

	return *json ? 0
		     : err_set(err, ERR_FAILED,
			       "the result cannot be written as JSON: out of memory, or JSON cannot hold a number or a "
			       "name in it");
}

int run_json_write(const json_t *json, FILE *to, struct err *err)
{
	if (json_dumpf(json, to, JSON_INDENT(2)) < 0 || fputc('\n', to) == EOF)
		return err_errno(err, ERR_FAILED, "the result cannot be written");
	return 0;
}

int run_json_print(const struct run_result *result, json_t *manifest, FILE *to, struct err *err)
{
	json_t *json;
	int status = run_json_make(result, manifest, &json, err);

	if (status < 0)
		return status;
	status = run_json_write(json, to, err);
	json_decref(json);
	return status;
}

int run_json_save(const json_t *json, const char *path, struct err *err)
{
	struct output output;
	FILE *to;
	int fd, status;

	if (!path)
		return run_json_write(json, stdout, err);
	fd = output_open(&output, path, O_WRONLY | O_TRUNC | O_CLOEXEC, err);
	if (fd < 0)
		return fd;
	to = fdopen(fd, "w");
	status = to ? run_json_write(json, to, err) : err_errno(err, ERR_FAILED, "%s", path);
	if (to && fclose(to) != 0 && status == 0)
		status = err_errno(err, ERR_FAILED, "%s", path);
	if (status == 0)
		status = output_commit(&output, err);
	else
		output_discard(&output);
	output_free(&output);
	return status;
}
