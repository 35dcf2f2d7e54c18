/* SPDX-License-Identifier: MIT */
#include "memory/shards.h"

#include <math.h>
#include <stdlib.h>

#include "base/rng.h"
#include "base/table.h"
#include "memory/lru_counts.h"

#define PART_BITS 3

_Static_assert(1 << PART_BITS == SHARDS_PARTS, "a part for every value of the bits");

/* A set of sampled pages with ids of their own, and their touches in a batch. */
struct sample {
	struct lru_counts counts;
	uint32_t count;
	page_id page[TRACE_BLOCK_RECORDS];
	trace_kind kind[TRACE_BLOCK_RECORDS];
	uint64_t *faults; /* of the sample, once it has ended */
};

struct shards {
	uint64_t seed;
	uint64_t threshold; /* R * 2^32: a page is sampled when the upper half of its hash is below */
	uint32_t pages;
	unsigned vcpus;
	page_id *id;                 /* of each sampled page in the whole sample, whose ids go part by part */
	page_id first[SHARDS_PARTS]; /* id of each part */
	uint64_t references;
	struct sample whole, part[SHARDS_PARTS];
};

/* The page's number in the sequence of SplitMix64 that begins at the seed. */
static inline uint64_t hash(uint64_t seed, page_id page)
{
	return rng_mix(seed + page * RNG_STEP);
}

static inline bool is_sampled(const struct shards *shards, uint64_t hash)
{
	return hash >> 32 < shards->threshold;
}

/* The part of a sampled page. */
static inline uint32_t part_of(uint64_t hash)
{
	return hash % SHARDS_PARTS;
}

/* Converts a number of pages of the trace to pages of the whole sample, rounded down. */
static uint32_t in_whole(const struct shards *shards, uint32_t pages)
{
	return (uint32_t)(pages * shards->threshold >> 32);
}

static uint32_t in_part(const struct shards *shards, uint32_t pages)
{
	return (uint32_t)(pages * shards->threshold >> (32 + PART_BITS));
}

/* Assigns ids to the sampled pages and sets up every sample. */
static int number_pages(struct shards *shards, struct err *err)
{
	uint32_t count[SHARDS_PARTS] = {0}, total = 0;
	int status;

	for (page_id page = 0; page < shards->pages; page++)
		count[part_of(hash(shards->seed, page))] += is_sampled(shards, hash(shards->seed, page));
	for (uint32_t part = 0; part < SHARDS_PARTS; part++) {
		shards->first[part] = total;
		total += count[part];
		status = lru_counts_init(&shards->part[part].counts, count[part], 1, err);
		if (status < 0)
			return status;
		count[part] = shards->first[part]; /* from here on, the next id of the part */
	}
	if (!total && shards->pages)
		return err_set(err, ERR_USAGE, "a sample of %g of the pages holds none of the trace's %u",
			       (double)shards->threshold * 0x1p-32, shards->pages);
	for (page_id page = 0; page < shards->pages; page++)
		if (is_sampled(shards, hash(shards->seed, page)))
			shards->id[page] = count[part_of(hash(shards->seed, page))]++;
	return lru_counts_init(&shards->whole.counts, total, shards->vcpus, err);
}

/* A snapshot's threshold in a sample: never 0 for a page that is dirty somewhere. */
static uint32_t scaled_dirty(uint32_t dirty_from, uint32_t scaled)
{
	return dirty_from && !scaled ? 1 : scaled;
}

static void place_snapshot(struct shards *shards, const struct trace_snapshot_page *snapshot, uint32_t count)
{
	for (page_id page = 0; page < count; page++) {
		uint64_t bits = hash(shards->seed, page);
		uint32_t part = part_of(bits), dirty_from = snapshot[page].dirty_from;

		if (!is_sampled(shards, bits))
			continue;
		lru_counts_place(&shards->whole.counts, shards->id[page],
				 scaled_dirty(dirty_from, in_whole(shards, dirty_from)));
		lru_counts_place(&shards->part[part].counts, shards->id[page] - shards->first[part],
				 scaled_dirty(dirty_from, in_part(shards, dirty_from)));
	}
	lru_counts_begin(&shards->whole.counts);
	for (uint32_t part = 0; part < SHARDS_PARTS; part++)
		lru_counts_begin(&shards->part[part].counts);
}

