A recorder at native speed keeps a set of pages mapped and records only what touches others. `trace filter --active` makes such a recording of a whole trace.
20000 touches of 120 pages, the smaller the number the hotter, a third of them writes:

  $ awk 'BEGIN {
  >   print "page,type,instructions"
  >   for (x = 1; i++ < 20000;) {
  >     x = x * 16807 % 2147483647; most = x % 120 + 1
  >     x = x * 16807 % 2147483647; page = x % most
  >     print page "," (int(x / 1000) % 3 ? "R" : "W") ",1000"
  >   }
  > }' > hot.csv
  $ megavm trace import --format csv --k 0 hot.csv -o hot.mvt
  hot.mvt: 20000 records, 120 pages, 20000 references read, reduction 1.0
  $ megavm trace filter --active 64KiB hot.mvt -o a16.mvt
  a16.mvt: 15894 of 20000 records kept
  $ megavm trace info a16.mvt | grep -E "^(filter|active)"
  active set     A = 16 pages: bounds LRU memories of 31 pages or more
  $ megavm trace info --json a16.mvt | jq -c '[.k, .active]'
  [0,16]
  $ megavm trace check a16.mvt | cut -d, -f1
  a16.mvt: whole: 15894 records

A curve has LRU's counts on what was recorded, and between which bounds those of all touches lie. Here are both:

  $ megavm curve a16.mvt --frames 31,60,90,120
  a16.mvt: lru (bounded), footprint 120 pages, 120 first touches
       pages   local         faults       at least        at most    write-backs       at least        at most   slowdown   at least    at most
          31   25.8%          11263           8838          14764           5146           4417           5951     2.3827     2.0850     2.8125
          60   50.0%           5098           4279           6069           2911           2491           3325     1.6259     1.5253     1.7451
          90   75.0%           1251           1148           1371            827            760            896     1.1536     1.1409     1.1683
         120  100.0%              0              0              0              0              0              0     1.0000     1.0000     1.0000
  bounded (recorded with an active set); the counts of all touches lie between the bounds that 'megavm curve' gives
  fault costs: none (ideal)
  $ megavm curve hot.mvt --frames 31,60,90,120
  hot.mvt: lru, footprint 120 pages, 120 first touches
       pages   local         faults    write-backs   slowdown
          31   25.8%          11112           5070     2.3642
          60   50.0%           5057           2872     1.6208
          90   75.0%           1254            826     1.1540
         120  100.0%              0              0     1.0000
  fault costs: none (ideal)
  $ megavm curve a16.mvt --frames 60 --csv 2> /dev/null
  trace,policy,local_pages,local_ratio,first_touches,faults,writebacks,slowdown,policy_counts,faults_low,faults_high,writebacks_low,writebacks_high,slowdown_low,slowdown_high
  a16.mvt,lru,60,0.500000,120,5098,2911,1.62587126,bounded,4279,6069,2491,3325,1.52532427,1.74507899
  $ megavm curve a16.mvt --frames 60 --json 2> /dev/null | jq -c '.curves[] | [.policy_counts, .k, .active, .points[0].low, .points[0].high]'
  ["bounded",0,16,{"faults":4279,"writebacks":2491,"slowdown":1.525324272},{"faults":6069,"writebacks":3325,"slowdown":1.745078992}]
  $ megavm curve hot.mvt a16.mvt --frames 60 --policy lru,fifo --csv 2> /dev/null | cut -d, -f1,2,6,9-
  trace,policy,faults,policy_counts,faults_low,faults_high,writebacks_low,writebacks_high,slowdown_low,slowdown_high
  hot.mvt,lru,5057,exact,5057,5057,2872,2872,1.62083778,1.62083778
  a16.mvt,lru,5098,bounded,4279,6069,2491,3325,1.52532427,1.74507899
  hot.mvt,fifo,6063,exact,6063,6063,3914,3914,1.74434238,1.74434238
  a16.mvt,fifo,5943,unbounded,,,,,,
  $ megavm curve a16.mvt --plot band.svg > /dev/null && grep -q "fill-opacity = '0.2" band.svg

