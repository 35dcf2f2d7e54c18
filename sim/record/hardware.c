/* SPDX-License-Identifier: MIT */
#include "record/hardware.h"

#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#define MIB        (UINT64_C(1) << 20)
#define GIB        (UINT64_C(1) << 30)
#define DEVICES    (3 * GIB)
#define TOLD_BYTES MIB /* of the second disk: whole cylinders of 16 heads and 63 sectors are what Bochs counts in */
#define HOST_MIB \
	2048 /* Bochs holds at most this much of the guest's memory, and allocates it as the guest touches it */
#define BLOCK_KIB (HARDWARE_BLOCK >> 10) /* small units make a large guest slow to start */

/* From the Debian packages bochsbios and vgabios. */
static const char bios[] = "/usr/share/bochs/BIOS-bochs-latest";
static const char vga_bios[] = "/usr/share/vgabios/vgabios.bin";

uint64_t hardware_machine_bytes(uint64_t memory_bytes)
{
	return memory_bytes > DEVICES ? memory_bytes + GIB : memory_bytes;
}

static int check_file(const char *path, const char *package, struct err *err)
{
	if (access(path, R_OK) == 0)
		return 0;
	return err_errno(err, ERR_FAILED, "%s (Debian package %s)", path, package);
}

int hardware_tell(const struct hardware *hardware, struct err *err)
{
	char path[PATH_MAX];
	FILE *file;
	bool failed;

	snprintf(path, sizeof(path), "%s/told", hardware->folder);
	file = fopen(path, "w");
	failed = !file || fputs(hardware->told, file) < 0 || fflush(file) != 0 ||
		 ftruncate(fileno(file), TOLD_BYTES) != 0;
	if (file && fclose(file) != 0)
		failed = true;
	return failed ? err_errno(err, ERR_FAILED, "%s", path) : 0;
}

int hardware_write(const struct hardware *hardware, FILE *to, struct err *err)
{
	uint64_t guest = hardware_machine_bytes(hardware->memory_bytes) / MIB;
	int status = check_file(bios, "bochsbios", err);

	if (status == 0)
		status = check_file(vga_bios, "vgabios", err);
	if (status < 0)
		return status;
	fprintf(to, "config_interface: textconfig\ndisplay_library: nogui\n");
	fprintf(to, "memory: guest=%" PRIu64 ", host=%" PRIu64 ", block_size=%" PRIu64 "\n", guest,
		guest < HOST_MIB ? guest : HOST_MIB, BLOCK_KIB);
	/* A processor without AVX (Bochs cannot be built with AVX only) and without RDRAND (the guest must not see
	 * random numbers). */
	fprintf(to, "cpu: model=corei5_arrandale_m520, count=%u, ips=%" PRIu64 ", reset_on_triple_fault=0\n",
		hardware->vcpus, hardware->ips);
	fprintf(to, "romimage: file=%s, options=fastboot\nvgaromimage: file=%s\n", bios, vga_bios);
	fprintf(to, "vga: extension=vbe, update_freq=1, realtime=0\n");
	fprintf(to,
		"clock: sync=none, time0=1700000000, rtc_sync=0\n"); /* the same date as in bochs-plugin/host_clock.c */
	fprintf(to, "ata0-master: type=cdrom, path=\"%s\", status=inserted\n", hardware->iso);
	if (hardware->disk)
		fprintf(to,
			"ata1-master: type=disk, path=\"%s\", mode=volatile, journal=\"%s/writes\", translation=auto\n",
			hardware->disk, hardware->folder);
	if (hardware->told)
		fprintf(to, "ata1-slave: type=disk, path=\"%s/told\", mode=flat, translation=auto\n", hardware->folder);
	fprintf(to, "boot: cdrom\ncom1: enabled=1, mode=file, dev=\"%s\"\nlog: \"%s\"\n", hardware->console,
		hardware->log);
	fprintf(to, "panic: action=fatal\nspeaker: enabled=0\n");
	return ferror(to) ? err_errno(err, ERR_FAILED, "the machine's description") : 0;
}
