A loop over 4 pages of 2000 instructions each: with less than 4 pages local all 8 touches after the first round fetch, 9.82 us on top of 12 us. A fetch takes
the latency + 327.68 ns, so 8 fetches within half of 12 us bear 422 ns, and within 0.9 of it 1022 ns:

  $ { echo page,type,instructions; for i in 1 2 3; do for p in 1 2 3 4; do echo $p,$([ $p -lt 3 ] && echo W || echo R),2000; done; done; } > loop.csv
  $ megavm trace import --format csv --k 0 loop.csv -o loop.mvt
  loop.mvt: 12 records, 4 pages, 12 references read, reduction 1.0
  $ megavm size loop.mvt --slowdown 1.1,1.5,1.9
  The smallest local memory that keeps each job under a slowdown, over ib-edr at 900ns
  job   slowdown at most  local pages     size   local  slowdown there
  loop               1.1            4  16.0KiB  100.0%          1.0000
  loop               1.5            4  16.0KiB  100.0%          1.0000
  loop               1.9         <= 1   4.0KiB   25.0%          1.8185
  
  The largest latency that a local share bears
  job   slowdown at most  25% local  50% local  75% local
  loop               1.1          -          -          -
  loop               1.5    422.0ns    422.0ns    422.0ns
  loop               1.9    1.022us    1.022us    1.022us
  
  fault costs: none (ideal)
  $ megavm size loop.mvt --slowdown 1.1,1.5 --csv --ratios 50%,100%
  fault costs: none (ideal)
  answer,trace,policy,fabric,slowdown_at_most,found,local_pages,local_bytes,local_ratio,latency_ns,slowdown,servers,jobs,server_bytes,pool_bytes,server_bytes_only_local,server_bytes_peaks,pool_bytes_peaks,cost,cost_only_local
  local,loop.mvt,lru,ib-edr,1.1,found,4,16384,1.000000,900,1,,,,,,,,,
  local,loop.mvt,lru,ib-edr,1.5,found,4,16384,1.000000,900,1,,,,,,,,,
  latency,loop.mvt,lru,ib-edr,1.1,none,2,8192,0.500000,0,,,,,,,,,,
  latency,loop.mvt,lru,ib-edr,1.5,found,2,8192,0.500000,422,,,,,,,,,,
  latency,loop.mvt,lru,ib-edr,1.1,every,4,16384,1.000000,1000000000,,,,,,,,,,
  latency,loop.mvt,lru,ib-edr,1.5,every,4,16384,1.000000,1000000000,,,,,,,,,,

Two such jobs at once on one server, each with one page local: from the end of their first rounds on both have 4 pages in use. One after the other they
share the same memory, and the pool is as large as for one:

  $ megavm size loop.mvt --slowdown 1.9 --servers 1 --copies 2 --cost local=10,pooled=4 | sed -n '/^2 jobs/,$p'
  2 jobs on 1 server: the memory of each server and of the pool, by demand over time; only local: 32.0KiB a server
  slowdown at most  a server     pool   in all  only local  saved       cost  only local  saved
  1.9                 8.0KiB  24.0KiB  32.0KiB     32.0KiB   0.0%  0.0001678   0.0003052  45.0%
  
  fault costs: none (ideal)
  $ megavm size loop.mvt --slowdown 1.9 --servers 1 --copies 2 --every 30us --csv | grep ^rack
  fault costs: none (ideal)
  rack,,lru,ib-edr,1.9,found,,,,900,,1,2,4096,12288,16384,8192,24576,,

The shipped trace of a program against every size of the curve: the smallest whose slowdown is at most 1.2; and the next page less is worse:

  $ TRACE=$ROOT/workloads/traces/sort-user.mvt
  $ megavm curve $TRACE --csv 2> notes | awk -F, 'NR > 1 && $8 <= 1.2 { print $3; exit }'
  274
  $ megavm size $TRACE --slowdown 1.2 --csv | awk -F, '$1 == "local" { print $7, $11 }'
  fault costs: none (ideal)
  274 1.18992021
  $ megavm curve $TRACE --frames 273,274 --csv | cut -d, -f3,8 | tail -n 2
  fault costs: none (ideal)
  273,1.20044793
  274,1.18992021

The same for a policy that is replayed, and in a simulated cluster:

  $ pages=$(megavm size $TRACE --slowdown 1.2 --policy opt --csv 2>/dev/null | awk -F, '$1 == "local" { print $7 }')
  $ megavm curve $TRACE --policy opt --frames $((pages - 1)),$pages --csv 2>/dev/null | awk -F, 'NR > 1 { print ($8 <= 1.2) }'
  0
  1
  $ megavm run - --set vms.0.trace=$TRACE --set vms.0.local=$((274 * 4))KiB --json <<'END' | jq '.jobs[0].slowdown <= 1.2'
  > vms: [{trace: t}]
  > END
  true

The largest latency: one ns more is too much:

  $ megavm size $TRACE --slowdown 1.2 --ratios 50% --csv | awk -F, '$1 == "latency" { print $7, $10 }'
  fault costs: none (ideal)
  283 1584
  $ megavm curve $TRACE --frames 283 --latency 1584ns,1585ns --csv | cut -d, -f8 | tail -n 2
  fault costs: none (ideal)
  1.19999746
  1.20010208

Several interconnects and policies, an answer each:

  $ megavm size $TRACE --fabric ib-edr,cxl-direct --policy lru,opt --csv 2>/dev/null | awk -F, '$1 == "local" { print $3, $4, $7 }'
  lru ib-edr 318
  lru cxl-direct 323
  opt ib-edr 263
  opt cxl-direct 264

JSON has the same answers, and what they were made from:

  $ megavm size $TRACE --servers 2 --copies 3 --json > size.json
  fault costs: none (ideal)
  $ jq -c '.local[0] | [.job, .local_pages, .found]' size.json
  ["sort",318,"found"]
  $ jq -c '(.rack[0] | [.servers, .jobs, .server_bytes, .pool_bytes]), (.latency | length), .manifest.configuration["fabric"]["preset"]' size.json
  [2,3,2605056,3035136]
  3
  "ib-edr"

The figure:

  $ megavm size $TRACE --slowdown 1.05,1.1,1.2 --plot lines.svg > /dev/null && grep -c '<svg' lines.svg
  1

What is wrong:

  $ megavm size
  megavm size: no trace given
  Try `megavm size --help' or `megavm size --usage' for more information.
  [2]
  $ megavm size $TRACE --slowdown 0.9 2>&1 | head -n 1
  megavm size: --slowdown '0.9': must be a number of at least 1, for example 1.1
  $ megavm size $TRACE --cost local=1,pooled=1 2>&1 | head -n 1
  megavm size: --cost, --copies and --every are of a rack: give --servers too
  $ megavm size $TRACE --servers 1 --cost local=1 2>&1 | head -n 1
  megavm size: --cost: both prices are needed: local=PRICE,pooled=PRICE
  $ megavm size $ROOT/workloads/traces/boot-small.mvt --ratios 0.1% 2>&1 | sed "s|$ROOT|ROOT|"
  ROOT/workloads/traces/boot-small.mvt: --ratios 0.1%, a local size of 25 pages: allowed are 64 (K, to which the trace is filtered) to 24565, the footprint
  $ megavm size $TRACE --set vms.local=10% 2>&1
  --set vms.local=10%: it has no effect on a curve, which is of one VM that has its interconnect to itself ('megavm run' takes it)
  [2]
