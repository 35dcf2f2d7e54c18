/* SPDX-License-Identifier: MIT */
#include "emulation.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "live/result_json.h"
#include "machine.h"

#define PS_PER_S 1000000000000u

enum { STANDS = 1 }; /* the virtual CPU must wait */

static uint64_t ticks_ps(uint64_t ticks, uint64_t ips)
{
	return (uint64_t)((unsigned __int128)ticks * PS_PER_S / ips);
}

int emulation_init(struct emulation *emulation, const struct settings *settings, struct err *err)
{
	char *text = json_dumps(json_object_get(settings->emulation, "configuration"), JSON_COMPACT);
	json_int_t local = json_integer_value(json_object_get(settings->emulation, "local_pages"));
	int status;

	*emulation = (struct emulation){.ips = settings->ips, .vcpus = settings->header.vcpus};
	if (!text)
		return err_set(err, ERR_FAILED, "settings: 'emulation' has no configuration");
	status = config_read_text(&(struct config_text){"the emulation's configuration", text, strlen(text)}, NULL, 0,
				  &emulation->config, err);
	free(text);
	if (status < 0)
		return status;
	status = live_init(&emulation->live, &emulation->config,
			   &(struct live_guest){settings->machine_bytes >> TRACE_PAGE_SHIFT, (uint32_t)local,
						settings->header.vcpus, NULL},
			   err);
	if (status < 0)
		config_free(&emulation->config);
	return status;
}

void emulation_free(struct emulation *emulation)
{
	live_free(&emulation->live);
	config_free(&emulation->config);
}

/* ---- one virtual CPU ---- */

/* The guest's time in ps since its region began, including waits that have not passed yet. */
static int64_t now_ps(const struct emulation *emulation)
{
	uint64_t ran = machine_now(0) - emulation->begin_ticks - emulation->waited_ticks;

	return (int64_t)(ticks_ps(ran, emulation->ips) + (uint64_t)emulation->waited_ps);
}

/* Lets the pending waits pass. A timer that fires meanwhile can add to them. */
static void let_pass(struct emulation *emulation)
{
	if (emulation->waiting)
		return;
	emulation->waiting = true;
	emulation->late = false;
	for (;;) {
		uint64_t due = (uint64_t)(emulation->waited_ps * emulation->ips / PS_PER_S) - emulation->waited_ticks;
		uint32_t ticks = due > UINT32_MAX ? UINT32_MAX : (uint32_t)due;

		if (!ticks)
			break;
		emulation->waited_ticks += ticks;
		machine_wait(0, ticks);
	}
	emulation->waiting = false;
}

static int touch_alone(struct emulation *emulation, gfn frame, trace_kind kind, struct err *err)
{
	int64_t stall_ps, at_ps;
	int status = 0;

	if (!live_touch_local(&emulation->live, frame, kind & TRACE_WRITE, &stall_ps)) {
		at_ps = emulation->in_region ? now_ps(emulation) : 0;
		status = live_touch_alone(&emulation->live, frame, kind & TRACE_WRITE, at_ps, &stall_ps, err);
	}
	if (status < 0)
		return status;
	emulation->waited_ps += (uint64_t)stall_ps;
	emulation->late |= stall_ps != 0;
	if (emulation->late && TRACE_KIND_SOURCE(kind) != TRACE_DMA)
		let_pass(emulation);
	return 0;
}

/* ---- several virtual CPUs ---- */

static uint64_t ticks_of(const struct emulation *emulation, int64_t ps)
{
	return emulation->begin_ticks + (uint64_t)((unsigned __int128)ps * emulation->ips / PS_PER_S);
}

static int64_t ps_of(const struct emulation *emulation, uint64_t ticks)
{
	return ticks > emulation->begin_ticks ? (int64_t)ticks_ps(ticks - emulation->begin_ticks, emulation->ips) : 0;
}

/* Handles a touch that is due. Returns STANDS if the virtual CPU must wait for it, otherwise 0 or an error. */
static int touch_now(struct emulation *emulation, unsigned vcpu, gfn frame, bool write, uint64_t ticks, struct err *err)
{
	const struct live_touch touch = {vcpu, frame, write, ps_of(emulation, ticks)};
	int64_t stall_ps;
	int status = live_touch(&emulation->live, &touch, &stall_ps, err);

	if (status == 0 && stall_ps == LIVE_WAITS)
		return STANDS;
	if (status == 0 && stall_ps)
		machine_wait(vcpu, (uint32_t)((unsigned __int128)stall_ps * emulation->ips / PS_PER_S));
	return status;
}

