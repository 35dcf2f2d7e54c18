/* SPDX-License-Identifier: MIT */
#include "cluster/fluid.h"

#include <assert.h>
#include <stdlib.h>

#include <simgrid/actor.h>
#include <simgrid/engine.h>

#include "cluster/platform_simgrid.h"

struct start {
	void (*body)(void *context);
	void *context;
};

static void run_body(int argc, char **argv)
{
	struct start *given = sg_actor_self_get_data(), start = *given;

	(void)argc, (void)argv;
	free(given);
	start.body(start.context);
}

int fluid_start(struct platform *platform, uint32_t hypervisor, void (*body)(void *context), void *context,
		struct err *err)
{
	struct start *start = malloc(sizeof(*start));
	sg_actor_t actor;

	if (!start)
		return err_memory(err, "an actor");
	*start = (struct start){body, context};
	actor = sg_actor_init("fluid", platform_host(platform, PLATFORM_FABRIC, hypervisor));
	sg_actor_set_data(actor, start);
	sg_actor_start(actor, run_body, 0, NULL);
	return 0;
}

void fluid_run(void)
{
	simgrid_run();
}

int64_t fluid_now_ps(void)
{
	return platform_ps(simgrid_get_clock());
}

void fluid_sleep_until(int64_t time_ps)
{
	sg_actor_sleep_until(platform_seconds(time_ps));
}

int64_t fluid_transfer(struct platform *platform, enum platform_network network, uint32_t from, uint32_t to,
		       uint64_t bytes)
{
	const double start = simgrid_get_clock();

	assert(from != to);
	sg_host_sendto(platform_host(platform, network, from), platform_host(platform, network, to), (double)bytes);
	return platform_ps(simgrid_get_clock() - start);
}
