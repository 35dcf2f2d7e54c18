Published counts. The string of Belady, Nelson, Shedler, 'An anomaly in space-time characteristics of certain programs running in a paging machine', CACM 12(6),
1969: FIFO faults 9 times with 3 frames and 10 times with 4 (the 5 first touches are counted separately):

  $ { echo page,type; for p in 1 2 3 4 1 2 5 1 2 3 4 5; do echo $p,R; done; } > belady.csv
  $ megavm trace import --format csv --k 0 belady.csv -o belady.mvt
  belady.mvt: 12 records, 5 pages, 12 references read, reduction 1.0
  $ megavm curve belady.mvt --policy fifo --frames 3,4 --csv | cut -d, -f2-6
  fault costs: none (ideal)
  policy,local_pages,local_ratio,first_touches,faults
  fifo,3,0.600000,5,4
  fifo,4,0.800000,5,5

The string of Silberschatz, Galvin, Gagne, 'Operating System Concepts', chapter 'Virtual memory', 3 frames: FIFO 15, OPT 9, LRU 12 (6 are first touches):

  $ { echo page,type; for p in 7 0 1 2 0 3 0 4 2 3 0 3 2 1 2 0 1 7 0 1; do echo $p,R; done; } > text.csv
  $ megavm trace import --format csv --k 0 text.csv -o text.mvt
  text.mvt: 20 records, 6 pages, 20 references read, reduction 1.0
  $ megavm curve text.mvt --policy fifo,opt,lru --frames 3 --csv | cut -d, -f2-6
  fault costs: none (ideal)
  policy,local_pages,local_ratio,first_touches,faults
  fifo,3,0.500000,6,9
  opt,3,0.500000,6,3
  lru,3,0.500000,6,6

One pass gives the whole exact curve. Write-backs are evictions of pages that were written since they were fetched; pages that are dirty at the end are not
counted. The slowdown is for 900 ns and 100 Gbit/s at 2e9 instructions a second, with 2000 instructions between references:

  $ { echo page,type,instructions; for i in 1 2 3; do for p in 1 2 3 4; do echo $p,$([ $p -lt 3 ] && echo W || echo R),2000; done; done; } > loop.csv
  $ megavm trace import --format csv --k 0 loop.csv -o loop.mvt
  loop.mvt: 12 records, 4 pages, 12 references read, reduction 1.0
  $ megavm curve loop.mvt
  loop.mvt: lru, footprint 4 pages, 4 first touches
       pages   local         faults    write-backs   slowdown
           1   25.0%              8              6     1.8185
           2   50.0%              8              6     1.8185
           3   75.0%              8              5     1.8185
           4  100.0%              0              0     1.0000
  fault costs: none (ideal)
  $ megavm curve loop.mvt --csv
  fault costs: none (ideal)
  trace,policy,local_pages,local_ratio,first_touches,faults,writebacks,slowdown
  loop.mvt,lru,1,0.250000,4,8,6,1.81845333
  loop.mvt,lru,2,0.500000,4,8,6,1.81845333
  loop.mvt,lru,3,0.750000,4,8,5,1.81845333
  loop.mvt,lru,4,1.000000,4,0,0,1

Another instruction rate and latency; a policy's parameters; a prefetcher:

  $ megavm curve loop.mvt --frames 2 --csv --ips 1e9 --set fabric.latency=5us --set fault.exit=1us | tail -n 1
  fault costs: exit 1us
  loop.mvt,lru,2,0.500000,4,8,6,3.27589333
  $ megavm curve loop.mvt --policy 2q --frames 2 --set policies.2q.in=50% --csv | tail -n 1
  fault costs: none (ideal)
  loop.mvt,2q,2,0.500000,4,8,6,1.81845333
  $ megavm curve loop.mvt --prefetch next-n --frames 3 --set prefetchers.next-n.n=1
  loop.mvt: lru with next-n, footprint 4 pages, 4 first touches
       pages   local         faults    write-backs   slowdown    minor faults  coverage  accuracy    timely pollution
           3   75.0%              4              5     1.4092              4     50.0%    100.0%    100.0%     75.0%
  fault costs: none (ideal)
  $ megavm curve loop.mvt --policy segmented-fifo --frames 3 --csv
  fault costs: none (ideal)
  trace,policy,local_pages,local_ratio,first_touches,faults,writebacks,slowdown
  loop.mvt,segmented-fifo,3,0.750000,4,8,5,1.81845333

