What a fault costs, by presets with a source for each number:

  $ megavm list faults
  preset           exit  handler  lookup  map     minor   fetches/s  summary
  fastswap         0ns   2.17us   0ns     0ns     1.03us  430000     Linux swapping by frontswap, in the thread that faults
  hardware-nested  1us   2.17us   0ns     1us     3us     430000     a hypervisor that handles second-level faults itself
  ideal            0ns   0ns      0ns     0ns     0ns     any        nothing costs anything
  kvm-userfaultfd  1us   7.51us   0ns     2.59us  11.1us  170000     a guest under KVM, its pager in user space, one thread
  linux-swap       0ns   11.9us   0ns     0ns     1.03us  any        Linux 6.1 swapping to a block device
  userfaultfd      0ns   7.51us   0ns     1.59us  9.1us   170000     a pager in user space, one thread
  $ for file in "$ROOT"/configs/faults/*.yaml; do grep -v '^#' "$file" | grep -v '^summary' | grep -v '0ns$' | grep -vc '#' | sed "s|^|$(basename $file) numbers without a source: |"; done
  fastswap.yaml numbers without a source: 0
  hardware-nested.yaml numbers without a source: 0
  ideal.yaml numbers without a source: 0
  kvm-userfaultfd.yaml numbers without a source: 0
  linux-swap.yaml numbers without a source: 0
  userfaultfd.yaml numbers without a source: 0

The default costs nothing, and every output says so:

  $ for i in $(seq 0 999); do echo "I  $((i % 10 + 1))000,4"; done > trace.lk
  $ megavm trace import --format lackey --k 0 trace.lk -o trace.mvt > /dev/null
  $ printf 'vms: [{trace: trace.mvt, local: 50%%}]\nsweep: {fault.preset: [ideal, fastswap]}\n' > sweep.yaml
  $ printf 'vms: [{trace: trace.mvt, local: 50%%}]\ncluster: {hypervisors: 2}\n' > run.yaml
  $ megavm run run.yaml | head -n 1
  1 job on 2 hypervisors, over after 1.216ms; fault costs: none (ideal)
  $ megavm run run.yaml --json | jq -r .manifest.fault_costs
  none (ideal)
  $ megavm curve trace.mvt --frames 5
  trace.mvt: lru, footprint 10 pages, 10 first touches
       pages   local         faults    write-backs   slowdown
           5   50.0%            990              0  2431.8064
  fault costs: none (ideal)
  $ megavm curve trace.mvt --frames 5 --csv > /dev/null
  fault costs: none (ideal)
  $ megavm sweep sweep.yaml --out out > /dev/null 2>&1 && cut -d, -f1 out/results.csv && awk -F, '{ print $(NF - 1) }' out/results.csv
  fault.preset
  ideal
  fastswap
  fault_costs
  none (ideal)
  fastswap
  $ megavm plot out --out figures --format svg | tail -n 1
  fault costs: none (ideal); fastswap

A preset gives what is not set; what is set is said:

  $ megavm run run.yaml --set fault.preset=fastswap --set fault.map=1us | head -n 1
  1 job on 2 hypervisors, over after 4.386ms; fault costs: fastswap with map 1us
  $ megavm run run.yaml --set fault.exit=2us | head -n 1
  1 job on 2 hypervisors, over after 3.216ms; fault costs: exit 2us
  $ megavm config run.yaml --set fault.preset=userfaultfd --set fault.exit=1us | sed -n '/^fault/,/base/p'
  fault:
    preset: userfaultfd
    exit: 1us
    handler: 7.51us
    lookup: 0ns
    map: 1.59us
    minor: 10.1us
    handlers: 1
    capacity: 170000
    base: populated
  $ printf 'summary: mine\nhandler: 5us\ncapacity: 1e6\n' > mine.yaml
  $ megavm curve trace.mvt --frames 5 --set fault.preset=./mine.yaml | tail -n 2
           5   50.0%            990              0 12431.8064
  fault costs: ./mine.yaml

A fetch with each, 990 of them after a microsecond of work at 1e6 instructions a second, over InfiniBand:

  $ for preset in $(megavm list faults | awk 'NR > 1 { print $1 }'); do
  >   echo "$preset $(megavm run run.yaml --set cpu.ips=1e6 --set fault.preset=$preset --json | jq -c '.jobs[0] | [.fetch_ns.mean, .slowdown]')"
  > done
  fastswap [3397.68,4.3854032]
  hardware-nested [5397.68,6.3854032]
  ideal [1227.68,2.2154032]
  kvm-userfaultfd [12327.68,13.3154032]
  linux-swap [13127.68,14.1154032]
  userfaultfd [10327.68,11.3154032]

A handler that takes 100 us for each fetch, while the virtual CPU touches the next page after 2.2 us: the fetches take as long as the handler, in a run and in a curve.

  $ megavm run run.yaml --set cpu.ips=1e6 --set fault.capacity=10e3 --json | jq -c '.jobs[0] | [.time_s, .stall_s.handler_queue, .stall_s.wire]'
  [0.09891222768,0.09669682448,0.0012154032]
  $ megavm curve trace.mvt --ips 1e6 --frames 5 --csv --set fault.capacity=10e3 2> /dev/null
  trace,policy,local_pages,local_ratio,first_touches,faults,writebacks,slowdown
  trace.mvt,lru,5,0.500000,10,990,0,98.9122277

Errors:

  $ megavm config run.yaml --set fault.preset=fastswp
  --set fault.preset: 'fastswp' is not one of fastswap, hardware-nested, ideal, kvm-userfaultfd, linux-swap, userfaultfd (did you mean 'fastswap'?); a file has a '/' in its name or .yaml at its end
  [2]
  $ megavm config run.yaml --set fault.handlers=2
  --set fault.handlers: it has no effect: fault.capacity is 0: each virtual CPU serves its own faults
  [2]
  $ printf 'handler: 5us\nbuffer: 3\n' > wrong.yaml; megavm config run.yaml --set fault.preset=./wrong.yaml
  --set fault.preset: ./wrong.yaml:2:1: unknown key 'buffer' (allowed: summary, exit, handler, lookup, map, minor, handlers, capacity)
  [2]