At every size, and with an active set of 1 to 59 pages, the truth is inside:

  $ inside() {
  >   awk -F, 'FNR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
  >     function is_in(value, what) { return $(at[what "_low"]) + 0 <= value + 0 && value + 0 <= $(at[what "_high"]) + 0 }
  >     NR == FNR { faults[$3] = $6; write_backs[$3] = $7; slowdown[$3] = $8; next }
  >     { n++; outside += !(is_in(faults[$3], "faults") && is_in(write_backs[$3], "writebacks") && is_in(slowdown[$3], "slowdown")) }
  >     END { print n " sizes, " outside + 0 " outside" }' "$1" "$2"
  > }
  $ megavm curve hot.mvt --csv > hot-curve.csv
  fault costs: none (ideal)
  $ for a in $(seq 59); do
  >   megavm trace filter --active $((4 * a))KiB hot.mvt -o a.mvt > /dev/null && megavm curve a.mvt --csv 2> /dev/null > a.csv && inside hot-curve.csv a.csv; rm -f a.mvt
  > done | awk '{ n += $1; outside += $3 } END { print n " sizes, " outside " outside" }'
  3658 sizes, 0 outside

Of two virtual CPUs a recording has the order in which their touches were recorded; the slowdown is between no waiting for each other's fetches and waiting for all:

  $ awk -F, 'NR == 1 { print $0 ",vcpu"; next } { print $0 "," NR % 2 }' hot.csv > two.csv
  $ megavm trace import --format csv --k 0 --vcpus 2 two.csv -o two.mvt
  two.mvt: 20000 records, 120 pages, 20000 references read, reduction 1.0
  $ megavm trace filter --active 64KiB two.mvt -o two16.mvt
  two16.mvt: 15894 of 20000 records kept
  $ megavm curve two16.mvt --frames 60
  two16.mvt: lru (bounded), footprint 120 pages, 120 first touches
       pages   local         faults       at least        at most    write-backs       at least        at most   slowdown   at least    at most
          60   50.0%           5098           4279           6069           2911           2491           3325     1.6259     1.5291     2.4902
  two16.mvt: write-backs take up to 12 % of the time on the link; a curve leaves out the waiting for them, at most that much: 'megavm run' has it
  bounded (recorded with an active set); the counts of all touches lie between the bounds that 'megavm curve' gives
  fault costs: none (ideal)

What a recording with an active set does not say is refused:

  $ megavm curve a16.mvt --frames 30
  a16.mvt: --frames 30, a local size of 30 pages: allowed are 31 (2 A - 1, where A is the active set with which it was recorded) to 120, the footprint
  [2]
  $ megavm curve a16.mvt --sample 0.5
  a16.mvt: --sample: it was recorded with an active set, and its bounds need every record: leave --sample out
  [2]
  $ megavm trace filter --active 256KiB hot.mvt -o a64.mvt && megavm curve a64.mvt
  a64.mvt: 192 of 20000 records kept
  a64.mvt: its footprint, 120 pages, is below 127, the smallest memory of which a recording with an active set of 64 pages says something: no local size is left: record it with a smaller active set
  [1]
  $ megavm trace filter --k 8 a16.mvt -o no.mvt
  a16.mvt: recorded with an active set of 16 pages: its bounds need every record, so that it cannot be filtered or cut
  [2]
  $ megavm trace filter --active 64KiB a16.mvt -o no.mvt
  a16.mvt: recorded with an active set of 16 pages: its bounds need every record, so that it cannot be filtered or cut
  [2]
  $ megavm trace filter --k 32 hot.mvt -o k32.mvt && megavm trace filter --active 64KiB k32.mvt -o no.mvt
  k32.mvt: 17183 of 20000 records kept
  --active 64KiB: allowed are multiples of the trace's page, 4096 bytes, from 128KiB (K pages, to which the trace is filtered)
  [2]
  $ megavm trace filter --active 6KiB hot.mvt -o no.mvt
  --active 6KiB: allowed are multiples of the trace's page, 4096 bytes, from 4KiB
  [2]
  $ megavm trace filter --active 16 hot.mvt -o no.mvt
  --active: '16' has no unit (B, KiB, MiB, GiB, TiB)
  [2]
  $ megavm trace filter --active 64KiB --k 8 hot.mvt -o no.mvt 2>&1 | head -n 1
  megavm trace filter: --active can be combined with neither --k nor --region: run them one after the other, --active last

