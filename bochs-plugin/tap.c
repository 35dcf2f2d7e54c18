/* The tap: the life of a recording, from the first instruction to the guest's word that it is done. */
#include "tap.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/progress.h"
#include "e820.h"
#include "emulation.h"
#include "guest_port.h"
#include "machine.h"
#include "outcome.h"
#include "recorder.h"
#include "settings.h"

#define REPORT_EVERY 1024 /* touches between two looks at the clock and at signals, a power of two */

struct tap_window tap_window[TAP_VCPUS_MAX];

static struct {
	struct settings settings;
	struct recorder recorder;
	struct emulation emulation;
	struct e820 e820;
	struct progress progress;
	json_t *markers, *reports;
	char text[GUEST_PORT_TEXT + 1]; /* that the guest is writing */
	unsigned text_length;
	uint64_t touches; /* all but the data accesses that tap_data answers itself */
	char phase[32];
	bool begun, ended, running; /* running: the recorder is set up */
} tap;

static volatile sig_atomic_t interrupted;

static void on_signal(int signal)
{
	(void)signal;
	interrupted = 1;
}

/* Of all virtual CPUs together, now. */
static struct trace_clock sum_clock(void)
{
	const struct trace_clock *clock = recorder_clock(&tap.recorder);
	struct trace_clock sum = {0, 0};

