A preset from measurements: of perftest, of a CSV, or of a lender.

  $ cat > lat.txt <<'TEXT'
  >  #bytes #iterations    t_min[usec]    t_max[usec]  t_typical[usec]    t_avg[usec]    t_stdev[usec]   99% percentile[usec]   99.9% percentile[usec]
  >  2       1000          1.59           4.80         1.64               1.65           0.05            1.70                   4.80
  >  4098    1000          1.90           5.10         1.96               1.97           0.05            2.10                   5.10
  > TEXT
  $ megavm calibrate --perftest lat.txt -o own.yaml
  own.yaml: latency 1.64 us (median; min 1.59, 99 % 1.70), bandwidth 102.4Gbps, from perftest's ib_read_lat
  $ cat own.yaml own.txt
  # Measured by megavm calibrate from perftest's ib_read_lat. What reads took, in ns:
  #
  #      bytes    reads      min      25%      50%      75%      90%      99%      max  bandwidth
  #          2        0     1590     1640     1640     1700     1700     1700     4800  -
  #       4098        0     1900     1960     1960     2100     2100     2100     5100  -
  summary: measured by perftest's ib_read_lat
  jitter: own.txt # without the bytes of the page; the latency is its mean
  bandwidth: 102.4Gbps
  post: 0ns       # within the latency: measured from program to program
  completion: 0ns # as above
  # Latencies of reads without their bytes, measured by megavm calibrate from perftest's ib_read_lat.
  1590ns 0%
  1640ns 25%
  1640ns 50%
  1700ns 75%
  1700ns 90%
  1700ns 99%
  4800ns 100%

It is a preset as any other:

  $ megavm run "$ROOT/configs/one-vm.yaml" --set fabric.preset=own.yaml --json | jq '.jobs[0].fetch_ns | .p50 > 1900 and .p50 < 2100, .max <= 5200'
  true
  true

  $ printf 'bytes,ns\n64,1128\n64,1228\n1064,3128\n1064,3228\n' > reads.csv
  $ megavm calibrate --csv reads.csv -o csv.yaml
  csv.yaml: latency 1.10 us (median; min 1.00, 99 % 1.10), bandwidth 4Gbps, from a CSV of reads
  $ printf 'bytes,ns\n4096,9000\n' > one.csv
  $ megavm calibrate --csv one.csv -o csv.yaml
  no bandwidth follows from these times: needed are two sizes, of which the larger one takes longer, or --bandwidth
  [2]
  $ megavm calibrate --csv one.csv --bandwidth 10Gbps -o csv.yaml
  csv.yaml: latency 5.72 us (median; min 5.72, 99 % 5.72), bandwidth 10Gbps, from a CSV of reads
  $ megavm calibrate --csv one.csv --perftest lat.txt -o csv.yaml 2>&1 | head -n 1
  megavm calibrate: exactly one of --peers, --perftest and --csv is needed

Lenders on this machine:

  $ . "$ROOT/tests/native/lenders.sh"
  $ lend a --memory 16MiB
  $ for way in shared tcp; do
  >   timeout 60 megavm calibrate --peers $a_address --transport $way --reads 200 -o peers-$way.yaml | grep -o "from.*"
  >   megavm run "$ROOT/configs/one-vm.yaml" --set fabric.preset=peers-$way.yaml --json | jq '.jobs[0].slowdown > 1'
  > done
  from UCX's shared, 1 lenders
  true
  from UCX's tcp, 1 lenders
  true
