#include "emulation.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "live/result_json.h"
#include "machine.h"

#define PS_PER_S 1000000000000u

static uint64_t ticks_ps(uint64_t ticks, uint64_t ips)
{
	return (uint64_t)((unsigned __int128)ticks * PS_PER_S / ips);
}

int emulation_init(struct emulation *emulation, const struct settings *settings, struct err *err)
{
	char *text = json_dumps(json_object_get(settings->emulation, "configuration"), JSON_COMPACT);
	json_int_t local = json_integer_value(json_object_get(settings->emulation, "local_pages"));
	int status;

	*emulation = (struct emulation){.ips = settings->ips};
	if (!text)
		return err_set(err, ERR_FAILED, "settings: 'emulation' has no configuration");
	status = config_read_text("the emulation's configuration", text, strlen(text), NULL, 0, &emulation->config, err);
	free(text);
	if (status < 0)
		return status;
	status = live_init(&emulation->live, &emulation->config, settings->machine_bytes >> TRACE_PAGE_SHIFT, (uint32_t)local, err);
	if (status < 0)
		config_free(&emulation->config);
	return status;
}

void emulation_free(struct emulation *emulation)
{
	live_free(&emulation->live);
	config_free(&emulation->config);
}

/* The guest's time since its region began, waits that have not passed yet included. */
static int64_t now_ps(const struct emulation *emulation)
{
	uint64_t ran = machine_ticks() - emulation->begin_ticks - emulation->waited_ticks;

	return (int64_t)(ticks_ps(ran, emulation->ips) + (uint64_t)emulation->waited_ps);
}

/* Lets pass what has been waited for and has not passed. A timer that fires meanwhile can add to it. */
static void let_pass(struct emulation *emulation)
{
	if (emulation->waiting)
		return;
	emulation->waiting = true;
	emulation->behind = false;
	for (;;) {
		uint64_t due = (uint64_t)(emulation->waited_ps * emulation->ips / PS_PER_S) - emulation->waited_ticks;
		uint32_t ticks = due > UINT32_MAX ? UINT32_MAX : (uint32_t)due;

		if (!ticks)
			break;
		emulation->waited_ticks += ticks;
		machine_wait(ticks);
	}
	emulation->waiting = false;
}

int emulation_touch(void *context, unsigned vcpu, gfn frame, trace_kind kind, struct err *err)
{
	struct emulation *emulation = context;
	int64_t stall_ps;

	(void)vcpu;
	if (emulation->end_ticks)
		return 0;
	if (!live_touch_local(&emulation->live, frame, kind & TRACE_WRITE, &stall_ps)) {
		int64_t at_ps = emulation->in_region ? now_ps(emulation) : 0;
		int status = live_touch(&emulation->live, frame, kind & TRACE_WRITE, at_ps, &stall_ps, err);

		if (status < 0)
			return status;
	}
	emulation->waited_ps += (uint64_t)stall_ps;
	emulation->behind |= stall_ps != 0;
	if (emulation->behind && TRACE_KIND_SOURCE(kind) != TRACE_DMA)
		let_pass(emulation);
	return 0;
}

int emulation_begin(struct emulation *emulation, struct trace_clock clock, struct err *err)
{
	emulation->in_region = true;
	emulation->begin = clock;
	emulation->begin_ticks = machine_ticks();
	return live_begin(&emulation->live, err);
}

void emulation_end(struct emulation *emulation, struct trace_clock clock)
{
	emulation->end = clock;
	emulation->end_ticks = machine_ticks();
	emulation->in_region = false;
}

json_t *emulation_result(const struct emulation *emulation)
{
	struct job_result job = {0};
	struct err err;
	json_t *json;

	if (!emulation->end_ticks || live_result(&emulation->live, &job, &err) < 0)
		return NULL;
	job.instructions = emulation->end.insn - emulation->begin.insn;
	job.idle_ns = emulation->end.idle_ns - emulation->begin.idle_ns;
	job.time_ps = (int64_t)ticks_ps(emulation->end_ticks - emulation->begin_ticks, emulation->ips);
	json = result_to_json(&job);
	free(job.fetch_step);
	return json;
}
