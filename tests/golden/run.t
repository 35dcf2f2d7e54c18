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
  clock, lru: approximate (filtered trace; within 3 % where measured, from 4 K pages on); exact with --k 0
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
  sort       141/565  25.0    6445       0    5994  1.305us  1.228us  5.831ms  14.24ms    2.4420
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

  $ for quantum in 1e6 33333333 1e12; do megavm run configs/shared-donors.yaml --json --quantum $quantum | jq 'del(.manifest.command, .manifest.date)' | sha256sum; done | uniq | wc -l
  1

The keys of the JSON:

  $ megavm run configs/one-vm.yaml --json | jq -c 'keys, (.jobs[0] | keys), (.links[0] | keys), (.hypervisors[0] | keys), (.manifest | keys)'
  ["changes","end_s","hypervisors","jobs","links","manifest","pages_lost","pages_stored"]
  ["base_idle_s","base_s","faults","fetch_ns","fetch_steps","footprint_pages","idle_s","instructions","local_pages","lost_s","name","policy","policy_counts","prefetch","prefetcher","restarts","scope","slowdown","slowdown_max","stall_s","start_s","stopped","stopped_by","time_max_s","time_s","trace","workload","writebacks"]
  ["bytes","name","queue_ns_mean","utilisation"]
  ["frames_hosted","frames_lent","frames_own","name","pages_lost","pages_read","pages_written"]
  ["command","comment","configuration","date","fault_costs","seed","traces","version"]

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

What happened to a cluster: when, to whose pages, and what it cost:

  $ megavm run configs/failure.yaml | sed -n '/^what happened/,/^busiest/p'
  what happened
  at 2.000ms hypervisor-3 failed, known at 2.500ms; 1 fetch waited for it, 470.6us in all; 319 copies were made anew until 2.554ms
  at 4.000ms hypervisor-4 joined; it lends 2048 frames
  at 5.000ms hypervisor-2 left; it sent 2140 KiB to other hypervisors until 5.176ms
  
  copies of pages held by        in all  replica  moved
  hypervisor-3 (fail, 2.000ms)      319      319      -
    of sort                         319      319      -
  hypervisor-2 (leave, 5.000ms)     535        -    535
    of sort                         535        -    535
  
  busiest links       utilisation  mean queueing

A hypervisor that runs a VM fails. Its VM stops or begins again elsewhere, and what it lent is lost:

  $ megavm run configs/restart.yaml --check
  2 jobs on 4 hypervisors, over after 16.25ms; fault costs: none (ideal)
  
  workload  jobs  stopped     base     time   slow-     lost   stalls  queue  wire
                                               down                        %     %
  all          2        1  5.831ms  16.25ms  2.7862  2.500ms  8.605ms    5.8  94.2
  
  job      local pages        faults      in  write-    fetch    fetch     base     time  slowdown
          of footprint     %          flight   backs     mean      p99
  sort-0       141/565  25.0    6445       0    5994  1.228us  1.228us  5.831ms  16.25ms    2.7862
  sort-1       141/565  25.0     157       0     325  1.236us  1.545us  5.831ms  2.500ms   stopped
  sort-0: restarted 1 time; 2.500ms of its time passed before, and what is counted is of the rest
  sort-1 stopped: needed a lost page
  
  stalls in %    total  queue   wire
  sort-0       7.915ms    0.0  100.0
  sort-1       690.3us   72.3   27.7
  
  what happened
  at 2.000ms hypervisor-0 failed, known at 2.500ms; 1 fetch waited for it, 497.6us in all
      sort-0, which ran there, began again on hypervisor-2 at 2.500ms: 2.500ms lost
  
  copies of pages held by       in all  local  lost
  hypervisor-0 (fail, 2.000ms)     168     42   126
    of sort-1                      168     42   126
  
  busiest links       utilisation  mean queueing
  fabric_link_2_DOWN        13.3%             0s
  fabric_link_2_UP          12.5%        3.181ns
  fabric_link_1_UP           7.5%        2.148ns
  fabric_link_1_DOWN         6.9%             0s
  fabric_link_3_UP           6.5%             0s
  fabric_link_3_DOWN         6.4%             0s
  fabric_link_0_UP           0.8%        15.33ns
  fabric_link_0_DOWN         0.6%             0s
  
  hottest donors  own frames  lent  hosted  pages read  written  lost
  hypervisor-1           141  1907     362        3389     3194     0
  hypervisor-3             0  2048     502        3212     3124     0
  hypervisor-2           141  1907       1          94      171     0
  hypervisor-0             0  2048       0          62      154   126
  
  126 pages lost for good, 0 gone to the backing store
  $ megavm run configs/restart.yaml --check --set vms.on_failure=stop --set donors.backing=nvme | grep -A 8 'stopped:\|^what'
  sort-0 stopped: its hypervisor failed
  
  stalls in %    total  queue  wire  buffer
  sort-0       192.7us    0.6  99.4       -
  sort-1       36.49ms    1.4  80.5    18.1
  
  what happened
  at 2.000ms hypervisor-0 failed, known at 2.500ms; 1 fetch waited for it, 497.6us in all
      sort-0, which ran there, stopped
  
  copies of pages held by       in all  local  stored
  hypervisor-0 (fail, 2.000ms)     168     42     126
    of sort-1                      168     42     126
  
  busiest links       utilisation  mean queueing

