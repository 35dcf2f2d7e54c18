The guest's own kernel pages: its job stands under a limit and swaps to a device that answers as late as the fabric.

  $ . "$ROOT/tests/record/ready.sh" quicksort
  $ cat > q.yaml <<'YAML'
  > engine: linux-swap
  > policy: linux
  > cpu: {ips: 2e9}
  > fabric: {preset: ib-edr, latency: 3us, bandwidth: 100Gbps, setup: 0ns}
  > vms: [{name: q, workload: quicksort, size: tiny, local: 50%}]
  > sweep: {fabric.latency: [3us, 30us]}
  > YAML
  $ megavm sweep q.yaml --out swapped
  2 points: 0 there already, 2 done, 0 failed: swapped/results.csv
  $ jq -c '.jobs[0] | [.workload, .scope, .policy, .faults.demand > 500, .writebacks > 500, .slowdown > 1.1]' swapped/points/*.json
  ["quicksort","process","linux",true,true,true]
  ["quicksort","process","linux",true,true,true]

Its own memory is the array of numbers and little else, and half of it is local:

  $ jq -c '.jobs[0] | [.footprint_pages >= 977 and .footprint_pages < 1050, (.local_pages - .footprint_pages / 2 | fabs) <= 1]' swapped/points/*.json
  [true,true]
  [true,true]

A fault takes as much longer as the device does, by the guest's own clock: the slope between the two latencies is 1 within a tenth.

  $ jq -s '[.[].jobs[0]] | sort_by(.time_s) | (.[1].time_s - .[0].time_s) / ((.[0].faults.demand + .[1].faults.demand) / 2 * 27e-6) | . > 0.9 and . < 1.1' swapped/points/*.json
  true

The simulator replays the job's own memory, recorded by virtual page. Its footprint is what the guest calls the job's own, but for pages of its start, and its base the guest's:

  $ megavm record quicksort --size tiny --job --region -o q.mvt > said
  $ pages=$(jq '.jobs[0].local_pages' swapped/points/*.json | head -n 1)
  $ printf 'policy: linux\nfault: {handler: 11.9us, minor: 0ns}\nfabric: {preset: ib-edr, bandwidth: 100Gbps, setup: 0ns}\nvms: [{name: q, trace: q.mvt, local: 50%%}]\nsweep: {fabric.latency: [3us, 30us]}\n' > s.yaml
  $ megavm sweep s.yaml --set vms.local=$((pages * 4))KiB --out simulated
  2 points: 0 there already, 2 done, 0 failed: simulated/results.csv
  $ jq -s '(.[0].jobs[0].footprint_pages / .[2].jobs[0].footprint_pages - 1 | fabs < 0.05), (.[0].jobs[0].base_s / .[2].jobs[0].base_s - 1 | fabs < 0.01), (.[0].jobs[0].faults.demand / .[2].jobs[0].faults.demand - 1 | fabs < 0.2)' swapped/points/*.json simulated/points/*.json
  true
  true
  true
  $ megavm compare simulated swapped | grep -c '^quicksort '
  2

The array of half a million numbers is 977 pages, and each of them is written by the sort; of the trace all are data of the processor:

  $ megavm trace info --json q.mvt | jq -c '[.sources.walk, .sources.dma, .sources.fetch, .guest_bytes, .footprint_pages >= 977, (.footprint_pages + .snapshot_pages) < 2100]'
  [0,0,0,0,true,true]
  $ megavm record quicksort --size tiny --job --vcpus 2 -o no.mvt
  megavm record: --job works with one virtual CPU only, and without --crosscheck
  Try `megavm record --help' or `megavm record --usage' for more information.
  [2]

What is another's choice is refused, by its key:

  $ refused() { megavm sweep q.yaml --out refused --set "$1" 2>&1 | sed 's/^fabric.latency=3us: //'; }
  $ refused policy=lru
  policy: 'lru': with the engine linux-swap the guest's kernel evicts; allowed is linux
  $ refused prefetch=leap
  prefetch: 'leap': with the engine linux-swap the guest's kernel reads ahead; allowed are none, linux-vma
  $ refused policies.linux.batch=64
  policies.linux.batch: it has no effect with the engine linux-swap: the guest's kernel is 6.1 and has its own
  $ refused fault.handler=1us
  fault: it has no effect with the engine linux-swap: the guest's kernel takes its own time for a fault (allowed is fault.preset: ideal)
  $ megavm sweep q.yaml --out boot --set vms.workload=boot 2>&1 | grep -o 'vms.workload: .*' | sort -u
  vms.workload: boot has no job that could stand under a limit
