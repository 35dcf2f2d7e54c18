Every point of a grid, the first key slowest:

  $ here=$PWD out=$PWD/out; cd "$ROOT"
  $ megavm sweep configs/sweep.yaml --out $out/sweep
  40 points: 0 there already, 40 done, 0 failed: */out/sweep/results.csv (glob)
  $ ls -A $out/sweep && ls $out/sweep/points | wc -l
  .lock
  manifest.json
  points
  results.csv
  40
  $ head -n 1 $out/sweep/results.csv
  fabric.latency,vms.local,policy,job,workload,trace,prefetch,local_pages,local_ratio,footprint_pages,instructions,repeats,base_s,time_s,slowdown,slowdown_ci95_model,faults_demand,faults_compulsory,faults_first_touch,faults_in_flight,faults_minor,prefetch_issued,prefetch_used,prefetch_late,prefetch_unused,prefetch_dropped,writebacks,fetch_ns_mean,fetch_ns_p50,fetch_ns_p99,fetch_ns_max,stall_exit_s,stall_handler_s,stall_lookup_s,stall_post_s,stall_queue_s,stall_wire_s,stall_completion_s,stall_map_s,stall_buffer_s,stall_in_flight_s,stall_minor_s,stall_first_touch_s,time_max_s,slowdown_max,base_idle_s,link_utilisation_max,policy_counts,scope,stall_handler_queue_s,fault_costs,point
  $ cut -d, -f1-4,8,15,17,27,29,37,47 $out/sweep/results.csv | sed -n '2,5p;38,41p'
  100ns,25%,lru,sort,141,1.473144621793137,6445,5994,427.775,0.0027563976,0.24587078300392617
  100ns,25%,clock,sort,141,1.48113450911023,6554,5989,427.775,0.00280301472,0.24868026613867764
  100ns,50%,lru,sort,283,1.0453194351688253,610,520,427.775,0.0002608848,0.03279519345183459
  100ns,50%,clock,sort,283,1.0480210911283692,648,586,427.775,0.00027713664,0.034748364640871394
  10us,75%,lru,sort,424,1.150710830847353,85,75,10330.111,0.0008778528,0.004151280811751628
  10us,75%,clock,sort,424,1.338559887684116,191,156,10330.111,0.00197258688,0.008019087419874926
  10us,100%,lru,sort,565,1,0,0,0,0,0
  10us,100%,clock,sort,565,1,0,0,0,0,0

Each line equals the result of a single run, whether the point was simulated (CLOCK) or computed by the pass over the trace that all LRU points share:

  $ for policy in lru clock; do for at in 100ns,25% 1us,25% 10us,50% 10us,75%; do
  >   set="--set policy=$policy --set vms.local=${at#*,} --set fabric.latency=${at%,*}"
  >   point=$(grep "^$at,$policy," $out/sweep/results.csv | sed 's/.*,//')
  >   megavm run configs/sweep.yaml $set --json | jq -S 'del(.manifest)' > $here/run.json
  >   jq -S 'del(.manifest, .point, .swept)' $out/sweep/points/$point.json | cmp - $here/run.json; done; done
  $ jq -c '[.swept, .manifest.configuration.fabric.latency]' $out/sweep/points/$point.json
  [{"fabric.latency":"10us","vms.local":"75%","policy":"clock"},"10us"]

