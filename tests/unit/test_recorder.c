/* SPDX-License-Identifier: MIT */
/*
 * The recorder and its windows against complete streams, which hold every instruction's fetch and every access: an LRU
 * memory of K pages or more must do the same with the recorded trace. The streams are of random programs: instructions
 * from code pages that change, accesses, page walks, DMA, halts. Each is driven through the hooks (observer.h) in a
 * child process, on a machine without Bochs (fake_machine.h).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "child.h"
#include "fake_machine.h"
#include "files.h"
#include "guest_port.h"
#include "observer.h"
#include "same_lru.h"
#include "trace/filter.h"
#include "trace/reader.h"
#include "trace/verify.h"
#include "unit.h"

#define IPS          1000000000u /* a tick is a nanosecond */
#define VIDEO_MEMORY 0xA5

enum what { FETCH, ACCESS, WALK, DMA, HALT, NEXT, MARK };

struct step {
	enum what what;
	gfn frame; /* HALT: ticks */
	bool write;
	bool reads;             /* ACCESS: it reads before it writes */
	unsigned offset, bytes; /* ACCESS, DMA */
};

struct program {
	struct step *step;
	size_t count;
	uint32_t k;
	bool crosscheck;
	unsigned overwrites; /* one in so many instructions writes all of a page */
	const char *trace;
};

static void put(struct program *program, enum what what, gfn frame, bool write)
{
	program->step[program->count++] = (struct step){
		.what = what, .frame = frame, .write = write, .offset = 8, .bytes = 8};
}

/* Writes pieces of a page, up or down or anywhere, so that often all of it is written; sometimes a read or a walk comes
 * in between. */
static void put_overwrite(struct program *program, uint64_t *seed, gfn frame)
{
	unsigned piece = 1u << test_below(seed, 7) << 6, pieces = 4096 / piece, way = (unsigned)test_below(seed, 3);
	enum what what = test_below(seed, 4) ? ACCESS : DMA;

	for (unsigned i = 0; i < pieces; i++) {
		unsigned at = way == 0 ? i : way == 1 ? pieces - 1 - i : (i * 5 + 3) % pieces;
		struct step *step = &program->step[program->count];

		put(program, what, frame, true);
		step->offset = at * piece;
		step->bytes = i == 7 && test_below(seed, 3) == 0 ? piece - 1 : piece;
		if (test_below(seed, 100) == 0)
			put(program, test_below(seed, 2) ? ACCESS : WALK, frame, false);
		if (test_below(seed, 200) == 0) {
			put(program, ACCESS, frame, true);
			program->step[program->count - 1].reads = true;
		}
	}
}

static void put_between(struct program *program, uint64_t *seed, gfn code, gfn frame)
{
	if (test_below(seed, 60) == 0) {
		put(program, FETCH, code, false);
		put(program, NEXT, 0, false);
		put(program, HALT, 1 + test_below(seed, 100000), false);
	}
	for (uint64_t n = test_below(seed, 40); n < 3; n++)
		put(program, DMA, frame + n % 2, test_below(seed, 2));
	if (test_below(seed, 300) == 0)
		put(program, HALT, 1 + test_below(seed, 100000), false);
	if (test_below(seed, 300) == 0) { /* enough to evict every other page, including the code page */
		for (gfn i = 0; i < 40; i++)
			put(program, DMA, 0x8000 + i, true);
		put(program, FETCH, code, false);
		put(program, ACCESS, frame, false);
		put(program, NEXT, 0, false);
	}
}

static gfn any_frame(const struct refs *data, uint64_t *seed, size_t n)
{
	return data->ref[test_below(seed, n)].frame;
}

static void put_accesses(struct program *program, uint64_t *seed, const struct refs *data, size_t at, uint64_t repeat)
{
	for (uint64_t n = test_below(seed, 3); n > 0; n--) {
		const struct trace_ref *ref = &data->ref[at - test_below(seed, at < 2 ? at + 1 : 3)];

		if (test_below(seed, 8) == 0)
			put(program, WALK, any_frame(data, seed, data->count), test_below(seed, 2));
		put(program, ACCESS, ref->frame, ref->kind & TRACE_WRITE);
	}
	if (test_below(seed, repeat))
		put(program, ACCESS, data->ref[at].frame, test_below(seed, 3) == 0);
	if (test_below(seed, 300) == 0)
		put(program, ACCESS, VIDEO_MEMORY, true);
	if (test_below(seed, program->overwrites) == 0)
		put_overwrite(program, seed,
			      test_below(seed, 2) ? any_frame(data, seed, data->count) : 0x9000 + test_below(seed, 30));
}

/* Instructions whose code stays in a page for a while and whose data accesses follow `data`, often many times in a row
 * to one page. */
