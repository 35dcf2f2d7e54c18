/* SPDX-License-Identifier: MIT */
/* Reads any bytes as a trace: opened normally and with recovery, with and without the pages that are
 * overwritten whole, read to the end, verified. Checksums are not checked,
 * so that the fuzzer reaches the decoder. */
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "memory/region.h"
#include "trace/reader.h"
#include "trace/verify.h"
#include "trace/writer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Copies the region between the first two markers that the corpus has to nowhere. */
static void copy_region(struct trace_reader *reader)
{
	const struct trace_writer_options options = {.level = 1, .filtered = true};
	struct trace_writer *writer;
	struct trace_header header;
	struct region region;
	struct err err;
	int status;

	if (region_find(&region, reader, "roi", "roi", &err) < 0 ||
	    trace_header_copy(&header, trace_reader_header(reader), &err) < 0)
		return;
	status = trace_writer_create(&writer, "/dev/null", &header, &options, &err);
	trace_header_free(&header);
	if (status == 0)
		region_copy(&region, &(struct region_copy){.reader = reader, .writer = writer}, NULL, &err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int fd = -1;
	char path[32];

	if (fd < 0)
		fd = memfd_create("trace", 0);
	if (ftruncate(fd, 0) < 0 || pwrite(fd, data, size, 0) != (ssize_t)size)
		return 0;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	for (int way = 0; way < 4; way++) {
		const struct trace_reader_options options = {
			.recover = way & 1, .clocks = true, .frames = true, .hinted = way & 2};
		struct trace_reader *reader;
		struct err err;

		if (trace_reader_open(&reader, path, &options, &err) < 0)
			continue;
		copy_region(reader);
		trace_reader_close(reader);
		if (trace_reader_open(&reader, path, &options, &err) < 0)
			continue;
		trace_verify(reader, NULL, NULL, NULL, &err);
		trace_reader_seek_insn(reader, 1000, &err);
		trace_reader_close(reader);
	}
	return 0;
}
