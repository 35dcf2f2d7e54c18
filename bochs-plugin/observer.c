/* SPDX-License-Identifier: MIT */
/* The observer: a recording from the first instruction until the guest says that it is done. */
#include "observer.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/progress.h"
#include "e820.h"
#include "emulation.h"
#include "guest_port.h"
#include "job.h"
#include "machine.h"
#include "outcome.h"
#include "recorder.h"
#include "settings.h"

#define REPORT_EVERY 1024 /* touches between two checks of the clock and of signals; a power of two */

struct observer_window observer_window[OBSERVER_VCPUS_MAX];
bool observer_job_only;

static struct {
	struct settings settings;
	struct recorder recorder;
	struct emulation emulation;
	struct job job;
	struct e820 e820;
	struct progress progress;
	json_t *markers, *reports;
	char text[GUEST_PORT_TEXT + 1]; /* the text that the guest is writing */
	unsigned text_length;
	uint64_t touches; /* all touches except the data accesses that observer_data answers itself */
	char phase[32];
	bool begun, ended, running; /* running: the recorder is set up */
} observer;

static volatile sig_atomic_t interrupted;

static void on_signal(int signal)
{
	(void)signal;
	interrupted = 1;
}

/* The sum of all virtual CPUs' clocks, now. */
static struct trace_clock sum_clock(void)
{
	const struct trace_clock *clock = recorder_clock(&observer.recorder);
	struct trace_clock sum = {0, 0};

	for (unsigned vcpu = 0; vcpu < observer.recorder.vcpus; vcpu++) {
		sum.insn += clock[vcpu].insn;
		sum.idle_ns += clock[vcpu].idle_ns;
	}
	return sum;
}

static void tell_clock(json_t *outcome)
{
	struct trace_clock sum = sum_clock();

	json_object_set_new(outcome, "instructions", json_integer((json_int_t)sum.insn));
	json_object_set_new(outcome, "idle_ns", json_integer((json_int_t)sum.idle_ns));
	json_object_set_new(outcome, "references", json_integer((json_int_t)recorder_references(&observer.recorder)));
}

/* Finishes the trace, or leaves a .part file that --recover can read. */
static int close_trace(bool whole, json_t *outcome, struct err *err)
{
	struct trace_totals totals;
	int status = whole ? recorder_finish(&observer.recorder, &totals, err)
			   : recorder_abandon(&observer.recorder, err);

	if (whole && status == 0) {
		json_object_set_new(outcome, "records", json_integer((json_int_t)totals.records));
		json_object_set_new(outcome, "footprint", json_integer((json_int_t)totals.footprint));
	}
	return status;
}

/* Ends the recording and the program. `failure`, which may be NULL, is the error that caused it. */
static void __attribute__((noreturn)) end(const char *how, int guest_status, const struct err *failure)
{
	bool whole = strcmp(how, "guest") == 0 && guest_status == 0;
	json_t *outcome = json_pack("{s:i, s:O, s:O}", "status", guest_status, "markers", observer.markers, "reports",
				    observer.reports);
	struct err err = {""};

	observer.ended = true;
	progress_end(&observer.progress);
	tell_clock(outcome);
	if (close_trace(whole, outcome, &err) < 0 && !failure)
		failure = &err;
	if (observer.settings.emulation)
		json_object_set_new(outcome, "emulation", emulation_result(&observer.emulation));
	json_object_set_new(outcome, "ended", json_string(failure ? "failed" : how));
	json_object_set_new(outcome, "error", json_string(failure ? failure->text : ""));
	if (outcome_write(observer.settings.outcome, outcome, &err) < 0)
		fprintf(stderr, "%s\n", err.text);
	machine_end(failure ? 1 : 0);
}

static void __attribute__((noreturn)) fail(const struct err *err)
{
	end("failed", 0, err);
}

static void look_around(void)
{
	uint64_t done = 0;

	for (unsigned vcpu = 0; vcpu < observer.recorder.vcpus; vcpu++)
		done += machine_insn(vcpu);
	progress_step(&observer.progress, done, done);
	if (interrupted)
		end("interrupted", 0, NULL);
}

static inline void check(int status, const struct err *err)
{
	if (status < 0)
		fail(err);
	if ((++observer.touches & (REPORT_EVERY - 1)) == 0)
		look_around();
}

static void close_windows(void)
{
	for (unsigned vcpu = 0; vcpu < OBSERVER_VCPUS_MAX; vcpu++)
		observer_window[vcpu] = (struct observer_window){OBSERVER_NO_FRAME, OBSERVER_NO_FRAME,
								 OBSERVER_NO_FRAME};
}