Several latencies or interconnects are a curve each, from one pass: 8 fetches of latency + 327.68 ns, over 12 us. The latency of a preset is its own:

  $ megavm curve loop.mvt --frames 3 --latency 900ns,3us
  loop.mvt: lru over ib-edr at 900ns, footprint 4 pages, 4 first touches
       pages   local         faults    write-backs   slowdown
           3   75.0%              8              5     1.8185
  
  loop.mvt: lru over ib-edr at 3us, footprint 4 pages, 4 first touches
       pages   local         faults    write-backs   slowdown
           3   75.0%              8              5     3.2185
  fault costs: none (ideal)
  $ megavm curve loop.mvt --frames 3 --fabric ib-edr,roce-100g --csv
  fault costs: none (ideal)
  trace,policy,local_pages,local_ratio,first_touches,faults,writebacks,slowdown,fabric,latency_ns
  loop.mvt,lru,3,0.750000,4,8,5,1.81845333,ib-edr,900
  loop.mvt,lru,3,0.750000,4,8,5,2.28512,roce-100g,1600
  $ megavm curve loop.mvt --frames 3,4 --fabric ib-edr,tcp-10g --latency 900ns,3us --policy lru,fifo --csv | cut -d, -f2,3,8-
  loop.mvt over tcp-10g at 900ns: write-backs take up to 37 % of the time on the link; a curve leaves out the waiting for them, at most that much: 'megavm run' has it
  loop.mvt over tcp-10g at 3us: write-backs take up to 27 % of the time on the link; a curve leaves out the waiting for them, at most that much: 'megavm run' has it
  loop.mvt over tcp-10g at 900ns: write-backs take up to 37 % of the time on the link; a curve leaves out the waiting for them, at most that much: 'megavm run' has it
  loop.mvt over tcp-10g at 3us: write-backs take up to 27 % of the time on the link; a curve leaves out the waiting for them, at most that much: 'megavm run' has it
  fault costs: none (ideal)
  policy,local_pages,slowdown,fabric,latency_ns
  lru,3,1.81845333,ib-edr,900
  lru,4,1,ib-edr,900
  lru,3,3.21845333,ib-edr,3000
  lru,4,1,ib-edr,3000
  lru,3,3.921502,tcp-10g,900
  lru,4,1,tcp-10g,900
  lru,3,5.321502,tcp-10g,3000
  lru,4,1,tcp-10g,3000
  fifo,3,1.81845333,ib-edr,900
  fifo,4,1,ib-edr,900
  fifo,3,3.21845333,ib-edr,3000
  fifo,4,1,ib-edr,3000
  fifo,3,3.921502,tcp-10g,900
  fifo,4,1,tcp-10g,900
  fifo,3,5.321502,tcp-10g,3000
  fifo,4,1,tcp-10g,3000
  $ megavm curve loop.mvt --frames 3 --policy lru,fifo --prefetch next-n --latency 900ns,3us --csv | cut -d, -f2,8,16,17
  fault costs: none (ideal)
  policy,slowdown,fabric,latency_ns
  lru,1.40922667,ib-edr,900
  lru,2.10922667,ib-edr,3000
  fifo,1.30692,ib-edr,900
  fifo,1.83192,ib-edr,3000

  $ megavm curve loop.mvt --fabric ib-edr --set fabric.preset=tcp-10g
  --set 'fabric.preset=tcp-10g': --fabric gives that key
  [2]

