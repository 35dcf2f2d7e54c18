A small trace with two virtual CPUs, idle time and all sources:

  $ cat > small.csv <<'END'
  > page,type,instructions,source,vcpu,idle_ns
  > 16,R,10,data,0,0
  > 17,W,5,data,0,0
  > 16,I,5,fetch,0,0
  > 99,R,40,walk,1,0
  > 17,R,20,data,0,1500
  > 18,W,0,dma,0,0
  > 16,W,7,data,1,0
  > END
  $ megavm trace import --format csv --k 0 --vcpus 2 --workload demo small.csv -o small.mvt
  small.mvt: 7 records, 4 pages, 7 references read, reduction 1.0
  $ megavm trace info small.mvt | sed 's/megavm [^ ]* import/megavm VERSION import/'
  workload       demo
  recorded by    megavm VERSION import csv
  guest          2 virtual CPUs, pages of 4096 bytes, memory unknown
  filter         none: the trace holds every reference
  instructions   87, and 0.0015 ms idle
  records        7, 80.46 per 1000 instructions
  footprint      4 pages, 0.015625 MiB
  references     4 reads, 3 writes
  sources        4 data, 1 fetch, 1 walk, 1 dma
  file           * bytes: * a record, * per 1000 instructions (glob)
  $ megavm trace info --json small.mvt | jq -c '[.workload, .records, .instructions, .idle_ns, .footprint_pages, .reads, .writes, .k, .sources, .bytes > 0]'
  ["demo",7,87,1500,4,4,3,0,{"data":4,"fetch":1,"walk":1,"dma":1},true]
  $ megavm trace check small.mvt
  small.mvt: whole: 7 records, 1 block, * bytes (glob)
  $ megavm trace cat small.mvt
  # record vcpu instructions idle_ns source type frame page again
  0 0 10 0 data R 0x10 0 0
  1 0 15 0 data W 0x11 1 0
  2 0 20 0 fetch R 0x10 0 0
  3 1 40 0 walk R 0x63 2 0
  4 0 40 1500 data R 0x11 1 0
  5 0 40 1500 dma W 0x12 3 0
  6 1 47 0 data W 0x10 0 0
  $ megavm trace cat --from 5 small.mvt
  # record vcpu instructions idle_ns source type frame page again
  5 0 40 1500 dma W 0x12 3 0
  6 1 47 0 data W 0x10 0 0
  $ megavm trace cat --from-insn 60 --count 1 small.mvt
  # record vcpu instructions idle_ns source type frame page again
  3 1 40 0 walk R 0x63 2 0
  $ megavm trace cat --from-marker roi-begin small.mvt
  small.mvt: no marker 'roi-begin'; it has none
  [2]

Export gives back the rows that came in:

  $ megavm trace export --format csv small.mvt -o - | diff small.csv -

The filter keeps the records that can change an LRU memory of K pages or more, and reports how many. A filtered trace can be filtered again only with a larger
K:

  $ megavm trace filter --k 2 small.mvt -o k2.mvt
  k2.mvt: 7 of 7 records kept
  $ megavm trace cat k2.mvt | tail -n +2 | cut -d' ' -f2,3,5-7
  0 10 data R 0x10
  0 15 data W 0x11
  0 20 fetch R 0x10
  1 40 walk R 0x63
  0 40 data R 0x11
  0 40 dma W 0x12
  1 47 data W 0x10
  $ megavm trace filter --k 2 k2.mvt -o again.mvt
  k2.mvt: --k 2: the trace is already filtered with K = 2: allowed are 3 to 1048576
  [2]
  $ megavm trace filter small.mvt -o small.mvt
  megavm trace filter: 'small.mvt' and 'small.mvt' are the same file
  Try `megavm trace filter --help' or `megavm trace filter --usage' for more
  information.
  [2]
  $ megavm trace filter small.mvt -o copy.mvt && megavm trace cat copy.mvt | diff - <(megavm trace cat small.mvt)
  copy.mvt: 7 of 7 records kept