static struct program program_make(uint64_t seed, const struct refs *data, uint32_t k)
{
	struct program program = {.step = malloc(200 * data->count * sizeof(struct step)),
				  .k = k,
				  .overwrites = 10 + (unsigned)test_below(&seed, 60)};
	uint64_t stay = 1 + test_below(&seed, 30), repeat = 1 + test_below(&seed, 4);
	gfn code = data->ref[0].frame;

	for (size_t i = 0; i < data->count; i++) {
		put(&program, FETCH, code, false);
		if (i == data->count / 2)
			put(&program, MARK, 0, false);
		else
			put_accesses(&program, &seed, data, i, repeat);
		put(&program, NEXT, 0, false);
		put_between(&program, &seed, code, data->ref[i].frame);
		if (test_below(&seed, stay) == 0) {
			for (uint64_t n = test_below(&seed, 3); n > 0; n--)
				put(&program, WALK, any_frame(data, &seed, data->count), false);
			code = any_frame(data, &seed, i + 1);
		}
	}
	put(&program, FETCH, code, false);
	return program;
}

static void write_settings(const struct program *program, const char *path)
{
	char text[1024];
	int n = snprintf(text, sizeof(text),
			 "{\"trace\": \"%s\", \"outcome\": \"%s.outcome\", \"label\": \"test\", \"ips\": %u, "
			 "\"level\": 1, \"machine_bytes\": 1073741824,"
			 " \"header\": {\"page_shift\": 12, \"guest_bytes\": 1073741824, \"vcpus\": 1, \"k\": %u, "
			 "\"workload\": \"\", \"size\": \"\","
			 " \"command\": \"\", \"recorder\": \"\", \"notes\": {}}}",
			 program->trace, program->trace, IPS, program->k);

	test_write_file(path, text, (size_t)n);
}

static void mark(void)
{
	for (const char *at = "roi-begin"; *at; at++)
		observer_port(GUEST_PORT_WORD(GUEST_PORT_APPEND, (unsigned)*at));
	observer_port(GUEST_PORT_WORD(GUEST_PORT_MARK, 0));
}

/* Like Bochs, which looks up the page of the next instruction only when it is a different page or needs translation. */
static void fetch(const struct program *program, const struct step *step)
{
	static gfn code = GFN_NONE;
	bool translated = step > program->step && step[-1].what == WALK;

	if (program->crosscheck)
		observer_instruction(0, step->frame);
	else if (step->frame != code || translated)
		observer_fetch_page(0, step->frame);
	code = step->frame;
}

/* In a child, which exits at the last line. */
static void drive(const void *given)
{
	const struct program *program = given;
	const char *settings = test_path("settings.json");

	write_settings(program, settings);
	setenv("MEGAVM_SETTINGS", settings, 1);
	observer_start();
	for (const struct step *step = program->step; step < program->step + program->count; step++) {
		switch (step->what) {
		case FETCH: fetch(program, step); break;
		case ACCESS:
			observer_access(0, step->frame << 12 | step->offset, step->bytes,
					step->write + 2 * (step->write && step->reads), fake_insn[0]);
			break;
		case WALK: observer_walk(0, step->frame, step->write); break;
		case DMA: observer_dma(step->frame << 12 | step->offset, step->bytes, step->write); break;
		case HALT: observer_idle(0, (uint32_t)step->frame); break;
		case NEXT: fake_insn[0]++; break;
		case MARK: mark(); break;
		}
	}
	observer_port(GUEST_PORT_WORD(GUEST_PORT_EXIT, 0));
}

struct told {
	struct refs refs;
	size_t marked; /* references before the marker */
};

/*
 * Every reference, one by one. With `late`, the order that the recorder may choose: references after a page's last
 * instruction and before the next fetch see that page as just touched; for a device, once.
 */
static struct told tell(const struct program *program, bool late)
{
	static const enum trace_source sources[] = {
		[FETCH] = TRACE_FETCH, [ACCESS] = TRACE_DATA, [WALK] = TRACE_WALK, [DMA] = TRACE_DMA};
	struct told told = {{NULL, 0}, 0};
	struct trace_sink sink = test_refs_sink(&told.refs);
	struct trace_clock clock = {0, 0};
	gfn code = GFN_NONE;
	bool within = false, device = false;

