/* SPDX-License-Identifier: MIT */
/* The size of a QEMU guest's memory, from the arguments. */
#include <string.h>

#include "emulator/qemu.h"
#include "unit.h"

enum { MIB = 1 << 20 };

static uint64_t guest_bytes(const char *program, const char *option, const char *value)
{
	char *argv[] = {(char *)program, "-nodefaults", (char *)option, (char *)value, "-smp", "1", NULL};
	uint64_t bytes = 1;
	struct err err;

	CU_ASSERT_EQUAL(qemu_guest_bytes(argv, &bytes, &err), 0);
	return bytes;
}

static void sizes(void)
{
	static const struct {
		const char *value;
		uint64_t bytes;
	} good[] = {
		{"256", UINT64_C(256) * MIB},
		{"256M", UINT64_C(256) * MIB},
		{"256m", UINT64_C(256) * MIB},
		{"1G", UINT64_C(1024) * MIB},
		{"0.5g", UINT64_C(512) * MIB},
		{"size=1G", UINT64_C(1024) * MIB},
		{"size=64", UINT64_C(64) * MIB},
		{"512,slots=3,maxmem=4G", UINT64_C(512) * MIB},
		{"slots=3,maxmem=4G,size=512M", UINT64_C(512) * MIB},
		{"slots=3,maxmem=4G", UINT64_C(128) * MIB},
		{"1000K", 1000 << 10},
		{"1001K", 1008 << 10}, /* in steps of 8 KiB */
		{"2097152B", 2 * MIB},
	};

	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		CU_ASSERT_EQUAL(guest_bytes("/usr/bin/qemu-system-x86_64", "-m", good[i].value), good[i].bytes);
	CU_ASSERT_EQUAL(guest_bytes("qemu-system-i386", "--m", "64"), UINT64_C(64) * MIB);
}

static void programs(void)
{
	CU_ASSERT_EQUAL(guest_bytes("./qemu-system-x86_64", "-M", "q35"), UINT64_C(128) * MIB);
	CU_ASSERT_EQUAL(guest_bytes("qemu-img", "-m", "64"), 0);
	CU_ASSERT_EQUAL(guest_bytes("qemu-system-/sort", "-m", "x"), 0);
}

static void refuses(const char *option, const char *value, const char *text)
{
	char *argv[] = {"qemu-system-x86_64", (char *)option, (char *)value, NULL};
	uint64_t bytes;
	struct err err = {""};

	CU_ASSERT_EQUAL(qemu_guest_bytes(argv, &bytes, &err), ERR_USAGE);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, text));
}

static void refusals(void)
{
	refuses("-m", "1X", "'1X' is not a size");
	refuses("-m", "size=many", "is not a size");
	refuses("-m", "12MiB", "is not a size");
	refuses("-m", "0", "is not a size");
	refuses("-m", "1e9T", "is not a size");
	refuses("-mem-path", "/dev/shm", "would be a file");
	refuses("-object", "memory-backend-memfd,id=m,size=1G", "would be a file");
	refuses("-object", "memory-backend-file,id=m,size=1G", "would be a file");
}

CU_TestInfo qemu_tests[] = {
	{"sizes", sizes},
	{"programs", programs},
	{"refusals", refusals},
	CU_TEST_INFO_NULL,
};