static void mark(const char *name)
{
	struct err err = {""};

	if (recorder_mark(&observer.recorder, name, &err) < 0)
		fail(&err);
	close_windows(); /* the first touch of a page after the marker is news */
	if (observer.settings.emulation && strcmp(name, REGION_BEGIN) == 0 &&
	    emulation_begin(&observer.emulation, sum_clock(), &err) < 0)
		fail(&err);
	if (observer.settings.emulation && strcmp(name, REGION_END) == 0)
		emulation_end(&observer.emulation, sum_clock());
	json_array_append_new(observer.markers, json_string(name));
	snprintf(observer.phase, sizeof(observer.phase), "%s: %s", observer.settings.label, name);
}

/* Standard error is Bochs's until here; `megavm record` has put its own aside for us. */
static void take_stderr(void)
{
	const char *terminal = getenv("MEGAVM_STDERR");

	if (terminal)
		dup2(atoi(terminal), STDERR_FILENO);
}

/* Starts what must wait until Bochs has set its signal handlers and created its processors. */
static void begin(void)
{
	struct sigaction action = {.sa_handler = on_signal};

	observer.begun = true;
	take_stderr();
	if (!observer.settings.quiet)
		progress_begin_logged(&observer.progress, observer.phase, "instructions",
				      observer.settings.instructions);
	machine_find_counters(observer.recorder.vcpus);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	if (observer.settings.region_from_start)
		mark(REGION_BEGIN);
}

/* A separate function, so that the fast path sets nothing up for it. */
static void __attribute__((noinline)) add(unsigned vcpu, uint64_t address, unsigned bytes, unsigned access)
{
	const struct recorder_access data = {.frame = address >> TRACE_PAGE_SHIFT,
					     .kind = TRACE_KIND(access & OBSERVER_WRITE, TRACE_DATA, vcpu),
					     .offset = address & ((1u << TRACE_PAGE_SHIFT) - 1),
					     .overwritten = access == OBSERVER_WRITE ? (uint16_t)bytes : 0};
	struct err err;

	check(recorder_add(&observer.recorder, vcpu, &data, &err), &err);
	if (recorder_watches(&observer.recorder, data.frame))
		observer_window[vcpu].data = observer_window[vcpu].write = OBSERVER_NO_FRAME;
}

void observer_data(unsigned vcpu, uint64_t address, unsigned bytes, unsigned access, uint64_t insn)
{
	struct observer_window *window = &observer_window[vcpu];
	uint64_t frame = address >> TRACE_PAGE_SHIFT, write = access & OBSERVER_WRITE;
	trace_kind kind = TRACE_KIND(write, TRACE_DATA, vcpu);

	window->data = frame;
	window->write = frame | (write - 1); /* OBSERVER_NO_FRAME for a read */
	if (!trace_hits_note(observer.recorder.hits, frame, insn, kind))
		add(vcpu, address, bytes, access);
}

/* The window holds virtual pages then. Other address spaces do not touch it: their pages are none of the job's. */
void observer_job(unsigned vcpu, uint64_t address, uint64_t physical, uint64_t cr3, unsigned access)
{
	const struct job_access touch = {.space = cr3 >> TRACE_PAGE_SHIFT,
					 .page = address >> TRACE_PAGE_SHIFT,
					 .frame = physical >> TRACE_PAGE_SHIFT,
					 .writes = access & OBSERVER_WRITE};
	struct err err;
	int own = job_touches(&observer.job, &touch, &err);

	if (own < 0)
		fail(&err);
	if (own)
		observer_access(vcpu, address, 1, access, machine_insn(vcpu));
}

void observer_fetch(unsigned vcpu, uint64_t frame)
{
	struct err err;

	if (!observer.begun)
		begin();
	if (observer_job_only)
		return;
	observer_window[vcpu] = (struct observer_window){OBSERVER_NO_FRAME, OBSERVER_NO_FRAME, frame};
	check(recorder_fetch(&observer.recorder, vcpu, frame, &err), &err);
}

void observer_instruction(unsigned vcpu, uint64_t frame)
{
	struct err err;

	if (!observer.begun)
		begin();
	observer_window[vcpu] = (struct observer_window){OBSERVER_NO_FRAME, OBSERVER_NO_FRAME, OBSERVER_NO_FRAME};
	check(recorder_touch(&observer.recorder, vcpu, frame, false, TRACE_FETCH, &err), &err);
}

void observer_walk(unsigned vcpu, uint64_t frame, bool write)
{
	struct err err;

	if (observer_job_only)
		return;
	/* If this walk is for a fetch, the code page is touched after it, whether it is another page or not. */
	observer_window[vcpu] = (struct observer_window){OBSERVER_NO_FRAME, OBSERVER_NO_FRAME, OBSERVER_NO_FRAME};
	check(recorder_touch(&observer.recorder, vcpu, frame, write, TRACE_WALK, &err), &err);
}