One object of JSON, with what it was made from:

  $ megavm curve loop.mvt --frames 3,4 --latency 900ns,3us --json > loop.json
  fault costs: none (ideal)
  $ jq -c '.curves[] | del(.points)' loop.json
  {"trace":"loop.mvt","policy":"lru","prefetcher":"none","policy_counts":"exact","fabric":"ib-edr","latency_ns":900,"footprint_pages":4,"k":0,"vcpus":1,"base_idle_share":0,"fetches_all_local":0}
  {"trace":"loop.mvt","policy":"lru","prefetcher":"none","policy_counts":"exact","fabric":"ib-edr","latency_ns":3000,"footprint_pages":4,"k":0,"vcpus":1,"base_idle_share":0,"fetches_all_local":0}
  $ jq -c '.curves[0].points[0]' loop.json
  {"local_pages":3,"local_ratio":0.75,"faults":{"demand":8,"compulsory":0,"first_touch":4,"minor":0},"writebacks":5,"slowdown":1.8184533333333333,"slowdown_max":1.8184533333333333}
  $ jq -c '.manifest | keys, .configuration.vms[0].trace, .traces[0].path' loop.json
  ["command","comment","configuration","date","fault_costs","seed","traces","version"]
  "loop.mvt"
  "loop.mvt"
  $ megavm curve loop.mvt --json | jq -c '[.curves[].points[].faults.demand]'
  fault costs: none (ideal)
  [8,8,8,0]

A policy and a prefetcher may also be keys:

  $ megavm curve loop.mvt --frames 3 --set policy=fifo --set prefetch=next-n --csv | cut -d, -f2,10
  fault costs: none (ideal)
  policy,prefetch
  fifo,next-n
  $ megavm curve loop.mvt --sample 0.5 --set policy=fifo
  --sample works only for LRU without a prefetcher
  [2]
  $ megavm curve loop.mvt --sample 0.5 --prefetch next-n
  --sample works only for LRU without a prefetcher
  [2]
  $ megavm curve loop.mvt --csv --json
  megavm curve: --csv and --json cannot be combined
  Try `megavm curve --help' or `megavm curve --usage' for more information.
  [2]

Filtered traces: LRU stays exact. For other policies the line above the table, or stderr, says that they are approximate:

  $ megavm trace filter --k 2 loop.mvt -o k2.mvt
  k2.mvt: 12 of 12 records kept
  $ megavm curve k2.mvt --csv | cut -d, -f3-7
  fault costs: none (ideal)
  local_pages,local_ratio,first_touches,faults,writebacks
  2,0.500000,4,8,6
  3,0.750000,4,8,5
  4,1.000000,4,0,0
  $ megavm curve k2.mvt --policy clock --frames 3
  k2.mvt: clock (approximate), footprint 4 pages, 4 first touches
       pages   local         faults    write-backs   slowdown
           3   75.0%              8              5     1.8185
  approximate (filtered trace; within 3 % where measured, from 4 K pages on); exact with --k 0
  fault costs: none (ideal)
  $ megavm curve k2.mvt --policy clock --frames 3 --csv
  approximate (filtered trace; within 3 % where measured, from 4 K pages on); exact with --k 0
  fault costs: none (ideal)
  trace,policy,local_pages,local_ratio,first_touches,faults,writebacks,slowdown,policy_counts
  k2.mvt,clock,3,0.750000,4,8,5,1.81845333,approximate

A policy that looks at what the filter has removed is marked, with the remedy:

  $ megavm curve k2.mvt --policy mru --frames 3 | head -n 1
  k2.mvt: mru (misleading), footprint 4 pages, 4 first touches
  $ megavm curve k2.mvt --policy mru,sieve --frames 3 --csv | cut -d, -f2,9
  misleading (filtered trace); meaningful only with --k 0 of import and record
  approximate (filtered trace; within 3 % where measured, from 4 K pages on); exact with --k 0
  fault costs: none (ideal)
  policy,policy_counts
  mru,misleading
  sieve,approximate

