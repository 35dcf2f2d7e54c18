#!/bin/sh
# SPDX-License-Identifier: MIT
# Builds Bochs with the plug-in: the emulator that records and emulates. Bochs's source is Debian's, downloaded once, checked by its
# SHA-256 and kept in BUILD/bochs; nothing of it is committed.
#
#   scripts/build-bochs.sh BUILD VARIANT
#
#   recorder     the one that records and emulates
#   smp          the same with several virtual CPUs
#   crosscheck   tells the page of every single instruction: the tests'
#   plain        the same Bochs with every hook empty: what `make bench-record` compares with
#
# Leaves BUILD/megavm-bochs (recorder) or BUILD/megavm-bochs-VARIANT. Needs BUILD/libmegavm.a and the plug-in's objects (the
# Makefile builds them first). BOCHS_TARBALL names a copy of the source that is there already. Exit status 77: the source cannot be had.
set -eu

version=3.0+dfsg-1
tarball_name=bochs_3.0+dfsg.orig.tar.xz
sha256=78f6c73d4a6472d5130a87ab9dc306d02c7c71ed8e25b3a8ef642e2a7acd282b

[ $# -eq 2 ] || { sed -n '2,14p' "$0"; exit 2; }
build=$(mkdir -p "$1" && cd "$1" && pwd)
variant=$2
root=$(cd "$(dirname "$0")/.." && pwd)
store=$build/bochs
source=$store/$variant
log=$store/$variant.log
mkdir -p "$store"

fail() { echo "scripts/build-bochs.sh: $*" >&2; exit 1; }

# From Debian's archive, without touching the system's own list of sources: the address is the one that this machine uses already.
download() {
	lists=$store/lists
	mkdir -p "$lists/partial"
	command -v apt-get >/dev/null || { echo "no apt-get to download Bochs's source with: name a copy of $tarball_name by BOCHS_TARBALL" >&2; return 1; }
	site=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | head -n 1)
	[ -n "$site" ] || { echo "apt knows no archive: name a copy of $tarball_name by BOCHS_TARBALL" >&2; return 1; }
	echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $site trixie main" >"$store/sources.list"
	set -- -qq -o Dir::Etc::SourceList="$store/sources.list" -o Dir::Etc::SourceParts=/dev/null -o Dir::State::Lists="$lists"
	apt-get "$@" update >>"$log" 2>&1 || true
	# The package's description may be gone from the archive while its tarball is there, so apt's status says nothing.
	(cd "$store" && apt-get "$@" source --download-only "bochs=$version") >>"$log" 2>&1 || true
	[ -f "$store/$tarball_name" ] || { tail -n 3 "$log" >&2; return 1; }
}

verify() { echo "$sha256  $1" | sha256sum --check --status; }

fetch_source() {
	: >"$log"
	if [ -n "${BOCHS_TARBALL:-}" ]; then
		verify "$BOCHS_TARBALL" || fail "BOCHS_TARBALL=$BOCHS_TARBALL is not $tarball_name (its SHA-256 is not $sha256)"
		cp "$BOCHS_TARBALL" "$store/$tarball_name"
	fi
	if ! { [ -f "$store/$tarball_name" ] && verify "$store/$tarball_name"; }; then
		rm -f "$store/$tarball_name"
		echo "  GET $tarball_name"
		download || exit 77
		verify "$store/$tarball_name" || fail "$store/$tarball_name: its SHA-256 is not $sha256"
	fi
}

# The line of FILE that holds PATTERN (a fixed text, there once) is edited by the sed script that follows.
edit() {
	found=$(grep -cF -- "$2" "$source/$1" || true)
	[ "$found" -eq 1 ] || fail "$1: '$2' is there $found times, not once: this is not the Bochs that the plug-in knows"
	sed -i "$3" "$source/$1"
}

