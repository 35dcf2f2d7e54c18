/* SPDX-License-Identifier: MIT */
#include "fabric/network.h"

#include <string.h>

#include "base/find.h"
#include "fabric/loaded.h"
#include "fabric/transfer.h"

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

enum { PACKET_BYTES = 4096 };

static bool is_table(const char *text)
{
	return network_jitter(&(const struct network){.jitter = (char *)text}) == JITTER_TABLE;
}

static bool is_file(const char *text)
{
	return *text != '\0';
}

const struct option_row network_rows[NETWORK_ROWS] = {
	{.name = "preset",
	 .type = OPTION_STRING,
	 .at = offsetof(struct network, preset),
	 .def = "ib-edr",
	 .is_path = find_is_path,
	 .help = "the interconnect whose numbers are used for every key that is not set: a name ('megavm list fabrics' "
		 "lists "
		 "them) or a file"},
	{.name = "latency",
	 .type = OPTION_DURATION,
	 .at = offsetof(struct network, latency_ps),
	 .min = "0ns",
	 .max = "1000s",
	 .optional = true,
	 .help = "time of a small read, request and response together; if not set, the mean of the table that jitter "
		 "names, or else the preset's (ib-edr: 900ns)"},
	{.name = "bandwidth",
	 .type = OPTION_BANDWIDTH,
	 .at = offsetof(struct network, bandwidth_bps),
	 .min = "1Kbps",
	 .max = "100000Gbps",
	 .optional = true,
	 .help = "bandwidth of one link in one direction; if not set, the preset's (ib-edr: 100Gbps)"},
	{.name = "setup",
	 .type = OPTION_DURATION,
	 .at = offsetof(struct network, setup_ps),
	 .min = "0ns",
	 .max = "1s",
	 .optional = true,
	 .help = "time that a page takes in addition to latency and bytes / bandwidth; if not set, the preset's"},
	{.name = "copy",
	 .type = OPTION_BANDWIDTH,
	 .at = offsetof(struct network, copy_bps),
	 .min = "1Kbps",
	 .max = "100000Gbps",
	 .optional = true,
	 .help = "rate at which a processor core copies a page over an interconnect that no DMA engine serves: a page "
		 "takes "
		 "bytes / copy where that is slower than the bandwidth, but holds the link for bytes / bandwidth only; "
		 "if not "
		 "set, the preset's (ib-edr: none, the adapter copies)"},
	{.name = "post",
	 .type = OPTION_DURATION,
	 .at = offsetof(struct network, post_ps),
	 .min = "0ns",
	 .max = "1s",
	 .optional = true,
	 .help = "software cost of posting a request; if not set, the preset's"},
	{.name = "completion",
	 .type = OPTION_DURATION,
	 .at = offsetof(struct network, completion_ps),
	 .min = "0ns",
	 .max = "1s",
	 .optional = true,
	 .help = "software cost of handling its completion; if not set, the preset's"},
	{.name = "jitter",
	 .type = OPTION_STRING,
	 .at = offsetof(struct network, jitter),
	 .def = "constant",
	 .is_path = is_table,
	 .help = "distribution of latencies: constant, lognormal (the latency is its mean), or the file of a "
		 "measured table, which is scaled so that its mean is the latency, if that is set"},
	{.name = "sigma",
	 .type = OPTION_REAL,
	 .at = offsetof(struct network, sigma),
	 .min = "0",
	 .max = "10",
	 .optional = true,
	 .help = "standard deviation of the latency's logarithm, for lognormal"},
	{.name = "curve",
	 .type = OPTION_STRING,
	 .at = offsetof(struct network, curve),
	 .optional = true,
	 .is_path = is_file,
	 .help = "the file of a measured curve of bandwidth (MB/s) against latency (ns), in two columns as Mess writes "
		 "them: a fetch takes the latency of what its links carry at the time; latency and bandwidth are then "
		 "the curve's"},
	{.name = "window",
	 .type = OPTION_DURATION,
	 .at = offsetof(struct network, window_ps),
	 .min = "1us",
	 .max = "1s",
	 .def = "100us",
	 .help = "the time over which a link's bandwidth is taken for the curve, an exponential mean; the default is "
		 "an "
		 "assumption"},
	{.name = "sharing",
	 .type = OPTION_ENUM,
	 .at = offsetof(struct network, sharing),
	 .def = "fifo",
	 .allowed = WORDS("fifo", "fluid"),
	 .help = "fifo: pages queue for a link; fluid: they share its bandwidth (SimGrid's model)"},
	{.name = "page",
	 .type = OPTION_SIZE,
	 .at = offsetof(struct network, page_bytes),
	 .def = "4KiB",
	 .allowed = WORDS("4KiB", "64KiB", "2MiB"),
	 .help = "bytes that one fetch transfers"},
	/* InfiniBand's READ request: LRH 8, BTH 12, RETH 16, ICRC 4, VCRC 2 bytes (InfiniBand Architecture
	 * Specification, volume 1, chapter 9); over Ethernet (annex A17, RoCEv2): 14 + 4, IP 20, UDP 8, and BTH, RETH,
	 * ICRC. */
	{.name = "request",
	 .type = OPTION_SIZE,
	 .at = offsetof(struct network, request_bytes),
	 .min = "1B",
	 .max = "4KiB",
	 .def = "64B",
	 .help = "bytes that the request of a fetch takes on its links; the default is an assumption: InfiniBand's "
		 "READ request is 42 bytes, RoCE's 78"},
	{.name = "transport",
	 .type = OPTION_ENUM,
	 .at = offsetof(struct network, transport),
	 .optional = true,
	 .allowed = WORDS("ucx", "shared", "rdma", "tcp"),
	 .help = "how pages go to and from real peers: ucx: by shared memory on one machine, otherwise by TCP; or "
		 "always by "
		 "the way that is named"},
};