A trace of version 1 of the format is read, but does not count the touches that its filter left out:

  $ cp "$ROOT/tests/golden/version-1.mvt" . && megavm trace check version-1.mvt
  version-1.mvt: whole: 9 records, 1 block, 656 bytes
  $ megavm trace info version-1.mvt | grep filter
  filter         K = 2 pages: exact for LRU memories of 2 pages or more; does not count the touches left out
  $ megavm curve version-1.mvt --policy lru,sieve --frames 4 --csv 2> /dev/null | cut -d, -f2,6,9
  policy,faults,policy_counts
  lru,1,exact
  sieve,1,misleading
  $ megavm trace filter --k 3 version-1.mvt -o k3.mvt && megavm trace info k3.mvt | grep filter
  k3.mvt: 9 of 9 records kept
  filter         K = 3 pages: exact for LRU memories of 3 pages or more; does not count the touches left out

A size above the footprint is all of it:

  $ megavm curve loop.mvt k2.mvt --frames 3,1000 --csv | cut -d, -f1,3,4
  fault costs: none (ideal)
  trace,local_pages,local_ratio
  loop.mvt,3,0.750000
  loop.mvt,4,1.000000
  k2.mvt,3,0.750000
  k2.mvt,4,1.000000

Mistakes:

  $ megavm curve loop.mvt --frames 0
  loop.mvt: --frames 0, a local size of 0 pages: allowed are 1 to 4, the footprint
  [2]
  $ megavm curve "$ROOT/configs/one-vm.yaml"
  */configs/one-vm.yaml: not a trace but, by its name, a configuration: 'megavm run' and 'megavm sweep' take those (glob)
  [1]
  $ megavm run loop.mvt
  loop.mvt: a trace, not a configuration: a configuration names it (vms: [{trace: loop.mvt}]), and 'megavm curve' takes it as it is
  [2]
  $ megavm curve k2.mvt --frames 1
  k2.mvt: --frames 1, a local size of 1 pages: allowed are 2 (K, to which the trace is filtered) to 4, the footprint
  [2]
  $ megavm curve loop.mvt --ratios 50
  --ratios: '50' has no unit (%)
  [2]
  $ megavm curve loop.mvt --ratios 10%
  loop.mvt: --ratios 10%, a local size of 0 pages: allowed are 1 to 4, the footprint
  [2]
  $ megavm curve loop.mvt --frames many
  --frames: 'many' is not a number
  [2]
  $ megavm curve loop.mvt --policy lru,clok
  --policy: unknown policy 'clok' ('megavm list policies' lists them)
  [2]
  $ megavm curve loop.mvt --prefetch next
  megavm curve: --prefetch: unknown prefetcher 'next' ('megavm list prefetchers' lists them)
  Try `megavm curve --help' or `megavm curve --usage' for more information.
  [2]
  $ megavm curve loop.mvt --policy 2q --set policies.2q.in=150%
  --set policies.2q.in: '150%' is out of range (0% to 100%)
  [2]
  $ megavm curve loop.mvt --sample 2
  megavm curve: --sample '2': must be more than 0 and at most 1
  Try `megavm curve --help' or `megavm curve --usage' for more information.
  [2]
  $ megavm curve loop.mvt --plot curve.gif
  curve.gif: a figure's name ends with .svg, .pdf or .png
  [2]
  $ megavm curve
  megavm curve: no trace given
  Try `megavm curve --help' or `megavm curve --usage' for more information.
  [2]
  $ echo page,type > nothing.csv
  $ megavm trace import --format csv nothing.csv -o nothing.mvt
  nothing.mvt: 0 records, 0 pages, 0 references read, reduction 1.0
  $ megavm curve nothing.mvt
  nothing.mvt: an empty trace: it has no records
  [1]