	for (const struct step *step = program->step; step < program->step + program->count; step++) {
		bool is_device = step->what == DMA || step->what == HALT;

		if (late && !within && code != GFN_NONE &&
		    (step->what == WALK || (step->what == FETCH && step->frame != code) || (is_device && !device)))
			sink.put(sink.context, &(struct trace_ref){code, clock, TRACE_KIND(0, TRACE_FETCH, 0)}, NULL);
		if (step->what <= DMA && step->frame != VIDEO_MEMORY)
			sink.put(sink.context,
				 &(struct trace_ref){step->frame, clock,
						     TRACE_KIND(step->write, sources[step->what], 0)},
				 NULL);
		if (step->what == FETCH)
			code = step->frame;
		within = step->what == FETCH || (within && step->what != NEXT);
		device = !within && (device || is_device);
		clock.insn += step->what == NEXT;
		clock.idle_ns += step->what == HALT ? step->frame : 0;
		if (step->what == MARK)
			told.marked = told.refs.count;
	}
	return told;
}

/* The position of the trace's only marker. */
static size_t marker_of(const char *path)
{
	struct trace_reader *reader;
	struct err err;
	size_t count, at;

	CU_ASSERT_EQUAL_FATAL(trace_reader_open(&reader, path, &(struct trace_reader_options){0}, &err), 0);
	at = (size_t)trace_reader_markers(reader, &count)->record;
	CU_ASSERT_EQUAL(count, 1);
	trace_reader_close(reader);
	return at;
}

/* Up to the marker, where order and dirty bits must be right as well, and to the end. */
static bool same_at(const struct told *told, const struct refs *kept, size_t marker, uint32_t frames)
{
	struct refs before = {told->refs.ref, told->marked}, kept_before = {kept->ref, marker};

	return same_lru(&before, &kept_before, frames) && same_lru(&told->refs, kept, frames);
}

static struct refs recorded(struct program *program, size_t *marker)
{
	struct refs kept;

	program->trace = test_path("recorded.mvt");
	CU_ASSERT_EQUAL_FATAL(in_child(drive, program), 0);
	kept = test_read_trace(program->trace);
	*marker = marker_of(program->trace);
	return kept;
}

static uint32_t k_of_round(int round, uint64_t *seed, uint32_t pages)
{
	return round % 8 == 0 ? 0 : TRACE_FILTER_MACHINE_MIN + (uint32_t)test_below(seed, round % 2 ? 10 : pages);
}

static void exact(bool crosscheck, int rounds)
{
	uint64_t seed = crosscheck ? 11 : 12;

	for (int round = 0; round < rounds; round++) {
		uint32_t pages = 3 + (uint32_t)test_below(&seed, 100), k = k_of_round(round, &seed, pages),
			 least = k ? k : TRACE_FILTER_MACHINE_MIN;
		struct refs data = test_refs(test_random(&seed), 200 + test_below(&seed, 1500), pages), kept;
		struct program program = program_make(test_random(&seed), &data, k);
		struct told told = tell(&program, !crosscheck);
		size_t marker;
		bool same = true;

		program.crosscheck = crosscheck;
		kept = recorded(&program, &marker);
		for (uint32_t frames = least; frames <= pages && same; frames += frames < least + 4 ? 1 : 1 + pages / 7)
			same = same_at(&told, &kept, marker, frames);
		same = same && same_at(&told, &kept, marker, pages > least ? pages : least);
		CU_ASSERT_TRUE(same);
		if (!same)
			printf("round %d: %u pages, K %u\n", round, pages, k);
		free(program.step);
		test_refs_free(&data);
		test_refs_free(&told.refs);
		test_refs_free(&kept);
	}
}

struct first_use {
	gfn frame;
	bool known, decided, overwritten;
	bool written[4096];
};

static struct first_use *first_use_of(struct first_use *uses, size_t *count, gfn frame)
{
	for (size_t i = 0; i < *count; i++)
		if (uses[i].frame == frame)
			return &uses[i];
	uses[*count] = (struct first_use){.frame = frame};
	return &uses[(*count)++];
}

/* What each page's first use after the marker is, byte by byte. */
static size_t naive_first_uses(const struct program *program, struct first_use *uses)
{
	const struct step *step = program->step, *end = step + program->count;
	gfn code = VIDEO_MEMORY;
	size_t count = 0;

	for (; step->what != MARK; step++) { /* a page that is touched before the marker is one of a snapshot */
		if (step->what <= DMA && step->frame != VIDEO_MEMORY)
			first_use_of(uses, &count, step->frame)->known = true;
		if (step->what == FETCH)
			code = step->frame;
	}
	if (code != VIDEO_MEMORY) /* the recorder takes it that the processor goes on in its page */
		first_use_of(uses, &count, code)->decided = true;
	for (; step < end; step++) {
		struct first_use *use;

		if (step->what > DMA || step->frame == VIDEO_MEMORY)
			continue;
		use = first_use_of(uses, &count, step->frame);
		if (use->decided || !use->known)
			continue;
		use->decided = step->what == FETCH || step->what == WALK || !step->write || step->reads;
		if (use->decided)
			continue;
		memset(use->written + step->offset, 1, step->bytes);
		use->overwritten = use->decided = !memchr(use->written, 0, sizeof(use->written));
	}
	return count;
}

