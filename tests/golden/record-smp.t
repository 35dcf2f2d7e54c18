Guests with two virtual CPUs, which run at the same time.

  $ . "$ROOT/tests/record/ready.sh" sort
  $ megavm record sort --size tiny --vcpus 2 -o one.mvt > said & megavm record sort --size tiny --vcpus 2 -o two.mvt > /dev/null; wait $!
  $ cmp one.mvt two.mvt && megavm trace check one.mvt
  one.mvt: whole: * (glob)

Both of them sort, and each has its own clock:

  $ megavm trace info --json one.mvt | jq .vcpus
  2
  $ megavm trace filter --region roi-begin,roi-end one.mvt -o region.mvt
  region.mvt: \d+ of \d+ records kept (re)
  $ megavm trace cat region.mvt | awk '!/^#/ { n[$2]++; if ($3 < insn[$2] || $4 < idle[$2]) print "back:", $0; insn[$2] = $3; idle[$2] = $4 }
  >   END { for (v in n) print v, (n[v] > 1000), (insn[v] > 1e6) }' | sort
  0 1 1
  1 1 1
  $ megavm run "$ROOT/configs/one-vm.yaml" --set vms.trace=region.mvt --set vms.local=50% --json | jq '.jobs[0] | .slowdown > 1'
  true

While one waits for a page, the other one runs: the sum of their waiting times exceeds the delay of the job. A second run gives the same bytes.

  $ printf 'cpu: {ips: 2e9}\nvms: [{name: s, workload: sort, size: tiny, local: 50%%}]\n' > s.yaml
  $ megavm emulate s.yaml --vcpus 2 --machine-clock --json > one.json & megavm emulate s.yaml --vcpus 2 --machine-clock --json > two.json; wait $!
  $ cmp one.json two.json
  $ jq -c '.jobs[0] | [.faults.demand > 100, .slowdown > 1.001, .time_s - .base_s < (.stall_s | add)]' one.json
  [true,true,true]
