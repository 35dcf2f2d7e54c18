/* SPDX-License-Identifier: MIT */
#include "memory/rpm.h"

#include <inttypes.h>
#include <stdlib.h>

static size_t directory_length(const struct rpm *rpm)
{
	return (rpm->frames + RPM_LEAF_PAGES - 1) >> RPM_LEAF_BITS;
}

int rpm_init(struct rpm *rpm, gfn frames, struct err *err)
{
	*rpm = (struct rpm){.frames = frames};
	if (frames == 0 || frames > RPM_FRAMES_MAX)
		return err_set(err, ERR_USAGE, "a guest of %" PRIu64 " pages: a remote page map takes 1 to %" PRIu64,
			       frames, RPM_FRAMES_MAX);
	rpm->directory = calloc(directory_length(rpm), sizeof(*rpm->directory));
	return rpm->directory ? 0 : err_memory(err, "a remote page map's directory");
}

void rpm_free(struct rpm *rpm)
{
	for (size_t i = 0; rpm->directory && i < directory_length(rpm); i++)
		free(atomic_load_explicit(&rpm->directory[i], memory_order_relaxed));
	free(rpm->directory);
	*rpm = (struct rpm){0};
}

size_t rpm_bytes(const struct rpm *rpm)
{
	return directory_length(rpm) * sizeof(*rpm->directory) + rpm->leaves * sizeof(struct rpm_leaf);
}

gfn rpm_next(const struct rpm *rpm, uint32_t node, gfn from)
{
	for (gfn frame = from; frame < rpm->frames; frame = (frame | (RPM_LEAF_PAGES - 1)) + 1) {
		const struct rpm_leaf *leaf = rpm_leaf(rpm, frame);

		if (!leaf)
			continue;
		for (size_t i = frame % RPM_LEAF_PAGES; i < RPM_LEAF_PAGES; i++)
			if (rpm_is_at(atomic_load_explicit(&leaf->entry[i], memory_order_acquire), node))
				return (frame & ~(gfn)(RPM_LEAF_PAGES - 1)) + i;
	}
	return GFN_NONE;
}

struct rpm_leaf *rpm_grow(struct rpm *rpm, gfn frame, struct err *err)
{
	struct rpm_leaf *leaf;

	assert(frame < rpm->frames);
	leaf = calloc(1, sizeof(*leaf));
	if (!leaf) {
		err_memory(err, "a remote page map's leaf");
		return NULL;
	}
	rpm->leaves++;
	atomic_store_explicit(&rpm->directory[frame >> RPM_LEAF_BITS], leaf, memory_order_release);
	return leaf;
}
