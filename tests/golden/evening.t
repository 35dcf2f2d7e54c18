A newcomer's evening: a program of one's own in a guest, a log of Valgrind's, an interconnect of one's own, and a cluster of 64 machines with a failure, each to a
figure. Nothing here needs the source tree, except for a program to copy.

The log of `valgrind --tool=lackey --trace-mem=yes`, as Valgrind writes it: a program sweeps 200 pages again and again, each with a load and a store:

  $ { printf '==4242== Lackey, an example Valgrind tool\n==4242== Copyright (C) 2002-2017, and GNU GPL'"'"'d, by Nicholas Nethercote.\n'
  >   printf '==4242== Command: ./sweep 200\n==4242== \n'
  >   awk 'BEGIN { for (round = 0; round < 30; round++) for (page = 0; page < 200; page++) {
  >     for (i = 0; i < 20; i++) printf "I  %08x,3\n", 4198400 + 3 * i
  >     printf " L %08x,8\n M %08x,4\n", 268435456 + page * 4096, 268435520 + page * 4096 } }'
  >   printf '==4242== \n==4242== Counts of jumps to _vgnU_freeRes:\n==4242==   total:         0\n'; } > sweep.lk
  $ megavm trace import -f lackey sweep.lk -o sweep.mvt | tail -n 1
  sweep.mvt: 132000 records, 201 pages, 132000 references read, reduction 1.0
  $ megavm curve sweep.mvt --ratios 25%,50%,100% --plot lackey.svg
  sweep.mvt: lru, footprint 201 pages, 201 first touches
       pages   local         faults    write-backs   slowdown
          50   24.9%           5800           5951   119.6757
         101   50.2%           5800           5900   119.6757
         201  100.0%              0              0     1.0000
  sweep.mvt: write-backs take up to 27 % of the time on the link; a curve leaves out the waiting for them, at most that much: 'megavm run' has it
  fault costs: none (ideal)
  $ grep -c '</svg>' lackey.svg
  1

An interconnect of one's own, with the latencies that were measured on it as a table:

  $ printf '0.8us 0%%\n1us 50%%\n2us 90%%\n9us 99%%\n40us 100%%\n' > measured.txt
  $ printf 'summary: two machines under my desk\nbandwidth: 25Gbps    # measured with iperf\njitter: measured.txt  # measured with ib_read_lat\n' > desk.yaml
  $ cat > desk-sweep.yaml <<'EOF'
  > # What does my own link cost, beside InfiniBand?
  > cluster: {hypervisors: 3, memory: 64MiB}
  > vms: [{trace: sweep.mvt, local: 50%, warm: all}]
  > sweep: {fabric.preset: [ib-edr, ./desk.yaml], vms.local: [25%, 50%, 75%, 100%]}
  > EOF
  $ megavm config desk-sweep.yaml --set fabric.preset=./desk.yaml | grep -E '^  (preset|latency|bandwidth|jitter)'
    preset: ideal
    preset: ./desk.yaml
    latency: 1.79us
    bandwidth: 25Gbps
    jitter: measured.txt
  $ megavm sweep desk-sweep.yaml --out desk | tail -n 1
  8 points: 0 there already, 8 done, 0 failed: desk/results.csv
  $ megavm plot desk --figure slowdown-local --format svg | grep -c '[.]svg'
  1
  $ grep -l '</svg>' desk/figures/*.svg | wc -l
  1

A cluster of 64 machines, of which one fails. All its VMs begin again elsewhere, and its peers read from the second copy:

  $ cat > cluster.yaml <<'EOF'
  > # 64 machines lend to each other, and one of them fails.
  > cluster: {hypervisors: 64, memory: 4MiB}
  > donors: {replicas: 2, detect: 100us, placement: two-choices}
  > vms: [{trace: sweep.mvt, name: sweep, local: 50%, count: 64, on_failure: restart}]
  > events: [{at: 1ms, fail: 7}]
  > EOF
  $ megavm run cluster.yaml --check --out failed | sed -n '1,5p; /^what happened/,/^hypervisor-7/p'
  64 jobs on 64 hypervisors, over after 11.99ms; fault costs: none (ideal)
  
  workload  jobs     base     time     slow-     lost   stalls  queue  wire  buffer
                                        down                        %     %       %
  all         64  3.840ms  672.7ms  175.1868  1.100ms  667.8ms   31.5  68.2     0.2
  what happened
  at 1.000ms hypervisor-7 failed, known at 1.100ms; 48 fetches waited for it, 2.682ms in all; 401 copies were made anew until 1.172ms
      sweep-7, which ran there, began again on hypervisor-24 at 1.100ms: 1.100ms lost
  
  copies of pages held by       in all  replica
  hypervisor-7 (fail, 1.000ms)     401      401
  $ megavm run cluster.yaml --set vms.on_failure=stop --set donors.replicas=1 --compare failed/result.json | grep -A 20 '^compared' | grep -E '^(compared|donors|vms)' | tr -s ' '
  compared with failed/result.json
  donors.replicas 2 1
  vms.0.on_failure restart stop
  $ { cat cluster.yaml; echo 'sweep: {donors.replicas: [1, 2, 3]}'; } > replicas.yaml
  $ megavm sweep replicas.yaml --out replicas --jobs 2 | tail -n 1
  3 points: 0 there already, 3 done, 0 failed: replicas/results.csv
  $ megavm plot replicas --figure slowdown --x donors.replicas --format svg | grep -c '[.]svg'
  1
  $ grep -l '</svg>' replicas/figures/*.svg | wc -l
  1
  $ megavm report replicas desk -o all.html > /dev/null && grep -c '</html>' all.html
  1

A program of one's own in a guest, recorded whole. (Without Bochs, a recording that ships stands in for it.)

  $ cp -r "$ROOT/workloads/probe" mine
  $ if (. "$ROOT/tests/record/ready.sh" probe); then export MEGAVM_CACHE=$(dirname "$(command -v megavm)")/guest
  >   megavm record ./mine --size tiny --region -o own.mvt > /dev/null || echo failed
  > else cp "$ROOT/workloads/traces/sort-user.mvt" own.mvt; fi
  $ megavm trace check own.mvt | grep -c whole
  1
  $ megavm curve own.mvt --ratios 25%,50%,100% --plot own.svg --set fabric.preset=./desk.yaml > table; grep -c ' 100.0%' table
  1
  $ grep -c '</svg>' own.svg
  1
