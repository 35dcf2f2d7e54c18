/* SPDX-License-Identifier: MIT */
#include "report/machine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

/* The name that the processor reports, or its architecture. */
static void find_processor(char *out, size_t size, const struct utsname *names)
{
	FILE *from = fopen("/proc/cpuinfo", "re");
	char line[256];

	snprintf(out, size, "%s", names->machine);
	while (from && fgets(line, sizeof(line), from)) {
		const char *colon = strchr(line, ':');

		if (strncmp(line, "model name", 10) != 0 || !colon)
			continue;
		snprintf(out, size, "%s", colon + 1 + (colon[1] == ' '));
		out[strcspn(out, "\n")] = '\0';
		break;
	}
	if (from)
		fclose(from);
}

json_t *machine_json(void)
{
	struct utsname names;
	char processor[256], system[sizeof(names.sysname) + sizeof(names.release) + 1];

	if (uname(&names) < 0)
		return json_object();
	find_processor(processor, sizeof(processor), &names);
	snprintf(system, sizeof(system), "%s %s", names.sysname, names.release);
	return json_pack("{s:s, s:s, s:s, s:I, s:I}", "host", names.nodename, "system", system, "processor", processor,
			 "cores", (json_int_t)sysconf(_SC_NPROCESSORS_ONLN), "memory_bytes",
			 (json_int_t)sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE));
}
