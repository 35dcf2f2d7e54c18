Two sweeps over the same grid: the points that have changed, the largest change of a slowdown first, then those with other faults:

  $ results() { echo fabric.latency,vms.local,job,local_ratio,slowdown,faults_demand; cat; }
  $ mkdir before now
  $ results > before/results.csv <<END
  > 1us,25%,sort,0.25,2,100
  > 1us,50%,sort,0.5,1.5,50
  > 3us,25%,sort,0.25,4,100
  > 3us,50%,sort,0.5,,50
  > 9us,25%,sort,0.25,8,100
  > END
  $ results > now/results.csv <<END
  > 3us,50%,sort,0.5,2,50
  > 1us,25%,sort,0.25,2.2,100
  > 1us,50%,sort,0.5,1.5,51
  > 3us,25%,sort,0.25,3,80
  > 5us,25%,sort,0.25,5,100
  > 5us,50%,sort,0.5,5,100
  > END
  $ megavm diff before now
  job   fabric.latency  vms.local  slowdown     now   change  faults  now  change
  sort             3us        50%   stopped  2.0000        -      50   50      +0
  sort             3us        25%    4.0000  3.0000  -25.00%     100   80     -20
  sort             1us        25%    2.0000  2.2000  +10.00%     100  100      +0
  sort             1us        50%    1.5000  1.5000   +0.00%      50   51      +1
  
  4 of 4 common points have changed; 1 only in before/results.csv, 2 only in now/results.csv
  $ megavm diff before now --csv
  job,fabric.latency,vms.local,slowdown_before,slowdown_now,slowdown_change,faults_before,faults_now,faults_change
  sort,3us,50%,,2,,50,50,0
  sort,3us,25%,4,3,-0.25,100,80,-20
  sort,1us,25%,2,2.2,0.1,100,100,0
  sort,1us,50%,1.5,1.5,0,50,51,1
  sort,9us,25%,8,,,100,,
  sort,5us,25%,,5,,,100,
  sort,5us,50%,,5,,,100,
  $ megavm diff before before
  0 of 5 common points have changed
  $ megavm diff before now --markdown | head -n 3
  | job | fabric.latency | vms.local | slowdown | now | change | faults | now | change |
  | :--- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
  | sort | 3us | 50% | stopped | 2.0000 | - | 50 | 50 | +0 |
  $ megavm diff before now --latex | head -n 5
  \begin{tabular}{lrrrrrrrr}
  \toprule
  job & fabric.latency & vms.local & slowdown & now & change & faults & now & change \\
  \midrule
  sort & 3us & 50\% & stopped & 2.0000 & - & 50 & 50 & +0 \\

What is wrong:

  $ megavm diff before 2>&1 | head -n 1
  megavm diff: two folders of sweeps are needed, or their results.csv
  $ megavm diff before now before 2>&1 | head -n 1
  megavm diff: 'before' is one folder too many: two sweeps are compared
  $ results > now/results.csv <<END
  > 7us,50%,sort,0.5,2,50
  > END
  $ megavm diff before now
  before/results.csv and now/results.csv: no point in common
  [1]
  $ sed -n '1p; 2p; 2p' before/results.csv > now/results.csv; megavm diff before now
  now/results.csv:3: the same job with the same value of every key that both sweep as in line 2
  [1]

Tables of every command as Markdown, and as LaTeX, where what stands beside a table is a comment:

  $ megavm curve $ROOT/workloads/traces/sort-user.mvt --ratios 50% --markdown | head -n 5 | sed "s|$ROOT/||"
  workloads/traces/sort-user.mvt: lru, footprint 565 pages, 565 first touches
  
  | pages | local | faults | write-backs | slowdown |
  | :--- | ---: | ---: | ---: | ---: |
  | 283 | 50.1% | 610 | 520 | 1.1284 |
  $ megavm size $ROOT/workloads/traces/sort-user.mvt --latex | head -n 9
  % The smallest local memory that keeps each job under a slowdown, over ib-edr at 900ns
  
  \begin{tabular}{lrrrrr}
  \toprule
  job & slowdown at most & local pages & size & local & slowdown there \\
  \midrule
  sort & 1.1 & 318 & 1.2MiB & 56.3\% & 1.0998 \\
  \bottomrule
  \end{tabular}
  $ megavm run $ROOT/configs/one-vm.yaml --latex | grep -c '^\\toprule'
  4
  $ megavm compare $ROOT/results/reference/compare --markdown | sed -n 1,3p | cut -c1-100
  | workload | local | latency | faults simulate | bochs | % | slowdown simulate | bochs | % | added t
  | :--- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
  | boot | 25 % | 900ns | 31358 | 32144 | +2.51 | 1.0625 | 1.0649 | +0.22 | +3.79 |
