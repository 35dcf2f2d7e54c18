/* SPDX-License-Identifier: MIT */
/* The closed loop of closed_loop.h in SimGrid: an actor a machine, SimGrid's own message a page. */
#include <simgrid/actor.h>
#include <simgrid/engine.h>
#include <simgrid/host.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <xbt/config.h>

#include "bench.h"
#include "closed_loop.h"

struct machine {
	sg_host_t *hosts;
	uint32_t count, self, seed;
	uint64_t messages;
};

static void think_and_fetch(int argc, char *argv[])
{
	struct machine *machine = sg_actor_get_data(sg_actor_self());

	(void)argc, (void)argv;
	for (uint64_t i = 0; i < machine->messages; i++) {
		uint32_t peer = loop_peer(&machine->seed, machine->self, machine->count);

		sg_actor_sleep_for((double)loop_think_ps(machine->self) * 1e-12);
		sg_host_sendto(machine->hosts[peer], machine->hosts[machine->self], LOOP_PAGE_BYTES);
	}
}

/* The model in which a page that is alone takes exactly latency + bytes / bandwidth. */
static void load_platform(uint32_t hosts)
{
	char path[] = "/tmp/megavm-bench-XXXXXX.xml";
	char *words[] = {"bench", "--log=root.thres:error", NULL};
	int words_count = 2;
	FILE *out = fdopen(mkstemps(path, 4), "w");

	fprintf(out,
		"<?xml version='1.0'?>\n<!DOCTYPE platform SYSTEM 'https://simgrid.org/simgrid.dtd'>\n"
		"<platform version='4.1'><cluster id='machines' prefix='h' suffix='' radical='0-%u' speed='1Gf' "
		"bw='12.5GBps' lat='450ns' sharing_policy='SPLITDUPLEX'/></platform>\n",
		hosts - 1);
	fclose(out);
	simgrid_init(&words_count, words);
	sg_cfg_set_string("network/model", "CM02");
	sg_cfg_set_boolean("network/crosstraffic", "0");
	sg_cfg_set_double("surf/precision", 1e-12);
	sg_cfg_set_int("contexts/stack-size", 64);
	simgrid_load_platform(path);
	unlink(path);
}

void bench_simgrid_run(uint32_t hosts, uint64_t messages)
{
	struct machine *machine = calloc(hosts, sizeof(*machine));
	sg_host_t *host;

	load_platform(hosts);
	host = sg_host_list();
	for (uint32_t i = 0; i < hosts && messages; i++) {
		sg_actor_t actor = sg_actor_init("machine", host[i]);

		machine[i] = (struct machine){host, hosts, i, loop_seed(i), messages / hosts};
		sg_actor_set_data(actor, &machine[i]);
		sg_actor_start(actor, think_and_fetch, 0, NULL);
	}
	simgrid_run();
}