static int touch_among(struct emulation *emulation, unsigned vcpu, gfn frame, trace_kind kind, struct err *err)
{
	struct emulation_behind *behind = &emulation->behind[vcpu];
	int64_t stall_ps;
	int status;

	if (live_touch_local(&emulation->live, frame, kind & TRACE_WRITE, &stall_ps)) {
		if (stall_ps)
			machine_wait(vcpu, (uint32_t)((unsigned __int128)stall_ps * emulation->ips / PS_PER_S));
		return 0;
	}
	if (behind->blocked) {
		if (behind->count == EMULATION_BEHIND_MAX)
			return err_set(
				err, ERR_FAILED,
				"virtual CPU %u touches more than %d remote pages in one stretch of instructions", vcpu,
				EMULATION_BEHIND_MAX);
		behind->frame[behind->count] = frame;
		behind->write[behind->count++] = kind & TRACE_WRITE;
		return 0;
	}
	status = touch_now(emulation, vcpu, frame, kind & TRACE_WRITE, machine_now(vcpu), err);
	if (status != STANDS)
		return status;
	behind->blocked = true;
	machine_block(vcpu);
	return 0;
}

/* The page of a virtual CPU has arrived: handles its postponed touches one after the other. */
static int go_on(struct emulation *emulation, unsigned vcpu, struct err *err)
{
	struct emulation_behind *behind = &emulation->behind[vcpu];
	int status = 0;

	while (behind->first < behind->count && status == 0) {
		unsigned at = behind->first++;

		status = touch_now(emulation, vcpu, behind->frame[at], behind->write[at],
				   ticks_of(emulation, live_resume_ps(&emulation->live, vcpu)), err);
	}
	if (status != 0)
		return status == STANDS ? 0 : status;
	behind->blocked = false;
	behind->first = behind->count = 0;
	machine_unblock(vcpu, ticks_of(emulation, live_resume_ps(&emulation->live, vcpu)));
	return 0;
}

int emulation_passed(struct emulation *emulation, uint64_t ticks, struct err *err)
{
	int status = emulation->in_region ? live_advance(&emulation->live, ps_of(emulation, ticks), err) : 0;

	for (unsigned vcpu = 0; vcpu < emulation->vcpus && status == 0; vcpu++)
		if (emulation->behind[vcpu].blocked && !live_is_waiting(&emulation->live, vcpu))
			status = go_on(emulation, vcpu, err);
	return status;
}

uint64_t emulation_next(const struct emulation *emulation)
{
	int64_t next_ps;

	for (unsigned vcpu = 0; vcpu < emulation->vcpus; vcpu++) {
		if (!emulation->behind[vcpu].blocked)
			continue;
		next_ps = live_next_ps(&emulation->live);
		return next_ps == EVENTS_END
			       ? UINT64_MAX
			       : ticks_of(emulation, next_ps) + 1; /* rounded up: by then it has happened */
	}
	return UINT64_MAX;
}

int emulation_touch(void *context, unsigned vcpu, gfn frame, trace_kind kind, struct err *err)
{
	struct emulation *emulation = context;

	if (emulation->end_ticks)
		return 0;
	return emulation->vcpus == 1 ? touch_alone(emulation, frame, kind, err)
				     : touch_among(emulation, vcpu, frame, kind, err);
}

int emulation_begin(struct emulation *emulation, struct trace_clock clock, struct err *err)
{
	emulation->in_region = true;
	emulation->begin = clock;
	emulation->begin_ticks = machine_now(0);
	return live_begin(&emulation->live, err);
}

void emulation_end(struct emulation *emulation, struct trace_clock clock)
{
	emulation->end = clock;
	emulation->end_ticks = machine_now(0);
	emulation->in_region = false;
	emulation->owed_ps = live_end(&emulation->live);
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
	job.time_ps = (int64_t)ticks_ps(emulation->end_ticks - emulation->begin_ticks, emulation->ips) +
		      emulation->owed_ps;
	json = result_to_json(&job);
	free(job.fetch_step);
	return json;
}
