# SPDX-License-Identifier: MIT
# Sourced by the transcripts that record, with the workloads whose tiny images they need: skips them where there is no Bochs, or where Debian's archive
# cannot be had. Images are kept in the build's own folder.
build=$(dirname "$(command -v megavm)")
export MEGAVM_CACHE=$build/guest

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
