Emulations that do not finish leave no partial result.

  $ . "$ROOT/tests/record/ready.sh" quicksort
  $ rm -f "$MEGAVM_CACHE"/base/quicksort-tiny-*-300-*
  $ printf 'cpu: {ips: 2e9}\nvms: [{name: q, workload: quicksort, size: tiny, local: 50%%}]\n' > q.yaml
  $ emulator() { for i in $(seq 3000); do pgrep -P $1 -f "$2" && return; sleep 0.1; done; echo "no emulator"; }
  $ gone() { for i in $(seq 100); do kill -0 $1 2> /dev/null || return 0; sleep 0.1; done; echo "still there"; }
  $ bases() { find "$MEGAVM_CACHE/base" -name 'quicksort-tiny-*-300-*' ! -name '*.lock' | wc -l; }

The command is killed during the run with all memory local. The unfinished run is not kept for later commands.

  $ (exec megavm emulate q.yaml --guest-memory 300MiB --json > killed.json 2> killed.err) & pid=$!
  $ child=$(emulator $pid megavm-bochs); kill -KILL $pid; wait $pid 2> /dev/null
  [137]
  $ gone $child; bases; cat killed.json killed.err
  0

The emulator is killed: the command reports it.

  $ (exec megavm emulate q.yaml --guest-memory 300MiB --json > killed.json 2> killed.err) & pid=$!
  $ kill -KILL $(emulator $pid megavm-bochs); wait $pid
  [1]
  $ bases; cat killed.json killed.err
  0
  */megavm-bochs: ended by signal 9 (Killed) (glob)

Ctrl-C during the delayed run: a part of the requested trace stays, and the run with all memory local is kept for the next time.

  $ (exec megavm emulate q.yaml --guest-memory 300MiB --json --record q.mvt > stopped.json 2> stopped.err) & pid=$!
  $ for i in $(seq 3000); do [ "$(stat -c %s q.mvt.part 2> /dev/null || echo 0)" -gt 100000 ] && break; sleep 0.1; done; kill -INT $pid; wait $pid
  [1]
  $ bases; cat stopped.json stopped.err; ls q.mvt*
  1
  quicksort: interrupted after * (glob)
  q.mvt.part
  $ megavm trace info --recover q.mvt.part | grep '^workload'
  q.mvt.part: 1 damaged stretch, * (glob)
  workload       quicksort, size tiny
  $ rm "$MEGAVM_CACHE"/base/quicksort-tiny-*-300-*
