/* SPDX-License-Identifier: MIT */
/* What joins, leaves and failures did: when, to whose pages, and what it cost. */
#include <inttypes.h>
#include <stdlib.h>

#include "report/run_tables.h"
#include "trace/header.h"

enum { OWNERS = 5 }; /* jobs shown of each change without --all */

static void say_vm(const struct run_result *result, const struct change_vm_result *vm, FILE *to)
{
	char at[RUN_TIME], lost[RUN_TIME];

	fputs("    ", to);
	run_name(result->job[vm->job].name, to);
	switch (vm->became) {
	case CHANGE_VM_STOPPED: fputs(", which ran there, stopped\n", to); break;
	case CHANGE_VM_RESTARTED:
		fputs(", which ran there, began again on ", to);
		run_name(result->hypervisor[vm->hypervisor].name, to);
		fprintf(to, " at %s: %s lost\n", run_time((double)vm->at_ps, at), run_time((double)vm->lost_ps, lost));
		break;
	case CHANGE_VM_NO_ROOM: fputs(", which ran there, stopped: no hypervisor has room to restart it\n", to); break;
	case CHANGE_VM_WAITS: fputs(", which ran there, waited for its restart until the end\n", to); break;
	}
}

static void say_failure(const struct change_result *change, FILE *to)
{
	char known[RUN_TIME], waited[RUN_TIME], done[RUN_TIME];

	if (change->known_ps < 0) {
		fputs(" failed, which was not known before the end\n", to);
		return;
	}
	fprintf(to, " failed, known at %s", run_time((double)change->known_ps, known));
	if (change->waits)
		fprintf(to, "; %" PRIu64 " fetch%s waited for it, %s in all", change->waits,
			change->waits == 1 ? "" : "es", run_time((double)change->wait_ps, waited));
	if (change->remade)
		fprintf(to, "; %" PRIu64 " cop%s made anew until %s", change->remade,
			change->remade == 1 ? "y was" : "ies were", run_time((double)change->done_ps, done));
	fputc('\n', to);
}

static void say_leave(const struct change_result *change, FILE *to)
{
	char done[RUN_TIME];

	fputs(" left", to);
	if (change->all.became[CHANGE_MOVED])
		fprintf(to, "; it sent %" PRIu64 " KiB to other hypervisors until %s",
			change->all.became[CHANGE_MOVED] << (TRACE_PAGE_SHIFT - 10),
			run_time((double)change->done_ps, done));
	fputc('\n', to);
}

static void say(const struct run_result *result, const struct change_result *change, bool all, FILE *to)
{
	char at[RUN_TIME];
	size_t shown = all || change->vms < RUN_SHOWN ? change->vms : RUN_SHOWN;

	fprintf(to, "at %s ", run_time((double)change->at_ps, at));
	run_name(result->hypervisor[change->hypervisor].name, to);
	switch (change->action) {
	case CHANGE_FAIL: say_failure(change, to); break;
	case CHANGE_JOIN:
		fprintf(to, " joined; it lends %" PRIu64 " frame%s\n", change->frames, run_plural(change->frames));
		break;
	case CHANGE_LEAVE: say_leave(change, to); break;
	}
	for (size_t i = 0; i < shown; i++)
		say_vm(result, &change->vm[i], to);
	if (shown < change->vms)
		fprintf(to, "    and %zu more VM%s, which ran there\n", change->vms - shown,
			run_plural(change->vms - shown));
}

/* ---- whose pages ---- */

/* A job's copies at one hypervisor. */
struct owner {
	const char *name;
	const struct change_pages *pages;
};

struct pages {
	const struct run_result *result;
	struct owner *owner; /* room for every job */
	bool all, column[CHANGE_OUTCOMES];
};

static int worse(const void *a, const void *b)
{
	const struct owner *one = a, *other = b;
	static const enum change_outcome order[] = {CHANGE_LOST, CHANGE_STORED, CHANGE_STAYED};

	for (size_t i = 0; i < sizeof(order) / sizeof(*order); i++) {
		uint64_t first = one->pages->became[order[i]], second = other->pages->became[order[i]];

		if (first != second)
			return first > second ? -1 : 1;
	}
	if (one->pages->copies != other->pages->copies)
		return one->pages->copies > other->pages->copies ? -1 : 1;
	return (one->pages > other->pages) - (one->pages < other->pages); /* they are in one array */
}

static void put_pages(const struct pages *table, const struct change_pages *pages, FILE *to)
{
	fprintf(to, "\t%" PRIu64, pages->copies);
	for (int i = 0; i < CHANGE_OUTCOMES; i++)
		if (table->column[i])
			fprintf(to, pages->became[i] ? "\t%" PRIu64 : "\t-", pages->became[i]);
	fputc('\n', to);
}

static void put_owners(const struct pages *table, const struct change_result *change, FILE *to)
{
	struct owner *owner = table->owner;
	size_t count = 0;

	for (size_t i = 0; i < table->result->jobs; i++)
		if (change->of[i].copies)
			owner[count++] = (struct owner){table->result->job[i].name, &change->of[i]};
	qsort(owner, count, sizeof(*owner), worse);
	for (size_t i = 0; i < count && (table->all || i < OWNERS || count == OWNERS + 1); i++) {
		fputs("  of ", to);
		run_name(owner[i].name, to);
		put_pages(table, owner[i].pages, to);
	}
	if (!table->all && count > OWNERS + 1)
		fprintf(to, "  of %zu more jobs\n", count - OWNERS);
}

static void put_table(const void *context, FILE *to)
{
	const struct pages *table = context;
	char at[RUN_TIME];

	fputs("copies of pages held by\tin all", to);
	for (int i = 0; i < CHANGE_OUTCOMES; i++)
		if (table->column[i])
			fprintf(to, "\t%s", change_outcome_names[i]);
	fputc('\n', to);
	for (size_t i = 0; i < table->result->changes; i++) {
		const struct change_result *change = &table->result->change[i];

		if (!change->all.copies)
			continue;
		run_name(table->result->hypervisor[change->hypervisor].name, to);
		fprintf(to, " (%s, %s)", change_action_names[change->action], run_time((double)change->at_ps, at));
		put_pages(table, &change->all, to);
		put_owners(table, change, to);
	}
}

int run_changes_print(const struct run_result *result, bool all, FILE *to, struct err *err)
{
	struct pages table = {.result = result, .all = all};
	uint64_t copies = 0;
	int status;

	if (!result->changes)
		return 0;
	fputs("\nwhat happened\n", to);
	for (size_t i = 0; i < result->changes; i++) {
		const struct change_pages *pages = &result->change[i].all;

		say(result, &result->change[i], all, to);
		copies += pages->copies;
		for (int outcome = 0; outcome < CHANGE_OUTCOMES; outcome++)
			table.column[outcome] |= pages->became[outcome] > 0;
	}
	if (!copies)
		return 0;
	table.owner = malloc((result->jobs + 1) * sizeof(*table.owner));
	if (!table.owner)
		return err_memory(err, "a table");
	fputc('\n', to);
	status = run_table(put_table, &table, to, err);
	free(table.owner);
	return status;
}