The same facts as JSON:

  $ megavm run configs/restart.yaml --json > $CRAMTMP/peers.json
  $ jq -c '.changes[], (.jobs[] | [.name, .restarts, .lost_s, .stopped_by])' $CRAMTMP/peers.json
  {"action":"fail","hypervisor":"hypervisor-0","at_s":0.002,"known_s":0.0025,"done_s":0.002,"frames":0,"remade":0,"waits":1,"wait_s":0.00049755684,"pages_of":[{"job":"sort-1","copies":168,"replica":0,"local":42,"stored":0,"lost":126,"moved":0,"stayed":0,"freed":0}],"vms":[{"job":"sort-0","became":"restarted","hypervisor":"hypervisor-2","at_s":0.0025,"lost_s":0.0025}],"copies":168,"replica":0,"local":42,"stored":0,"lost":126,"moved":0,"stayed":0,"freed":0}
  ["sort-0",1,0.0025,null]
  ["sort-1",0,0,"needed a lost page"]

What differs from another run:

  $ megavm run configs/restart.yaml --set fabric.latency=2us --set donors.replicas=2 --compare $CRAMTMP/peers.json | sed -n '/^compared/,$p' | sed "s|$CRAMTMP/||"
  compared with peers.json
  
  configuration    before  now  change
  fabric.latency    900ns  2us
  donors.replicas       1    2
  
  sums over jobs, ms  before     now  change
  base                 5.831   5.831  +0.000
  time                16.245  23.631  +7.385
  lost                 2.500   2.500  +0.000
  stall_queue          0.002   0.298  +0.296
  stall_wire           7.912  15.002  +7.090
  
  sums over jobs  before   now  change
  faults_demand     6445  6445      +0
  writebacks        5994  5994      +0
  
  slowdown of job  before     now   change
  sort-1                -  3.7077
  sort-0           2.7862  4.0528  +1.2666
  
  utilisation of link, %  before   now  change
  fabric_link_1_UP           7.5  25.9   +18.4
  fabric_link_3_UP           6.5  19.2   +12.7
  fabric_link_3_DOWN         6.4  17.8   +11.4
  fabric_link_1_DOWN         6.9  17.8   +10.9
  fabric_link_2_UP          12.5   6.9    -5.6
  fabric_link_2_DOWN        13.3  16.8    +3.5
  fabric_link_0_UP           0.8   1.1    +0.3
  fabric_link_0_DOWN         0.6   0.6    -0.0
  
  pages read from  before   now  change
  hypervisor-2         94  4614   +4520
  hypervisor-1       3389  6582   +3193
  hypervisor-3       3212  1699   -1513
  hypervisor-0         62   139     +77
  $ megavm run configs/restart.yaml --compare $CRAMTMP/peers.json --json | jq -c '.comparison | [.configuration, .jobs, .links, .hypervisors]'
  [{},{},{},{}]
  $ megavm run configs/restart.yaml --compare configs/one-vm.yaml
  configs/one-vm.yaml:1: not JSON: '[' or '{' expected near '#'
  [1]
  $ echo '{"a": 1}' > $CRAMTMP/not.json
  $ megavm run configs/restart.yaml --compare $CRAMTMP/not.json 2>&1 | sed "s|$CRAMTMP/||"
  not.json: not a result of 'megavm run': it has no list `jobs` of jobs with names
  $ megavm run configs/one-vm.yaml --dump-platform - --compare $CRAMTMP/peers.json
  megavm run: --dump-platform does not simulate: --compare has no effect
  Try `megavm run --help' or `megavm run --usage' for more information.
  [2]

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