Write-backs that take a tenth of the time or more are said, because a curve leaves out the waiting for them:

  $ megavm curve loop.mvt --frames 2 --set fabric.bandwidth=10Gbps
  loop.mvt: lru, footprint 4 pages, 4 first touches
       pages   local         faults    write-backs   slowdown
           2   50.0%              8              6     3.7845
  loop.mvt: write-backs take up to 43 % of the time on the link; a curve leaves out the waiting for them, at most that much: 'megavm run' has it
  fault costs: none (ideal)
  $ megavm curve loop.mvt --frames 2 --set fabric.bandwidth=10Gbps --csv > /dev/null
  loop.mvt: write-backs take up to 43 % of the time on the link; a curve leaves out the waiting for them, at most that much: 'megavm run' has it
  fault costs: none (ideal)

A figure has every size, the table beside it the usual ones:

  $ megavm curve loop.mvt --plot loop.svg --csv > /dev/null
  fault costs: none (ideal)
  $ grep -c '<svg' loop.svg
  1
  $ { echo page,instructions; for i in 1 2; do seq 0 9999 | sed 's/$/,2000/'; done; } > long.csv
  $ megavm trace import --format csv --k 0 long.csv -o long.mvt
  long.mvt: 20000 records, 10000 pages, 20000 references read, reduction 1.0
  $ megavm curve long.mvt --plot long.svg
  long.mvt: lru, footprint 10000 pages, 10000 first touches
       pages   local         faults    write-backs   slowdown
         500    5.0%          10000              0     1.6138
        1000   10.0%          10000              0     1.6138
        1500   15.0%          10000              0     1.6138
        2000   20.0%          10000              0     1.6138
        2500   25.0%          10000              0     1.6138
        3000   30.0%          10000              0     1.6138
        3500   35.0%          10000              0     1.6138
        4000   40.0%          10000              0     1.6138
        4500   45.0%          10000              0     1.6138
        5000   50.0%          10000              0     1.6138
        5500   55.0%          10000              0     1.6138
        6000   60.0%          10000              0     1.6138
        6500   65.0%          10000              0     1.6138
        7000   70.0%          10000              0     1.6138
        7500   75.0%          10000              0     1.6138
        8000   80.0%          10000              0     1.6138
        8500   85.0%          10000              0     1.6138
        9000   90.0%          10000              0     1.6138
        9500   95.0%          10000              0     1.6138
       10000  100.0%              0              0     1.0000
  fault costs: none (ideal)

