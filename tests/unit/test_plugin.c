/* SPDX-License-Identifier: MIT */
/* The parts around the recorder: the BIOS's memory map, the settings, notes added during the recording, the machine's
 * description. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "e820.h"
#include "fake_machine.h"
#include "files.h"
#include "record/hardware.h"
#include "settings.h"
#include "trace/reader.h"
#include "unit.h"

enum { SYSTEM = 0x15, TIMER = 0x08, AT = 0x500 };

/* One call: the BIOS writes the range to memory only after some work. */
static void ask(struct e820 *e820, uint32_t continuation, uint64_t base, uint64_t bytes, uint32_t type)
{
	e820_interrupt(e820, SYSTEM, 0xE820, continuation, AT);
	memset(fake_memory + AT, 0xee, 20);
	e820_interrupt(e820, TIMER, 0, 0, 0); /* a device's, while the BIOS works */
	memcpy(fake_memory + AT, &base, 8);
	memcpy(fake_memory + AT + 8, &bytes, 8);
	memcpy(fake_memory + AT + 16, &type, 4);
}

static void e820_lists_what_the_bios_said(void)
{
	struct e820 e820 = {.pending = E820_NONE};
	char text[256], cut[20];

	ask(&e820, 0, 0x7777000, 0x1000, 1); /* an earlier listing, of the boot loader */
	ask(&e820, 0, 0, 0x9fc00, 1);
	ask(&e820, 1, 0x9fc00, 0x400, 2);
	ask(&e820, 2, UINT64_C(0x100000000), UINT64_C(0x140000000), 1);
	ask(&e820, 3, 0x7fff0000, 0x10000, 3);
	ask(&e820, 4, 0x80000000, 0x1000, 99);
	e820_interrupt(&e820, SYSTEM, 0xE801, 0, 0);
	e820_text(&e820, text, sizeof(text));
	CU_ASSERT_STRING_EQUAL(text, "0-0x9fc00 usable, 0x9fc00-0xa0000 reserved, 0x100000000-0x240000000 usable,"
				     " 0x7fff0000-0x80000000 ACPI data, 0x80000000-0x80001000 unknown");
	CU_ASSERT_EQUAL(e820_usable(&e820), 0x9fc00 + UINT64_C(0x140000000));
	e820_text(&e820, cut, sizeof(cut));
	CU_ASSERT_EQUAL(strncmp(cut, text, sizeof(cut) - 1), 0);
	CU_ASSERT_EQUAL(strlen(cut), sizeof(cut) - 1);
}

static void e820_takes_no_more_than_it_holds(void)
{
	struct e820 e820 = {.pending = E820_NONE};

	for (uint32_t i = 0; i < 2 * E820_RANGES_MAX; i++)
		ask(&e820, i, i * 0x1000, 0x1000, 1);
	e820_interrupt(&e820, SYSTEM, 0xE801, 0, 0);
	CU_ASSERT_EQUAL(e820.ranges, E820_RANGES_MAX);
	CU_ASSERT_EQUAL(e820_usable(&e820), E820_RANGES_MAX * 0x1000);
}

static const char header[] = "\"header\": {\"page_shift\": 12, \"guest_bytes\": 1048576, \"vcpus\": 1, \"k\": 7, "
			     "\"workload\": \"sort\", \"size\": \"\","
			     " \"command\": \"\", \"recorder\": \"\", \"notes\": {}}";

static int settings_from(const char *rest, struct settings *settings, struct err *err)
{
	char text[1024];
	int n = snprintf(text, sizeof(text), "{%s%s}", header, rest);

	test_write_file(test_path("s.json"), text, (size_t)n);
	return settings_read(test_path("s.json"), settings, err);
}

static void settings_are_read(void)
{
	struct settings settings;
	struct err err;

	CU_ASSERT_EQUAL_FATAL(settings_from(", \"trace\": \"t\", \"outcome\": \"o\", \"label\": \"l\", \"ips\": "
					    "2000000000, \"level\": 5, \"machine_bytes\": 5000000000,"
					    " \"region_from_start\": true",
					    &settings, &err),
			      0);
	CU_ASSERT_STRING_EQUAL(settings.trace, "t");
	CU_ASSERT_STRING_EQUAL(settings.outcome, "o");
	CU_ASSERT_STRING_EQUAL(settings.label, "l");
	CU_ASSERT_STRING_EQUAL(settings.header.workload, "sort");
	CU_ASSERT_EQUAL(settings.header.k, 7);
	CU_ASSERT_EQUAL(settings.ips, 2000000000);
	CU_ASSERT_EQUAL(settings.level, 5);
	CU_ASSERT_EQUAL(settings.machine_bytes, 5000000000);
	CU_ASSERT_TRUE(settings.region_from_start);
	settings_free(&settings);
}

static void wrong_settings_are_named(void)
{
	static const struct {
		const char *rest, *says;
	} cases[] = {
		{", \"trace\": 1", "'trace' is missing or not a text"},
		{", \"trace\": \"t\"", "'outcome' is missing or not a text"},
		{", \"trace\": \"t\", \"outcome\": \"o\"", "'label' is missing or not a text"},
		{", \"trace\": \"t\", \"outcome\": \"o\", \"label\": \"l\", \"ips\": 0",
		 "'ips' is missing or not a positive number"},
		{", \"trace\": \"t\", \"outcome\": \"o\", \"label\": \"l\", \"ips\": 1",
		 "'level' is missing or not a positive number"},
		{", \"trace\": \"t\", \"outcome\": \"o\", \"label\": \"l\", \"ips\": 1, \"level\": 1, "
		 "\"machine_bytes\": \"1GiB\"",
		 "'machine_bytes' is missing or not a positive number"},
		{", \"trace\": }", "s.json:1: "},
	};
	struct settings settings;
	struct err err;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		CU_ASSERT_TRUE(settings_from(cases[i].rest, &settings, &err) < 0);
		CU_ASSERT_PTR_NOT_NULL(strstr(err.text, cases[i].says));
		CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "s.json"));
	}
	CU_ASSERT_TRUE(settings_read(test_path("nowhere.json"), &settings, &err) < 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "nowhere.json"));
}

