Compares both engines at the same points and prints their differences.

  $ . "$ROOT/tests/record/ready.sh" quicksort
  $ megavm record quicksort --size tiny --region -o q.mvt > /dev/null
  $ cat > both.yaml <<'YAML'
  > cpu: {ips: 2e9}
  > vms: [{name: q, trace: q.mvt, workload: quicksort, size: tiny}]
  > sweep: {vms.local: [50%, 75%]}
  > YAML
  $ megavm sweep both.yaml --out simulated
  2 points: 0 there already, 2 done, 0 failed: simulated/results.csv

A sweep of guests is killed after one point, while another one runs. The finished point is complete, and the next start does the rest.

  $ points() { find emulated/points -name '*.json' 2> /dev/null; }
  $ (exec megavm sweep both.yaml --set engine=bochs --jobs 1 --out emulated > killed.out 2>&1) & pid=$!
  $ for i in $(seq 3000); do [ -n "$(points)" ] && break; sleep 0.1; done; kill -KILL $pid; wait $pid 2> /dev/null
  [137]
  $ points | wc -l; jq -e '.jobs[0].slowdown > 1' $(points)
  1
  true
  $ ls emulated
  manifest.json
  points
  $ megavm sweep both.yaml --set engine=bochs --jobs 1 --out emulated
  2 points: 1 there already, 1 done, 0 failed: emulated/results.csv
  $ megavm sweep both.yaml --set engine=bochs --out again
  2 points: 0 there already, 2 done, 0 failed: again/results.csv
  $ cmp emulated/results.csv again/results.csv

  $ megavm compare simulated emulated --out compared
  workload   local  latency    faults                slowdown                 added time
                             simulate  bochs      %  simulate   bochs      %           %
  quicksort   50 %        - * (glob)
  quicksort   75 %        - * (glob)
  
  fault costs: none (ideal)
  2 points: slowdowns differ by * % in the mean, by * % at most (quicksort); added times (slowdown less 1) differ by * % in the mean, by * % at most (quicksort) (glob)
  $ ls compared
  compare.csv
  results.csv
  $ head -n 1 compared/compare.csv
  workload,scope,engine,local_ratio,latency_ns,faults,base_s,time_s,slowdown,slowdown_max,repeats,slowdown_ci95_model,policy_counts
  $ awk -F, 'NR > 1 { print $1, $2, $3, $5 $11, ($6 > 100), ($9 > 1), $12 }' compared/compare.csv
  quicksort guest simulate 1 1 1 
  quicksort guest bochs 1 1 1 
  quicksort guest simulate 1 1 1 
  quicksort guest bochs 1 1 1 

With several repeats the means are compared, with an interval:

  $ megavm sweep both.yaml --out spread --set repeats=3 --set fabric.jitter=lognormal --set fabric.sigma=0.5 > /dev/null
  $ megavm compare spread simulated | grep -cE '^quicksort .* ±0\.[0-9]{4} '
  2

Results that cannot be compared:

  $ sed 's/50%, 75%/30%, 60%/' both.yaml > others.yaml && megavm sweep others.yaml --out other > /dev/null
  $ megavm compare simulated other
  simulated/results.csv, other/results.csv: no point is in all of them * (glob)
  [1]
  $ megavm compare simulated
  simulated: results of simulate only: expected results of two or more engines
  [2]
  $ megavm compare simulated nowhere
  nowhere/results.csv:* (glob)
  [1]