/* The pages that the trace says are overwritten whole are those that are. */
static void finds_what_is_overwritten_whole(void)
{
	enum { FRAMES = 400 };
	struct first_use *uses = malloc(FRAMES * sizeof(*uses));
	uint64_t seed = 14;
	size_t whole = 0, all = 0;

	for (int round = 0; round < 100; round++) {
		uint32_t pages = 3 + (uint32_t)test_below(&seed, 100), k = k_of_round(round, &seed, pages);
		struct refs data = test_refs(test_random(&seed), 200 + test_below(&seed, 800), pages);
		struct program program = program_make(test_random(&seed), &data, k);
		const struct trace_overwritten *found;
		struct trace_reader *reader;
		struct err err;
		size_t count, overwritten = 0;

		program.crosscheck = round % 5 == 0;
		program.trace = test_path("recorded.mvt");
		CU_ASSERT_EQUAL_FATAL(in_child(drive, &program), 0);
		CU_ASSERT_EQUAL_FATAL(trace_reader_open(&reader, program.trace,
							&(struct trace_reader_options){.clocks = true, .frames = true},
							&err),
				      0);
		found = trace_reader_overwritten(reader);
		CU_ASSERT_FATAL(found != NULL);
		CU_ASSERT_STRING_EQUAL(found->observed.from, "roi-begin");
		CU_ASSERT_STRING_EQUAL(found->observed.to, "");
		count = naive_first_uses(&program, uses);
		CU_ASSERT_FATAL(count <= FRAMES);
		for (uint32_t i = 0; i < found->count; i++) {
			gfn frame = trace_reader_frames(reader)[found->page[i]];

			CU_ASSERT_TRUE(first_use_of(uses, &count, frame)->overwritten);
		}
		for (size_t i = 0; i < count; i++)
			overwritten += uses[i].overwritten;
		CU_ASSERT_EQUAL(found->count, overwritten);
		CU_ASSERT_EQUAL(trace_verify(reader, NULL, NULL, NULL, &err), 0);
		whole += overwritten;
		all += count;
		trace_reader_close(reader);
		free(program.step);
		test_refs_free(&data);
	}

	CU_ASSERT_TRUE(whole > 50 && whole < all);
	free(uses);
}

static void exact_when_a_page_left_comes_last(void)
{
	exact(false, 200);
}

static void exact_when_every_instruction_is_told(void)
{
	exact(true, 60);
}

/* Pages touched between the last fetch from a page and the first from the next, at most. */
static uint32_t open_pages(const struct program *program)
{
	uint32_t most = 0, touched = 0;
	gfn code = GFN_NONE;

	for (size_t i = 0; i < program->count; i++) {
		const struct step *step = &program->step[i];

		if (step->what == FETCH && step->frame != code && touched > most)
			most = touched;
		if (step->what == FETCH)
			code = step->frame, touched = 0;
		else if (step->what <= DMA)
			touched++;
	}
	return most;
}

/* Without `late`: the faults at a memory of M frames are between those at M - n and M + n, where n is the number of
 * pages between two such fetches. */
static void near_when_told_as_it_was(void)
{
	uint64_t seed = 13;
	unsigned different = 0;

	for (int round = 0; round < 60; round++) {
		uint32_t pages = 20 + (uint32_t)test_below(&seed, 60),
			 k = TRACE_FILTER_MACHINE_MIN + (uint32_t)test_below(&seed, 20);
		struct refs data = test_refs(test_random(&seed), 1000, pages), kept;
		struct program program = program_make(test_random(&seed), &data, k);
		struct told told = tell(&program, false);
		uint32_t open = open_pages(&program);
		size_t marker;

		kept = recorded(&program, &marker);
		for (uint32_t frames = k; frames < pages; frames += 3) {
			uint64_t faults = lru_faults(&kept, frames);

			CU_ASSERT_TRUE(faults >= lru_faults(&told.refs, frames + open));
			CU_ASSERT_TRUE(frames <= open || faults <= lru_faults(&told.refs, frames - open));
			different += faults != lru_faults(&told.refs, frames);
		}
		free(program.step);
		test_refs_free(&data);
		test_refs_free(&told.refs);
		test_refs_free(&kept);
	}
	CU_ASSERT_TRUE(different > 0); /* the recorder does choose another order */
}

CU_TestInfo recorder_tests[] = {
	{"exact when a page left comes last", exact_when_a_page_left_comes_last},
	{"exact when every instruction is told", exact_when_every_instruction_is_told},
	{"near when told as it was", near_when_told_as_it_was},
	{"finds what is overwritten whole", finds_what_is_overwritten_whole},
	CU_TEST_INFO_NULL,
};
