#!/bin/sh
# SPDX-License-Identifier: MIT
# Measures boot and sort of an unmodified QEMU guest with 100, 75, 50 and 25 % of its memory local, over InfiniBand EDR, with the native
# engine. The times are those of the machine on which it runs; nothing else should run there.
#
#   scripts/native-vm.sh BUILD OUT      leaves OUT/results.csv and OUT/faults.svg
#
# guest_s: the guest's own time from its kernel's start, for boot until its first program runs, for sort until it has sorted. host_s: from
# QEMU's start to its end. The slowdowns are against QEMU by itself.
set -eu
[ $# -eq 2 ] || { sed -n '3,10p' "$0"; exit 2; }
build=$1 out=$2
MEGAVM_CACHE=$(mktemp -d) # QEMU's time by itself is of this machine and this day
export MEGAVM_CACHE
trap 'rm -rf "$MEGAVM_CACHE"' EXIT
work=$MEGAVM_CACHE
guest=$("$(dirname "$0")/native-guest.sh" "$build/guest" 400000)
mkdir -p "$out"

qemu() { # TASK COMMAND...: runs the guest, its console in $work/console
	task=$1
	shift
	"$@" qemu-system-x86_64 -M pc -accel tcg -m 128M -nodefaults -no-user-config -display none -serial stdio -no-reboot -kernel "$guest/vmlinuz" \
		-initrd "$guest/initrd.img" -append "console=ttyS0 quiet panic=-1 no_timer_check task=$task" </dev/null >"$work/console"
}

# The guest's time at the end of its task.
guest_s() {
	tr -d '\r' <"$work/console" | sed -n 's/.*guest: up \([0-9.]*\) s.*/\1/p'
}

for task in boot sort; do
	qemu "$task" env
	guest_s >"$work/$task"
done
{
	echo 'task,local,footprint_pages,local_pages,faults_first_touch,faults_demand,writebacks,base_host_s,host_s,host_slowdown,base_guest_s,guest_s,guest_slowdown,floor_ns'
	for task in boot sort; do
		for local in 100 75 50 25; do
			qemu "$task" "$build/megavm" emulate --native --local "$local%" --fabric ib-edr --json="$work/json" --
			jq -r --arg task "$task" --arg local "$local" --argjson base "$(cat "$work/$task")" --argjson guest "$(guest_s)" '
				.native as $native | .jobs[0] | [$task, ($local + "%"), .footprint_pages, .local_pages, .faults.first_touch, .faults.demand,
				.writebacks, $native.by_itself.real_s, $native.real_s, $native.real_s / $native.by_itself.real_s, $base, $guest,
				$guest / $base, ($native.floor_ns.several_threads | round)] | map(tostring) | join(",")' "$work/json"
		done
	done
} >"$out/results.csv"

gnuplot <<-GNUPLOT
	set terminal svg size 640,400
	set output '$out/faults.svg'
	set datafile separator ','
	set key left top reverse Left
	set xlabel 'local memory, % of the pages that the guest touches'
	set ylabel 'demand faults'
	set xrange [105:20]
	set yrange [0:*]
	plot '<grep ^boot, $out/results.csv' using 2:6 with linespoints title 'boot', '<grep ^sort, $out/results.csv' using 2:6 with linespoints title 'boot and sort'
GNUPLOT