A flipped byte is reported with its place, and the undamaged blocks can still be read:

  $ awk 'BEGIN { print "page,type"; s = 1; for (i = 0; i < 40000; i++) { s = (s * 48271) % 2147483647; print s % 9973 ",R" } }' > long.csv
  $ megavm trace import --format csv --k 0 long.csv -o long.mvt
  long.mvt: 40000 records, 9797 pages, 40000 references read, reduction 1.0
  $ cp long.mvt flipped.mvt
  $ printf 'x' | dd of=flipped.mvt bs=1 seek=20000 conv=notrunc status=none
  $ megavm trace check long.mvt flipped.mvt
  flipped.mvt: block 1 (BLCK) at offset * is damaged: its checksum is not that of its * bytes (glob)
  flipped.mvt: 1 damaged stretch, * bytes in all, left out; the first: offset * to *: a block whose checksum is not that of its bytes (glob)
  flipped.mvt: 16384 records are missing between whole blocks
  flipped.mvt: 8054 pages have lost their guest frame number
  flipped.mvt: --recover gives 23616 records, 2 whole blocks
  1 of 2 traces not whole
  long.mvt: whole: 40000 records, 3 blocks, * bytes (glob)
  [1]
  $ megavm trace cat flipped.mvt | tail -n 1
  flipped.mvt: block 1 (BLCK) at offset * is damaged: its checksum is not that of its * bytes (glob)
  $ megavm trace filter --recover flipped.mvt -o saved.mvt
  flipped.mvt: 1 damaged stretch, * bytes in all, left out; the first: offset * to *: a block whose checksum is not that of its bytes (glob)
  flipped.mvt: 16384 records are missing between whole blocks
  flipped.mvt: 8054 pages have lost their guest frame number
  saved.mvt: 23616 of 40000 records kept
  $ megavm trace check saved.mvt
  saved.mvt: whole: 23616 records, 2 blocks, * bytes (glob)

So is a truncated file:

  $ head -c 60000 long.mvt > cut.mvt
  $ megavm trace info cut.mvt 2>&1
  cut.mvt: cut off, still being written, or damaged: the last 32 bytes, at offset *, are not a trace's end (--recover keeps the whole blocks) (glob)
  [1]
  $ megavm trace info --recover cut.mvt | grep -E '^(records|footprint)'
  cut.mvt: 1 damaged stretch, * bytes in all, left out; the first: offset * to *: no whole block to the end (glob)
  records        16384, 1000 per 1000 instructions
  footprint      8054 pages, 31.4609 MiB

A file that is not a trace, and a missing file:

  $ megavm trace info small.csv
  small.csv: not a trace, or damaged at offset *: it does not begin with MVTRACE (glob)
  [1]
  $ megavm trace check nowhere.mvt
  nowhere.mvt: No such file or directory
  1 of 1 traces not whole
  [1]
  $ megavm trace info
  megavm trace info: no trace given
  Try `megavm trace info --help' or `megavm trace info --usage' for more
  information.
  [2]
  $ megavm trace frobnicate
  megavm trace: unknown command 'frobnicate' ('megavm trace --help' lists them)
  [2]

The unfinished file of another run is not overwritten:

  $ touch new.mvt.part
  $ megavm trace filter small.mvt -o new.mvt
  new.mvt.part is in the way: a run that did not end has left it (a trace is read with --recover), or one is writing it now: remove it if none is
  [1]
  $ ls new.mvt*
  new.mvt.part

A full disk is reported, and the part that was written is kept:

  $ (ulimit -f 60; trap '' XFSZ; megavm trace import --format csv --k 0 long.csv -o full.mvt)
  full.mvt.part: cannot write at offset * (what is there can be read with --recover): File too large (glob)
  [1]
  $ ls full.mvt*
  full.mvt.part
  $ megavm trace info --recover full.mvt.part 2>/dev/null | grep -E '^records'
  records        16384, 1000 per 1000 instructions

A region cannot be cut out of a region:

  $ megavm trace filter --region roi-begin,roi-end "$ROOT/workloads/traces/svm-perf-small.mvt" -o none.mvt
  */svm-perf-small.mvt: no marker 'roi-begin'; it has none: this trace is a region of interest already, and regions are cut out of whole traces (glob)
  [2]