Other policies, and prefetchers, have no bounds:

  $ megavm curve a16.mvt --frames 60 --policy fifo,sieve
  a16.mvt: fifo (unbounded), footprint 120 pages, 120 first touches
       pages   local         faults    write-backs   slowdown
          60   50.0%           5943           3829     1.7296
  
  a16.mvt: sieve (unbounded), footprint 120 pages, 120 first touches
       pages   local         faults    write-backs   slowdown
          60   50.0%           3595           1367     1.4414
  unbounded (recorded with an active set, whose bounds are for LRU without a prefetcher); exact on a trace with every reference
  fault costs: none (ideal)
  $ megavm curve a16.mvt --frames 60 --prefetch next-n
  a16.mvt: lru with next-n (unbounded), footprint 120 pages, 120 first touches
       pages   local         faults    write-backs   slowdown    minor faults  coverage  accuracy    timely pollution
          60   50.0%           6658           5545     1.8351           6071     48.7%     21.7%     95.9%     82.2%
  unbounded (recorded with an active set, whose bounds are for LRU without a prefetcher); exact on a trace with every reference
  fault costs: none (ideal)

A run has the counts of the recording, and says so:

  $ cat > run.yaml <<'END'
  > cluster: {hypervisors: 2, memory: 1MiB}
  > vms: [{name: hot, trace: a16.mvt, local: 50%}]
  > END
  $ megavm run run.yaml | grep bounded
  lru: bounded (recorded with an active set); the counts of all touches lie between the bounds that 'megavm curve' gives
  $ megavm run run.yaml --json | jq -c '.jobs[] | [.policy, .policy_counts, .faults.demand]'
  ["lru","bounded",5098]
  $ megavm run run.yaml --json --set policy=fifo | jq -c '.jobs[] | [.policy, .policy_counts]'
  ["fifo","unbounded"]
  $ megavm run run.yaml --set vms.local=10%
  vms.local of hot: 12 pages: allowed are 31 (2 A - 1, where A is the active set with which it was recorded) to 120, the footprint of a16.mvt
  [2]

A region of interest, which opens with a snapshot, can be recorded as well; what it begins with is known exactly:

  $ megavm trace filter --active 4MiB "$ROOT/workloads/traces/quicksort-small.mvt" -o region.mvt > /dev/null
  $ megavm trace info region.mvt | grep -c snapshot
  1
  $ megavm curve "$ROOT/workloads/traces/quicksort-small.mvt" --csv > region-curve.csv 2> /dev/null
  $ megavm curve region.mvt --csv 2> /dev/null > a.csv && inside region-curve.csv a.csv | cut -d, -f2
   0 outside

A real program, under Valgrind: every touch of `sort`, and recordings with active sets of 8 to 64 pages:

  $ awk 'BEGIN { for (x = 1; i++ < 1500;) { for (line = ""; length(line) < 48;) { x = x * 16807 % 2147483647; line = line sprintf("%08x", x) } print line } }' > text
  $ LC_ALL=C valgrind --tool=lackey --trace-mem=yes --log-file=sort.lk sort --parallel=1 -S 1M text > /dev/null
  $ megavm trace import --format lackey --k 0 sort.lk -o sort.mvt | grep -c records
  1
  $ megavm curve sort.mvt --csv > sort.csv 2> /dev/null
  $ for a in 8 16 32 64; do
  >   megavm trace filter --active $((4 * a))KiB sort.mvt -o sort-$a.mvt > /dev/null && megavm curve sort-$a.mvt --csv 2> /dev/null > a.csv && inside sort.csv a.csv | cut -d, -f2
  > done
   0 outside
   0 outside
   0 outside
   0 outside
  $ megavm trace info --json sort.mvt | jq '.footprint_pages > 127'
  true
  $ megavm trace export --format csv sort-64.mvt -o sort-64.csv
  sort-64.mvt: recorded with an active set of 64 pages: what LRU does on the exported records is near to what it did on all touches, within bounds that the exported file does not hold
