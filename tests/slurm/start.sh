#!/bin/bash
# SPDX-License-Identifier: MIT
# Starts a private Slurm on this machine: munged, slurmctld and slurmd with two CPUs, with all files below one folder. When it cannot, it
# prints the reason, removes everything and ends with status 1.
#
#   tests/slurm/start.sh FOLDER     then use it with SLURM_CONF=FOLDER/slurm.conf, and end it with tests/slurm/stop.sh FOLDER
set -eu
folder=$(realpath -m "$1")
export PATH="$PATH:/usr/sbin"

for tool in munged slurmctld slurmd sbatch scontrol; do
	command -v $tool >/dev/null || { echo "no $tool (Debian: munge slurmctld slurmd slurm-client)"; rm -rf "$folder"; exit 1; }
done

mkdir -p "$folder"/{state,spool,log}
chmod 755 "$folder"
dd if=/dev/urandom of="$folder/munge.key" bs=128 count=1 status=none
chmod 400 "$folder/munge.key"
host=$(hostname -s)
user=$(id -un)

# Two unused ports.
free_port() {
	local port
	while port=$((20000 + RANDOM % 20000)); do
		(exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo $port; return; }
	done
}

cat >"$folder/slurm.conf" <<END
ClusterName=megavm-test
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$(free_port)
SlurmdPort=$(free_port)
SlurmUser=$user
SlurmdUser=$user
AuthType=auth/munge
AuthInfo=socket=$folder/munge.socket
CryptoType=crypto/munge
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/log/slurmctld
SlurmdLogFile=$folder/log/slurmd
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=sched_interval=1
ReturnToService=2
NodeName=$host NodeAddr=127.0.0.1 CPUs=2
PartitionName=all Nodes=$host Default=YES MaxTime=INFINITE State=UP
END
export SLURM_CONF="$folder/slurm.conf"

fail() {
	echo "$1: $(tail -n 1 "$2" 2>/dev/null)"
	"$(dirname "$0")/stop.sh" "$folder"
	exit 1
}
munged --force --key-file="$folder/munge.key" --socket="$folder/munge.socket" --pid-file="$folder/munged.pid" \
	--log-file="$folder/log/munged" --seed-file="$folder/munge.seed" >"$folder/log/start" 2>&1 || fail "munged does not start" "$folder/log/start"
slurmctld >>"$folder/log/start" 2>&1 || fail "slurmctld does not start" "$folder/log/start"
slurmd >>"$folder/log/start" 2>&1 || fail "slurmd does not start" "$folder/log/start"
for try in $(seq 100); do
	sinfo --noheader --format=%t 2>/dev/null | grep -q idle && exit 0
	sleep 0.1
done
fail "slurmd does not come up" "$folder/log/slurmd"
