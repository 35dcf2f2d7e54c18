The native engine: unmodified programs run with part of their memory remote, and wait for it.

  $ . "$ROOT/tests/native/ready.sh" scan calls stress
  $ program=$(type -P megavm); megavm() { "$program" "$@" </dev/null; }
  $ native() { megavm emulate --native --json=result.json "$@"; }
  $ jobs() { jq -c ".jobs[0] | $1" result.json; }

A program that writes 250 pages in order four times, with 100 of them local and FIFO, faults at every touch after the first round. All 1000 arrivals write, so
900 pages are written back; 100 are still local at the end. When the later rounds only read, each page is written back once:

  $ native --only-mappings 1000KiB --local 400KiB -- ./scan cycle 250 4
  124500
  $ jobs '[.name, .policy, .footprint_pages, .local_pages, .faults.first_touch, .faults.demand, .faults.minor, .writebacks]'
  ["scan","fifo",250,100,250,750,0,900]
  $ native --only-mappings 1000KiB --local 400KiB -- ./scan read 250 4
  124500
  $ jobs '[.faults.demand, .writebacks]'
  [750,250]

The modelled stalls are those of the simulator: every fetch is uncontended as long as the buffer never fills, and takes 1227.68 ns.

  $ native --virtual --only-mappings 1000KiB --local 400KiB --set fabric.latency=900ns --set fabric.bandwidth=100Gbps --set fabric.setup=0ns -- ./scan read 250 2
  62250
  $ jobs '[.faults.demand, (.fetch_ns.p50 - 1227.68 | fabs < 1)]'
  [250,true]

A stall that is longer than a trap passes in real time: the 150 fetches of the rounds and 50 of the last check take 4 s; the 50 first
touches cost nothing in the model.

  $ native --only-mappings 200KiB --local 40KiB --set fabric.latency=20ms -- ./scan fixed 50 4
  4900
  $ jq '[.jobs[0].faults.demand, .native.real_s >= 4, .native.stalls_below_floor]' -c result.json
  [200,true,50]

Segmented FIFO keeps half of the local pages unmapped. A touch of one of them is a soft fault: it fetches nothing and is counted apart. With all pages local,
pages 0 to 49 are unmapped when the second round begins, and each touch unmaps another page, so every touch traps:

  $ native --only-mappings 400KiB --local 400KiB --policy segmented-fifo -- ./scan cycle 100 3
  14850
  $ jobs '[.faults.first_touch, .faults.demand, .faults.minor]'
  [100,0,200]

A share in per cent needs two runs before: of the program by itself, and with all memory local. They are kept:

  $ megavm emulate --native --only-mappings 400KiB --local 50% --json=result.json -- ./scan cycle 100 3
  ./scan: running it once by itself, for its time, and once with all memory local, for its footprint
  14850
  $ jq -c '[.native.by_itself.from_cache, .jobs[0].local_pages, .jobs[0].faults.demand]' result.json
  [false,50,200]
  $ native --only-mappings 400KiB --local 25% -- ./scan cycle 100 3
  14850
  $ jq -c '[.native.by_itself.from_cache, .jobs[0].local_pages, .jobs[0].faults.demand]' result.json
  [true,25,200]
  $ echo x | command megavm emulate --native --local 50% -- cat -u
  vms.local: a share in per cent needs a first run with all memory local, and standard input can be read only once: redirect it from a file ('< FILE' or '< /dev/null'), or give a size
  [2]

The program's output is its own. With --json alone, standard output has the result and nothing else:

  $ seq 1 60000 | shuf --random-source="$ROOT/LICENSE" > numbers 2>/dev/null || seq 60000 -1 1 > numbers
  $ sort -n numbers > right
  $ for local in 100% 50% 25%; do megavm emulate --native --local $local -- sort --parallel=1 -n numbers 2>log > sorted; cmp sorted right; done
  $ megavm emulate --native --local 2MiB --json -- sort -n numbers 2>sorted | jq -c '.jobs[0].name'
  "sort"
  $ cmp sorted right
  $ native --local 2MiB --output sorted -- sort --parallel=2 -S 16M -n numbers
  $ cmp sorted right
  $ python='import json; print(len(json.dumps({str(i): [i] * 5 for i in range(20000)})))'
  $ megavm emulate --native --local 50% -- /usr/bin/python3 -c "$python" 2>log
  853340

