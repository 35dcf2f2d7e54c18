/* SPDX-License-Identifier: MIT */
#include "memory/curve.h"

#include <stdlib.h>

#include "base/table.h"
#include "memory/band.h"

struct curve_pass {
	struct lru_counts counts;
	struct band *band; /* NULL unless it was recorded with an active set */
	uint64_t references;
	uint32_t snapshot_pages, footprint;
};

int curve_init(struct curve *curve, uint32_t pages, unsigned vcpus, bool sampled, struct err *err)
{
	*curve = (struct curve){.pages = pages, .vcpus = vcpus, .min_pages = 1};
	curve->faults = table_alloc((size_t)pages + 1, sizeof(*curve->faults));
	curve->write_backs = table_alloc((size_t)pages + 1, sizeof(*curve->write_backs));
	curve->of_vcpu = vcpus > 1 ? table_alloc(((size_t)pages + 1) * vcpus, sizeof(*curve->of_vcpu)) : NULL;
	curve->compulsory = sampled ? NULL : table_alloc((size_t)pages + 1, sizeof(*curve->compulsory));
	curve->error = sampled ? table_alloc((size_t)pages + 1, sizeof(*curve->error)) : NULL;
	if (curve->faults && curve->write_backs && (curve->compulsory || sampled) && (curve->of_vcpu || vcpus == 1) &&
	    (curve->error || !sampled))
		return 0;
	curve_free(curve);
	return err_memory(err, "a curve");
}

static void counts_free(struct curve_counts *counts)
{
	free(counts->faults);
	free(counts->write_backs);
	free(counts->of_vcpu);
}

void curve_free(struct curve *curve)
{
	counts_free(&curve->low);
	counts_free(&curve->high);
	free(curve->faults);
	free(curve->write_backs);
	free(curve->compulsory);
	free(curve->of_vcpu);
	free(curve->error);
	*curve = (struct curve){0};
}

struct curve_trace curve_trace_of(const struct trace_reader *reader)
{
	const struct trace_header *header = trace_reader_header(reader);
	struct curve_trace trace = {.pages = (uint32_t)trace_reader_totals(reader)->pages,
				    .vcpus = trace_reader_header(reader)->vcpus,
				    .footprint = (uint32_t)trace_reader_totals(reader)->footprint};

	if (header->active)
		trace.rule = active_rule(header->active, header->together);
	trace.snapshot = trace_reader_snapshot(reader, &trace.snapshot_pages);
	return trace;
}

static int add_band(struct curve_pass *pass, struct active_rule rule, struct err *err)
{
	int status;

	pass->band = calloc(1, sizeof(*pass->band));
	if (!pass->band)
		return err_memory(err, "a curve's bounds");
	status = band_init(pass->band, &pass->counts, rule, err);
	if (status < 0) {
		free(pass->band);
		pass->band = NULL;
	}
	return status;
}

int curve_pass_create(struct curve_pass **out, const struct curve_trace *trace, struct err *err)
{
	struct curve_pass *pass = calloc(1, sizeof(*pass));
	int status;

	if (!pass)
		return err_memory(err, "a curve");
	status = lru_counts_init(&pass->counts, trace->pages, trace->vcpus, err);
	if (status == 0 && trace->rule.keep)
		status = add_band(pass, trace->rule, err);
	if (status < 0) {
		curve_pass_destroy(pass);
		return status;
	}
	for (page_id page = 0; page < trace->snapshot_pages; page++)
		lru_counts_place(&pass->counts, page, trace->snapshot[page].dirty_from);
	lru_counts_begin(&pass->counts);
	if (pass->band)
		band_begin(pass->band, trace->snapshot_pages);
	pass->snapshot_pages = trace->snapshot_pages;
	pass->footprint = trace->footprint;
	*out = pass;
	return 0;
}