static struct trace_writer *begin_trace(const char *path, size_t room)
{
	struct trace_writer_options options = {.level = 1, .notes_room = room};
	struct trace_writer *writer;
	struct trace_header head;
	struct err err;

	CU_ASSERT_EQUAL_FATAL(trace_header_init(&head, &err), 0);
	json_object_set_new(head.notes, "ips", json_string("1"));
	CU_ASSERT_EQUAL_FATAL(trace_writer_create(&writer, path, &head, &options, &err), 0);
	trace_header_free(&head);
	CU_ASSERT_EQUAL(trace_writer_add(writer, &(struct trace_ref){5, {1, 0}, 0}, &err), 0);
	return writer;
}

static int finish_trace(struct trace_writer *writer, struct err *err)
{
	return trace_writer_finish(writer, &(struct trace_clock){9, 0}, (struct trace_clock){0, 0}, NULL, err);
}

static void notes_come_while_recording(void)
{
	const char *path = test_path("noted.mvt");
	struct trace_writer *writer = begin_trace(path, 100);
	struct trace_reader *reader;
	const json_t *notes;
	struct refs refs;
	struct err err;

	CU_ASSERT_EQUAL(trace_writer_note(writer, "e820", "early", &err), 0);
	CU_ASSERT_EQUAL(trace_writer_note(writer, "e820", "0-0x9fc00 usable", &err), 0);
	CU_ASSERT_TRUE(trace_writer_note(writer, "bad", "\xff", &err) < 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "noted.mvt: the note 'bad' is not UTF-8"));
	CU_ASSERT_EQUAL(finish_trace(writer, &err), 0);
	CU_ASSERT_EQUAL_FATAL(trace_reader_open(&reader, path, &(struct trace_reader_options){0}, &err), 0);
	notes = trace_reader_header(reader)->notes;
	CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(notes, "e820")), "0-0x9fc00 usable");
	CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(notes, "ips")), "1");
	trace_reader_close(reader);
	refs = test_read_trace(path);
	CU_ASSERT_EQUAL(refs.count, 1);
	CU_ASSERT_EQUAL(refs.ref[0].frame, 5);
	test_refs_free(&refs);
}

static void notes_beyond_their_room_are_refused(void)
{
	const char *path = test_path("full.mvt");
	struct trace_writer *writer = begin_trace(path, 10);
	struct err err;

	CU_ASSERT_EQUAL(trace_writer_note(writer, "long", "more than ten bytes", &err), 0);
	CU_ASSERT_TRUE(finish_trace(writer, &err) < 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "full.mvt: the header's notes take "));
	CU_ASSERT_FALSE(test_file_is_there(path));
}

static char *description(const struct hardware *hardware)
{
	char *text = NULL;
	size_t bytes;
	FILE *to = open_memstream(&text, &bytes);
	struct err err = {""};
	int status = hardware_write(hardware, to, &err);

	fclose(to);
	/* Where the BIOS is not installed, the error names its package, and there is no machine to test. */
	CU_ASSERT_TRUE(status == 0 || strstr(err.text, "(Debian package bochsbios)") ||
		       strstr(err.text, "(Debian package vgabios)"));
	if (status == 0)
		return text;
	free(text);
	return NULL;
}

static void machines_are_described(void)
{
	struct hardware hardware = {.memory_bytes = UINT64_C(512) << 20,
				    .ips = 2000000000,
				    .vcpus = 1,
				    .iso = "boot.iso",
				    .console = "c",
				    .log = "l",
				    .folder = "f"};
	char *text = description(&hardware);

	if (text) {
		CU_ASSERT_PTR_NOT_NULL(strstr(text, "memory: guest=512, host=512, "));
		CU_ASSERT_PTR_NOT_NULL(strstr(text, ", count=1, ips=2000000000, "));
		CU_ASSERT_PTR_NOT_NULL(strstr(text, "path=\"boot.iso\""));
		CU_ASSERT_PTR_NULL(strstr(text, "ata1-master"));
		free(text);
	}
	hardware.memory_bytes = UINT64_C(8) << 30; /* the gigabyte below 4 GiB is the devices' */
	hardware.disk = "d.img";
	text = description(&hardware);
	if (text) {
		CU_ASSERT_PTR_NOT_NULL(strstr(text, "memory: guest=9216, host=2048, "));
		CU_ASSERT_PTR_NOT_NULL(
			strstr(text, "ata1-master: type=disk, path=\"d.img\", mode=volatile, journal=\"f/writes\""));
		free(text);
	}
	CU_ASSERT_EQUAL(hardware_machine_bytes(UINT64_C(3) << 30), UINT64_C(3) << 30);
	CU_ASSERT_EQUAL(hardware_machine_bytes((UINT64_C(3) << 30) + (1 << 20)), (UINT64_C(4) << 30) + (1 << 20));
}

CU_TestInfo plugin_tests[] = {
	{"e820 lists what the BIOS said", e820_lists_what_the_bios_said},
	{"e820 takes no more than it holds", e820_takes_no_more_than_it_holds},
	{"settings are read", settings_are_read},
	{"wrong settings are named", wrong_settings_are_named},
	{"notes come while recording", notes_come_while_recording},
	{"notes beyond their room are refused", notes_beyond_their_room_are_refused},
	{"machines are described", machines_are_described},
	CU_TEST_INFO_NULL,
};
