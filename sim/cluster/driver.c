/* SPDX-License-Identifier: MIT */
#include "cluster/driver.h"

#include <assert.h>

#include <simgrid/actor.h>
#include <simgrid/engine.h>

#include "base/time.h"
#include "cluster/platform_simgrid.h"

#define STACK_BYTES (1 << 20) /* of the actor that runs the whole page plane */

struct driver {
	int64_t quantum_ps;
	int64_t (*advance)(void *context, int64_t until_ps);
	void *context;
	bool in_simgrid, overrun;
};

static void drive(struct driver *driver)
{
	const int64_t quantum = driver->quantum_ps;
	int64_t until = 0, next = 0; /* `next`: of the next event */

	do {
		int64_t quanta = until / quantum + 1, needed = next / quantum + (next % quantum != 0);

		quanta = needed > quanta ? needed : quanta;
		if (quanta > TIME_MAX_PS / quantum) {
			driver->overrun = true;
			return;
		}
		until = quanta * quantum;
		if (driver->in_simgrid)
			sg_actor_sleep_until(platform_seconds(until));
		next = driver->advance(driver->context, until);
	} while (next != DRIVER_OVER);
}

static void act(int argc, char **argv)
{
	(void)argc, (void)argv;
	drive(sg_actor_self_get_data());
}

static void drive_in_simgrid(struct driver *driver, struct platform *platform)
{
	sg_actor_t actor = sg_actor_init("driver", platform_host(platform, PLATFORM_FABRIC, 0));

	driver->in_simgrid = true;
	sg_actor_set_stacksize(actor, STACK_BYTES);
	sg_actor_set_data(actor, driver);
	sg_actor_start(actor, act, 0, NULL);
	simgrid_run();
}

int driver_run(struct platform *platform, int64_t quantum_ps, int64_t (*advance)(void *context, int64_t until_ps),
	       void *context, struct err *err)
{
	struct driver driver = {quantum_ps, advance, context, false, false};

	assert(quantum_ps > 0);
	if (platform)
		drive_in_simgrid(&driver, platform);
	else
		drive(&driver);
	return driver.overrun ? driver_overrun(err) : 0;
}

int driver_overrun(struct err *err)
{
	return time_error("the run", "cpu.ips, fabric and fault", err);
}
