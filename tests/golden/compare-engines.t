Compares any number of engines at the same points, here four folders in the form that sweeps write:

  $ folder() { # DIR ENGINE FAULTS SLOWDOWN [SCOPE]
  >   mkdir -p "$1"
  >   printf '{\n  "configuration": {\n    "engine": "%s"\n  }\n}\n' "$2" > "$1/manifest.json"
  >   printf 'vms.local,job,workload,scope,local_ratio,base_s,time_s,slowdown,faults_demand\n' > "$1/results.csv"
  >   printf '50%%,q,quicksort,%s,0.5,1,%s,%s,%s\n' "${5:-guest}" "$4" "$4" "$3" >> "$1/results.csv"
  >   printf '75%%,q,quicksort,%s,0.75,1,1,1,0\n' "${5:-guest}" >> "$1/results.csv"
  > }
  $ folder one simulate 200 1.5; folder two bochs 220 1.6; folder three simulate 100 1.2

  $ megavm compare one two
  workload   local  latency    faults                 slowdown                 added time
                             simulate  bochs       %  simulate   bochs      %           %
  quicksort   50 %        -       200    220  +10.00    1.5000  1.6000  +6.67      +20.00
  quicksort   75 %        -         0      0       -    1.0000  1.0000  +0.00           -
  
  2 points: slowdowns differ by 3.33 % in the mean, by 6.67 % at most (quicksort); added times (slowdown less 1) differ by 20.00 % in the mean, by 20.00 % at most (quicksort)

Each further engine is compared with the first:

  $ megavm compare one two three --out all
  workload  local latency   faults                              slowdown                              added time
                          simulate bochs      % simulate      % simulate  bochs     % simulate      %          %      %
  quicksort  50 %       -      200   220 +10.00      100 -50.00   1.5000 1.6000 +6.67   1.2000 -20.00     +20.00 -60.00
  quicksort  75 %       -        0     0      -        0      -   1.0000 1.0000 +0.00   1.0000  +0.00          -      -
  
  2 points of simulate and bochs: slowdowns differ by 3.33 % in the mean, by 6.67 % at most (quicksort); added times (slowdown less 1) differ by 20.00 % in the mean, by 20.00 % at most (quicksort)
  2 points of simulate and simulate: slowdowns differ by 10.00 % in the mean, by 20.00 % at most (quicksort); added times (slowdown less 1) differ by 60.00 % in the mean, by 60.00 % at most (quicksort)

What was written holds several engines, and can be compared with one more:

  $ megavm compare one two --out both > /dev/null
  $ megavm compare both three | tail -n 2
  2 points of simulate and bochs: slowdowns differ by 3.33 % in the mean, by 6.67 % at most (quicksort); added times (slowdown less 1) differ by 20.00 % in the mean, by 20.00 % at most (quicksort)
  2 points of simulate and simulate: slowdowns differ by 10.00 % in the mean, by 20.00 % at most (quicksort); added times (slowdown less 1) differ by 60.00 % in the mean, by 60.00 % at most (quicksort)
  $ cut -d, -f1-4,6 both/compare.csv
  workload,scope,engine,local_ratio,faults
  quicksort,guest,simulate,0.5,200
  quicksort,guest,bochs,0.5,220
  quicksort,guest,simulate,0.75,0
  quicksort,guest,bochs,0.75,0

The scope of a simulation is that of its trace: a recorder of guests writes how much memory the guest has.

  $ printf 'page,type,instructions\n1,W,9\n2,W,9\n1,R,9\n' > program.csv && megavm trace import -f csv program.csv -o program.mvt > /dev/null
  $ scope() { printf 'policy: %s\nvms: [{trace: %s, local: 50%%}]\n' "$2" "$1" > scope.yaml && megavm run scope.yaml --json | jq -r '.jobs[0].scope'; }
  $ for policy in lru fifo; do scope program.mvt $policy; scope "$ROOT/workloads/traces/sort-small.mvt" $policy; done
  process
  guest
  process
  guest

