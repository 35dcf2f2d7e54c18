Recordings that do not finish.

  $ . "$ROOT/tests/record/ready.sh" boot

A job that fails, or that finds its answer wrong, makes the recording fail:

  $ mkdir wrong && printf 'summary: fails\nmemory: 256MiB\nsizes: {tiny: {A: 1}}\n' > wrong/workload.yaml && printf 'echo "two and two is $((2 + 2)), not 5"\nvm mark roi-begin\nexit 3\n' > wrong/run.sh
  $ (megavm record ./wrong --size tiny -o wrong.mvt > wrong.out 2> wrong.err; echo $? >> wrong.out) &

In the meantime: Ctrl-C, and an emulator that is killed. The part recorded so far can be read:

  $ begun() { for i in $(seq 600); do [ "$(stat -c %s "$1" 2> /dev/null || echo 0)" -gt 100000 ] && return; sleep 0.1; done; echo "$1 does not grow"; }
  $ (exec megavm record boot --size tiny -o stopped.mvt > stopped.out 2>&1) & pid=$!
  $ begun stopped.mvt.part; kill -INT $pid; wait $pid
  [1]
  $ cat stopped.out
  boot: interrupted after [1-9]\d* instructions; what was recorded is in stopped.mvt.part \('megavm trace info --recover' reads it\) (re)
  $ megavm trace info --recover stopped.mvt.part | grep -E '^(workload|records|markers)'
  stopped.mvt.part: 1 damaged stretch, 0 bytes in all, left out; the first: * it ends without an index (glob)
  workload       boot, size tiny
  records        [1-9][0-9]*, .* per 1000 instructions (re)
  markers        roi-begin at record 0, instruction 0
  $ megavm trace info stopped.mvt.part 2>&1 | head -n 1
  stopped.mvt.part: * (glob)
  $ (exec megavm record boot --size tiny -o killed.mvt > killed.out 2>&1) & pid=$!
  $ begun killed.mvt.part; kill -KILL $(pgrep -P $pid); wait $pid
  [1]
  $ cat killed.out
  */megavm-bochs: ended by signal 9 (Killed) (glob)
  $ megavm trace info --recover killed.mvt.part | grep -E '^(workload|records)'
  killed.mvt.part: 1 damaged stretch, * (glob)
  workload       boot, size tiny
  records        [1-9][0-9]*, .* per 1000 instructions (re)

The command itself is killed: the emulator ends with it.

  $ (exec megavm record boot --size tiny -o orphan.mvt > orphan.out 2>&1) & pid=$!
  $ begun orphan.mvt.part; emulator=$(pgrep -P $pid); kill -KILL $pid; wait $pid 2> /dev/null
  [137]
  $ for i in $(seq 100); do kill -0 $emulator 2> /dev/null || break; sleep 0.1; done; kill -0 $emulator 2> /dev/null
  [1]
  $ megavm trace info --recover orphan.mvt.part | grep -cE '^workload       boot'
  orphan.mvt.part: 1 damaged stretch, * (glob)
  1

A full disk is reported with the system's message:

  $ (trap '' XFSZ; ulimit -f 400; megavm record boot --size tiny -o full.mvt 2>&1)
  full.mvt.part: cannot write at offset [0-9]* \(what is there can be read with --recover\): File too large (re)
  [1]

Files in the way, and invalid arguments:

  $ megavm record boot --size tiny -o killed.mvt
  killed.mvt.part is in the way: a run that did not end has left it (a trace is read with --recover), or one is writing it now: remove it if none is
  [1]
  $ megavm record boot --size tiny -o nowhere/boot.mvt
  nowhere/boot.mvt.part: No such file or directory
  [1]
  $ megavm record bot
  'bot' is not one of * (did you mean 'boot'?); a folder of your own has a '/' in its name (glob)
  [2]
  $ megavm record boot --size huge
  boot has no size 'huge': it has tiny, small, paper
  [2]
  $ megavm record 2>&1 | head -n 1
  megavm record: no workload given ('megavm list workloads' lists them)
  $ megavm record boot --k 8 2>&1 | head -n 1
  megavm record: --k 8: allowed are 0, and 16 to 1048576: one instruction may touch more pages than that
  $ megavm record boot --guest-memory 1GB 2>&1 | head -n 1
  megavm record: --guest-memory: * (glob)
  $ megavm record boot --crosscheck --vcpus 2 2>&1 | head -n 1
  megavm record: --crosscheck works with one virtual CPU only

The failed job has ended by now:

  $ wait; cat wrong.out wrong.err
  1
  the last lines of the guest's console:
  two and two is 4, not 5
  init: run.sh ended with status 3
  wrong: the guest's job failed, or its answer was wrong: status 3; what was recorded is in wrong.mvt.part ('megavm trace info --recover' reads it)
