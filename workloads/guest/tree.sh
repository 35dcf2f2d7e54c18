#!/bin/sh
# Lays out a guest's disk in WORK/tree: busybox and vm, WORK/data as /workload, programs out of packages, and the shared libraries
# that all of these need.
#
#   tree.sh BASE WORK PACKAGES PROGRAM...
#
# BASE: the tree with busybox. PACKAGES: the tree of the workload's packages, empty when it has none. PROGRAM: a path in it, perhaps
# with a * in it; a folder comes whole. Libraries go to the one folder that the loader searches without a cache.
set -eu
base=$1 work=$2 packages=$3
shift 3
tree=$work/tree
libraries=usr/lib/x86_64-linux-gnu
here=$(cd "$(dirname "$0")" && pwd)

# Packages still use /bin and /usr/bin side by side; in the guest, as in an installed Debian, they are one.
copy_programs() {
	for program; do
		found=
		for path in "$packages"/usr${program#/usr} "$packages"${program#/usr}; do # unquoted: it may hold a pattern
			[ -e "$path" ] || continue
			found=yes
			to=${path#"$packages"}
			to=$tree/usr${to#/usr}
			mkdir -p "$(dirname "$to")"
			cp -rL "$path" "$to"
		done
		[ "$found" ] || { echo "tree.sh: no package brings $program" >&2; exit 1; }
	done
}

is_dynamic() {
	readelf -l "$1" 2>/dev/null | grep -q 'program interpreter'
}

copy_libraries() {
	"$here/packaged.sh" "$packages" --list "$1" | while read -r name arrow path rest; do
		case $arrow$path in
		'=>not') echo "tree.sh: ${1#"$tree"} needs $name, which no package brings" >&2; exit 1 ;;
		'=>'*/ld-linux-*) ;;
		'=>'*) [ -e "$tree/$libraries/$name" ] || cp -L "$path" "$tree/$libraries/" ;;
		esac
	done
	cp -L "$packages/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2" "$tree/usr/lib64/"
}

mkdir -p "$tree/usr/bin" "$tree/usr/sbin" "$tree/$libraries" "$tree/usr/lib64" "$tree/proc" "$tree/sys" "$tree/dev" "$tree/tmp" "$tree/etc"
for name in bin sbin lib lib64; do
	ln -s "usr/$name" "$tree/$name"
done
cp "$base/bin/busybox" "$work/vm" "$tree/usr/bin/"
ln -s busybox "$tree/usr/bin/sh"
mv "$work/data" "$tree/workload"
copy_programs "$@"
find "$tree" -type f -perm -u+x | sort | while read -r program; do
	! is_dynamic "$program" || copy_libraries "$program"
done