void curve_pass_destroy(struct curve_pass *pass)
{
	if (!pass)
		return;
	if (pass->band)
		band_free(pass->band);
	free(pass->band);
	lru_counts_free(&pass->counts);
	free(pass);
}

void curve_pass_add(struct curve_pass *pass, const struct trace_batch *batch)
{
	if (pass->band)
		band_touch(pass->band, batch->page, batch->kind, batch->count);
	else
		lru_counts_touch(&pass->counts, batch->page, batch->kind, batch->count);
	pass->references += batch->count;
}

/*
 * A page of the snapshot that the region touches is a compulsory fetch in each memory that did not hold it at the
 * beginning: in those smaller than its place in the snapshot. Untouched pages are those below the footprint in the
 * stack.
 */
static void count_compulsory(const struct curve_pass *pass, uint64_t *compulsory)
{
	uint32_t known = pass->snapshot_pages;

	for (page_id page = 0; page < known; page++)
		if (stack_depth(&pass->counts.stack, page) <= pass->footprint)
			compulsory[known - page - 1]++;
	for (uint32_t m = known; m-- > 0;)
		compulsory[m] += compulsory[m + 1];
}

/* Allocates the counts of a bound and sums them up. */
static int bound(const struct band_side *side, struct curve_counts *counts, struct err *err)
{
	size_t sizes = (size_t)side->bins.pages + 1;

	counts->faults = table_alloc(sizes, sizeof(*counts->faults));
	counts->write_backs = table_alloc(sizes, sizeof(*counts->write_backs));
	if (side->bins.of_vcpu)
		counts->of_vcpu = table_alloc(sizes * side->bins.vcpus, sizeof(*counts->of_vcpu));
	if (!counts->faults || !counts->write_backs || (side->bins.of_vcpu && !counts->of_vcpu))
		return err_memory(err, "a curve's bounds");
	lru_bins_sum(&side->bins, counts->faults, counts->write_backs);
	if (counts->of_vcpu)
		lru_bins_of_vcpus(&side->bins, counts->of_vcpu);
	return 0;
}

static int end_band(struct band *band, struct curve *curve, struct err *err)
{
	int status;

	band_end(band);
	status = bound(&band->low, &curve->low, err);
	if (status == 0)
		status = bound(&band->high, &curve->high, err);
	if (status < 0)
		curve_free(curve);
	curve->min_pages = active_min_pages(band->rule);
	return status;
}

int curve_pass_end(struct curve_pass *pass, struct curve *curve, struct err *err)
{
	int status = curve_init(curve, pass->counts.stack.pages, pass->counts.bins.vcpus, false, err);

	if (status < 0)
		return status;
	curve->references = pass->references;
	count_compulsory(pass, curve->compulsory);
	curve->first_touches = lru_counts_end(&pass->counts, curve->faults, curve->write_backs);
	for (unsigned vcpu = 0; vcpu < curve->vcpus; vcpu++)
		curve->first_of_vcpu[vcpu] = lru_bins_first_touches(&pass->counts.bins, vcpu);
	if (curve->of_vcpu)
		lru_bins_of_vcpus(&pass->counts.bins, curve->of_vcpu);
	return pass->band ? end_band(pass->band, curve, err) : 0;
}

int curve_read(struct curve *curve, struct trace_reader *reader, curve_progress *progress, void *context,
	       struct err *err)
{
	const struct curve_trace trace = curve_trace_of(reader);
	struct curve_pass *pass = NULL;
	struct trace_batch batch;
	int status = curve_pass_create(&pass, &trace, err);

	if (status < 0)
		return status;
	while ((status = trace_reader_next(reader, &batch, err)) > 0) {
		curve_pass_add(pass, &batch);
		if (progress)
			progress(context, batch.first_record + batch.count);
	}
	if (status == 0)
		status = curve_pass_end(pass, curve, err);
	if (status == 0)
		curve->min_pages = trace_header_min_pages(trace_reader_header(reader));
	curve_pass_destroy(pass);
	return status;
}
