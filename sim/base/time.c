/* SPDX-License-Identifier: MIT */
#include "base/time.h"

int time_error(const char *what, const char *keys, struct err *err)
{
	return err_set(err, ERR_FAILED, "%s takes more than %d days, where simulated time ends (see %s)", what,
		       TIME_DAYS_MAX, keys);
}