int shards_create(struct shards **out, const struct curve_trace *trace, const struct shards_options *options,
		  struct err *err)
{
	struct shards *shards;
	int status;

	if (!(options->rate > 0 && options->rate <= 1))
		return err_set(err, ERR_USAGE, "a sample of %g of the pages: allowed is more than 0, up to 1",
			       options->rate);
	shards = calloc(1, sizeof(*shards));
	if (!shards)
		return err_memory(err, "a sampled curve");
	shards->seed = options->seed;
	shards->threshold = (uint64_t)ceil(options->rate * 0x1p32);
	shards->pages = trace->pages;
	shards->vcpus = trace->vcpus;
	shards->id = table_alloc(trace->pages, sizeof(*shards->id));
	status = shards->id ? number_pages(shards, err) : err_memory(err, "a sampled curve");
	if (status < 0) {
		shards_destroy(shards);
		return status;
	}
	place_snapshot(shards, trace->snapshot, trace->snapshot_pages);
	*out = shards;
	return 0;
}

static void sample_free(struct sample *sample)
{
	lru_counts_free(&sample->counts);
	free(sample->faults);
}

void shards_destroy(struct shards *shards)
{
	if (!shards)
		return;
	sample_free(&shards->whole);
	for (uint32_t part = 0; part < SHARDS_PARTS; part++)
		sample_free(&shards->part[part]);
	free(shards->id);
	free(shards);
}

/* Lists the records of the batch that are of sampled pages, without a branch, which would be mispredicted. */
static uint32_t select_records(const struct shards *shards, const struct trace_batch *batch, uint32_t *record)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < batch->count; i++) {
		record[count] = i;
		count += is_sampled(shards, hash(shards->seed, batch->page[i]));
	}
	return count;
}

static inline void sample_put(struct sample *sample, page_id page, trace_kind kind)
{
	sample->page[sample->count] = page;
	sample->kind[sample->count++] = kind;
}

static void sample_touch(struct sample *sample)
{
	lru_counts_touch(&sample->counts, sample->page, sample->kind, sample->count);
	sample->count = 0;
}

void shards_add(struct shards *shards, const struct trace_batch *batch)
{
	uint32_t record[TRACE_BLOCK_RECORDS], count = select_records(shards, batch, record);

	for (uint32_t i = 0; i < count; i++) {
		page_id page = batch->page[record[i]];
		trace_kind kind = batch->kind[record[i]];
		uint32_t part = part_of(hash(shards->seed, page));

		sample_put(&shards->whole, shards->id[page], kind);
		sample_put(&shards->part[part], shards->id[page] - shards->first[part], kind);
	}
	sample_touch(&shards->whole);
	for (uint32_t part = 0; part < SHARDS_PARTS; part++)
		sample_touch(&shards->part[part]);
	shards->references += batch->count;
}

static int sample_end(struct sample *sample, uint64_t *write_backs, uint64_t *first_touches, struct err *err)
{
	sample->faults = table_alloc((size_t)sample->counts.stack.pages + 1, sizeof(*sample->faults));
	if (!sample->faults)
		return err_memory(err, "a sampled curve");
	*first_touches = lru_counts_end(&sample->counts, sample->faults, write_backs);
	return 0;
}

/* Of a memory of so many pages of the sample: beyond its last page nothing more changes. */
static uint64_t count_at(const struct sample *sample, const uint64_t *counts, uint32_t pages)
{
	return counts[pages < sample->counts.stack.pages ? pages : sample->counts.stack.pages];
}

/* The standard error of the fault ratio in a memory of `pages` pages of the trace. */
static double error_at(const struct shards *shards, uint32_t pages)
{
	double rate = (double)shards->threshold * 0x1p-32, mean = 0, squares = 0, ratio[SHARDS_PARTS];

	for (uint32_t part = 0; part < SHARDS_PARTS; part++) {
		const struct sample *sample = &shards->part[part];

		ratio[part] = (double)count_at(sample, sample->faults, in_part(shards, pages)) * SHARDS_PARTS / rate /
			      (double)shards->references;
		mean += ratio[part] / SHARDS_PARTS;
	}
	for (uint32_t part = 0; part < SHARDS_PARTS; part++)
		squares += (ratio[part] - mean) * (ratio[part] - mean);
	return sqrt(squares / (SHARDS_PARTS - 1) / SHARDS_PARTS * (1 - rate));
}