	for (unsigned vcpu = 0; vcpu < tap.recorder.vcpus; vcpu++) {
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
	json_object_set_new(outcome, "references", json_integer((json_int_t)recorder_references(&tap.recorder)));
}

/* Finishes the trace, or leaves it as a part that --recover reads. */
static int close_trace(bool whole, json_t *outcome, struct err *err)
{
	struct trace_totals totals;
	int status = whole ? recorder_finish(&tap.recorder, &totals, err) : recorder_abandon(&tap.recorder, err);

	if (whole && status == 0) {
		json_object_set_new(outcome, "records", json_integer((json_int_t)totals.records));
		json_object_set_new(outcome, "footprint", json_integer((json_int_t)totals.footprint));
	}
	return status;
}

/* Ends the recording and the program. `failure` (may be NULL) has gone wrong before. */
static void __attribute__((noreturn)) end(const char *how, int guest_status, const struct err *failure)
{
	bool whole = strcmp(how, "guest") == 0 && guest_status == 0;
	json_t *outcome = json_pack("{s:i, s:O, s:O}", "status", guest_status, "markers", tap.markers, "reports",
				    tap.reports);
	struct err err = {""};

	tap.ended = true;
	progress_end(&tap.progress);
	tell_clock(outcome);
	if (close_trace(whole, outcome, &err) < 0 && !failure)
		failure = &err;
	if (tap.settings.emulation)
		json_object_set_new(outcome, "emulation", emulation_result(&tap.emulation));
	json_object_set_new(outcome, "ended", json_string(failure ? "failed" : how));
	json_object_set_new(outcome, "error", json_string(failure ? failure->text : ""));
	if (outcome_write(tap.settings.outcome, outcome, &err) < 0)
		fprintf(stderr, "%s\n", err.text);
	machine_end(failure ? 1 : 0);
}

static void __attribute__((noreturn)) fail(const struct err *err)
{
	end("failed", 0, err);
}

static void look_around(void)
{
	uint64_t done = machine_insn(0);

	progress_step(&tap.progress, done, done);
	if (interrupted)
		end("interrupted", 0, NULL);
}

static inline void check(int status, const struct err *err)
{
	if (status < 0)
		fail(err);
	if ((++tap.touches & (REPORT_EVERY - 1)) == 0)
		look_around();
}

static void mark(const char *name)
{
	struct err err = {""};

	if (recorder_mark(&tap.recorder, name, &err) < 0)
		fail(&err);
	if (tap.settings.emulation && strcmp(name, "roi-begin") == 0 &&
	    emulation_begin(&tap.emulation, sum_clock(), &err) < 0)
		fail(&err);
	if (tap.settings.emulation && strcmp(name, "roi-end") == 0)
		emulation_end(&tap.emulation, sum_clock());
	json_array_append_new(tap.markers, json_string(name));
	snprintf(tap.phase, sizeof(tap.phase), "%s: %s", tap.settings.label, name);
}

/* Standard error is Bochs's until here; `megavm record` has put its own aside for us. */
static void take_stderr(void)
{
	const char *terminal = getenv("MEGAVM_STDERR");

	if (terminal)
		dup2(atoi(terminal), STDERR_FILENO);
}

/* Everything that has to wait until Bochs has set its own signal handlers and its processors up. */
static void begin(void)
{
	struct sigaction action = {.sa_handler = on_signal};

	tap.begun = true;
	take_stderr();
	if (!tap.settings.quiet)
		progress_begin(&tap.progress, tap.phase, "instructions", 0);
	machine_find_counters(tap.recorder.vcpus);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	if (tap.settings.region_from_start)
		mark("roi-begin");
}

/* Apart, so that nothing is set up for it in what is answered at once. */
static void __attribute__((noinline)) add(unsigned vcpu, uint64_t frame, trace_kind kind)
{
	struct err err;

	check(recorder_add(&tap.recorder, vcpu, frame, kind, &err), &err);
}

void tap_data(unsigned vcpu, uint64_t frame, bool write, uint64_t insn)
{
	struct tap_window *window = &tap_window[vcpu];
	trace_kind kind = TRACE_KIND(write, TRACE_DATA, vcpu);

	window->data = frame;
	window->write = frame | ((uint64_t)write - 1); /* TAP_NO_FRAME unless it is a write */
	if (!trace_hits_note(tap.recorder.hits, frame, insn, kind))
		add(vcpu, frame, kind);
}

void tap_fetch(unsigned vcpu, uint64_t frame)
{
	struct err err;

	if (!tap.begun)
		begin();
	tap_window[vcpu] = (struct tap_window){TAP_NO_FRAME, TAP_NO_FRAME, frame};
	check(recorder_fetch(&tap.recorder, vcpu, frame, &err), &err);
}

void tap_instruction(unsigned vcpu, uint64_t frame)
{
	struct err err;

	if (!tap.begun)
		begin();
	tap_window[vcpu] = (struct tap_window){TAP_NO_FRAME, TAP_NO_FRAME, TAP_NO_FRAME};
	check(recorder_touch(&tap.recorder, vcpu, frame, false, TRACE_FETCH, &err), &err);
}

void tap_walk(unsigned vcpu, uint64_t frame, bool write)
{
	struct err err;

	/* If this walk is for a fetch, the code page is touched behind it, be it another one or not. */
	tap_window[vcpu] = (struct tap_window){TAP_NO_FRAME, TAP_NO_FRAME, TAP_NO_FRAME};
	check(recorder_touch(&tap.recorder, vcpu, frame, write, TRACE_WALK, &err), &err);
}

void tap_dma(uint64_t frame, bool write)
{
	struct err err;

	for (unsigned vcpu = 0; vcpu < tap.recorder.vcpus; vcpu++)
		tap_window[vcpu].data = tap_window[vcpu].write = TAP_NO_FRAME;
	check(recorder_dma(&tap.recorder, frame, write, &err), &err);
}

void tap_idle(unsigned vcpu, uint32_t ticks)
{
	struct err err;

	check(recorder_idle(&tap.recorder, vcpu, ticks, &err), &err);
	if (interrupted)
		look_around();
}

void tap_passed(uint64_t ticks)
{
	struct err err;

	if (tap.settings.emulation && emulation_passed(&tap.emulation, ticks, &err) < 0)
		fail(&err);
	if (interrupted)
		look_around();
}

uint64_t tap_next(void)
{
	return tap.settings.emulation ? emulation_next(&tap.emulation) : UINT64_MAX;
}

static void report(char *line)
{
	char *value = strchr(line, '=');
	struct err err = {""};

	if (!value)
		return;
	*value++ = '\0';
	json_object_set_new(tap.reports, line, json_string(value));
	if (tap.recorder.writer && trace_writer_note(tap.recorder.writer, line, value, &err) < 0)
		fail(&err);
}

static void note_memory_map(void)
{
	char text[E820_RANGES_MAX * 64];
	struct err err = {""};

	e820_text(&tap.e820, text, sizeof(text));
	if (*text && tap.recorder.writer && trace_writer_note(tap.recorder.writer, "e820", text, &err) < 0)
		fail(&err);
}

void tap_port(uint32_t value)
{
	switch (value >> 24) {
	case GUEST_PORT_APPEND:
		if (tap.text_length < GUEST_PORT_TEXT)
			tap.text[tap.text_length++] = (char)(value & 0xFF);
		return;
	case GUEST_PORT_MARK:
		tap.text[tap.text_length] = '\0';
		mark(tap.text_length ? tap.text : "unnamed");
		break;
	case GUEST_PORT_REPORT:
		tap.text[tap.text_length] = '\0';
		report(tap.text);
		break;
	case GUEST_PORT_EXIT: note_memory_map(); end("guest", (int)(value & 0xFF), NULL);
	}
	tap.text_length = 0;
}

void tap_real_mode_interrupt(unsigned vector, uint16_t ax, uint32_t ebx, uint64_t es_di)
{
	e820_interrupt(&tap.e820, vector, ax, ebx, es_di);
}

void tap_exit(void)
{
	if (tap.running && !tap.ended)
		end("left", 0, NULL);
}

static int start(struct err *err)
{
	const char *path = getenv("MEGAVM_SETTINGS");
	struct trace_writer_options options = {.filtered = true, .notes_room = TRACE_NOTES_ROOM};
	const struct trace_header *header = &tap.settings.header;
	struct trace_writer *writer = NULL;
	int status;

	if (!path)
		return err_set(err, ERR_FAILED, "MEGAVM_SETTINGS is not set: this Bochs is started by 'megavm record'");
	status = settings_read(path, &tap.settings, err);
	if (status == 0 && tap.settings.emulation)
		status = emulation_init(&tap.emulation, &tap.settings, err);
	options.level = tap.settings.level;
	if (status == 0 && tap.settings.trace)
		status = trace_writer_create(&writer, tap.settings.trace, header, &options, err);
	if (status == 0)
		status = recorder_init(&tap.recorder, writer, header, tap.settings.machine_bytes, tap.settings.ips,
				       err);
	if (status < 0) {
		trace_writer_abandon(writer, false);
		return status;
	}
	if (tap.settings.emulation)
		tap.recorder.watch = (struct recorder_watch){emulation_touch, &tap.emulation};
	tap.running = true;
	tap.markers = json_array();
	tap.reports = json_object();
	snprintf(tap.phase, sizeof(tap.phase), "%s: starting", tap.settings.label);
	return 0;
}

/* There is no recording to end yet. */
static void __attribute__((noreturn)) refuse(const struct err *failure)
{
	json_t *outcome = json_pack("{s:s, s:s}", "ended", "failed", "error", failure->text);
	struct err err;

	if (!tap.settings.outcome || outcome_write(tap.settings.outcome, outcome, &err) < 0) {
		take_stderr();
		fprintf(stderr, "%s\n", failure->text);
	}
	exit(1);
}

void tap_start(void)
{
	struct err err = {""};

	for (unsigned vcpu = 0; vcpu < TAP_VCPUS_MAX; vcpu++)
		tap_window[vcpu] = (struct tap_window){TAP_NO_FRAME, TAP_NO_FRAME, TAP_NO_FRAME};
	tap.e820.pending = E820_NONE;
	if (start(&err) == 0)
		return;
	refuse(&err);
}