# Without instrumentation Bochs takes its header from instrument/stubs: ours, all of whose hooks are empty then.
copy_plugin() {
	folder=$source/instrument/$([ "$variant" = plain ] && echo stubs || echo megavm)
	mkdir -p "$folder"
	cp "$root"/bochs-plugin/*.h "$root"/bochs-plugin/Makefile.in "$root"/bochs-plugin/instrument.cc "$folder"
}

# The three call sites that Bochs has no hook for. prefetch() ends with the page known that instructions come from.
patch_source() {
	awk '/^void BX_CPU_C::prefetch\(void\)$/ { inside = 1 }
	     inside && /^}$/ { print "  BX_INSTR_FETCH_PAGE(BX_CPU_ID, BX_CPU_THIS_PTR pAddrFetchPage);"; inside = 0; n++ }
	     { print } END { exit n != 1 }' "$source/cpu/cpu.cc" >"$source/cpu/cpu.cc.new" || fail "cpu/cpu.cc: no prefetch() found"
	mv "$source/cpu/cpu.cc.new" "$source/cpu/cpu.cc"
	# A halted processor lets ten ticks pass at a time: let it go on to the next event of any device at once, and tell how long that was.
	edit cpu/event.cc 'BX_TICKN(10);' 's|BX_TICKN(10);.*|{ Bit32u idle = bx_pc_system.getNumCpuTicksLeftNextEvent(); if (idle == 0) idle = 1; BX_INSTR_IDLE(BX_CPU_ID, idle); BX_TICKN(idle); }|'
	# Several processors: instrument.cc has the loop, and comes back from it when the emulation ends.
	edit main.cc 'static int quantum = SIM' 's|^.*static int quantum = SIM|BX_INSTR_RUN_PROCESSORS();\n&|'
}

configure_source() {
	set -- --enable-instrumentation=instrument/megavm
	case $variant in
	plain) set -- ;;
	smp) set -- "$@" --enable-smp ;;
	crosscheck) defines=-DMEGAVM_CROSSCHECK ;;
	esac
	# Bochs's own settings (https://bochs.sourceforge.io): all that makes it fast and keeps instrumentation possible. Its repeat
	# speed-ups move many bytes without telling the hooks, so they stay off; show-ips logs from a signal handler and can hang.
	(cd "$source" && CFLAGS=-O2 CXXFLAGS="-O2 ${defines:-}" ./configure --enable-x86-64 --enable-cpu-level=6 --enable-fpu \
		--enable-fast-function-calls --enable-handlers-chaining --enable-trace-linking --disable-repeat-speedups --disable-show-ips \
		--with-nogui --disable-plugins --disable-docbook --disable-busmouse --disable-gameport "$@")
}

case $variant in
recorder) program=$build/megavm-bochs ;;
smp | crosscheck | plain) program=$build/megavm-bochs-$variant ;;
*) fail "unknown variant '$variant' (recorder, smp, crosscheck, plain)" ;;
esac
# Two variants may be built at the same time: one downloads.
exec 9>"$store/lock"
flock 9
fetch_source
exec 9>&-
key=$(cat "$0" "$root"/bochs-plugin/instrument.h "$root"/bochs-plugin/observer.h "$root"/bochs-plugin/guest_port.h | sha256sum | cut -d' ' -f1)
if [ "$(cat "$store/$variant.key" 2>/dev/null)" != "$key" ]; then
	echo "  BOCHS $variant (about a minute)"
	rm -rf "$source" "$store/$variant.key"
	mkdir -p "$source"
	tar -C "$source" --strip-components=1 -xf "$store/$tarball_name"
	copy_plugin
	patch_source
	configure_source >>"$log" 2>&1 || { tail -n 20 "$log" >&2; fail "Bochs could not be configured; all of it is in $log"; }
fi
copy_plugin
objects=$(find "$build/obj/bochs-plugin" -name '*.o' 2>/dev/null | sort | tr '\n' ' ')
# Put before other functions at the last link only: configure's trial programs know nothing of them.
wraps="-Wl,--wrap=gettimeofday -Wl,--wrap=time -Wl,--wrap=alarm"
if [ "$variant" = plain ]; then
	libraries=$build/obj/bochs-plugin/host_clock.o
else
	libraries="$build/libmegavm.a -lyaml -lzstd -lxxhash -larchive -ljansson -lgsl -lgslcblas"
	wraps="$wraps -Wl,--wrap=_ZN8BX_MEM_C20dmaWritePhysicalPageEmjPh -Wl,--wrap=_ZN8BX_MEM_C19dmaReadPhysicalPageEmjPh"
fi
own=$(sed -n 's/^LIBS = *//p' "$source/Makefile")
rm -f "$source/bochs"
if ! make -C "$source" -j"${JOBS:-$(nproc)}" bochs MEGAVM_OBJECTS="$objects" LIBS="$libraries $own" LDFLAGS="$wraps" >>"$log" 2>&1; then
	grep -E 'error|undefined' "$log" | head -n 10 >&2
	fail "Bochs could not be built; all of it is in $log"
fi
echo "$key" >"$store/$variant.key"
cp "$source/bochs" "$program.part"
mv "$program.part" "$program"
