Published counts. The string of Belady, Nelson, Shedler, 'An anomaly in space-time characteristics of certain programs running in a paging machine', CACM 12(6),
1969: FIFO faults 9 times with 3 frames and 10 times with 4 (the 5 first touches are counted separately):

  $ { echo page,type; for p in 1 2 3 4 1 2 5 1 2 3 4 5; do echo $p,R; done; } > belady.csv
  $ megavm trace import --format csv --k 0 belady.csv -o belady.mvt
  belady.mvt: 12 records, 5 pages, 12 references read, reduction 1.0
  $ megavm curve belady.mvt --policy fifo --frames 3,4 --csv | cut -d, -f2-6
  policy,local_pages,local_ratio,first_touches,faults
  fifo,3,0.600000,5,4
  fifo,4,0.800000,5,5

The string of Silberschatz, Galvin, Gagne, 'Operating System Concepts', chapter 'Virtual memory', 3 frames: FIFO 15, OPT 9, LRU 12 (6 are first touches):

  $ { echo page,type; for p in 7 0 1 2 0 3 0 4 2 3 0 3 2 1 2 0 1 7 0 1; do echo $p,R; done; } > text.csv
  $ megavm trace import --format csv --k 0 text.csv -o text.mvt
  text.mvt: 20 records, 6 pages, 20 references read, reduction 1.0
  $ megavm curve text.mvt --policy fifo,opt,lru --frames 3 --csv | cut -d, -f2-6
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
  $ megavm curve loop.mvt --csv
  trace,policy,local_pages,local_ratio,first_touches,faults,writebacks,slowdown
  loop.mvt,lru,1,0.250000,4,8,6,1.81845333
  loop.mvt,lru,2,0.500000,4,8,6,1.81845333
  loop.mvt,lru,3,0.750000,4,8,5,1.81845333
  loop.mvt,lru,4,1.000000,4,0,0,1

Another instruction rate and latency; a policy's parameters; a prefetcher:

  $ megavm curve loop.mvt --frames 2 --csv --ips 1e9 --set fabric.latency=5us --set fault.exit=1us | tail -n 1
  loop.mvt,lru,2,0.500000,4,8,6,3.27589333
  $ megavm curve loop.mvt --policy 2q --frames 2 --set policies.2q.in=50% --csv | tail -n 1
  loop.mvt,2q,2,0.500000,4,8,6,1.81845333
  $ megavm curve loop.mvt --prefetch next-n --frames 3 --set prefetchers.next-n.n=1
  loop.mvt: lru with next-n, footprint 4 pages, 4 first touches
       pages   local         faults    write-backs   slowdown    minor faults  coverage  accuracy    timely pollution
           3   75.0%              4              5     1.4092              4     50.0%    100.0%    100.0%     75.0%
  $ megavm curve loop.mvt --policy segmented-fifo --frames 3 --csv
  trace,policy,local_pages,local_ratio,first_touches,faults,writebacks,slowdown
  loop.mvt,segmented-fifo,3,0.750000,4,8,5,1.81845333

Filtered traces: LRU stays exact. For other policies the line above the table, or stderr, says that they are approximate:

  $ megavm trace filter --k 2 loop.mvt -o k2.mvt
  k2.mvt: 12 of 12 records kept
  $ megavm curve k2.mvt --csv | cut -d, -f3-7
  local_pages,local_ratio,first_touches,faults,writebacks
  2,0.500000,4,8,6
  3,0.750000,4,8,5
  4,1.000000,4,0,0
  $ megavm curve k2.mvt --policy clock --frames 3
  k2.mvt: clock (approximate on filtered traces), footprint 4 pages, 4 first touches
       pages   local         faults    write-backs   slowdown
           3   75.0%              8              5     1.8185
  $ megavm curve k2.mvt --policy clock --frames 3 --csv
  k2.mvt: clock: approximate on filtered traces
  trace,policy,local_pages,local_ratio,first_touches,faults,writebacks,slowdown,policy_counts
  k2.mvt,clock,3,0.750000,4,8,5,1.81845333,approximate

A policy that looks at what the filter has removed is marked, with the remedy:

  $ megavm curve k2.mvt --policy sieve --frames 3 | head -n 1
  k2.mvt: sieve (misleading on filtered traces: keep every reference, --k 0 of import and record), footprint 4 pages, 4 first touches
  $ megavm curve k2.mvt --policy sieve --frames 3 --csv | cut -d, -f2,9
  k2.mvt: sieve: misleading on filtered traces: keep every reference (--k 0 of import and record)
  policy,policy_counts
  sieve,misleading

A size above the footprint is all of it:

  $ megavm curve loop.mvt k2.mvt --frames 3,1000 --csv | cut -d, -f1,3,4
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
  $ megavm curve loop.mvt --frames 2 --set fabric.bandwidth=10Gbps --csv > /dev/null
  loop.mvt: write-backs take up to 43 % of the time on the link; a curve leaves out the waiting for them, at most that much: 'megavm run' has it

A figure:

  $ megavm curve loop.mvt --plot loop.svg --csv > /dev/null
  $ grep -c '<svg' loop.svg
  1
