# SPDX-License-Identifier: MIT
# Sourced by the transcripts that record, with the workloads whose tiny images they need. Skips a transcript when there is no Bochs, or when
# Debian's archive is not reachable. Images are kept in the build folder.
build=$(dirname "$(command -v megavm)")
export MEGAVM_CACHE=$build/guest MEGAVM_PROGRESS=off # on a busy machine a boot may take minutes

skip() {
	echo "$(basename "$TESTFILE"): $1" >>"${SKIPPED:-/dev/null}"
	exit 80
}

reason=$(cat "$build/tests/bochs" 2>&1) && [ -z "$reason" ] || skip "$reason"
for workload; do
	megavm image "$workload" --size tiny >/dev/null 2>ready.log || {
		! grep -q 'build.sh ended with status 77' ready.log || skip "no guest: $(grep . ready.log | tail -n 2 | head -n 1)"
		cat ready.log
	}
done
rm -f ready.log
