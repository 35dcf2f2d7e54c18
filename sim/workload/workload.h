/* SPDX-License-Identifier: MIT */
/*
 * Workloads: what runs in a recorded guest. Each is a folder with workload.yaml, run.sh and, for most, data.sh;
 * workloads/README.md tells how one is written. Those that are known by name lie in one folder: $MEGAVM_WORKLOADS,
 * otherwise share/megavm/workloads where the program was installed, otherwise workloads of the source tree.
 */
#ifndef WORKLOAD_WORKLOAD_H
#define WORKLOAD_WORKLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/shipped.h"

struct workload_size {
	char *name;
	uint64_t memory_bytes;    /* the guest's */
	uint64_t disk_free_bytes; /* to leave free on its disk */
	char *variables;          /* lines NAME=VALUE, for data.sh and run.sh; never NULL */
};

struct workload {
	char *name; /* the folder's last part */
	char *folder;
	char *summary;
	bool region_is_boot; /* the region of interest begins with the guest's first instruction, not with its marker */
	char *packages;      /* Debian's, unpacked; these three separated by spaces, empty rather than NULL */
	char *programs;      /* what of them goes to the guest's disk */
	char *environment;   /* variables of the caller that data.sh may see */
	struct workload_size *size;
	size_t sizes;
};

/*
 * By its name, or by the path of its folder, which has a '/' in it. ERR_USAGE when there is no such workload (the text
 * tells which there are) or its workload.yaml is wrong (the text tells file, line, column and key). On success
 * workload_free gives it back.
 */
int workload_read(struct workload *workload, const char *name, struct err *err);
void workload_free(struct workload *workload);

/* The folder of those that are known by name, and of what builds the guests of all. */
int workload_folder(char folder[PATH_MAX], struct err *err);

/* The names of all that are known by name; shipped_names_free gives them back. */
int workload_list(struct shipped_names *names, struct err *err);

/* The size of that name. ERR_USAGE when there is none; the text tells which there are. */
int workload_size_find(const struct workload *workload, const char *name, const struct workload_size **size,
		       struct err *err);

/* Where images are kept when nobody says otherwise: $MEGAVM_CACHE, otherwise megavm in the user's folder of caches. */
int workload_cache_folder(char folder[PATH_MAX], struct err *err);

struct workload_image {
	char *iso;           /* to boot from */
	char *disk;          /* raw; NULL: this workload has none */
	char *packages_file; /* name and version of every package that went into them, one a line */
	char *digest;        /* SHA-256 of all that went into them */
};

/*
 * Builds the images of a workload's size, or finds them built, under `cache_folder`. Progress goes to standard error
 * when that is a terminal; what the build said goes there when it failed. On success workload_image_free gives the
 * paths back; the files stay.
 */
int workload_prepare(const struct workload *workload, const char *size, const char *cache_folder,
		     struct workload_image *image, struct err *err);
void workload_image_free(struct workload_image *image);

#endif