It is drawn first: a reader that ends early costs no figure, and ends the program by a signal, as usual. So does a run write its files first:

  $ megavm curve long.mvt --plot pipe.svg --csv | head -n 1; echo "${PIPESTATUS[0]}"
  trace,policy,local_pages,local_ratio,first_touches,faults,writebacks,slowdown
  141
  $ cmp long.svg pipe.svg
  $ printf 'cluster: {hypervisors: 2, memory: 4GiB}\nvms: [{trace: long.mvt, local: 50%%, count: 100}]\n' > many.yaml
  $ megavm run many.yaml --out many --json | head -n 1; echo "${PIPESTATUS[0]}"
  {
  141
  $ jq '.jobs | length' many/result.json
  100

A line says in its title, and a table below, what is fetched although all is local, and that a policy is not exact:

  $ cp "$ROOT/workloads/traces/svm-perf-small.mvt" svm.mvt
  $ megavm curve svm.mvt --ratios 50%,100% --plot svm.svg
  svm.mvt: lru, footprint 6806 pages, 2497 first touches
       pages   local         faults compulsory    write-backs   slowdown
        3403   50.0%           9006       1074           4620     1.0069
        6806  100.0%            192        103           1666     1.0001
  svm.mvt: lru still fetches 192 pages with all of its footprint local: its region begins with other pages local than those that it touches (vms.warm of 'megavm run')
  fault costs: none (ideal)
  $ sed -n 's/.*<text><tspan font-family="[^"]*" >\(svm[^<]*\)<.*/\1/p' svm.svg
  svm-perf, lru: 192 fetches at 100 %
  $ megavm curve svm.mvt --ratios 100% --csv
  svm.mvt: lru still fetches 192 pages with all of its footprint local: its region begins with other pages local than those that it touches (vms.warm of 'megavm run')
  fault costs: none (ideal)
  trace,policy,local_pages,local_ratio,first_touches,faults,writebacks,slowdown,compulsory
  svm.mvt,lru,6806,1.000000,2497,192,1666,1.00014657,103
  $ megavm curve svm.mvt --ratios 50%,100% --json 2>/dev/null | jq -c '[.curves[] | .fetches_all_local, .points[].faults.compulsory]'
  [192,1074,103]
  $ megavm curve k2.mvt --policy lru,clock,sieve --frames 3 --plot k2.svg
  k2.mvt: lru, footprint 4 pages, 4 first touches
       pages   local         faults    write-backs   slowdown
           3   75.0%              8              5     1.8185
  
  k2.mvt: clock (approximate), footprint 4 pages, 4 first touches
       pages   local         faults    write-backs   slowdown
           3   75.0%              8              5     1.8185
  
  k2.mvt: sieve (approximate), footprint 4 pages, 4 first touches
       pages   local         faults    write-backs   slowdown
           3   75.0%              8              5     1.8185
  approximate (filtered trace; within 3 % where measured, from 4 K pages on); exact with --k 0
  fault costs: none (ideal)
  $ grep -oE '[a-z0-9]+, (lru|clock|sieve)[^<]*' k2.svg
  loop, lru
  loop, lru
  loop, clock (approximate)
  loop, clock (approximate)
  loop, sieve (approximate)
  loop, sieve (approximate)
  $ megavm curve k2.mvt --policy lru,clock,sieve --frames 3 --json 2>/dev/null | jq -c '[.curves[].policy_counts]'
  ["exact","approximate","approximate"]

A region whose snapshot has four pages, of which the region overwrites two whole. With `hinted` these are first touches, and a memory of two pages begins with the
other two, dirty as in a memory of four pages (tests/unit/test_hinted.c works it out by hand):

  $ cp "$ROOT/tests/golden/overwritten.mvt" . && megavm trace info overwritten.mvt | grep -E 'snapshot|overwritten'
  snapshot       4 pages touched before
  overwritten    2 pages whole by their first use
  $ for pages in fetched hinted; do megavm curve overwritten.mvt --frames 2 --csv --set guest.free_pages=$pages 2> /dev/null | cut -d, -f5-7; done
  first_touches,faults,writebacks
  1,3,2
  first_touches,faults,writebacks
  3,2,4
  $ printf 'vms: [{trace: overwritten.mvt, local: 8KiB}]\n' > vm.yaml
  $ for pages in fetched hinted; do megavm run vm.yaml --json --set guest.free_pages=$pages | jq -c '.jobs[0] | [.faults, .writebacks]'; done
  [{"demand":3,"compulsory":2,"first_touch":1,"in_flight":0,"minor":0},2]
  [{"demand":2,"compulsory":0,"first_touch":3,"in_flight":0,"minor":0},4]

An emulated guest cannot know:

  $ printf 'engine: bochs\nguest: {free_pages: hinted}\nvms: [{workload: sort, size: tiny, local: 50%%}]\n' > emulated.yaml
  $ megavm emulate --bochs sort emulated.yaml
  guest.free_pages: allowed is fetched: at the first touch of a page an emulator does not know yet whether the guest will overwrite all of it
  [2]

A list in --set is a curve for each value, as by the option of its own:

  $ megavm curve loop.mvt --frames 3 --set fabric.latency=900ns,3us --csv | cut -d, -f8,9,10
  fault costs: none (ideal)
  slowdown,fabric,latency_ns
  1.81845333,ib-edr,900
  3.21845333,ib-edr,3000
  $ megavm curve loop.mvt --frames 3 --set policy=lru,opt --csv | cut -d, -f2,6
  fault costs: none (ideal)
  policy,faults
  lru,8
  opt,2
  $ megavm curve loop.mvt --frames 3 --set fault.exit=1us,2us
  --set fault.exit: '1us,2us' has the unknown unit 'us,2us' (ns, us, ms, s)
  [2]
