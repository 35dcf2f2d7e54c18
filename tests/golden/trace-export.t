An export to CSV and an import lose nothing, including virtual CPUs and idle time:

  $ cat > a.csv <<'END'
  > page,type,instructions,source,vcpu,idle_ns
  > 1093,I,1,fetch,0,0
  > 77,W,0,data,0,0
  > 77,R,20,walk,1,5
  > 1093,W,4000000000,dma,0,1500000000
  > END
  $ megavm trace import -f csv --k 0 --vcpus 2 a.csv -o a.mvt
  a.mvt: 4 records, 2 pages, 4 references read, reduction 1.0
  $ megavm trace export -f csv a.mvt -o b.csv
  $ cmp a.csv b.csv

oracleGeneral: seconds (2e9 instructions per second are assumed), page, bytes, next request of the page counted from 1:

  $ megavm trace export -f oracleGeneral a.mvt -o a.og
  $ od -A n -v -t d4 -w24 a.og
             0        1093           0        4096           4           0
             0          77           0        4096           3           0
             0          77           0        4096          -1          -1
             3        1093           0        4096          -1          -1
  $ megavm trace export -f oracleGeneral --ips 1e9 a.mvt -o b.og
  $ od -A n -v -t d4 -w24 b.og | tail -n 1
             5        1093           0        4096          -1          -1
  $ megavm trace import -f oracleGeneral --k 0 --insn-per-ref 100 a.og -o c.mvt
  c.mvt: 4 records, 2 pages, 4 references read, reduction 1.0
  $ megavm trace export -f csv c.mvt -o -
  page,type,instructions,source,vcpu,idle_ns
  1093,R,100,data,0,0
  77,R,100,data,0,0
  77,R,100,data,0,0
  1093,R,100,data,0,0

Exporting a filtered trace gives a note:

  $ megavm trace import -f csv --k 64 --vcpus 2 a.csv -o filtered.mvt
  filtered.mvt: 4 records, 2 pages, 4 references read, reduction 1.0
  $ megavm trace export -f csv filtered.mvt -o - | wc -l
  filtered.mvt: filtered with K = 64: the exported records are exact for LRU memories of 64 pages or more
  5

A damaged trace is refused; with --recover its whole blocks are exported:

  $ head -c 400 a.mvt > cut.mvt
  $ megavm trace export -f csv cut.mvt -o cut.csv 2> error
  [1]
  $ ls cut.csv*
  ls: cannot access 'cut.csv*': No such file or directory
  [2]
  $ megavm trace export -f csv --recover cut.mvt -o cut.csv 2> error
  $ cat cut.csv
  page,type,instructions,source,vcpu,idle_ns
  $ grep -c damaged error
  1

Wrong command lines:

  $ megavm trace export -f oracleGeneral a.mvt -o -
  oracleGeneral goes back over what it wrote: it needs a file, not standard output
  [2]
  $ megavm trace export -f lackey a.mvt -o a.lk 2>&1 | head -n 1
  megavm trace export: unknown format 'lackey': allowed are oracleGeneral, csv
  $ megavm trace export -f csv a.mvt a.mvt -o a.lk 2>&1 | head -n 1
  megavm trace export: expected one trace, found 'a.mvt' and 'a.mvt'
  $ megavm trace export -f csv a.mvt -o a.mvt 2>&1 | head -n 1
  megavm trace export: 'a.mvt' and 'a.mvt' are the same file
  $ megavm trace export -f csv --ips 0 a.mvt -o c.csv 2>&1 | head -n 1
  megavm trace export: --ips '0': allowed are 1 to 1000000000000
  $ megavm trace export -f csv a.og -o c.csv
  a.og: not a trace, or damaged at offset 0: it does not begin with MVTRACE
  [1]