A policy that is not exact on a filtered trace is marked in each result, in figures, reports and comparisons, with the remedy once:

  $ sed 1d $out/sweep/results.csv | awk -F, '{ print $3, $(NF - 4) }' | sort | uniq -c | sed 's/^ *//'
  20 clock approximate
  20 lru exact
  $ megavm plot $out/sweep --figure slowdown-local --out $out/marked --format svg | grep -e approximate -e exact | sed "s|$out/||"
    Slowdown at 25% local: 1.47 (100ns, lru) to 12.6 (10us, approximate clock); at 100% local: 1 in all lines.
  approximate (filtered trace; within 3 % where measured, from 4 K pages on); exact with --k 0
  $ cat $out/marked/*.svg | grep -o 'approximate clock[^<]*' | sort -u
  approximate clock
  $ grep -e slowdown -e clock $out/sweep/results.csv > $out/clock.csv && megavm plot $out/clock.csv --figure slowdown-local --out $out/clock --format svg > /dev/null
  $ cat $out/clock/*.svg | grep -o '<tspan[^>]*>Slowdown against[^<]*' | sed 's/.*>//'
  Slowdown against local memory (approximate); fault costs: none (ideal)
  $ megavm plot $out/sweep --figure slowdown-local --where policy=clock --out $out/one --format svg | grep -c 'exact with --k 0'
  1
  $ grep -o '<tspan[^>]*>Slowdown against[^<]*' $out/one/slowdown-local.svg | sed 's/.*>//'
  Slowdown against local memory: approximate clock; fault costs: none (ideal)
  $ megavm report $out/sweep -o $out/marked.html > /dev/null && grep -o 'approximate (filtered trace[^<]*' $out/marked.html
  approximate (filtered trace; within 3 % where measured, from 4 K pages on); exact with --k 0
  $ grep -o '<th[^>]*><button type="button">policy_counts' $out/marked.html | wc -l; grep -c '<td>clock</td>.*<td>approximate</td>' $out/marked.html
  1
  20
  $ mkdir $out/two && awk 'NR == 1 { print "engine," $0; next } { print "simulate," $0; sub(/approximate/, "exact"); print "bochs," $0 }' $out/sweep/results.csv > $out/two/results.csv
  $ megavm compare $out/two --out $out/compared | tail -n 2
  40 points: slowdowns differ by 0.00 % in the mean, by 0.00 % at most (sort); added times (slowdown less 1) differ by 0.00 % in the mean, by 0.00 % at most (sort)
  simulate, 20 of 40 points: approximate (filtered trace; within 3 % where measured, from 4 K pages on); exact with --k 0
  $ head -n 3 $out/compared/compare.csv | cut -d, -f1,3,13
  workload,engine,policy_counts
  sort,simulate,exact
  sort,bochs,exact

A comment can be changed without running anything again, and the manifest keeps the command and the date:

  $ (echo '# Question: do other words change a result?      megavm sweep other.yaml'; grep -v '^#' configs/sweep.yaml) > $here/words.yaml
  $ cp $out/sweep/results.csv $here/before.csv
  $ SOURCE_DATE_EPOCH=1e9 megavm sweep $here/words.yaml --set cpu.ips=2e9 --set 'seed=1' --out $out/sweep
  40 points: 40 there already, 0 done, 0 failed: */out/sweep/results.csv (glob)
  $ cmp $here/before.csv $out/sweep/results.csv
  $ jq -c '.comment, .date, .command' $out/sweep/manifest.json | sed "s|$here|HERE|g; s|$out|OUT|"
  "Question: do other words change a result?      megavm sweep other.yaml"
  "2001-09-09T01:46:40Z"
  "megavm sweep HERE/words.yaml --set cpu.ips=2e9 --set seed=1 --out HERE/out/sweep"
  $ megavm report $out/sweep -o $out/words.html > /dev/null && grep -e '<h2>' -e '<pre>megavm' $out/words.html | sed "s|$here|HERE|g; s|$out|OUT|"
  <h2>Do other words change a result?</h2>
  <pre>megavm sweep HERE/words.yaml --set cpu.ips=2e9 --set seed=1 --out HERE/out/sweep</pre>
  $ SOURCE_DATE_EPOCH=now megavm run configs/one-vm.yaml --json | head -n 1
  SOURCE_DATE_EPOCH: 'now': expected seconds since 1970
  $ for i in 1 2; do SOURCE_DATE_EPOCH=0 megavm run configs/one-vm.yaml --set "vms.name=it's one" --json > $here/$i.json; done; jq -c '.manifest | .command, .date' $here/1.json
  "megavm run configs/one-vm.yaml --set 'vms.name=it'\\''s one' --json"
  "1970-01-01T00:00:00Z"
  $ cmp $here/1.json $here/2.json

