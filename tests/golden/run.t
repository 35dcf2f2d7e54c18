Every example under configs/ runs, and its state is consistent after every event:

  $ cd "$ROOT"
  $ for example in one-vm shared-donors multinode-lru fat-tree two-networks failure jitter fluid own-platform; do
  >   echo "$example"; megavm run configs/$example.yaml --check | sed -n '/^[a-z]* *local/,/^$/p' | sed -n '3,$p' | sed '/^$/d'; done
  one-vm
  sort       141/565  25.0    6445       0    5994  1.228us  1.228us  5.831ms  13.75ms    2.3574
  shared-donors
  sort-0       141/565  25.0    7533      75    9001  3.242us  4.147us  5.831ms  37.41ms    6.4162
  sort-1       141/565  25.0    7533      91    9001  3.242us  4.297us  5.831ms  37.41ms    6.4160
  late         283/565  50.1    1772       0    1353  3.263us  4.461us  11.66ms  18.46ms    1.5830
  multinode-lru
  sort-0       141/565  25.0    6445       0    6371  6.737us  85.00us  5.831ms  49.25ms    8.4473
  sort-1       141/565  25.0    6445       0    6381  6.636us  85.00us  5.831ms  48.60ms    8.3352
  sort-2       141/565  25.0    6445       0    6382  6.510us  85.00us  5.831ms  47.79ms    8.1961
  fat-tree
  a-0       170/565  30.1    5110       0    4824  1.414us  1.768us  5.831ms  13.06ms    2.2393
  a-1       170/565  30.1    5110       0    4824  1.386us  1.795us  5.831ms  12.91ms    2.2143
  a-2       170/565  30.1    5110       0    4824  1.386us  1.799us  5.831ms  12.91ms    2.2144
  a-3       170/565  30.1    5110       0    4824  1.386us  1.793us  5.831ms  12.91ms    2.2144
  a-4       170/565  30.1    5110       0    4824  1.414us  1.768us  5.831ms  13.06ms    2.2393
  a-5       170/565  30.1    5110       0    4824  1.386us  1.795us  5.831ms  12.91ms    2.2143
  a-6       170/565  30.1    5110       0    4824  1.386us  1.799us  5.831ms  12.91ms    2.2144
  a-7       170/565  30.1    5110       0    4824  1.386us  1.793us  5.831ms  12.91ms    2.2144
  two-networks
  sort       141/565  25.0    6445       0    5994  1.228us  1.228us  5.831ms  13.75ms    2.3574
  failure
  sort       141/565  25.0    6445       0    5994  1.303us  1.228us  5.831ms  14.23ms    2.4405
  jitter
  sort       141/565  25.0    6445       0    5994  3.314us  14.16us  5.831ms  27.19ms    4.6629
  fluid
  sort-0       141/565  25.0    6445       0    5994  1.234us  1.238us  5.831ms  13.79ms    2.3643
  sort-1       141/565  25.0    6445       0    5994  1.234us  1.238us  5.831ms  13.79ms    2.3643
  own-platform
  sort       141/565  25.0    6445       0    5994  1.572us  1.828us  5.831ms  15.96ms    2.7371

A single VM matches the closed form, base + faults x (latency + bytes / bandwidth), which the curve computes, when no request waits for a write-back:

  $ megavm curve workloads/traces/sort-user.mvt --ratios 25% --csv 2> /dev/null | cut -d, -f3,6-8
  local_pages,faults,writebacks,slowdown
  141,6445,5994,2.35702408
  $ megavm run configs/one-vm.yaml --json | jq -c '.jobs[0] | [.local_pages, .faults.demand, .writebacks, (.time_s - .stall_s.queue) / .base_s]'
  [141,6445,5994,2.357024081850921]

OPT, the bound of every policy, also matches the curve:

  $ megavm curve workloads/traces/sort-user.mvt --policy opt --ratios 25% --csv 2> /dev/null | cut -d, -f3,6-8
  local_pages,faults,writebacks,slowdown
  141,2942,2778,1.61945149
  $ megavm run configs/one-vm.yaml --set policy=opt --json | jq -c '.jobs[0] | [.local_pages, .faults.demand, .writebacks, (.time_s - .stall_s.queue) / .base_s]'
  [141,2942,2778,1.6194514893414134]

The same holds for every interconnect (a preset whose closed form and run differ would be printed):

  $ for fabric in $(megavm list fabrics | sed 1d | cut -d' ' -f1); do
  >   run=$(megavm run configs/one-vm.yaml --set fabric.preset=$fabric --set fault.buffer=1e6 --set donors.backing=none --json | jq '.jobs[0] | (.time_s - .stall_s.queue) / .base_s * 1e7 | round')
  >   form=$(megavm curve workloads/traces/sort-user.mvt --ratios 25% --csv --fabric $fabric 2> /dev/null | tail -n 1 | cut -d, -f8 | jq '. * 1e7 | round')
  >   [ "$run" = "$form" ] || echo "$fabric: $run, not $form"; done

A secondary network keeps internet traffic away from pages:

  $ for service in own shared; do megavm run configs/two-networks.yaml --set service=$service --json | jq -c '.jobs[0] | [.slowdown, .fetch_ns.p99]'; done
  [2.357429830871021,1227.775]
  [2.4174287812539768,1549.311]

The same seed gives the same bytes, whatever the steps of SimGrid's clock:

  $ for quantum in 1e6 33333333 1e12; do megavm run configs/shared-donors.yaml --json --quantum $quantum | sha256sum; done | uniq | wc -l
  1

