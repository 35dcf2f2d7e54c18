/*
 * The job of a guest that is to swap: its group of memory, its limit and its counts. init makes the group; in a guest without one
 * nothing happens here.
 *
 * The limit holds from roi-begin on, so that what was loaded before comes under it as it is. What the kernel counts is reported
 * at both ends of the region, as job.WORD.MARKER=N: major and other faults of the group, and pages swapped in and out, of which the job's
 * are all that there are.
 */
#ifndef GUEST_JOB_H
#define GUEST_JOB_H

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define JOB_GROUP "/sys/fs/cgroup/job"
#define JOB_TEXT  16384 /* of /proc/vmstat and memory.stat, which are a third of it */

static inline int job_is_there(void)
{
	return access(JOB_GROUP, F_OK) == 0;
}

/* Reads a whole file of the kernel's; `text` is empty when there is none. */
static inline void job_read(const char *path, char text[JOB_TEXT])
{
	int file = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length = 0, some;

	while (file >= 0 && (some = read(file, text + length, (size_t)(JOB_TEXT - 1 - length))) > 0)
		length += some;
	text[length] = '\0';
	if (file >= 0)
		close(file);
}

static inline int job_write(const char *name, const char *value)
{
	char path[128];
	int file, failed;

	snprintf(path, sizeof(path), JOB_GROUP "/%s", name);
	file = open(path, O_WRONLY | O_CLOEXEC);
	failed = file < 0 || write(file, value, strlen(value)) < 0;
	if (failed)
		perror(path);
	if (file >= 0)
		close(file);
	return failed ? -1 : 0;
}

/* The number after a word at the beginning of a line; -1 when there is none. */
static inline long long job_number(const char *text, const char *word)
{
	size_t length = strlen(word);

	for (const char *line = text; line && *line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
		if (strncmp(line, word, length) == 0 && line[length] == ' ')
			return strtoll(line + length, NULL, 10);
	return -1;
}


/* Calls `report` with a line for each count. */
static inline void job_counts(const char *marker, void (*report)(const char *line))
{
	static const char *const words[] = {"pgfault", "pgmajfault", "pswpin", "pswpout", "swap_ra", "swap_ra_hit"};
	static char group[JOB_TEXT], guest[JOB_TEXT];
	char line[128];

	job_read(JOB_GROUP "/memory.stat", group);
	job_read("/proc/vmstat", guest);
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		snprintf(line, sizeof(line), "job.%s.%s=%lld", words[i], marker,
			 job_number(i < 2 ? group : guest, words[i]));
		report(line);
	}
}

#endif
