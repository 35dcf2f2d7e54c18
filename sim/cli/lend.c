/* SPDX-License-Identifier: MIT */
/* megavm lend: lends frames of this machine's memory to programs and VMs on others. */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "cli/words.h"
#include "peers/lender.h"

enum { KEY_MEMORY = 256, KEY_LISTEN, KEY_KEY, KEY_LEASE, KEY_LEAVE, KEY_SPIN, KEY_READY };

struct arguments {
	struct lender_options options;
	const char *ready;
};

static const struct argp_option rows[] = {
	{"memory", KEY_MEMORY, "SIZE", 0, "memory to lend; it is taken as it is borrowed, in leases of 16 MiB", 0},
	{"listen", KEY_LISTEN, "ADDR", 0,
	 "HOST:PORT to listen on (127.0.0.1:7450); port 0: one that is free. Another host than this one needs --key",
	 0},
	{"key", KEY_KEY, "FILE", 0,
	 "a key that borrowers have as well: a file of mode 600, of at least 16 bytes ('head -c 32 /dev/urandom'). "
	 "Without it every process on this machine may borrow",
	 0},
	{"lease-time", KEY_LEASE, "TIME", 0,
	 "the leases of a borrower that is silent for so long end (30s); one whose connection ends loses them at once",
	 0},
	{"leave-time", KEY_LEAVE, "TIME", 0,
	 "how long SIGTERM or SIGINT waits until borrowers have fetched their pages (60s); a second one does not wait",
	 0},
	{"spin", KEY_SPIN, "TIME", 0, "look for further messages for so long before sleeping (0s)", 0},
	{"ready", KEY_READY, "FILE", 0, "write the address as one line once it listens, for scripts", 0},
	{0},
};

static int64_t parse_time(const struct argp_state *state, const char *option, const char *text)
{
	struct err err;
	int64_t ps;

	if (duration_parse(text, &ps, &err) < 0)
		argp_error(state, "%s: %s", option, err.text);
	return ps;
}

static error_t parse(int key, char *word, struct argp_state *state)
{
	struct arguments *arguments = state->input;
	struct lender_options *options = &arguments->options;

	switch (key) {
	case KEY_MEMORY: options->memory_bytes = words_size(state, "--memory", word); return 0;
	case KEY_LISTEN: options->listen = word; return 0;
	case KEY_KEY: options->key_path = word; return 0;
	case KEY_LEASE: options->lease_ms = parse_time(state, "--lease-time", word) / INT64_C(1000000000); return 0;
	case KEY_LEAVE: options->leave_ms = parse_time(state, "--leave-time", word) / INT64_C(1000000000); return 0;
	case KEY_SPIN: options->spin_us = parse_time(state, "--spin", word) / INT64_C(1000000); return 0;
	case KEY_READY: arguments->ready = word; return 0;
	case ARGP_KEY_ARG: argp_error(state, "it takes no operand, but '%s' was given", word); return 0;
	case ARGP_KEY_END:
		if (!options->memory_bytes)
			argp_error(state, "--memory SIZE is needed");
		if (options->lease_ms < 1)
			argp_error(state, "--lease-time: at least 1ms");
		return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = rows,
	.parser = parse,
	.doc = "Lends frames of this machine's memory to programs and VMs that run under 'megavm emulate --native "
	       "--peers "
	       "ADDR,...', on this machine or on others.\v"
	       "Control messages are authenticated with the key. Pages are not: who can read or change what is on the "
	       "network can read or change them (docs/peers.md). SIGTERM and SIGINT hand the pages over before the "
	       "command ends. When it ends it prints what it has counted.",
};

static volatile sig_atomic_t stop;

static void end(int number)
{
	(void)number;
	stop = stop < 2 ? stop + 1 : stop;
}

static int print(const struct lender_counts *counts, struct err *err)
{
	printf("%" PRIu64 " connections, %" PRIu64 " borrowers, %" PRIu64 " leases; %" PRIu64
	       " borrowers silent, %" PRIu64 " gone\n",
	       counts->connections, counts->joined, counts->leases, counts->ended_silent, counts->ended_gone);
	printf("dropped: %" PRIu64 " malformed messages, %" PRIu64 " not authenticated, %" PRIu64 " pages\n",
	       counts->channel.malformed, counts->channel.unauthenticated, counts->pages_dropped);
	return counts->frames_left
		       ? err_set(err, ERR_FAILED, "%" PRIu64 " frames were still lent: their borrowers lose them",
				 counts->frames_left)
		       : 0;
}

int cli_lend(int argc, char **argv, struct err *err)
{
	const struct sigaction action = {.sa_handler = end};
	struct arguments arguments = {
		.options = {.listen = "127.0.0.1:7450", .lease_ms = 30000, .leave_ms = 60000, .stop = &stop}};
	struct lender_counts counts;
	int status = cli_parse(&argp, argc, argv, &arguments, err);

	if (status == 0 && arguments.ready) {
		arguments.options.ready = fopen(arguments.ready, "we");
		if (!arguments.options.ready)
			return err_errno(err, ERR_FAILED, "%s", arguments.ready);
	}
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	if (status == 0)
		status = lender_run(&arguments.options, &counts, err);
	if (arguments.options.ready)
		fclose(arguments.options.ready);
	return status == 0 ? print(&counts, err) : status;
}
