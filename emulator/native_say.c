/* SPDX-License-Identifier: MIT */
/* What a native run says besides the job's result. */
#include <inttypes.h>
#include <sys/wait.h>

#include "base/page.h"
#include "emulator/native.h"
#include "trace/header.h"

static double seconds(int64_t ps)
{
	return (double)ps / 1e12;
}

static json_t *count(uint64_t number)
{
	return json_integer((json_int_t)number);
}

json_t *native_json(const struct native_result *native)
{
	const struct pager_counts *pager = &native->pager;
	const struct tracer_counts *tracer = &native->tracer;
	json_t *alone = native->alone.pages
				? json_pack("{s:f, s:f, s:f, s:b}", "real_s", seconds(native->alone.real_ps),
					    "processor_s", seconds(native->alone.processor_ps), "base_s",
					    seconds(native->alone.base_ps), "from_cache", native->from_cache)
				: json_null();

	json_t *json = json_pack(
		"{s:f, s:o, s:s, s:o, s:b, s:{s:f, s:f}, s:b, s:o, s:o, s:o, s:o, s:o, s:f, s:o, s:o, s:o, "
		"s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
		"real_s", seconds(native->real_ps), "by_itself", alone, "time", native->several ? "real" : "virtual",
		"threads", count(tracer->threads), "one_processor", native->pinned, "floor_ns", "one_thread",
		(double)native->floor_ps[0] / 1000, "several_threads", (double)native->floor_ps[1] / 1000,
		"writes_seen", native->guards, "traps", count(pager->traps), "write_traps", count(pager->guard_traps),
		"repeated_traps", count(pager->repeated), "stalls_below_floor", count(pager->short_stalls),
		"stalls_late", count(pager->late), "late_s", seconds(pager->late_ps), "pages_not_unmapped",
		count(pager->stuck), "calls_stopped", count(tracer->calls), "mlock_ignored", count(tracer->locks),
		"programs_not_managed", count(tracer->programs), "copies_not_managed", count(tracer->copies),
		"executions", count(tracer->executions), "managed_only_bytes", count(native->only_bytes),
		"unmanaged_anonymous_bytes", count(tracer->anonymous_bytes), "unmanaged_file_bytes",
		count(tracer->file_bytes), "exit_status",
		json_integer(WIFEXITED(native->exit_status) ? WEXITSTATUS(native->exit_status)
							    : 128 + WTERMSIG(native->exit_status)));

	if (json && native->peers &&
	    (json_object_set(json, "peers", native->peers) < 0 ||
	     json_object_set_new(json, "touch_ns",
				 json_pack("{s:f, s:f, s:f, s:f}", "first", (double)native->touch.first_ps / 1000,
					   "first_evicting", (double)native->touch.first_evicting_ps / 1000, "remote",
					   (double)native->touch.remote_ps / 1000, "read",
					   (double)native->read_ps / 1000)) < 0 ||
	     json_object_set_new(json, "predicted_s",
				 native->predicted_ps ? json_real(seconds(native->predicted_ps)) : json_null()) < 0)) {
		json_decref(json);
		return NULL;
	}
	return json;
}

void native_free(struct native_result *native)
{
	json_decref(native->peers);
	native->peers = NULL;
}

static double mib(uint64_t bytes)
{
	return (double)bytes / (1 << 20);
}

static double real_of(const json_t *object, const char *key)
{
	return json_number_value(json_object_get(object, key));
}

static void print_peers(const json_t *peers, FILE *to)
{
	const json_t *peer;
	size_t i;

	json_array_foreach(json_object_get(peers, "peer"), i, peer)
	{
		fprintf(to, "peer %s: %s, reads a page in %.1f us (99 %%: %.1f us)",
			json_string_value(json_object_get(peer, "address")),
			json_string_value(json_object_get(peer, "transport")), real_of(peer, "read_ns") / 1000,
			real_of(peer, "read_p99_ns") / 1000);
		if (real_of(peer, "down_s") > 0)
			fprintf(to, "; down after %.3f s: %s", real_of(peer, "down_s"),
				json_string_value(json_object_get(peer, "reason")));
		fputc('\n', to);
	}
	fprintf(to, "%.0f pages fetched, %.0f sent, %.0f left clean, %.0f touched before they were sent\n",
		real_of(peers, "fetched"), real_of(peers, "sent"), real_of(peers, "left_clean"),
		real_of(peers, "recalled"));
	if (real_of(peers, "downs") + real_of(peers, "moved") > 0)
		fprintf(to,
			"failures of peers: %.0f; %.0f copies made anew, %.0f of them for peers that left; %.0f pages "
			"lost\n",
			real_of(peers, "downs"), real_of(peers, "copied_anew"), real_of(peers, "moved"),
			real_of(peers, "lost"));
}

void native_print(const struct native_result *native, FILE *to)
{
	const struct tracer_counts *tracer = &native->tracer;
	const struct pager_counts *pager = &native->pager;

	fprintf(to, "\nreal time %.3f s", seconds(native->real_ps));
	if (native->alone.pages)
		fprintf(to, "; by itself %.3f s%s", seconds(native->alone.real_ps),
			native->from_cache ? " (an earlier run)" : "");
	if (native->peers)
		fprintf(to, "; remote pages were at peers, so the times above are real ones\n");
	else if (native->several)
		fprintf(to,
			"; up to %u threads, so the times above are real ones: a stall below the floor took as long as "
			"the "
			"floor\n",
			tracer->threads);
	else
		fprintf(to, "; one thread, so the times above are without what the pager's own traps took%s\n",
			native->alone.pages ? "" : ", and their base is an estimate");
	fprintf(to, "a trap's floor %.1f us (one thread%s), %.1f us (several)", (double)native->floor_ps[0] / 1e6,
		native->pinned ? ", on the pager's processor" : "", (double)native->floor_ps[1] / 1e6);
	fprintf(to,
		"; %" PRIu64 " traps, of which %" PRIu64 " had a shorter stall, %" PRIu64 " reported a first write\n",
		pager->traps, pager->short_stalls, pager->guard_traps);
	fprintf(to, "not managed at the end: %.1f MiB of stacks and data, %.1f MiB of files",
		mib(tracer->anonymous_bytes), mib(tracer->file_bytes));
	if (native->only_bytes)
		fprintf(to, "; managed: only mappings of %.1f MiB", mib(native->only_bytes));
	if (tracer->programs + tracer->copies)
		fprintf(to, "; %" PRIu64 " programs that it started and %" PRIu64 " copies of itself (fork)",
			tracer->programs, tracer->copies);
	fputc('\n', to);
	if (native->peers)
		print_peers(native->peers, to);
	if (native->peers)
		fprintf(to,
			"measured before the program started: a touch of a remote page %.1f us, a first touch %.1f "
			"us; ",
			(double)native->touch.remote_ps / 1e6, (double)native->touch.first_ps / 1e6);
	if (native->predicted_ps)
		fprintf(to, "so the model predicts %.3f s for these faults, and %.3f s were measured\n",
			seconds(native->predicted_ps), seconds(native->real_ps));
	else if (native->peers)
		fprintf(to, "give --local in per cent for the model's prediction\n");
	if (!native->guards)
		fprintf(to, "this kernel (before 6.4) does not show writes: every evicted page counts as written\n");
	if (pager->stuck)
		fprintf(to, "%" PRIu64 " evicted pages stayed mapped, because the kernel did not unmap them\n",
			pager->stuck);
	if (tracer->locks)
		fprintf(to, "%" PRIu64 " calls of mlock had no effect\n", tracer->locks);
}