static void scale(const struct shards *shards, const uint64_t *write_backs, struct curve *curve)
{
	double rate = (double)shards->threshold * 0x1p-32;

	for (uint32_t pages = 0; pages <= curve->pages; pages++) {
		uint32_t scaled = in_whole(shards, pages);

		curve->faults[pages] = (uint64_t)((double)count_at(&shards->whole, shards->whole.faults, scaled) /
							  rate +
						  .5);
		curve->write_backs[pages] = (uint64_t)((double)count_at(&shards->whole, write_backs, scaled) / rate +
						       .5);
		curve->error[pages] = shards->references ? error_at(shards, pages) : 0;
	}
	curve->min_pages = (uint32_t)ceil(1 / rate);
	curve->first_touches = (uint64_t)((double)curve->first_touches / rate + .5);
	for (unsigned vcpu = 0; vcpu < curve->vcpus; vcpu++)
		curve->first_of_vcpu[vcpu] = (uint64_t)((double)lru_bins_first_touches(&shards->whole.counts.bins,
										       vcpu) /
								rate +
							.5);
	curve->references = shards->references;
}

/* Scales the faults of each virtual CPU, as those of all. */
static int scale_vcpus(const struct shards *shards, struct curve *curve, struct err *err)
{
	double rate = (double)shards->threshold * 0x1p-32;
	size_t sizes = (size_t)shards->whole.counts.stack.pages + 1;
	uint64_t *faults = table_alloc(sizes * shards->vcpus, sizeof(*faults));

	if (!faults)
		return err_memory(err, "a sampled curve");
	lru_bins_of_vcpus(&shards->whole.counts.bins, faults);
	for (unsigned vcpu = 0; vcpu < shards->vcpus; vcpu++)
		for (uint32_t pages = 0; pages <= curve->pages; pages++)
			curve->of_vcpu[vcpu * ((size_t)curve->pages + 1) +
				       pages] = (uint64_t)((double)count_at(&shards->whole, faults + vcpu * sizes,
									    in_whole(shards, pages)) /
								   rate +
							   .5);
	free(faults);
	return 0;
}

int shards_end(struct shards *shards, struct curve *curve, struct err *err)
{
	uint64_t *write_backs = table_alloc((size_t)shards->whole.counts.stack.pages + 1, sizeof(*write_backs)),
		 ignored;
	int status = curve_init(curve, shards->pages, shards->vcpus, true, err);

	if (status == 0 && !write_backs)
		status = err_memory(err, "a sampled curve");
	if (status == 0)
		status = sample_end(&shards->whole, write_backs, &curve->first_touches, err);
	for (uint32_t part = 0; part < SHARDS_PARTS && status == 0; part++)
		status = sample_end(&shards->part[part], NULL, &ignored, err);
	if (status == 0 && curve->of_vcpu)
		status = scale_vcpus(shards, curve, err);
	if (status == 0)
		scale(shards, write_backs, curve);
	else
		curve_free(curve);
	free(write_backs);
	return status;
}

int shards_read(struct curve *curve, struct trace_reader *reader, const struct shards_options *options,
		curve_progress *progress, void *context, struct err *err)
{
	const struct curve_trace trace = curve_trace_of(reader);
	uint32_t k = trace_reader_header(reader)->k;
	struct shards *shards;
	struct trace_batch batch;
	int status = shards_create(&shards, &trace, options, err);

	if (status < 0)
		return status;
	while ((status = trace_reader_next(reader, &batch, err)) > 0) {
		shards_add(shards, &batch);
		if (progress)
			progress(context, batch.first_record + batch.count);
	}
	if (status == 0)
		status = shards_end(shards, curve, err);
	if (status == 0 && k > curve->min_pages)
		curve->min_pages = k;
	shards_destroy(shards);
	return status;
}
