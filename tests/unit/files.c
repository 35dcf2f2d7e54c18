/* SPDX-License-Identifier: MIT */
#include "files.h"

#include <assert.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "trace/reader.h"
#include "trace/writer.h"

static char folder[] = "/tmp/megavm-unit-XXXXXX";

static void remove_folder(void)
{
	DIR *dir = opendir(folder);

	for (struct dirent *entry; dir && (entry = readdir(dir));)
		unlinkat(dirfd(dir), entry->d_name, 0);
	if (dir)
		closedir(dir);
	rmdir(folder);
}

const char *test_path(const char *name)
{
	static char path[8][128];
	static unsigned next;
	static bool made;

	if (!made) {
		made = mkdtemp(folder);
		assert(made);
		atexit(remove_folder);
	}
	snprintf(path[next % 8], sizeof(path[0]), "%s/%s", folder, name);
	return path[next++ % 8];
}

void test_write_file(const char *path, const void *data, size_t bytes)
{
	FILE *file = fopen(path, "wb");
	size_t written;

	assert(file);
	written = fwrite(data, 1, bytes, file);
	assert(written == bytes);
	(void)written;
	fclose(file);
}

char *test_read_file(const char *path, size_t *bytes)
{
	FILE *file = fopen(path, "rb");
	char *data;

	assert(file);
	fseek(file, 0, SEEK_END);
	*bytes = (size_t)ftell(file);
	rewind(file);
	data = calloc(*bytes + 1, 1);
	assert(data);
	*bytes = fread(data, 1, *bytes, file);
	fclose(file);
	return data;
}

bool test_file_is_there(const char *path)
{
	return access(path, F_OK) == 0;
}

void test_write_trace(const char *path, const struct refs *refs)
{
	const struct trace_writer_options options = {.level = 1};
	struct trace_clock end[TRACE_VCPUS_MAX] = {0};
	struct trace_writer *writer;
	struct trace_header header;
	struct err err = {""};
	int status = trace_header_init(&header, &err);

	header.vcpus = 2;
	if (status == 0)
		status = trace_writer_create(&writer, path, &header, &options, &err);
	for (size_t i = 0; i < refs->count && status == 0; i++) {
		end[TRACE_KIND_VCPU(refs->ref[i].kind)] = refs->ref[i].clock;
		status = trace_writer_add(writer, &refs->ref[i], &err);
	}
	if (status == 0)
		status = trace_writer_finish(writer, end, (struct trace_clock){0, 0}, NULL, &err);
	trace_header_free(&header);
	if (status < 0)
		fprintf(stderr, "%s\n", err.text), abort();
}

void test_write_vm_trace(const char *path, uint64_t seed, size_t count, uint32_t pages, unsigned vcpus, bool snapshot)
{
	const struct trace_writer_options options = {.level = 1};
	struct refs refs = test_refs(seed, count, pages);
	struct trace_snapshot_page page[30];
	struct trace_clock end[2] = {{0, 0}, {0, 0}};
	struct trace_writer *writer;
	struct trace_header header;
	struct err err = {""};
	int status = trace_header_init(&header, &err);

	header.guest_bytes = UINT64_C(1) << 34;
	header.vcpus = vcpus;
	unlink(path);
	if (status == 0)
		status = trace_writer_create(&writer, path, &header, &options, &err);
	for (uint32_t i = 0; i < 30; i++)
		page[i] = (struct trace_snapshot_page){i * 977, i % 3 ? 30 - i + i % 5 : 0};
	if (status == 0 && snapshot)
		status = trace_writer_snapshot(writer, page, 30, &err);
	for (size_t i = 0; i < refs.count && status == 0; i++) {
		unsigned vcpu = vcpus > 1 ? refs.ref[i].clock.insn % 2 : 0;

		end[vcpu].insn += 1 + refs.ref[i].frame % 500;
		end[vcpu].idle_ns += refs.ref[i].frame % 7 == 0 ? 40 : 0;
		refs.ref[i].clock = end[vcpu];
		refs.ref[i].kind = TRACE_KIND(refs.ref[i].kind & TRACE_WRITE, TRACE_DATA, vcpu);
		status = trace_writer_add(writer, &refs.ref[i], &err);
	}
	if (status == 0)
		status = trace_writer_finish(writer, end, (struct trace_clock){0, 0}, NULL, &err);
	trace_header_free(&header);
	test_refs_free(&refs);
	if (status < 0)
		fprintf(stderr, "%s\n", err.text), abort();
}

static void take_batch(struct trace_batch *batch, const gfn *frame, struct refs *refs)
{
	struct trace_sink sink = test_refs_sink(refs);
	uint32_t idle = 0;

	for (uint32_t i = 0; i < batch->count; i++) {
		struct trace_clock *clock = &batch->clock[TRACE_KIND_VCPU(batch->kind[i])];
		struct trace_ref ref = {.frame = frame[batch->page[i]], .kind = batch->kind[i]};

		clock->insn += batch->insn[i];
		if (idle < batch->idle_count && batch->idle[idle].at == i)
			clock->idle_ns += batch->idle[idle++].ns;
		ref.clock = *clock;
		sink.put(sink.context, &ref, NULL);
	}
}

struct refs test_read_trace(const char *path)
{
	struct trace_reader *reader;
	struct trace_batch batch;
	struct refs refs = {NULL, 0};
	struct err err = {""};
	int status = trace_reader_open(&reader, path, &(struct trace_reader_options){.clocks = true, .frames = true},
				       &err);

	while (status >= 0 && (status = trace_reader_next(reader, &batch, &err)) > 0)
		take_batch(&batch, trace_reader_frames(reader), &refs);
	if (status < 0)
		fprintf(stderr, "%s\n", err.text), abort();
	trace_reader_close(reader);
	return refs;
}

bool test_same_refs(const struct refs *a, const struct refs *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (a->ref[i].frame != b->ref[i].frame || a->ref[i].kind != b->ref[i].kind ||
		    a->ref[i].clock.insn != b->ref[i].clock.insn || a->ref[i].clock.idle_ns != b->ref[i].clock.idle_ns)
			return false;
	return true;
}

void test_write_touches(const char *path, uint32_t count, const uint32_t *touch, size_t touches)
{
	struct trace_snapshot_page *page = calloc(count + 1, sizeof(*page));
	struct trace_writer *writer = NULL;
	struct trace_clock end = {0, 0};
	struct trace_header header;
	struct err err = {"out of memory"};
	int status = page ? trace_header_init(&header, &err) : ERR_FAILED;

	unlink(path);
	for (uint32_t i = 0; i < count && page; i++)
		page[i] = (struct trace_snapshot_page){i * 3, i % 2 ? count : 0};
	if (status == 0)
		status = trace_writer_create(&writer, path, &header, &(struct trace_writer_options){.level = 1}, &err);
	if (status == 0)
		status = trace_writer_snapshot(writer, page, count, &err);
	for (size_t i = 0; i < touches && status == 0; i++) {
		end.insn += 1000;
		status = trace_writer_add(
			writer,
			&(struct trace_ref){.frame = touch[i] * 3, .clock = end, .kind = TRACE_KIND(0, TRACE_DATA, 0)},
			&err);
	}
	if (status == 0)
		status = trace_writer_finish(writer, &end, (struct trace_clock){0, 0}, NULL, &err);
	if (status < 0)
		fprintf(stderr, "%s\n", err.text), abort();
	trace_header_free(&header);
	free(page);
}
