/* SPDX-License-Identifier: MIT */
#include "cluster/stop.h"

#include "cluster/state.h"

void cluster_fail(struct cluster *cluster, int status)
{
	if (cluster->status == 0)
		cluster->status = status;
	cluster->events.status = status; /* runs no further event */
}

void cluster_show(struct cluster *cluster)
{
	if (!cluster->options->progress)
		return;
	snprintf(cluster->progress_label, sizeof(cluster->progress_label), "at %.4g ms",
		 (double)cluster->events.now_ps / 1e9);
	progress_step(&cluster->progress, cluster->records_done, cluster->records_done);
}
