#!/bin/sh
# SPDX-License-Identifier: MIT
# Makes BUILD/megavm_VERSION_ARCH.deb of what `make install` installs. Its dependencies are those of the program's libraries, as dpkg-shlibdeps
# finds them, and gnuplot.
#
#   scripts/deb.sh BUILD
set -eu
[ $# -eq 1 ] || { sed -n '2,6p' "$0"; exit 2; }
build=$1
stage=$build/deb
rm -rf "$stage"
make --no-print-directory install BUILD="$build" DESTDIR="$(realpath -m "$stage")" PREFIX=/usr >/dev/null
strip "$stage/usr/bin/megavm"
rm -rf "$stage/usr/include" "$stage/usr/lib" # libmegavm.a and its headers are for those who build
mkdir -p "$stage/DEBIAN" "$build/deb-work/debian"
echo 'Source: megavm' >"$build/deb-work/debian/control"
program=$(realpath "$stage/usr/bin/megavm")
depends=$(cd "$build/deb-work" && dpkg-shlibdeps -O "$program" 2>/dev/null | sed -n 's/^shlibs:Depends=//p')
version=$(cat VERSION)
arch=$(dpkg --print-architecture)
cat >"$stage/DEBIAN/control" <<-END
	Package: megavm
	Version: $version
	Architecture: $arch
	Maintainer: The maintainers of Mega-VM <maintainers@users.noreply.r-seed-e9c32d95.example>
	Section: science
	Priority: optional
	Installed-Size: $(du -sk "$stage/usr" | cut -f1)
	Depends: $depends
	Recommends: gnuplot-nox
	Description: simulator of memory disaggregation
	 Answers how much later a virtual machine's job completes when part of its
	 memory is at peers behind an interconnect: curves over every local size,
	 clusters, sweeps, figures, reports.
END
chmod -R u+rwX,go+rX,go-w "$stage"
dpkg-deb --root-owner-group --build "$stage" "$build/megavm_${version}_$arch.deb" >/dev/null
echo "$build/megavm_${version}_$arch.deb"
