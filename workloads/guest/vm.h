/* The guest's side of bochs-plugin/guest_port.h, for programs that mark their own phases. They run as root, in the guest only. */
#ifndef GUEST_VM_H
#define GUEST_VM_H

#include <stdio.h>
#include <string.h>
#include <sys/io.h>
#include <time.h>

#include "guest_port.h"
#include "job.h"

/* Before all others: leave to write to I/O ports. 0, or -1 with errno. */
static inline int vm_open(void)
{
	return iopl(3);
}

static inline void vm_send(enum guest_port_op op, const char *text)
{
	for (; *text; text++)
		outl(GUEST_PORT_WORD(GUEST_PORT_APPEND, (unsigned char)*text), GUEST_PORT);
	outl(GUEST_PORT_WORD(op, 0), GUEST_PORT);
}

static inline void vm_report(const char *line)
{
	vm_send(GUEST_PORT_REPORT, line);
}

/*
 * What the guest's own clock says at the bounds of the region of interest goes along: how long the job took in the guest's eyes. A job
 * that is to swap comes under its limit before (job.h), and its counts are taken outside.
 */
static inline void vm_mark(const char *name)
{
	int begins = strcmp(name, "roi-begin") == 0, ends = strcmp(name, "roi-end") == 0;
	int counts = (begins || ends) && job_is_there();
	struct timespec now;
	char line[64];

	if (counts && begins) {
		job_write("memory.max", getenv("JOB_LIMIT"));
		job_counts(name, vm_report);
	}
	clock_gettime(CLOCK_MONOTONIC, &now);
	snprintf(line, sizeof(line), "clock_ns.%.32s=%lld%09ld", name, (long long)now.tv_sec, now.tv_nsec);
	if (begins)
		vm_report(line);
	vm_send(GUEST_PORT_MARK, name);
	if (ends)
		vm_report(line);
	if (counts && ends)
		job_counts(name, vm_report);
}

/* A Bochs that nobody records in ends as well: by a word to its shutdown port (Bochs, iodev/unmapped.cc). Other machines go on. */
static inline void vm_exit(int status)
{
	outl(GUEST_PORT_WORD(GUEST_PORT_EXIT, status & 0xff), GUEST_PORT);
	for (const char *word = "Shutdown"; *word; word++)
		outb((unsigned char)*word, 0x8900);
}

#endif