The same holds on the user's own platform:

  $ (cat configs/own-platform.yaml; echo 'sweep: {vms.local: [25%, 50%], policy: [lru, clock], donors.placement: [round-robin, nearest]}') > $here/own.yaml
  $ megavm sweep $here/own.yaml --out $out/own
  8 points: 0 there already, 8 done, 0 failed: */out/own/results.csv (glob)
  $ tail -n +2 $out/own/results.csv | while IFS=, read local policy placement rest; do
  >   megavm run configs/own-platform.yaml --set vms.local=$local --set policy=$policy --set donors.placement=$placement --json |
  >     jq -S 'del(.manifest)' > $here/run.json
  >   jq -S 'del(.manifest, .point, .swept)' $out/own/points/${rest##*,}.json | cmp - $here/run.json; done

The number of workers does not change the bytes:

  $ for jobs in 1 3; do megavm sweep configs/sweep.yaml --jobs $jobs --out $out/jobs-$jobs > /dev/null; cmp $out/sweep/results.csv $out/jobs-$jobs/results.csv; done

Finished points are not simulated again; when the grid has grown, only the missing points are:

  $ megavm sweep configs/sweep.yaml --out $out/jobs-1
  40 points: 40 there already, 0 done, 0 failed: */out/jobs-1/results.csv (glob)
  $ sed 's/steps: 5/steps: 9/' configs/sweep.yaml > $here/grown.yaml
  $ megavm sweep $here/grown.yaml --out $out/jobs-1
  72 points: 40 there already, 32 done, 0 failed: */out/jobs-1/results.csv (glob)
  $ wc -l < $out/jobs-1/results.csv
  73
  $ ls $out/jobs-1/points | wc -l
  72

A damaged result file is told, and its run is made again. The results are the same:

  $ cp $out/jobs-1/results.csv $here/good.csv
  $ file=$(ls $out/jobs-1/points/*.json | sed -n 3p) && truncate -s 100 $file
  $ megavm sweep $here/grown.yaml --out $out/jobs-1
  */out/jobs-1/points/*.json: damaged: its run is made again (glob)
  72 points: 71 there already, 1 done, 0 failed: */out/jobs-1/results.csv (glob)
  $ cmp $here/good.csv $out/jobs-1/results.csv
  $ echo '{}' > $file && megavm sweep $here/grown.yaml --out $out/jobs-1
  */out/jobs-1/points/*.json: damaged: its run is made again (glob)
  72 points: 71 there already, 1 done, 0 failed: */out/jobs-1/results.csv (glob)
  $ cmp $here/good.csv $out/jobs-1/results.csv

A sweep that is killed leaves complete result files, and the next start continues from them:

  $ cat > $here/long.yaml <<END
  > cluster: {hypervisors: 3, memory: 64MiB}
  > vms: [{trace: workloads/traces/sort-user.mvt}]
  > sweep: {fabric.latency: {from: 100ns, to: 10us, steps: 20}, vms.local: {from: 20%, to: 90%, steps: 10}, policy: [fifo]}
  > END
  $ megavm sweep $here/long.yaml --out $out/whole | tail -n 1
  200 points: 0 there already, 200 done, 0 failed: */out/whole/results.csv (glob)
  $ megavm sweep $here/long.yaml --jobs 1 --out $out/killed > /dev/null & pid=$!
  $ until [ "$(ls $out/killed/points 2> /dev/null | wc -l)" -ge 10 ]; do :; done; kill -9 $pid; wait $pid 2> /dev/null; test -e $out/killed/results.csv
  [1]
  $ for i in $(seq 100); do pgrep -P 1 -f "$out/killed" > /dev/null || break; sleep 0.05; done
  $ for point in $out/killed/points/*.json; do jq -e .point $point > /dev/null || echo $point; done
  $ megavm sweep $here/long.yaml --out $out/killed | sed -E 's/: [1-9][0-9]* there already, [1-9][0-9]* done/: some there already, the others done/'
  200 points: some there already, the others done, 0 failed: */out/killed/results.csv (glob)
  $ cmp $out/whole/results.csv $out/killed/results.csv; ls -A $out/killed/points | wc -l
  200

A point that fails is reported with its configuration, and the others continue:

  $ megavm sweep configs/one-vm.yaml --out $out/none
  sweep: missing or empty: it maps keys to their values ('megavm run' simulates one configuration)
  [2]
  $ (cat configs/one-vm.yaml; echo 'sweep: {vms.local: [1%, 25%], prefetch: [none, oracle, next-n]}') > $here/failing.yaml
  $ megavm sweep $here/failing.yaml --out $out/failing
  vms.local=1% prefetch=none: vms.local of sort: 6 pages: allowed are 64 (K, to which the trace is filtered) to 565, the footprint of workloads/traces/sort-user.mvt
  vms.local=1% prefetch=oracle: vms.local of sort: 6 pages: allowed are 64 (K, to which the trace is filtered) to 565, the footprint of workloads/traces/sort-user.mvt
  vms.local=1% prefetch=next-n: vms.local of sort: 6 pages: allowed are 64 (K, to which the trace is filtered) to 565, the footprint of workloads/traces/sort-user.mvt
  vms.local=25% prefetch=oracle: oracle of sort: it needs the future, which a cluster does not know: 'megavm curve' tells that bound
  6 points: 0 there already, 2 done, 4 failed: */out/failing/results.csv (glob)
  4 of 6 points failed
  [1]
  $ cut -d, -f1-3 $out/failing/results.csv
  vms.local,prefetch,job
  25%,none,sort
  25%,next-n,sort
  $ megavm sweep $here/failing.yaml --out $out/failing 2> /dev/null
  6 points: 2 there already, 0 done, 4 failed: */out/failing/results.csv (glob)
  [1]

Keys that change together, and several repeats:

  $ (cat configs/jitter.yaml; echo 'repeats: 4'; echo 'sweep: {"fabric.sigma, vms.local": [[0.1, 25%], [0.8, 50%]], prefetch: [none, leap]}') > $here/zip.yaml
  $ megavm sweep $here/zip.yaml --out $out/zip
  4 points: 0 there already, 16 done, 0 failed: */out/zip/results.csv (glob)
  $ cut -d, -f1-3,12,15,16 $out/zip/results.csv | head -n 1
  fabric.sigma,vms.local,prefetch,repeats,slowdown,slowdown_ci95_model
  $ awk -F, 'NR > 1 {printf "%s %s %s %d %.4f %.4f\n", $1, $2, $3, $12, $15, $16}' $out/zip/results.csv
  0.1 25% none 4 4.6773 0.0057
  0.1 25% leap 4 4.6096 0.0044
  0.8 50% none 4 1.3524 0.0130
  0.8 50% leap 4 1.3177 0.0094
  $ megavm plot $out/zip --figure fetch-cdf --where prefetch=none --format svg | grep 'of the fetches'
    99 % of the fetches take at most 4.1 us (fabric.sigma 0.1) to 13 us (fabric.sigma 0.8). Of each point's first repeat.
  $ jq -c .repeats $out/zip/manifest.json
  [1,2,3,4]

One repeat runs again alone, with the same result:

  $ jq -c 'select(.swept["vms.local"] == "50%" and .swept.prefetch == "leap") | [.manifest.configuration.repeat, .jobs[0].time_s]' $out/zip/points/*.json | sort
  ["1",0.007646917022]
  ["2",0.007726611329]
  ["3",0.007665613176]
  ["4",0.007692221855]
  $ megavm run configs/jitter.yaml --set fabric.sigma=0.8 --set vms.local=50% --set prefetch=leap --set repeat=3 --json | jq -c '[.manifest.configuration.repeat, .jobs[0].time_s]'
  ["3",0.007665613176]

Mistakes are reported before any point runs:

  $ megavm sweep $here/failing.yaml --set cpu.ips=1e9 --out $out/failing
  */out/failing: it holds another sweep's results: configuration.cpu.ips was '2e9' and is '1e9' now: name another folder (--out) (glob)
  [2]
  $ mkdir $out/other && touch $out/other/file && megavm sweep $here/failing.yaml --out $out/other
  */out/other: it holds other files, and no sweep's: name another folder (--out) (glob)
  [2]
  $ megavm sweep $here/failing.yaml --out /proc/nowhere
  /proc/nowhere: cannot create the folder: No such file or directory
  [1]
  $ megavm sweep $here/failing.yaml --set prefetch=none --out $out/none
  --set 'prefetch=none': the configuration sweeps that key
  [2]
  $ sed 's/sort-user/nowhere/' $here/failing.yaml | megavm sweep - --out $out/none
  vms.local=1% prefetch=none: vms.0.trace: workloads/traces/nowhere.mvt: cannot open: No such file or directory
  [2]
  $ sed 's/25%\]/1%]/' $here/failing.yaml | megavm sweep - --out $out/none
  sweep: points 1 and 4 are the same configuration: vms.local=1% prefetch=none
  [2]
  $ sed 's/vms.local: \[/vms.locl: [/' $here/failing.yaml | megavm sweep - --out $out/none
  standard input:6:9: sweep: unknown key 'vms.locl' (did you mean 'vms.local'?)
  [2]
  $ sed 's/prefetch:/cluster.hypervisors: [2, 3], vms.0.host: [2], prefetch:/' $here/failing.yaml | megavm sweep - --out $out/none
  vms.local=1% cluster.hypervisors=2 vms.0.host=2 prefetch=none: --set vms.0.host: there is no hypervisor 2 (0 to 1)
  [2]
  $ megavm sweep
  megavm sweep: no configuration given
  Try `megavm sweep --help' or `megavm sweep --usage' for more information.
  [2]
  $ test -e $out/none
  [1]

What a sweep would do: its points, and about how long they take. Nothing is written:

  $ printf 'vms: [{trace: %s}]\nsweep: {vms.local: [25%%, 50%%], fabric.latency: [1us, 3us]}\n' "$ROOT/workloads/traces/sort-user.mvt" > $out/four.yaml
  $ megavm sweep $out/four.yaml --out $out/four --jobs 2 --dry-run | sed 's/about [0-9.e-]* s/about N s/' | sed "s|$out|OUT|"; ls $out/four 2>&1 | sed "s|$out|OUT|"
  vms.local=25% fabric.latency=1us
  vms.local=25% fabric.latency=3us
  vms.local=50% fabric.latency=1us
  vms.local=50% fabric.latency=3us
  4 points into OUT/four
  about N s at most, if all take as long as the first, 2 at a time
  ls: cannot access 'OUT/four': No such file or directory

The results as a table for SQL:

  $ megavm sweep $out/four.yaml --out $out/four --sqlite $out/four.db | sed "s|$out|OUT|"
  4 points: 0 there already, 4 done, 0 failed: OUT/four/results.csv
  $ sqlite3 $out/four.db 'select "vms.local", "fabric.latency", faults_demand, typeof(slowdown) from results order by slowdown limit 2'
  50%|1us|610|real
  50%|3us|610|real
  $ megavm sweep $out/four.yaml --out $out/four --sqlite $out/nowhere/four.db 2>&1 | tail -n 1 | sed "s|$out|OUT|"
  OUT/nowhere/four.db: unable to open database file
