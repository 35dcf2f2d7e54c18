Traces by rule. Each page is written first; the pattern's own touches lie between two markers:

  $ megavm trace generate stream-copy --pages 3 --align 5 --insn-per-touch 10 -o copy.mvt
  copy.mvt: 12 records, 6 pages
  $ megavm trace cat copy.mvt
  # record vcpu instructions idle_ns source type frame page again
  0 0 10 0 data W 0x209 0 0
  1 0 20 0 data W 0x20a 1 0
  2 0 30 0 data W 0x20b 2 0
  3 0 40 0 data W 0x205 3 0
  4 0 50 0 data W 0x206 4 0
  5 0 60 0 data W 0x207 5 0
  # marker roi-begin
  6 0 70 0 data R 0x209 0 0
  7 0 80 0 data W 0x205 3 0
  8 0 90 0 data R 0x20a 1 0
  9 0 100 0 data W 0x206 4 0
  10 0 110 0 data R 0x20b 2 0
  11 0 120 0 data W 0x207 5 0
  # marker roi-end
  $ megavm trace info copy.mvt | grep -E '^(workload|command|records|footprint)'
  workload       stream-copy
  command        stream-copy --pages 3 --passes 1 --align 5 --insn-per-touch 10
  records        12, 100 per 1000 instructions
  footprint      6 pages, 0.0234375 MiB

The same options give the same bytes; another seed does not:

  $ for seed in 1 1 2; do megavm trace generate zipf --pages 1000 --passes 10 --seed $seed -o zipf$((++n)).mvt; done
  zipf1.mvt: 11000 records, 1000 pages
  zipf2.mvt: 11000 records, 1000 pages
  zipf3.mvt: 11000 records, 1000 pages
  $ cmp zipf1.mvt zipf2.mvt && ! cmp -s zipf1.mvt zipf3.mvt

Every pattern, and LRU's faults in a half of its memory:

  $ for pattern in stream-sum stream-copy random hot-cold cyclic-scan zipf; do
  >   megavm trace generate $pattern --pages 2000 --passes 4 -o $pattern.mvt && megavm curve $pattern.mvt --ratios 50% --csv | tail -n 1
  > done
  stream-sum.mvt: 10000 records, 2000 pages
  fault costs: none (ideal)
  stream-sum.mvt,lru,1000,0.500000,2000,8000,2000,2.964288
  stream-copy.mvt: 20000 records, 4000 pages
  stream-copy.mvt: write-backs take up to 12 % of the time on the link; a curve leaves out the waiting for them, at most that much: 'megavm run' has it
  fault costs: none (ideal)
  stream-copy.mvt,lru,2000,0.500000,4000,16000,11000,2.964288
  random.mvt: 10000 records, 2000 pages
  fault costs: none (ideal)
  random.mvt,lru,1000,0.500000,2000,4041,2000,1.99221098
  hot-cold.mvt: 10000 records, 2000 pages
  fault costs: none (ideal)
  hot-cold.mvt,lru,1000,0.500000,2000,1394,1986,1.34227718
  cyclic-scan.mvt: 10000 records, 2000 pages
  fault costs: none (ideal)
  cyclic-scan.mvt,lru,1000,0.500000,2000,5298,2000,2.30084973
  zipf.mvt: 10000 records, 2000 pages
  fault costs: none (ideal)
  zipf.mvt,lru,1000,0.500000,2000,1146,1844,1.28138426

A filtered one:

  $ megavm trace generate hot-cold --pages 2000 --passes 4 --k 64 --hot 1% -o k64.mvt && megavm curve k64.mvt --ratios 50% --csv | tail -n 1
  k64.mvt: 4400 records, 2000 pages
  fault costs: none (ideal)
  k64.mvt,lru,1000,0.500000,2000,819,1761,1.20109398
  $ megavm trace generate hot-cold --pages 2000 --passes 4 --hot 1% -o all.mvt && megavm curve all.mvt --ratios 50% --csv | tail -n 1
  all.mvt: 10000 records, 2000 pages
  fault costs: none (ideal)
  all.mvt,lru,1000,0.500000,2000,819,1761,1.20109398

What cannot be:

  $ fails() { megavm trace generate "$@" 2>&1 | head -n 1; }
  $ fails
  megavm trace generate: no pattern given
  $ fails stream-sum
  megavm trace generate: no size given (--pages N)
  $ fails stream-sum --pages 4
  megavm trace generate: no output given (--output OUT)
  $ fails triad --pages 4 -o no.mvt
  megavm trace generate: unknown pattern 'triad': allowed are stream-sum, stream-copy, random, hot-cold, cyclic-scan, zipf
  $ fails zipf zipf --pages 4 -o no.mvt
  megavm trace generate: expected one pattern, found 'zipf' and 'zipf'
  $ fails stream-copy --pages 4 --writes 50% -o no.mvt
  megavm trace generate: --writes has no effect on stream-copy
  $ fails stream-sum --pages 4 --seed 2 -o no.mvt
  megavm trace generate: --seed has no effect on stream-sum
  $ fails random --pages 4 --skew 1 -o no.mvt
  megavm trace generate: --skew has no effect on random
  $ fails zipf --pages 4 --skew 11 -o no.mvt
  megavm trace generate: --skew '11': allowed are 0 to 10
  $ fails hot-cold --pages 4 --hot 1 -o no.mvt
  megavm trace generate: --hot '1': allowed are 0% to 100%
  $ fails hot-cold --pages 1 -o no.mvt
  hot-cold needs at least 2 pages, one of them hot
  $ fails stream-copy --pages 1073741824 -o no.mvt
  megavm trace generate: --pages: stream-copy has 2 arrays of that size: at most 1073741824 pages in all
  $ fails stream-sum --pages 4 --align 512 -o no.mvt
  megavm trace generate: --align '512': allowed are 0 to 511
  $ ls no.mvt*
  ls: cannot access 'no.mvt*': No such file or directory
  [2]
