#!/bin/sh
# SPDX-License-Identifier: MIT
# Makes a machine for QEMU that runs virtual machines itself: Debian's kernel for the cloud with KVM for AMD's nested paging, busybox,
# QEMU, and a megavm. So the pager is tested under real second-level faults where the host has no /dev/kvm.
#
#   scripts/nested-guest.sh CACHE MEGAVM OUT FILE...      where downloads are kept; the program; a new folder; what else is put into /
#
# Leaves OUT/vmlinuz and OUT/initrd.img. The machine loads KVM, runs /run, which has to be one of the files, and switches itself off. Exit
# status 77: the packages cannot be had.
set -eu
[ $# -ge 4 ] || { sed -n '3,9p' "$0"; exit 2; }
project=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$1" "$3"
cache=$(cd "$1" && pwd) megavm=$2 out=$(cd "$3" && pwd)
shift 3
base=$("$project/workloads/guest/packages.sh" "$cache" '^(linux-image-[0-9]|busybox-static)' linux-image-cloud-amd64 busybox-static)
qemu=$(command -v qemu-system-x86_64) tree=$out/tree
mkdir -p "$tree/bin" "$tree/proc" "$tree/sys" "$tree/dev" "$tree/tmp" "$tree/modules" "$tree/usr/bin" "$tree/usr/share/megavm/configs" \
	"$tree/usr/share/qemu"
cp "$base"/root/boot/vmlinuz-* "$out/vmlinuz"
cp "$base/root/bin/busybox" "$tree/bin/"
cp "$@" "$tree/"
for module in virt/lib/irqbypass arch/x86/kvm/kvm arch/x86/kvm/kvm-amd; do
	file=$(echo "$base"/root/lib/modules/*/kernel/$module.ko*)
	case $file in
	*.xz) xz -dc "$file" >"$tree/modules/$(basename $module).ko" ;;
	*) cp "$file" "$tree/modules/" ;;
	esac
done
cp -r "$project/configs/fabrics" "$project/configs/faults" "$tree/usr/share/megavm/configs/"
strip -o "$tree/usr/bin/megavm" "$megavm"
cp "$qemu" "$tree/usr/bin/"
ldd "$megavm" "$qemu" | grep -o '/[^ :]* (' | sed 's/ ($//' | sort -u | while read -r library; do
	mkdir -p "$tree$(dirname "$library")"
	cp -L "$library" "$tree$library"
done
for firmware in seabios/bios-256k.bin qemu/multiboot.bin qemu/multiboot_dma.bin qemu/kvmvapic.bin; do
	cp -L "/usr/share/$firmware" "$tree/usr/share/qemu/"
done
cat >"$tree/init" <<'INIT'
#!/bin/busybox sh
export PATH=/usr/bin:/bin HOME=/tmp
/bin/busybox --install -s /bin
mount -t proc proc /proc && mount -t sysfs sys /sys && mount -t devtmpfs dev /dev
for module in irqbypass kvm kvm-amd; do
	insmod /modules/$module.ko
done
. /run
poweroff -f
INIT
chmod +x "$tree/init"
(cd "$tree" && find . | sort | cpio --quiet -o -H newc -R 0:0) | lz4 -l -q >"$out/initrd.img"
rm -rf "$tree"
