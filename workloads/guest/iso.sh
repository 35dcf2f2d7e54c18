#!/bin/sh
# Makes the CD that the guest boots from: isolinux, the kernel, and an initramfs with busybox, vm and init.
#
#   iso.sh PACKAGES VM REGION WORKLOAD IMAGE
#
# PACKAGES: the tree of the kernel's and busybox's. VM: the compiled vm.c. WORKLOAD: the folder that is to be /workload in a guest without
# a disk; empty: there is a disk. The same inputs give the same bytes.
set -eu
packages=$1 vm=$2 region=$3 workload=$4 image=$5
here=$(cd "$(dirname "$0")" && pwd)
work=$image.work
rm -rf "$work"
mkdir -p "$work/cd" "$work/init/bin" "$work/init/proc" "$work/init/sys" "$work/init/dev" "$work/init/disk" "$work/init/modules"

# What modprobe lists, into the initramfs; prints the names.
copy_modules() {
	sed -n 's/^insmod //p' | awk '!seen[$1]++ { print $1 }' | while read -r module; do
		objcopy -R .BTF "$module" "$work/init/modules/$(basename "$module")"
		basename "$module"
	done
}

kernel=$(basename "$packages"/boot/vmlinuz-*)
version=${kernel#vmlinuz-}
cp "$here/init" "$work/init/init"
chmod 755 "$work/init/init"
cp "$packages/bin/busybox" "$work/init/bin/busybox"
cp "$vm" "$work/init/bin/vm"
ln -s busybox "$work/init/bin/sh"
: >"$work/init/modules/list"
if [ -z "$workload" ]; then
	# In the order in which they load, without the type information for BPF: reading it takes the guest 170 million instructions.
	[ -e "$packages/lib/modules/$version/modules.dep" ] || depmod -b "$packages" "$version"
	modprobe -d "$packages" -S "$version" --show-depends -a ata_piix sd_mod | copy_modules >"$work/init/modules/list"
	# What a guest that is to swap loads itself.
	modprobe -d "$packages" -S "$version" --show-depends null_blk | copy_modules >/dev/null
else
	cp -r "$workload" "$work/init/workload"
fi
find "$work/init" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
(cd "$work/init" && find . -mindepth 1 | LC_ALL=C sort | cpio --quiet --reproducible -o -H newc -R 0:0) | lz4 -q -l -9 - "$work/cd/initrd"

# Why each word is there: workloads/guest/README.md.
line="console=ttyS0,115200 nokaslr mitigations=off cryptomgr.notests"
line="$line initcall_blacklist=load_system_certificate_list,init_kprobe_trace,crypto_kdf108_init,kallsyms_init"
line="$line audit=0 apparmor=0 random.trust_cpu=on tsc=reliable no_timer_check quiet loglevel=3 transparent_hugepage=never panic=1"
cp "$packages/boot/$kernel" "$work/cd/linux"
cp /usr/lib/ISOLINUX/isolinux.bin /usr/lib/syslinux/modules/bios/ldlinux.c32 "$work/cd/"
printf 'DEFAULT linux\nPROMPT 0\nLABEL linux\n  KERNEL linux\n  INITRD initrd\n  APPEND %s REGION=%s\n' "$line" "$region" >"$work/cd/isolinux.cfg"
chmod -R u=rwX,go=rX "$work/cd"
find "$work/cd" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
xorriso -as mkisofs -quiet -uid 0 -gid 0 -V WORKLOAD -b isolinux.bin -c boot.cat -no-emul-boot -boot-load-size 4 -boot-info-table \
	-o "$image" "$work/cd" 2>"$image.log" || { cat "$image.log" >&2; exit 1; }
rm "$image.log"
rm -rf "$work"