A guest's footprint is larger than that of the program in it. So results of another scope stand in the same files, with a table and a mean of their own:

  $ folder program simulate 50 1.3 process; folder pager native 51 1.339 process
  $ megavm compare one program pager two --out scopes
  scope guest (all memory of a guest)
  
  workload   local  latency    faults                 slowdown                 added time
                             simulate  bochs       %  simulate   bochs      %           %
  quicksort   50 %        -       200    220  +10.00    1.5000  1.6000  +6.67      +20.00
  quicksort   75 %        -         0      0       -    1.0000  1.0000  +0.00           -
  
  2 points: slowdowns differ by 3.33 % in the mean, by 6.67 % at most (quicksort); added times (slowdown less 1) differ by 20.00 % in the mean, by 20.00 % at most (quicksort)
  
  scope process (the memory of a program)
  
  workload   local  latency    faults                 slowdown                 added time
                             simulate  native      %  simulate  native      %           %
  quicksort   50 %        -        50      51  +2.00    1.3000  1.3390  +3.00      +13.00
  quicksort   75 %        -         0       0      -    1.0000  1.0000  +0.00           -
  
  2 points: slowdowns differ by 1.50 % in the mean, by 3.00 % at most (quicksort); added times (slowdown less 1) differ by 13.00 % in the mean, by 13.00 % at most (quicksort)
  $ cut -d, -f1-4,6,9 scopes/compare.csv
  workload,scope,engine,local_ratio,faults,slowdown
  quicksort,guest,simulate,0.5,200,1.5
  quicksort,guest,bochs,0.5,220,1.6
  quicksort,guest,simulate,0.75,0,1
  quicksort,guest,bochs,0.75,0,1
  quicksort,process,simulate,0.5,50,1.3
  quicksort,process,native,0.5,51,1.339
  quicksort,process,simulate,0.75,0,1
  quicksort,process,native,0.75,0,1
  $ cut -d, -f1-4 scopes/results.csv
  engine,scope,vms.local,job
  simulate,guest,50%,q
  bochs,guest,50%,q
  simulate,guest,75%,q
  bochs,guest,75%,q
  simulate,process,50%,q
  native,process,50%,q
  simulate,process,75%,q
  native,process,75%,q
  $ megavm plot scopes --figure slowdown-local --lines engine,scope --format svg --out scopes > /dev/null
  $ grep -ohE '(simulate|bochs|native)[^<>]*(guest|process)[^<>"]*' scopes/*.svg | sort -u
  bochs, guest
  native, process
  simulate, guest
  simulate, process
  $ megavm compare one pager | head -n 6
  scope guest (all memory of a guest)
  
  workload   local  latency    faults  slowdown
                             simulate  simulate
  quicksort   50 %        -       200    1.5000
  quicksort   75 %        -         0    1.0000
  $ sed -i 's/quicksort,process/quicksort,/' pager/results.csv; megavm compare program pager
  pager/results.csv:2: scope: '': allowed are guest, process
  [1]
  $ sed -i 's/scope,//; s/quicksort,,/quicksort,/' pager/results.csv; megavm compare program pager
  pager/results.csv:1: no column 'scope': an older release wrote this; run the sweep again into a new folder
  [1]

A single result is refused:

  $ megavm compare one
  one: results of simulate only: expected results of two or more engines
  [2]
  $ megavm compare
  megavm compare: no folder given: expected folders of sweeps, or folders that 'megavm compare' wrote
  Try `megavm compare --help' or `megavm compare --usage' for more information.
  [2]

An unknown engine:

  $ folder odd qemu 1 1
  $ megavm compare one odd
  odd/manifest.json:3: engine: 'qemu': allowed are simulate, bochs, native, linux-swap
  [1]
  $ sed -i '3s/^bochs/qemu/' both/results.csv && cut -d, -f1-3 both/results.csv | sed -n 3p
  qemu,guest,50%
  $ megavm compare both three
  both/results.csv:3: engine: 'qemu': allowed are simulate, bochs, native, linux-swap
  [1]
  $ printf '{}' > odd/manifest.json; megavm compare odd one
  odd/manifest.json:1: engine: missing: allowed are simulate, bochs, native, linux-swap
  [1]

A configuration may name the engines of the table. What an engine cannot model is reported before anything runs:

  $ megavm list engines
  simulate: the simulator: replays the traces of any number of VMs in a modelled cluster
    runs vms.trace; models several VMs, several switches, fluid sharing, traffic and events, policies that need the future
  bochs: the emulator: boots one guest in Bochs, which waits for its pages
    runs vms.workload; models one VM with one donor
  native: the pager: runs a program or a VM at native speed, which waits for its pages
    runs vms.command; models one VM with one donor
  linux-swap: the guest's own kernel: boots one guest in Bochs, whose job swaps under a limit
    runs vms.workload; models one VM with one donor
  $ printf 'engine: qemu\nvms: [{trace: a.mvt}]\n' > odd.yaml; megavm config odd.yaml
  odd.yaml:1:9: engine: 'qemu' is not one of simulate, bochs, native, linux-swap
  [2]
  $ cat > refused.yaml <<'YAML'
  > engine: bochs
  > vms: [{workload: sort, size: tiny}]
  > cluster: {topology: fat-tree}
  > sweep: {vms.local: [50%, 75%]}
  > YAML
  $ megavm sweep refused.yaml --out refused
  vms.local=50%: cluster.topology: a network of several switches is the simulator's alone: an emulated guest has one donor at its own switch
  [2]
  $ megavm sweep refused.yaml --set cluster.topology=switch --set cpu.ips=1e10 --out refused
  vms.local=50%: cpu.ips: 10000000000: bochs takes at most 4294967295
  [2]
  $ ls refused
  ls: cannot access 'refused': No such file or directory
  [2]

With several repeats each difference of an added time has an interval, and is undecided when that is wider. A job of several virtual CPUs has two bounds:

  $ repeats() { # DIR ENGINE SLOWDOWN INTERVAL MOST
  >   folder "$1" "$2" 100 1
  >   printf 'vms.local,job,workload,scope,local_ratio,faults_demand,slowdown,slowdown_max,repeats,slowdown_ci95_model\n25%%,q,quicksort,guest,0.25,100,%s,%s,5,%s\n' "$3" "$5" "$4" > "$1/results.csv"
  > }
  $ repeats model simulate 1.5 0.03 1.5; repeats sure bochs 1.6 0.04 1.6; repeats unsure bochs 1.6 0.2 1.6; repeats turns simulate 1.5 0 1.7
  $ megavm compare model sure
  workload  local latency   faults                   slowdown                         added time
                          simulate bochs     %       simulate          bochs     %             %
  quicksort  25 %       -      100   100 +0.00 1.5000 \xc2\xb10.0300 1.6000 \xc2\xb10.0400 +6.67 +20.00 \xc2\xb110.00 (esc)
  
  1 points: slowdowns differ by 6.67 % in the mean, by 6.67 % at most (quicksort); added times (slowdown less 1) differ by 20.00 % in the mean, by 20.00 % at most (quicksort)
  $ megavm compare model unsure
  workload  local latency   faults                   slowdown                                   added time
                          simulate bochs     %       simulate          bochs     %                       %
  quicksort  25 %       -      100   100 +0.00 1.5000 \xc2\xb10.0300 1.6000 \xc2\xb10.2000 +6.67 +20.00 \xc2\xb140.45 undecided (esc)
  
  1 points: slowdowns differ by 6.67 % in the mean, by 6.67 % at most (quicksort); added times (slowdown less 1) differ by 20.00 % in the mean, by 20.00 % at most (quicksort)
  1 of 1 undecided: the 95 % interval, over what the model draws at random, is wider than the difference
  $ megavm compare turns sure
  workload  local latency   faults                             slowdown                               added time
                          simulate bochs     %                 simulate          bochs     %                   %
  quicksort  25 %       -      100   100 +0.00 1.5000 to 1.7000 \xc2\xb10.0000 1.6000 \xc2\xb10.0400 +6.67 +20.00 \xc2\xb18.00 within (esc)
  
  1 points: slowdowns differ by 6.67 % in the mean, by 6.67 % at most (quicksort); added times (slowdown less 1) differ by 20.00 % in the mean, by 20.00 % at most (quicksort)
  1 of 1 within the two bounds of simulate
