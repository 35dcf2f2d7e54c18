#!/bin/sh
# SPDX-License-Identifier: MIT
# Installs the missing Debian packages that building, testing or running Mega-VM needs, and prints their names. Does nothing when nothing is
# missing.
#
#   scripts/setup.sh PART...      parts: build test bench record demo web package fuzz
set -eu

packages() {
	case $1 in
	build) echo gcc libc6-dev make libyaml-dev libgsl-dev libzstd-dev libxxhash-dev libarchive-dev libjansson-dev libsimgrid-dev libucx-dev libsodium-dev libsqlite3-dev ;;
	test) echo clang-format libcunit1-dev sqlite3 help2man dpkg-dev pkg-config python3-cram python3-jsonschema python3-yaml libubsan1 libasan8 jq xz-utils bzip2 zstd gnuplot-nox chromium liblinear-tools libocas-tools procps iproute2 qemu-system-x86 slurmctld slurmd slurm-client munge valgrind mariadb-server-core ;;
	record) echo musl-tools isolinux syslinux-common xorriso e2fsprogs cpio lz4 kmod binutils g++ bochsbios vgabios ;;
	bench) echo uthash-dev ;;
	demo) echo gnuplot-nox ;;
	web) command -v npm >/dev/null || echo npm ;; # scripts/vendor.sh; other distributions of Node have it in another package
	package) echo help2man dpkg-dev ;;
	fuzz) echo clang libclang-rt-14-dev ;;
	*) echo "scripts/setup.sh: unknown part '$1' (build, test, bench, record, demo, web, package, fuzz)" >&2; exit 2 ;;
	esac
}

[ $# -ge 1 ] || { sed -n '2,4p' "$0"; exit 2; }
wanted=
for part; do
	list=$(packages "$part")
	wanted="$wanted $list"
done

if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
	cat >&2 <<-EOF
	This system has no apt-get, so nothing is installed. Mega-VM needs a C11 compiler, make and these libraries with their headers:
	libyaml, GSL, zstd, xxHash, libarchive, Jansson, SQLite, SimGrid 3.32, UCX, libsodium; for the tests CUnit, cram (Python), jq, xz, bzip2, zstd, Valgrind and Chromium; for figures gnuplot.
	On Debian the packages are:$wanted
	EOF
	exit 0
fi

missing=
for package in $wanted; do
	state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
	[ "$state" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

sudo=
if [ "$(id -u)" -ne 0 ]; then
	command -v sudo >/dev/null || { echo "scripts/setup.sh: not root and no sudo: install$missing" >&2; exit 1; }
	sudo=sudo
fi
echo "installing from Debian's packages:$missing"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
export DEBIAN_FRONTEND=noninteractive
if ! { $sudo apt-get -qq update && $sudo apt-get -qq install -y --no-install-recommends $missing; } >"$log" 2>&1; then
	tail -n 20 "$log" >&2
	echo "scripts/setup.sh: could not install$missing" >&2
	exit 1
fi
