#!/bin/sh
# Builds the images of a workload: boot.iso, disk.img (unless it needs none) and packages.txt.
#
#   build.sh FOLDER CACHE      the workload's folder; where downloads and images are kept
#
# Prints the images' folder, whose name ends in a digest of all that went into them; what is there already is not built again. What
# workload.yaml says comes in the environment (`megavm` sets it, sim/workload/prepare.c):
#
#   GUEST_SIZE          the size's name
#   GUEST_REGION        job or boot
#   GUEST_PACKAGES      Debian packages to unpack
#   GUEST_PROGRAMS      files of these packages for the disk, with the libraries that they need
#   GUEST_DISK_FREE     bytes to leave free on the disk
#   GUEST_VARIABLES     lines NAME=VALUE for data.sh and run.sh
#   GUEST_ENVIRONMENT   names of the caller's variables that data.sh may see
#
# data.sh gets an environment of nothing but these variables and
#
#   WORKLOAD            the workload's folder
#   DATA                workloads/data
#   PACKAGES            the tree of the unpacked packages
#   PACKAGED            runs a program of these packages on this machine: $PACKAGED /usr/bin/PROGRAM ARGUMENT...
#   GUEST_CC            compiles a static program for the guest: $GUEST_CC PROGRAM SOURCE...
#   GUEST_INCLUDE       flags for another compiler to find vm.h
#
# in an empty folder, which becomes /workload of the guest.
set -eu
umask 022
export LC_ALL=C SOURCE_DATE_EPOCH=1700000000 PATH="$PATH:/usr/sbin:/sbin"
folder=$(cd "$1" && pwd)
mkdir -p "$2"
cache=$(cd "$2" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
name=$(basename "$folder")

missing=
for tool in apt-get dpkg musl-gcc readelf objcopy depmod mkfs.ext4 debugfs cpio lz4 xorriso /usr/lib/ISOLINUX/isolinux.bin; do
	command -v "$tool" >/dev/null || [ -e "$tool" ] || missing="$missing $tool"
done
[ -z "$missing" ] || { echo "$name: no$missing here: guests are built on Debian, and 'scripts/setup.sh record' installs all that it takes" >&2; exit 1; }

work=$cache/work.$$
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
mkdir -p "$work/data"

# What Debian brings: the kernel and the shell without what they depend on; the workload's packages with it.
base=$("$here/packages.sh" "$cache" '^(linux-image-[0-9]|busybox-static)' linux-image-cloud-amd64 busybox-static)
packages=
if [ -n "$GUEST_PACKAGES" ]; then
	packages=$("$here/packages.sh" "$cache" . $GUEST_PACKAGES)
fi
{
	cat "$base/list" ${packages:+"$packages/list"}
	# This machine's, which make the image's bytes.
	dpkg-query -W -f '${Package} ${Version}\n' isolinux syslinux-common musl-dev "gcc-$(gcc -dumpversion)" xorriso e2fsprogs lz4 cpio kmod binutils
} | sort -u >"$work/packages.txt"

# The digest: all files that have a say, the variables, the versions.
inputs() {
	cat "$work/packages.txt"
	for part in "$folder" "$here" "$here/../data"; do # descriptions do nothing; what workload.yaml says and guest_port.h follow
		(cd "$part" && find . -type f ! -name '*.md' ! -name workload.yaml ! -name guest_port.h -exec sha256sum {} + | sort -k 2)
	done
	sha256sum <"$(find "$here/guest_port.h" "$here/../../bochs-plugin/guest_port.h" 2>/dev/null | head -n 1)"
	echo "$name" "$GUEST_REGION" "$GUEST_PACKAGES" "$GUEST_PROGRAMS" "$GUEST_DISK_FREE"
	echo "$GUEST_VARIABLES"
	for variable in $GUEST_ENVIRONMENT; do
		value=$(printenv "$variable" || true)
		echo "$variable=$value"
		[ ! -f "$value" ] || sha256sum <"$value"
	done
}
digest=$(inputs | sha256sum | cut -d ' ' -f 1)
images=$cache/images/$name-$GUEST_SIZE-$digest
if [ -d "$images" ]; then
	echo "$images"
	exit
fi

"$here/compile.sh" "$work/vm" "$here/vm.c"
cp "$folder/run.sh" "$work/data/"
echo "$GUEST_VARIABLES" | sed -n "s/^\([A-Z][A-Z0-9_]*\)=\(.*\)/\1='\2'/p" >"$work/data/variables"
if [ -e "$folder/data.sh" ]; then
	set -- PATH="$PATH" LC_ALL=C WORKLOAD="$folder" DATA="$(cd "$here/../data" && pwd)" GUEST_CC="$here/compile.sh" \
		GUEST_INCLUDE="-I$here -I$here/../../bochs-plugin"
	if [ -n "$packages" ]; then
		set -- "$@" PACKAGES="$packages/root" PACKAGED="$here/packaged.sh $packages/root"
	fi
	for variable in $GUEST_ENVIRONMENT; do
		value=$(printenv "$variable" || true)
		set -- "$@" "$variable=$value"
	done
	(cd "$work/data" && env -i "$@" sh -eu -c 'set -a; . ./variables; set +a; exec sh -eu "$WORKLOAD/data.sh"')
fi

if [ -e "$folder/data.sh" ] || [ -n "$GUEST_PROGRAMS" ]; then
	"$here/tree.sh" "$base/root" "$work" "${packages:+$packages/root}" $GUEST_PROGRAMS
	"$here/disk.sh" "$work/tree" "$GUEST_DISK_FREE" "$work/disk.img"
	"$here/iso.sh" "$base/root" "$work/vm" "$GUEST_REGION" '' "$work/boot.iso"
else
	"$here/iso.sh" "$base/root" "$work/vm" "$GUEST_REGION" "$work/data" "$work/boot.iso"
fi
rm -rf "$work/data" "$work/tree" "$work/vm"
mkdir -p "$cache/images"
mv -T "$work" "$images" 2>/dev/null || [ -d "$images" ] # another build may have been first
echo "$images"
