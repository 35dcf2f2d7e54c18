Emulating: the guest waits for its remote pages.

  $ . "$ROOT/tests/record/ready.sh" quicksort
  $ cat > q.yaml <<'YAML'
  > cpu: {ips: 2e9}
  > fabric: {preset: ib-edr, latency: 900ns, bandwidth: 100Gbps, setup: 0ns}
  > vms: [{name: q, workload: quicksort, size: tiny, local: 50%}]
  > YAML
  $ megavm emulate q.yaml --machine-clock --json --record whole.mvt > emulated.json
  $ jq -c '.jobs[0] | [.name, .workload, .policy, .faults.demand > 100, .slowdown > 1.001]' emulated.json
  ["q","quicksort","lru",true,true]

The delay is exact to a tick, which is 500 ps at 2e9 instructions a second: the job takes the time of its instructions, its idle time, and 1227.68 ns for each
fetch.

  $ jq '.jobs[0] | ((.instructions / 2e9 + .idle_s + .faults.demand * 1227.68e-9) - .time_s) | fabs < 1.1e-9' emulated.json
  true
  $ jq '.jobs[0] | (.stall_s | add) - .faults.demand * 1227.68e-9 | fabs < 1e-12' emulated.json
  true

When the simulator replays the trace of this run, it counts exactly as many faults and write-backs:

  $ megavm trace filter --region roi-begin,roi-end whole.mvt -o region.mvt
  region.mvt: \d+ of \d+ records kept (re)
  $ pages=$(jq '.jobs[0].local_pages' emulated.json)
  $ megavm run q.yaml --set vms.trace=region.mvt --set vms.local=$((pages * 4))KiB --json > simulated.json
  $ diff <(jq '.jobs[0] | .faults, .writebacks' emulated.json) <(jq '.jobs[0] | .faults, .writebacks' simulated.json)
  $ jq -n 'input.jobs[0].time_s - input.jobs[0].time_s | fabs < 1e-7' emulated.json simulated.json
  true

The run with all memory local is kept, and another run gives the same bytes. By the guest's own clock, which the guest calibrates when it boots, the job took
the same time within a few per mille:

  $ megavm emulate q.yaml --json > clock.json
  $ diff <(jq '.jobs[0] | del(.time_s, .base_s, .slowdown, .time_max_s, .slowdown_max)' emulated.json) <(jq '.jobs[0] | del(.time_s, .base_s, .slowdown, .time_max_s, .slowdown_max)' clock.json)
  $ jq -n 'input.jobs[0].time_s / input.jobs[0].time_s - 1 | fabs < 0.01' emulated.json clock.json
  true

The error names the key that cannot be emulated:

  $ megavm emulate q.yaml --set cluster.topology=fat-tree
  cluster.topology: a network of several switches is the simulator's alone: an emulated guest has one donor at its own switch
  [2]
  $ megavm emulate q.yaml --set vms.local=1%
  vms.local: \d+ pages of quicksort: allowed are 64 to \d+, its footprint (re)
  [2]
  $ megavm emulate q.yaml --set vms.workload=nothing 2>&1 | head -n 1
  'nothing' is not one of boot, * (glob)
