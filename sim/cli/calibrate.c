/* SPDX-License-Identifier: MIT */
/* megavm calibrate: a preset of an interconnect from measurements of it. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/output.h"
#include "base/units.h"
#include "cli/words.h"
#include "fabric/measured.h"
#include "fabric/network.h"
#include "peers/measure.h"

enum { KEY_PEERS = 256, KEY_KEY, KEY_TRANSPORT, KEY_PERFTEST, KEY_CSV, KEY_BANDWIDTH, KEY_READS };
enum { READS = 5000, PAGE_BYTES = 4096, SOURCE = 256 };

struct arguments {
	const char *peers, *key, *perftest, *csv, *out;
	int transport;
	uint64_t bandwidth_bps, reads;
};

static const struct argp_option rows[] = {
	{"peers", KEY_PEERS, "LIST", 0, "measure reads of pages from these lenders ('megavm lend'), HOST:PORT,...", 0},
	{"key", KEY_KEY, "FILE", 0, "the lenders' key", 0},
	{"transport", KEY_TRANSPORT, "WAY", 0, "ucx, shared, tcp or rdma: how pages go (ucx: by what is there)", 0},
	{"reads", KEY_READS, "N", 0, "how many pages are read from each lender (5000)", 0},
	{"perftest", KEY_PERFTEST, "FILE", 0, "take what ib_read_lat of perftest printed ('-a' for all sizes)", 0},
	{"csv", KEY_CSV, "FILE", 0, "take a CSV with the header bytes,ns: a line for each read, by ascending sizes", 0},
	{"bandwidth", KEY_BANDWIDTH, "RATE", 0, "the bandwidth, if it does not follow from the reads: 100Gbps", 0},
	{"output", 'o', "FILE", 0, "the preset to write, FILE.yaml; its table of latencies goes to FILE.txt beside it",
	 0},
	{0},
};

static int parse_transport(struct argp_state *state, const char *word)
{
	const struct option_row *row = option_find(network_rows, NETWORK_ROWS, "transport");

	for (int i = 0; option_word(row, i); i++)
		if (strcmp(option_word(row, i), word) == 0)
			return i;
	argp_error(state, "--transport: '%s' is not ucx, shared, tcp or rdma", word);
	return 0;
}

static error_t parse(int key, char *word, struct argp_state *state)
{
	struct arguments *arguments = state->input;
	struct err err;

	switch (key) {
	case KEY_PEERS: arguments->peers = word; return 0;
	case KEY_KEY: arguments->key = word; return 0;
	case KEY_TRANSPORT: arguments->transport = parse_transport(state, word); return 0;
	case KEY_READS: arguments->reads = words_count(state, "--reads", word, 100, 10000000); return 0;
	case KEY_PERFTEST: arguments->perftest = word; return 0;
	case KEY_CSV: arguments->csv = word; return 0;
	case KEY_BANDWIDTH:
		if (bandwidth_parse(word, &arguments->bandwidth_bps, &err) < 0)
			argp_error(state, "--bandwidth: %s", err.text);
		return 0;
	case 'o': arguments->out = word; return 0;
	case ARGP_KEY_ARG: argp_error(state, "it takes no operand, but '%s' was given", word); return 0;
	case ARGP_KEY_END:
		if (!arguments->peers + !arguments->perftest + !arguments->csv != 2)
			argp_error(state, "exactly one of --peers, --perftest and --csv is needed");
		if (!arguments->out || strlen(arguments->out) < 6 ||
		    strcmp(arguments->out + strlen(arguments->out) - 5, ".yaml") != 0)
			argp_error(state, "--output FILE.yaml is needed");
		return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = rows,
	.parser = parse,
	.doc = "Writes a preset of an interconnect from measurements of it, so that one's own cluster becomes a line "
	       "in a "
	       "figure.\v"
	       "The preset is used as any other: --set fabric.preset=FILE.yaml. Reads of a lender include the software "
	       "of UCX on both sides. The reads of all lenders are taken together.",
};

/* ---- lenders ---- */

static void ignore_frames(void *context, unsigned peer, uint32_t frames)
{
	(void)context, (void)peer, (void)frames;
}

static void ignore_peer(void *context, unsigned peer)
{
	(void)context, (void)peer;
}

static void ignore_reason(void *context, unsigned peer, const char *reason)
{
	(void)context, (void)peer, (void)reason;
}

static void ignore_page(void *context, uint64_t request, bool fine)
{
	(void)context, (void)request, (void)fine;
}

static int read_from(struct peers *peers, const struct arguments *arguments, int64_t *took_ns, uint64_t *bandwidth_bps,
		     struct err *err)
{
	const struct peers_user user = {NULL, ignore_frames, ignore_frames, ignore_peer, ignore_reason, ignore_page};
	int status = peers_join(peers, &user, err);