void observer_dma(uint64_t address, unsigned bytes, bool write)
{
	struct err err;

	if (observer_job_only)
		return;
	for (unsigned vcpu = 0; vcpu < observer.recorder.vcpus; vcpu++)
		observer_window[vcpu].data = observer_window[vcpu].write = OBSERVER_NO_FRAME;
	check(recorder_dma(&observer.recorder, address, bytes, write, &err), &err);
}

void observer_idle(unsigned vcpu, uint32_t ticks)
{
	struct err err;

	check(recorder_idle(&observer.recorder, vcpu, ticks, &err), &err);
	if (interrupted)
		look_around();
}

void observer_passed(uint64_t ticks)
{
	struct err err;

	if (observer.settings.emulation && emulation_passed(&observer.emulation, ticks, &err) < 0)
		fail(&err);
	if (interrupted)
		look_around();
}

uint64_t observer_next(void)
{
	return observer.settings.emulation ? emulation_next(&observer.emulation) : UINT64_MAX;
}

static void report(char *line)
{
	char *value = strchr(line, '=');
	struct err err = {""};

	if (!value)
		return;
	*value++ = '\0';
	if (strcmp(line, "job.stack") == 0 && job_name(&observer.job, value, &err) < 0)
		fail(&err);
	json_object_set_new(observer.reports, line, json_string(value));
	if (observer.recorder.writer && trace_writer_note(observer.recorder.writer, line, value, &err) < 0)
		fail(&err);
}

static void note_memory_map(void)
{
	char text[E820_RANGES_MAX * 64];
	struct err err = {""};

	e820_text(&observer.e820, text, sizeof(text));
	if (*text && observer.recorder.writer && trace_writer_note(observer.recorder.writer, "e820", text, &err) < 0)
		fail(&err);
}

void observer_port(uint32_t value)
{
	switch (value >> 24) {
	case GUEST_PORT_APPEND:
		if (observer.text_length < GUEST_PORT_TEXT)
			observer.text[observer.text_length++] = (char)(value & 0xFF);
		return;
	case GUEST_PORT_MARK:
		observer.text[observer.text_length] = '\0';
		mark(observer.text_length ? observer.text : "unnamed");
		break;
	case GUEST_PORT_REPORT:
		observer.text[observer.text_length] = '\0';
		report(observer.text);
		break;
	case GUEST_PORT_EXIT: note_memory_map(); end("guest", (int)(value & 0xFF), NULL);
	}
	observer.text_length = 0;
}

void observer_real_mode_interrupt(unsigned vector, uint16_t ax, uint32_t ebx, uint64_t es_di)
{
	e820_interrupt(&observer.e820, vector, ax, ebx, es_di);
}

void observer_exit(void)
{
	if (observer.running && !observer.ended)
		end("left", 0, NULL);
}

static int start(struct err *err)
{
	const char *path = getenv("MEGAVM_SETTINGS");
	struct trace_writer_options options = {.filtered = true, .notes_room = TRACE_NOTES_ROOM};
	const struct trace_header *header = &observer.settings.header;
	struct trace_writer *writer = NULL;
	int status;

	if (!path)
		return err_set(err, ERR_FAILED, "MEGAVM_SETTINGS is not set: this Bochs is started by 'megavm record'");
	status = settings_read(path, &observer.settings, err);
	if (status == 0 && observer.settings.emulation)
		status = emulation_init(&observer.emulation, &observer.settings, err);
	options.level = observer.settings.level;
	if (status == 0 && observer.settings.trace)
		status = trace_writer_create(&writer, observer.settings.trace, header, &options, err);
	if (status == 0)
		status = recorder_init(&observer.recorder, writer, header,
				       observer.settings.job ? 0 : observer.settings.machine_bytes,
				       observer.settings.ips, err);
	if (status < 0) {
		trace_writer_abandon(writer, false);
		return status;
	}
	if (observer.settings.emulation)
		observer.recorder.watch = (struct recorder_watch){emulation_touch, &observer.emulation};
	observer_job_only = observer.settings.job;
	observer.running = true;
	observer.markers = json_array();
	observer.reports = json_object();
	snprintf(observer.phase, sizeof(observer.phase), "%s: starting", observer.settings.label);
	return 0;
}

/* Ends the program before a recording exists. */
static void __attribute__((noreturn)) refuse(const struct err *failure)
{
	json_t *outcome = json_pack("{s:s, s:s}", "ended", "failed", "error", failure->text);
	struct err err;

	if (!observer.settings.outcome || outcome_write(observer.settings.outcome, outcome, &err) < 0) {
		take_stderr();
		fprintf(stderr, "%s\n", failure->text);
	}
	exit(1);
}

void observer_start(void)
{
	struct err err = {""};

	close_windows();
	observer.e820.pending = E820_NONE;
	if (start(&err) == 0)
		return;
	refuse(&err);
}
