The native engine runs an unmodified QEMU whose guest has only a part of its memory local.

  $ . "$ROOT/tests/native/ready.sh"
  $ guest=$("$ROOT/scripts/native-guest.sh" "$(dirname "$(command -v megavm)")/guest" 20000 2>log) || { [ $? -eq 77 ] && skip "no guest: $(tail -n 1 log)"; cat log; exit 1; }
  $ qemu() {
  >   "$@" qemu-system-x86_64 -M pc -accel tcg -m 96M -nodefaults -no-user-config -display none -serial stdio -no-reboot -kernel "$guest/vmlinuz" \
  >     -initrd "$guest/initrd.img" -append 'console=ttyS0 quiet panic=-1 no_timer_check task=sort' < /dev/null | tr -d '\r' > console
  >   grep -o 'guest: sorted.*' console || cat console
  > }

It sorts the same at every share, and reports how long it was up. Exactly the guest's memory is managed, all 96 MiB of it:

  $ qemu env | tee right
  guest: sorted [0-9a-f]{32}  - (re)
  $ for local in 100% 50% 25%; do
  >   qemu megavm emulate --native --local $local --json=$local.json -- | cmp - right
  >   grep -c 'guest: up [0-9]*\.[0-9]* s' console
  >   jq -c '.native | [.managed_only_bytes / 1048576, .time, .exit_status]' $local.json
  > done
  qemu-system-x86_64: running it once by itself, for its time, and once with all memory local, for its footprint
  1
  [96,"real",0]
  1
  [96,"real",0]
  1
  [96,"real",0]
  $ jq -c -s 'map(.jobs[0]) | [(.[0].footprint_pages | . > 4096 and . <= 24576), .[0].faults.demand < .[1].faults.demand, .[1].faults.demand < .[2].faults.demand]' 100%.json 50%.json 25%.json
  [true,true,true]
  $ jq -c '.jobs[0] | .faults.demand > 0, .writebacks > 0' 50%.json 25%.json | sort | uniq -c
  \s+4 true (re)

A QEMU whose guest has other memory is refused:

  $ megavm emulate --native --local 50% -- qemu-system-x86_64 -m 12MiB
  -m: '12MiB' is not a size that is understood; allowed are the forms 256, 256M, 1G and size=1G, or --only-mappings SIZE with the size of the guest's memory
  [2]
  $ megavm emulate --native --local 50% -- qemu-system-x86_64 -object memory-backend-memfd,id=ram,size=64M -machine pc,memory-backend=ram
  'memory-backend-memfd,id=ram,size=64M': this guest's memory would be a file, and only private anonymous memory is managed: leave it out, so that QEMU makes the memory by itself
  [2]
  $ megavm emulate --native --local 1MiB --only-mappings 500MiB -- true
  true touched no private anonymous mapping of exactly 524288000 bytes, and only such were to be managed
  [2]