The keys of the JSON:

  $ megavm run configs/one-vm.yaml --json | jq -c 'keys, (.jobs[0] | keys), (.links[0] | keys), (.hypervisors[0] | keys), (.manifest | keys)'
  ["end_s","hypervisors","jobs","links","manifest","pages_lost","pages_stored"]
  ["base_idle_s","base_s","faults","fetch_ns","fetch_steps","footprint_pages","idle_s","instructions","local_pages","name","policy","prefetch","prefetcher","slowdown","slowdown_max","stall_s","start_s","stopped","time_max_s","time_s","trace","workload","writebacks"]
  ["bytes","name","queue_ns_mean","utilisation"]
  ["frames_hosted","frames_lent","frames_own","name","pages_lost"]
  ["comment","configuration","seed","traces","version"]

The distribution of fetch times: for each step its longest fetch and the number of fetches:

  $ megavm run configs/one-vm.yaml --json | jq -c '.jobs[0].fetch_steps'
  {"ns":[1228.799,1466.367,1505.279,1509.375,1546.239,1843.199,1866.04],"count":[6439,1,1,1,1,1,1]}
  $ megavm run configs/jitter.yaml --json | jq '.jobs[0] | (.fetch_steps.count | add) == .faults.demand, .fetch_steps.ns[-1] == .fetch_ns.max, (.fetch_steps.ns | length <= 256)'
  true
  true
  true

Every fault, for the user's own figures:

  $ megavm run configs/one-vm.yaml --events $CRAMTMP/faults.csv > /dev/null
  $ head -n 3 $CRAMTMP/faults.csv
  time_ps,vm,guest_frame,donor,queue_ps,wire_ps,total_ps
  81930000,sort,0x4854,1,0,1227680,1227680
  88450180,sort,0x48e5,1,0,1227680,1227680
  $ wc -l < $CRAMTMP/faults.csv
  6446

The result in a folder; the platform that was generated:

  $ megavm run configs/one-vm.yaml --out $CRAMTMP/out > /dev/null && ls $CRAMTMP/out
  result.json
  result.txt
  $ megavm run configs/one-vm.yaml --dump-platform - | head -n 12
  <?xml version="1.0"?>
  <!DOCTYPE platform SYSTEM "https://simgrid.org/simgrid.dtd">
  <!-- megavm_latency_ps: one way between two hosts at one switch, in ps: half of a small read. The link out of a host takes half of it and the link
       into a host the other half, in place of the cluster's lat, which is that of the links between switches. -->
  <platform version="4.1">
    <zone id="megavm" routing="None">
      <cluster id="fabric" prefix="h" suffix="" radical="0-2" speed="1Gf"
               bw="100000000000bps" lat="225000ps" sharing_policy="SPLITDUPLEX">
        <prop id="megavm_latency_ps" value="450000"/>
      </cluster>
    </zone>
  </platform>

Without a copy, the pages of a failing donor are lost, and a VM that needs one stops:

  $ megavm run configs/failure.yaml --check --set donors.replicas=1 --json | jq -c '[.jobs[0].stopped, .jobs[0].slowdown, .pages_lost > 0]'
  [true,null,true]

Mistakes:

  $ megavm run configs/nowhere.yaml
  configs/nowhere.yaml: No such file or directory
  [2]
  $ megavm run configs/one-vm.yaml --set vms.local=1%
  vms.local of sort: 6 pages: allowed are 64 (K, to which the trace is filtered) to 565, the footprint of workloads/traces/sort-user.mvt
  [2]
  $ megavm run configs/one-vm.yaml --set vms.prefetch=oracle
  oracle of sort: it needs the future, which a cluster does not know: 'megavm curve' tells that bound
  [2]
  $ megavm run configs/one-vm.yaml --set cluster.hypervisors=1 --set donors.backing=none
  sort: no donor has a free frame for its pages, and donors.backing is none: lend more (cluster.memory, cluster.hypervisors), keep more local, or give a backing store
  [1]
  $ megavm run configs/one-vm.yaml --set cluster.topology=ntb-pair
  cluster.hypervisors: 3, but cluster.topology ntb-pair joins exactly 2
  [2]
  $ megavm run configs/multinode-lru.yaml --set donors.backing=none
  donors.placement: multinode-lru turns old pages out to the backing store, and donors.backing is none
  [2]
  $ megavm run configs/failure.yaml --set events.0.fail=0
  events.0: hypervisor 0 runs a VM: only one that lends alone can leave or fail
  [2]
  $ megavm run configs/fluid.yaml --set fabric.jitter=lognormal --set fabric.sigma=1
  fabric.jitter: 'lognormal', but SimGrid's own transfers (fabric.sharing: fluid) take constant alone
  [2]
  $ megavm run configs/one-vm.yaml --set cluster.platform=README.md
  cluster.platform: README.md: SimGrid does not take it: Parse error at README.md:1: Invalid XML (XML input line 1, state 1): Unexpected character `#' in prolog.
  [2]
  $ megavm run configs/one-vm.yaml --set fabric.page=2MiB
  fabric.page: what a larger transfer brings along is not simulated: allowed is 4KiB
  [2]
  $ megavm run configs/sweep.yaml
  configs/sweep.yaml: sweep: fabric.latency: this command runs one point: fix each swept key with --set (--set fabric.latency=...), or run them all with 'megavm sweep'
  [2]
  $ megavm run configs/sweep.yaml --set fabric.latency=1us --set vms.local=50% --set policy=clock --json | jq -c '.jobs[0] | [.policy, .local_pages]'
  ["clock",283]
  $ megavm run
  megavm run: no configuration given
  Try `megavm run --help' or `megavm run --usage' for more information.
  [2]