enum network_jitter network_jitter(const struct network *network)
{
	if (!network->jitter || strcmp(network->jitter, "constant") == 0)
		return JITTER_CONSTANT;
	return strcmp(network->jitter, "lognormal") == 0 ? JITTER_LOGNORMAL : JITTER_TABLE;
}

int network_row(const char *name)
{
	return (int)(option_find(network_rows, NETWORK_ROWS, name) - network_rows);
}

int network_take_curve(struct network *network, struct err *err)
{
	struct loaded loaded;
	int status = loaded_read(&loaded, network->curve, err);

	if (status < 0)
		return status;
	network->latency_ps = loaded_idle_ps(&loaded);
	network->bandwidth_bps = loaded_bandwidth_bps(&loaded);
	loaded_free(&loaded);
	return 0;
}

int network_copy(struct network *to, const struct network *from, struct err *err)
{
	*to = *from;
	to->preset = from->preset ? strdup(from->preset) : NULL;
	to->jitter = from->jitter ? strdup(from->jitter) : NULL;
	to->curve = from->curve ? strdup(from->curve) : NULL;
	return (to->preset || !from->preset) && (to->jitter || !from->jitter) && (to->curve || !from->curve)
		       ? 0
		       : err_memory(err, "a network");
}

int64_t network_extra_ps(const struct network *network, uint64_t bytes)
{
	int64_t packet = bytes < PACKET_BYTES ? (int64_t)bytes : PACKET_BYTES;
	int64_t extra_ps = network->setup_ps * packet / PACKET_BYTES;

	if (network->copy_bps && network->copy_bps < network->bandwidth_bps)
		extra_ps += transfer_ps(bytes, network->copy_bps) - transfer_ps(bytes, network->bandwidth_bps);
	return extra_ps;
}

int64_t network_fetch_ps(const struct network *network, uint64_t bytes)
{
	int64_t request_ps = transfer_ps(network->request_bytes, network->bandwidth_bps) - network_way_ps(network);
	int64_t wire_ps = network->latency_ps + network_extra_ps(network, bytes) +
			  transfer_ps(bytes, network->bandwidth_bps);

	return network->post_ps + (request_ps > 0 ? request_ps : 0) + wire_ps + network->completion_ps;
}