	for (unsigned i = 0; i < peers->count && status == 0; i++) {
		uint64_t bps;

		status = peers_measure_reads(peers, i, (unsigned)arguments->reads, took_ns + i * arguments->reads, err);
		if (status == 0)
			status = peers_measure_bandwidth(peers, i, &bps, err);
		if (status == 0 && bps > *bandwidth_bps)
			*bandwidth_bps = bps;
	}
	peers_leave(peers);
	return status;
}

static int measure_peers(const struct arguments *arguments, struct measured *measured, char source[SOURCE],
			 struct err *err)
{
	static const int wires[] = {PEERS_AUTO, WIRE_SHARED, WIRE_RDMA, WIRE_TCP}; /* enum network_transport */
	const struct peers_options options = {.addresses = arguments->peers,
					      .key_path = arguments->key,
					      .wire = wires[arguments->transport],
					      .deadline_us = PEERS_JOIN_MS * INT64_C(1000)};
	struct peers *peers = malloc(sizeof(*peers));
	int64_t *took_ns = NULL;
	uint64_t bandwidth_bps = 0;
	int status = peers ? peers_init(peers, &options, err) : err_memory(err, "the peers");

	if (status == 0) {
		took_ns = calloc(peers->count * arguments->reads, sizeof(*took_ns));
		status = took_ns ? read_from(peers, arguments, took_ns, &bandwidth_bps, err)
				 : err_memory(err, "a measurement");
	}
	if (status == 0) {
		snprintf(source, SOURCE, "UCX's %s, %u lenders", wire_kind_name(peers->peer[0].kind), peers->count);
		status = measured_add(measured, PAGE_BYTES, took_ns, peers->count * arguments->reads, err);
	}
	if (status == 0)
		measured->size[0].bandwidth_bps = bandwidth_bps;
	if (peers)
		peers_free(peers);
	free(took_ns);
	free(peers);
	return status;
}

/* ---- files ---- */

static int read_file(const struct arguments *arguments, struct measured *measured, char source[SOURCE], struct err *err)
{
	const char *path = arguments->csv ? arguments->csv : arguments->perftest;
	FILE *from = fopen(path, "re");
	int status;

	if (!from)
		return err_errno(err, ERR_USAGE, "%s", path);
	snprintf(source, SOURCE, "%s", arguments->csv ? "a CSV of reads" : "perftest's ib_read_lat");
	status = arguments->csv ? measured_read_csv(measured, from, path, err)
				: measured_read_perftest(measured, from, path, err);
	fclose(from);
	return status;
}

static int write_file(const struct measured *measured, const char *path, const char *table, struct err *err)
{
	struct output_file file;
	int status = output_create(&file, path, OUTPUT_HIDDEN, err);

	if (status < 0)
		return status;
	status = table ? measured_write_preset(measured, table, file.stream, err)
		       : measured_write_table(measured, file.stream, err);
	return output_finish(&file, status, err);
}

/* FILE.yaml and FILE.txt. */
static int write_files(const struct measured *measured, const char *out, struct err *err)
{
	char *table = strdup(out);
	const char *slash;
	int status;

	if (!table)
		return err_memory(err, "a file's name");
	strcpy(table + strlen(table) - 5, ".txt");
	slash = strrchr(table, '/');
	status = write_file(measured, table, NULL, err);
	if (status == 0)
		status = write_file(measured, out, slash ? slash + 1 : table, err);
	free(table);
	return status;
}

static int print(const struct measured *measured, const char *out, struct err *err)
{
	int64_t latency_ns[MEASURED_QUANTILES];
	char text[UNITS_TEXT];
	uint64_t bandwidth_bps;
	int status = measured_fabric(measured, &bandwidth_bps, latency_ns, err);

	if (status == 0)
		printf("%s: latency %.2f us (median; min %.2f, 99 %% %.2f), bandwidth %s, from %s\n", out,
		       (double)latency_ns[2] / 1000, (double)latency_ns[0] / 1000, (double)latency_ns[5] / 1000,
		       bandwidth_text(bandwidth_bps, text), measured->source);
	return status;
}

int cli_calibrate(int argc, char **argv, struct err *err)
{
	struct arguments arguments = {.reads = READS};
	char source[SOURCE] = "";
	struct measured measured = {.source = source};
	int status = cli_parse(&argp, argc, argv, &arguments, err);

	if (status == 0)
		status = arguments.peers ? measure_peers(&arguments, &measured, source, err)
					 : read_file(&arguments, &measured, source, err);
	if (status == 0 && arguments.bandwidth_bps)
		measured.size[0].bandwidth_bps = arguments.bandwidth_bps;
	if (status == 0)
		status = write_files(&measured, arguments.out, err);
	if (status == 0)
		status = print(&measured, arguments.out, err);
	measured_free(&measured);
	return status;
}
