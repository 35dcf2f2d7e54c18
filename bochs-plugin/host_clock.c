/* SPDX-License-Identifier: MIT */
/*
 * Hides the host's clock from the guest: the linker's --wrap puts these functions in front of the C library's. Bochs
 * reads the host's clock even where its own is not tied to it (virtual timers, the seed of its random numbers), and no
 * two runs would be equal.
 */
#include <sys/time.h>
#include <time.h>

#define FIXED_SECONDS \
	1700000000 /* the guest's date at power-on, as in the machine's description (sim/record/hardware.c) */

int __wrap_gettimeofday(struct timeval *now, void *zone);
time_t __wrap_time(time_t *now);
unsigned __wrap_alarm(unsigned seconds);

int __wrap_gettimeofday(struct timeval *now, void *zone)
{
	(void)zone;
	*now = (struct timeval){.tv_sec = FIXED_SECONDS};
	return 0;
}

time_t __wrap_time(time_t *now)
{
	if (now)
		*now = FIXED_SECONDS;
	return FIXED_SECONDS;
}

unsigned __wrap_alarm(unsigned seconds)
{
	(void)seconds;
	return 0;
}
