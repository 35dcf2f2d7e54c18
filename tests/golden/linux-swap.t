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
