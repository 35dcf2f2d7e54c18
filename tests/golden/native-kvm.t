The native engine under KVM: a guest's touch of a page that is not local is a second-level fault of the processor's nested paging. A QEMU that emulates such a
processor runs Debian's kernel with KVM, and in that a QEMU with a guest of 8 MiB, which writes 150 pages three times and checks them. This shows that no byte is
wrong; it says nothing about time.

  $ . "$ROOT/tests/native/ready.sh"
  $ megavm=$(type -P megavm)
  $ gcc -m32 -O1 -ffreestanding -fno-pic -fno-stack-protector -fno-asynchronous-unwind-tables -nostdlib -static \
  >     -Wl,-m,elf_i386,-N,-Ttext=0x100000,--build-id=none,-e,start,--no-warn-rwx-segments -o guest "$ROOT/tests/native/guest.c"
  $ cat > run <<'RUN'
  > run() {
  >     "$@" qemu-system-x86_64 -M pc -accel kvm -m 8M -nodefaults -no-user-config -display none -debugcon stdio -device isa-debug-exit -kernel /guest </dev/null
  >     echo "status $?"
  > }
  > echo "npt $(cat /sys/module/kvm_amd/parameters/npt)"
  > run env
  > run megavm emulate --native --local 400KiB --json=/result --
  > echo "RESULT $(tr -d '\n' </result)"
  > RUN
  $ "$ROOT/scripts/nested-guest.sh" "$(dirname "$megavm")/guest" "$megavm" machine guest run 2>log || { [ $? -eq 77 ] && skip "no guest: $(tail -n 1 log)"; cat log; exit 1; }
  $ timeout -s KILL 600 qemu-system-x86_64 -M q35 -accel tcg -cpu max -m 1G -nodefaults -no-user-config -display none -serial stdio -no-reboot \
  >     -kernel machine/vmlinuz -initrd machine/initrd.img -append 'console=ttyS0 quiet panic=-1 mitigations=off tsc=reliable' </dev/null | tr -d '\r' > console
  $ grep -E '^(npt|status|150 pages)' console
  npt Y
  150 pages, 3 rounds, 0 wrong
  status 1
  150 pages, 3 rounds, 0 wrong
  status 1

With 100 pages in a first-in first-out memory each write of the later rounds is a fault, and the firmware makes some more:

  $ sed -n 's/^RESULT //p' console | jq -c '[.native.managed_only_bytes / 1048576, .jobs[0].local_pages, (.jobs[0].faults.demand >= 300), .native.pages_not_unmapped, .native.exit_status]'
  [8,100,true,0,1]
