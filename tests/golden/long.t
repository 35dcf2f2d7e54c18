Time is kept up to 106 days. A job that takes longer is an error, never a number. 300 sweeps over two pages with one local are 598 fetches, here of 1000 s
each:

  $ { echo page; for i in $(seq 300); do echo 0; echo 1; done; } > sweep.csv
  $ megavm trace import --format csv --k 0 sweep.csv -o sweep.mvt
  sweep.mvt: 600 records, 2 pages, 600 references read, reduction 1.0
  $ printf '1000s 0%%\n1000s 100%%\n' > slow.txt
  $ megavm curve sweep.mvt --frames 1 --set fabric.jitter=slow.txt --csv | tail -n 1
  fault costs: none (ideal)
  sweep.mvt,lru,1,0.500000,2,598,0,1.99333333e+12
  $ { echo page; for i in $(seq 5000); do echo 0; echo 1; done; } > longer.csv
  $ megavm trace import --format csv --k 0 longer.csv -o longer.mvt
  longer.mvt: 10000 records, 2 pages, 10000 references read, reduction 1.0
  $ megavm curve longer.mvt --frames 1,2 --set fabric.jitter=slow.txt
  longer.mvt: lru with 1 pages local: the job takes more than 106 days, where simulated time ends (see cpu.ips, fabric and fault)
  [1]
  $ megavm curve longer.mvt --frames 1,2 --set fabric.jitter=slow.txt --policy fifo
  longer.mvt: fifo with 1 pages local: the job takes more than 106 days, where simulated time ends (see cpu.ips, fabric and fault)
  [1]
  $ megavm curve longer.mvt --frames 1,2 --set fabric.jitter=slow.txt --prefetch next-n
  longer.mvt: lru with 1 pages local: the job takes more than 106 days, where simulated time ends (see cpu.ips, fabric and fault)
  [1]
  $ megavm curve longer.mvt --frames 1,2 --set fabric.jitter=slow.txt --prefetch leap --policy random
  longer.mvt: random with 1 pages local: the job takes more than 106 days, where simulated time ends (see cpu.ips, fabric and fault)
  [1]

A sweep reports the points that are too long, and gives the others. 299998 faults of more than 33 s, the time of a page at 1 kbit/s, are more than 114
days:

  $ megavm trace generate stream-sum --pages 2 --passes 149999 -o fetch.mvt
  fetch.mvt: 300000 records, 2 pages
  $ printf 'cluster: {hypervisors: 2, memory: 64MiB}\nvms: [{name: job, trace: fetch.mvt, local: 50%%}]\n' > slow.yaml
  $ echo 'sweep: {fabric.bandwidth: [1Kbps, 2Kbps], fault.map: [0ns, 1s]}' >> slow.yaml
  $ megavm sweep slow.yaml --out slow
  fabric.bandwidth=1Kbps fault.map=0ns: the run takes more than 106 days, where simulated time ends (see cpu.ips, fabric and fault)
  fabric.bandwidth=1Kbps fault.map=1s: the run takes more than 106 days, where simulated time ends (see cpu.ips, fabric and fault)
  4 points: 0 there already, 2 done, 2 failed: slow/results.csv
  2 of 4 points failed
  [1]
  $ sed 1d slow/results.csv | awk -F, '{ printf "%s %s: %.2f days\n", $1, $2, $14 / 86400 }'
  2Kbps 0ns: 57.78 days
  2Kbps 1s: 61.25 days

So is a job that takes as long without a single fetch, once or over all its repeats:

  $ printf 'cluster: {hypervisors: 2, memory: 64MiB}\nvms: [{name: job, trace: longer.mvt, local: 100%%}]\n' > job.yaml
  $ megavm run job.yaml --set cpu.ips=1 --set vms.repeats=1e6
  job: the job with all memory local takes more than 106 days, where simulated time ends (see cpu.ips and vms.repeats)
  [1]
  $ echo 'page,idle_ns' > idle.csv && echo '0,9158400000000001' >> idle.csv && megavm trace import --format csv --k 0 idle.csv -o idle.mvt
  idle.mvt: 1 records, 1 pages, 1 references read, reduction 1.0
  $ megavm run job.yaml --set vms.trace=idle.mvt
  job: the job with all memory local takes more than 106 days, where simulated time ends (see cpu.ips and vms.repeats)
  [1]
  $ megavm curve idle.mvt
  idle.mvt: lru with 1 pages local: the job with all memory local takes more than 106 days, where simulated time ends (see cpu.ips)
  [1]
