#!/bin/sh
# SPDX-License-Identifier: MIT
# Ends the processes that tests/slurm/start.sh FOLDER started, and removes the folder.
pids=
for daemon in slurmd slurmctld munged; do
	[ -s "$1/$daemon.pid" ] && pids="$pids $(cat "$1/$daemon.pid")"
done
[ -z "$pids" ] || kill $pids
for pid in $pids; do
	while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
done
rm -rf "$1"
