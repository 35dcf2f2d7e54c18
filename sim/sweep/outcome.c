/* SPDX-License-Identifier: MIT */
#include "sweep/outcome.h"

#include <string.h>
#include <sys/wait.h>

#include "sweep/state.h"

static void note(const struct sweep *sweep, size_t run, enum outcome_state state)
{
	atomic_store(&sweep->outcomes->outcome[run].state, (int)state);
	atomic_fetch_add(&sweep->outcomes->ended, 1);
}

void sweep_done(const struct sweep *sweep, size_t run)
{
	note(sweep, run, OUTCOME_DONE);
}

void sweep_fail(const struct sweep *sweep, size_t run, const struct err *err)
{
	memcpy(sweep->outcomes->outcome[run].text, err->text, sizeof(err->text));
	note(sweep, run, OUTCOME_FAILED);
}

void sweep_fail_rest(const struct sweep *sweep, const size_t *runs, size_t count, const struct err *err)
{
	for (size_t i = 0; i < count; i++)
		if (atomic_load(&sweep->outcomes->outcome[runs[i]].state) < OUTCOME_DONE)
			sweep_fail(sweep, runs[i], err);
}

void sweep_begin(const struct sweep *sweep, size_t run)
{
	atomic_store(&sweep->outcomes->outcome[run].state, OUTCOME_BEGUN);
}

static size_t count_in(const struct sweep *sweep, const size_t *runs, size_t count, enum outcome_state state)
{
	size_t found = 0;

	for (size_t i = 0; i < count; i++)
		found += atomic_load(&sweep->outcomes->outcome[runs[i]].state) == (int)state;
	return found;
}

bool sweep_died(const struct sweep *sweep, const size_t *runs, size_t count, int status)
{
	const size_t left = count_in(sweep, runs, count, OUTCOME_NONE);
	const bool begun = count_in(sweep, runs, count, OUTCOME_BEGUN) > 0;
	struct err err;

	if (WIFSIGNALED(status))
		err_set(&err, ERR_FAILED, "its process was ended by signal %d (%s)", WTERMSIG(status),
			strsignal(WTERMSIG(status)));
	else
		err_set(&err, ERR_FAILED, "its process ended with status %d", WEXITSTATUS(status));
	for (size_t i = 0; i < count; i++)
		if (atomic_load(&sweep->outcomes->outcome[runs[i]].state) == (begun ? OUTCOME_BEGUN : OUTCOME_NONE))
			sweep_fail(sweep, runs[i], &err);
	return begun && left;
}