Every byte is right whatever the program does, with one thread and with several, under each policy:

  $ ./calls
  almost done
  $ for local in 100KiB 8MiB; do megavm emulate --native --local $local -- ./calls 2>log; done
  almost done
  almost done
  $ for policy in fifo random segmented-fifo; do for local in 100% 50% 10%; do megavm emulate --native --policy $policy --local $local -- ./stress 4 300 2 2>log || cat log; done; done | uniq -c
  \s+9 600 (re)
  $ gcc -static -O2 -o static "$ROOT/tests/native/stress.c" && megavm emulate --native --local 200KiB -- ./static 1 400 3 2>log
  1200

Its exit status and its signals pass through:

  $ megavm emulate --native --local 1MiB -- sh -c 'exit 3' 2>log
  [3]
  $ megavm emulate --native --local 1MiB -- sh -c 'kill -TERM $$' 2>log
  [143]
  $ megavm emulate --native --local 1MiB -- ./not-there
  ./not-there: No such file or directory
  [1]

A signal to the emulator reaches the program; when the emulator is killed, so is the program:

  $ "$program" emulate --native --local 1MiB -- sleep 1234.5 </dev/null 2>log & emulator=$!
  $ until pgrep -f '^sleep 1234.5' > /dev/null; do sleep 0.1; done
  $ kill -TERM $emulator; wait $emulator
  [143]
  $ "$program" emulate --native --local 1MiB -- sleep 1234.5 </dev/null 2>log & emulator=$!
  $ until pgrep -f '^sleep 1234.5' > /dev/null; do sleep 0.1; done
  $ kill -KILL $emulator; wait $emulator 2>/dev/null
  [137]
  $ while pgrep -f '^sleep 1234.5' > /dev/null; do sleep 0.1; done

A copy of a process gets its own memory and is not managed; what the program starts is not managed either, and both are reported:

  $ native --local 1MiB -- sh -c 'x=$(seq 3 | wc -l); echo $x'
  3
  $ jq -c '.native | [.copies_not_managed > 0, .unmanaged_file_bytes > 0]' result.json
  [true,true]
  $ cat > threads.c <<'C'
  > #include <pthread.h>
  > #include <unistd.h>
  > static void *rest(void *x) { pause(); return x; }
  > int main(void) { pthread_t t; pthread_create(&t, 0, rest, 0); fork(); return 0; }
  > C
  $ gcc -o threads threads.c -lpthread && megavm emulate --native --local 1MiB -- ./threads
  /*/threads (process *) forks while it has several threads, of which no right copy can be made: run it without the part that forks, or with one thread; starting programs with posix_spawn or vfork is possible (glob)
  [1]

What it cannot do it refuses:

  $ megavm emulate --native --local 1MiB --policy lru -- true
  policy: 'lru' has to know every touch, and the engine native sees only those that trap; allowed are fifo, segmented-fifo, random
  [2]
  $ megavm emulate --native --local 1MiB --set prefetch=next-n -- true
  prefetch: 'next-n': the engine native does not prefetch; allowed is none
  [2]
  $ megavm emulate --native --local 1MiB 2>&1 | head -n 1
  megavm emulate: no command given (-- COMMAND ARGS, or CONFIG with vms.command)
  $ megavm emulate --native --size tiny -- true 2>&1 | head -n 1
  megavm emulate: --bochs, --size, --record, --guest-memory, --vcpus and --machine-clock are for a guest in Bochs, not for --native
  $ setpriv --reuid 65534 --clear-groups --inh-caps=-all --bounding-set=-all "$program" emulate --native --local 1MiB -- true
  userfaultfd: not permitted: run as root, or allow it with 'sysctl vm.unprivileged_userfaultfd=1' (a container may also need CAP_SYS_PTRACE)
  [1]

A configuration says the same as the options:

  $ cat > scan.yaml <<'YAML'
  > engine: native
  > policy: fifo
  > fabric: {preset: ib-edr}
  > vms: [{command: "./scan cycle 100 3", local: 200KiB}]
  > YAML
  $ megavm emulate --native scan.yaml --json=result.json && jobs '[.name, .faults.first_touch > 100]'
  14850
  ["scan",true]
  $ echo 'sweep: {vms.local: [100KiB, 300KiB]}' >> scan.yaml
  $ megavm sweep scan.yaml --jobs 1 --out swept 2>log; cat log
  2 points: 0 there already, 2 done, 0 failed: swept/results.csv
  $ python3 -c "import csv; [print(r['vms.local'], int(r['faults_demand']) > 0) for r in csv.DictReader(open('swept/results.csv'))]"
  100KiB True
  300KiB True
