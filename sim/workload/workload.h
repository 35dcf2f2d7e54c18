/* SPDX-License-Identifier: MIT */
/*
 * Workloads: what runs in a recorded guest. Each is a folder with workload.yaml, run.sh and, for most, data.sh;
 * workloads/README.md explains how to write one. The workloads that are known by name are in one folder:
 * $MEGAVM_WORKLOADS, otherwise share/megavm/workloads of the installed program, otherwise workloads/ of the source
 * tree.
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
	bool region_is_boot; /* the region of interest begins with the guest's first instruction, not with a marker */
	char *packages;      /* Debian packages to unpack; this list and the next two are separated by spaces, and empty
				rather than NULL */
	char *programs;      /* files of the packages that go to the guest's disk */
	char *environment;   /* variables of the caller that data.sh may see */
	struct workload_size *size;
	size_t sizes;
};

/*
 * Reads a workload by its name, or by the path of its folder, which must contain a '/'. ERR_USAGE when there is no such
 * workload (the text lists the known ones) or its workload.yaml is wrong (the text names file, line, column and key).
 * On success the caller frees it with workload_free.
 */
int workload_read(struct workload *workload, const char *name, struct err *err);
void workload_free(struct workload *workload);

/* The folder of the workloads that are known by name; it also holds the guest's build script. */
int workload_folder(char folder[PATH_MAX], struct err *err);

/* Lists the known names; the caller frees them with shipped_names_free. */
int workload_list(struct shipped_names *names, struct err *err);

/* Finds a size by name; "" stands for the only size of a workload that has one, otherwise for small. ERR_USAGE when
 * there is none; the text lists the sizes. */
int workload_size_find(const struct workload *workload, const char *name, const struct workload_size **size,
		       struct err *err);

/* The default folder of images: $MEGAVM_CACHE, otherwise megavm in the user's cache folder. */
int workload_cache_folder(char folder[PATH_MAX], struct err *err);

struct workload_image {
	char *iso;           /* the CD image the CD image to boot from */
	char *disk;          /* raw; NULL: this workload has none */
	char *packages_file; /* name and version of every package that went into them, one a line */
	char *digest;        /* SHA-256 of all that went into them */
};

/*
 * Builds the images of a workload's size under `cache_folder`, unless they exist. Progress goes to standard error when
 * that is a terminal; after a failure the build's messages go there. On success the caller frees the paths with
 * workload_image_free; the files stay.
 */
int workload_prepare(const struct workload *workload, const char *size, const char *cache_folder,
		     struct workload_image *image, struct err *err);
void workload_image_free(struct workload_image *image);

#endif
