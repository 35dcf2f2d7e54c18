Made-up results of a sweep: two workloads, three latencies, three local sizes; the slowdown is 1 + latency / 1 us x (1 - local):

  $ mkdir -p sweep/points
  $ { echo fabric.latency,vms.local,job,workload,trace,policy,prefetch,local_ratio,base_s,slowdown,slowdown_ci95_model,faults_demand,prefetch_issued,prefetch_used,prefetch_late,fetch_ns_p50,fetch_ns_p99,stall_exit_s,stall_handler_s,stall_lookup_s,stall_post_s,stall_queue_s,stall_wire_s,stall_completion_s,stall_map_s,stall_buffer_s,stall_in_flight_s,stall_minor_s,stall_first_touch_s,link_utilisation_max,point
  >   for latency in 1 2 10; do for local in 25 50 100; do for job in sort boot; do
  >     echo $latency $local $job | awk '{ wait = $1 * (1 - $2 / 100); printf "%dus,%d%%,%s,%s,%s.mvt,lru,none,%g,1,%g,%g,%d,0,0,0,%d,%d,0,0,0,0,%g,%g,0,0,0,0,0,0,%g,p%d\n", $1, $2, $3, $3, $3, $2 / 100, 1 + wait, $1 == 10 ? 0.2 : 0, 1e6 * (1 - $2 / 100), 1000 * $1, 5000 * $1, 0.2 * wait, 0.8 * wait, wait / 20, $1 }'
  >   done; done; done; } > sweep/results.csv
  $ for p in 1 2 10; do
  >   echo '{"jobs": [{"name": "sort", "fetch_steps": {"ns": ['${p}000, ${p}500'], "count": [90, 10]}}, {"name": "boot", "fetch_steps": {"ns": ['${p}000'], "count": [5]}}]}' > sweep/points/p$p.json; done

The figures depend on what varies; a sentence summarises each:

  $ megavm plot sweep
  sweep/figures/slowdown-local.svg,png,pdf
    Slowdown at 25% local: 1.75 (1us, sort) to 8.5 (10us, sort); at 100% local: 1 in all lines. The bars are 95 % confidence intervals of the mean over what the model draws at random. Each panel has a range of its own.
  sweep/figures/slowdown-latency.svg,png,pdf
    Slowdown at 1us: 1 (100% local, sort) to 1.75 (25% local, sort); at 10us: 1 (100% local, sort) to 8.5 (25% local, sort). The bars are 95 % confidence intervals of the mean over what the model draws at random. Each panel has a range of its own.
  sweep/figures/heat-sort.svg,png,pdf
    Slowdown is 1 at 100% and 1us and 8.5 at 25% and 10us; it is at most 1.1 in 3 of 9 cells.
  sweep/figures/heat-boot.svg,png,pdf
    Slowdown is 1 at 100% and 1us and 8.5 at 25% and 10us; it is at most 1.1 in 3 of 9 cells.
  sweep/figures/fault-cost.svg,png,pdf
    Most at 10us, sort, 25%: 10 us, of which wire is 80 %.
  sweep/figures/fetch-cdf-25-local.svg,png,pdf
    99 % of the fetches take at most 1 us (1us, boot) to 10.5 us (10us, sort).
  sweep/figures/fetch-cdf-50-local.svg,png,pdf
    99 % of the fetches take at most 1 us (1us, boot) to 10.5 us (10us, sort).
  sweep/figures/fetch-cdf-100-local.svg,png,pdf
    99 % of the fetches take at most 1 us (1us, boot) to 10.5 us (10us, sort).
  sweep/figures/links.svg,png,pdf
    Utilisation of the busiest link at 25% local: 3.75 % (1us) to 37.5 % (10us); at 100% local: 0 % in all lines.
  $ ls -A sweep sweep/figures | head -n 10
  sweep:
  figures
  points
  results.csv
  
  sweep/figures:
  fault-cost.dat
  fault-cost.gp
  fault-cost.pdf
  fault-cost.png

The script and its data are kept, to be edited and drawn again:

  $ megavm plot sweep/results.csv --figure slowdown-latency --where workload=sort --format svg,png --out one --title 'Sort & "friends"' --band "$ROOT/results/published.csv"
  one/slowdown-latency.svg,png
    Slowdown at 1us: 1 (100% local) to 1.75 (25% local); at 10us: 1 (100% local) to 8.5 (25% local). The bars are 95 % confidence intervals of the mean over what the model draws at random.
  $ ls -A one
  slowdown-latency.dat
  slowdown-latency.gp
  slowdown-latency.png
  slowdown-latency.svg
  $ cat one/slowdown-latency.gp
  # Draw it again with: gnuplot slowdown-latency.gp
  set encoding utf8
  data = 'slowdown-latency.dat'
  set title 'Sort \& "friends": sort'
  set xlabel 'interconnect latency (us)'
  set ylabel 'slowdown (all local: 1)'
  set border 3
  set tics nomirror out
  set key below center horizontal Left reverse samplen 3 width 1 title ' ' font ',9'
  set grid  linecolor '#dddddd' linetype 1
  set xtics ('1' 1, '2' 2, '10' 10)
  set logscale x
  set xrange [0.8695652174:11.5]
  set logscale y
  set ytics (1, 2, 5, 10, 20, 50)
  set yrange [0.98:*]
  set arrow from graph 0,first 1 to graph 1,first 1 nohead linecolor '#888888' linewidth 1
  set object 1 rectangle from graph 0,first 1 to graph 1,first 1.1 behind fillcolor '#eeeeee' fillstyle solid noborder
  set label 'published: sort, boot' at graph 0.99,first 1.1 right offset 0,0.6 font ',9'
  set terminal svg size 680,440 dynamic enhanced font 'Helvetica,14' background '#ffffff'
  set output 'slowdown-latency.svg'
  plot data index 0 using 1:2:3 with yerrorbars linewidth 1 linecolor '#d55e00' pointtype 0 notitle, \
       data index 0 using 1:2 with linespoints linewidth 2 linecolor '#d55e00' dashtype 1 pointtype 7 pointsize 1 pointinterval 1 title '25% local', \
       data index 1 using 1:2:3 with yerrorbars linewidth 1 linecolor '#0072b2' pointtype 0 notitle, \
       data index 1 using 1:2 with linespoints linewidth 2 linecolor '#0072b2' dashtype 2 pointtype 5 pointsize 1 pointinterval 1 title '50% local', \
       data index 2 using 1:2:3 with yerrorbars linewidth 1 linecolor '#009e73' pointtype 0 notitle, \
       data index 2 using 1:2 with linespoints linewidth 2 linecolor '#009e73' dashtype 3 pointtype 9 pointsize 1 pointinterval 1 title '100% local'
  set terminal pngcairo size 1360,880 enhanced font 'Helvetica,20' linewidth 2 dashlength 0.6
  set output 'slowdown-latency.png'
  replot
  unset output
  $ cat one/slowdown-latency.dat
  # 25% local
  1 1.75 0
  2 2.5 0
  10 8.5 0.2
  
  
  # 50% local
  1 1.5 0
  2 2 0
  10 6 0.2
  
  
  # 100% local
  1 1 0
  2 1 0
  10 1 0.2
  $ cp one/slowdown-latency.svg before.svg && (cd one && LC_ALL=C.UTF-8 gnuplot slowdown-latency.gp) && cmp before.svg one/slowdown-latency.svg

Axes that the user chooses:

  $ megavm plot sweep --figure slowdown --x workload --lines latency --facet local --format svg --out own
  own/slowdown-25-local.svg
    Slowdown is lowest with sort (1us), 1.75, and highest with sort (10us), 8.5. The bars are 95 % confidence intervals of the mean over what the model draws at random.
  own/slowdown-50-local.svg
    Slowdown is lowest with sort (1us), 1.5, and highest with sort (10us), 6. The bars are 95 % confidence intervals of the mean over what the model draws at random.
  own/slowdown-100-local.svg
    Slowdown is 1 everywhere. The bars are 95 % confidence intervals of the mean over what the model draws at random.

Every key that the help names is one: swept keys, in full or by their last word, of all items of a list or of one; what is known of the jobs, also where
another key determines it (the workload, of swept traces):

  $ traces="$ROOT/workloads/traces"
  $ cat > items.yaml <<END
  > cluster: {hypervisors: 3, memory: 1GiB}
  > donors: {backing: nvme}
  > vms: [{name: a, trace: $traces/sort-user.mvt, policy: lru}, {name: b, trace: $traces/boot-small.mvt, policy: clock, prefetch: next-n}]
  > traffic: [{network: fabric, from: 1, to: 0, rate: 1Gbps}]
  > events: [{at: 2ms, fail: 2}]
  > sweep: {vms.0.local: [25%, 50%], traffic.0.rate: [1Gbps, 10Gbps, 20Gbps], events.0.at: [1ms, 2ms], fabric.latency: [1us, 2us]}
  > END
  $ megavm sweep items.yaml --out items
  24 points: 0 there already, 24 done, 0 failed: items/results.csv
  $ for key in vms.0.local traffic.0.rate rate events.0.at at fabric.latency latency workload local policy prefetch job; do
  >   for option in --x --lines --facet; do
  >     megavm plot items --figure slowdown $([ $option = --x ] || echo --x latency) $option $key --format svg --out by > by.txt 2>&1 || { echo "$option $key:"; cat by.txt; }; done; done
  $ for key in vms.0.local=25% traffic.0.rate=20Gbps at=1ms latency=2us policy=clock prefetch=next-n job=b; do
  >   megavm plot items --figure slowdown --x rate --where $key --format svg --out by > by.txt || echo $key; done
  $ printf 'vms: [{trace: x}]\nsweep: {vms.trace: [%s/sort-user.mvt, %s/boot-small.mvt], vms.local: [50%%, 75%%], policy: [lru, fifo]}\n' "$traces" "$traces" > two.yaml
  $ megavm sweep two.yaml --out two
  8 points: 0 there already, 8 done, 0 failed: two/results.csv
  $ for key in workload job trace vms.trace; do megavm plot two --figure slowdown-local --lines $key --format svg --out by | sed -n 2p; done | uniq -c | sed 's/^ *//'
  4   Slowdown at 50% local: 1.02 (boot, approximate fifo) to 1.26 (sort, approximate fifo); at 75% local: 1 (boot, approximate fifo) to 1.07 (sort, approximate fifo).
  $ megavm plot two --figure slowdown-local --where workload=boot --format svg --out by | sed -n 2p
    Slowdown at 50% local: 1.02 (approximate fifo) to 1.04 (lru); at 75% local: 1 (approximate fifo) to 1 (lru).

The same results give the same bytes in every format, also a second later:

  $ megavm plot sweep --out again > /dev/null && sleep 1.1 && megavm plot sweep > /dev/null && diff -r again sweep/figures && echo same
  same

Names with special characters of gnuplot are plain texts:

  $ sed "2s/,sort,sort,/,\"it's \`touch gone\`, {\/=30 x}_y\",\"it's \`touch gone\`, {\/=30 x}_y\",/" sweep/results.csv > odd.csv
  $ megavm plot odd.csv --figure slowdown-local --where latency=1us --format svg --out odd
  odd/slowdown-local.svg
    Slowdown at 25% local: 1.75 in all lines; at 100% local: 1 in all lines.
  $ grep -c 'touch gone`, {/=30 x}_y</tspan>' odd/slowdown-local.svg; ls gone
  1
  ls: cannot access 'gone': No such file or directory
  [2]

Mistakes are reported before anything is drawn:

  $ megavm plot
  megavm plot: no folder or results.csv given
  Try `megavm plot --help' or `megavm plot --usage' for more information.
  [2]
  $ megavm plot sweep --figure pie
  megavm plot: unknown figure 'pie': allowed are slowdown-local, slowdown-latency, slowdown, heat, fault-cost, added-time, fetch-cdf, prefetch-coverage, prefetch-accuracy, links
  Try `megavm plot --help' or `megavm plot --usage' for more information.
  [2]
  $ megavm plot sweep --format svg,gif
  megavm plot: unknown format 'gif': allowed are svg, png, pdf
  Try `megavm plot --help' or `megavm plot --usage' for more information.
  [2]
  $ megavm plot sweep --x polcy
  --x: 'polcy' is not a key that varies: allowed are fabric.latency, vms.local, workload
  [2]
  $ megavm plot sweep --where latency=3us
  --where fabric.latency: '3us' is not one of its values: allowed are 1us, 2us, 10us
  [2]
  $ megavm plot nowhere
  nowhere: No such file or directory
  [1]
  $ mkdir empty && megavm plot empty
  empty/results.csv: No such file or directory
  [1]
  $ head -n 1 sweep/results.csv > rows.csv && megavm plot rows.csv
  rows.csv: no rows below the names of the columns
  [1]
  $ sed 1s/slowdown,/slow,/ sweep/results.csv > column.csv && megavm plot column.csv
  column.csv:1: no column 'slowdown'
  [1]
  $ sed 1s/link_utilisation_max/links/ sweep/results.csv > column.csv && megavm plot column.csv --figure links
  column.csv:1: no column 'link_utilisation_max', which the figure links needs
  [1]
  $ sed 3s/,1.75,/,fast,/ sweep/results.csv > number.csv && megavm plot number.csv
  number.csv:3:slowdown: 'fast' is not a number
  [1]
  $ sed 5s/1us/1/ sweep/results.csv > unit.csv && megavm plot unit.csv
  unit.csv:5:fabric.latency: '1' has no unit (ns, us, ms, s)
  [1]
  $ printf 'title,low,high,workloads,source\na,2,1,,x\n' > bands.csv && megavm plot sweep --band bands.csv
  bands.csv:2:high: 1 is not above low, 2
  [1]
  $ megavm plot sweep --out rows.csv/figures
  rows.csv/figures: cannot create the folder: Not a directory
  [1]
  $ mkdir bin && ln -s "$(command -v sh)" "$(command -v megavm)" bin/ && PATH=$PWD/bin megavm plot sweep --out without
  gnuplot was not found: figures need it (Debian package gnuplot-nox)
  [1]
  $ ls without
  ls: cannot access 'without': No such file or directory
  [2]
  $ printf '#!/bin/sh\necho "line 7: it broke" >&2; exit 1\n' > bin/gnuplot; chmod +x bin/gnuplot; PATH=$PWD/bin:$PATH megavm plot sweep --out broken
  slowdown-local: gnuplot: line 7: it broke
  [1]
  $ ls -A broken

A figure that does not show everything says what it leaves out, and how to see it:

  $ printf 'vms: [{trace: %s/workloads/traces/sort-user.mvt}]\nsweep: {fabric.latency: [1us, 3us], vms.local: [20%%, 25%%, 30%%, 35%%, 40%%, 45%%, 50%%, 60%%, 70%%, 80%%]}\n' "$ROOT" > ten.yaml
  $ megavm sweep ten.yaml --out ten > /dev/null
  $ megavm plot ten --figure slowdown-latency --format svg
  ten/figures/slowdown-latency.svg
    Slowdown at 1us: 1.01 (80% local) to 3.12 (20% local); at 3us: 1.02 (80% local) to 6.32 (20% local). It leaves out 40% local, 70% local (--where vms.local=VALUE draws one of them).
  fault costs: none (ideal)
  $ megavm plot ten --figure slowdown-latency --format svg --where vms.local=40% | grep -c 'leaves out'
  0
  [1]

Lines that lie on one another have panels, with one legend and a range each where one range would flatten them; traces are named by their workloads, long numbers
by three digits:

  $ { echo vms.trace,fabric.preset,vms.local,job,workload,local_ratio,slowdown
  >   for job in sort boot join load; do for preset in ib-edr ./mine/slow.yaml; do for local in 12.345678 25 50 100; do
  >     echo $job $preset $local | awk '{ printf "t/%s-small.mvt,%s,%s%%,%s,%s,%g,%g\n", $1, $2, $3, $1, $1, $3 / 100, 1 + ($1 == "sort" ? 5 : 0.05) * ($2 == "ib-edr" ? 1 : 2) * (1 - $3 / 100) }'
  >   done; done; done; } > close.csv
  $ megavm plot close.csv --format svg --out close
  close/slowdown-local.svg
    Slowdown at 12.3% local: 1.04 (boot, ib-edr) to 9.77 (sort, slow); at 100% local: 1 in all lines. Each panel has a range of its own.
  $ grep -oE "^set label '[^']*' at graph|keyentry .*" close/slowdown-local.gp | sed -E "s/ with .* title / /"
  set label 'sort' at graph
  set label 'boot' at graph
  set label 'join' at graph
  set label 'load' at graph
  keyentry 'ib-edr', \
  keyentry 'slow'

  $ megavm plot close.csv --lines trace,preset --format svg --out one-plot | tail -n 1
    Slowdown at 12.3% local: 1.04 (boot, ib-edr) to 9.77 (sort, slow); at 100% local: 1 in all lines.
  $ megavm plot close.csv --format svg --out same --same-y --log y --size 12cm --font Times,9 --title '' --ylabel slower > /dev/null
  $ grep -E "terminal|logscale y|slower" same/slowdown-local.gp | sort -u
  set label 'slower' at screen 0.02381,screen 0.56528 center rotate by 90
  set logscale y
  set terminal svg size 454,386 dynamic enhanced font 'Times,12' background '#ffffff'
  $ megavm plot close.csv --format pdf --out paper --style paper > /dev/null && grep terminal paper/slowdown-local.gp
  set terminal pdfcairo size 8.382cm,6.864cm enhanced font 'Helvetica,8' dashlength 0.6
  $ megavm plot close.csv --size 3 2>&1 | head -n 1
  megavm plot: --size '3': expected WIDTH or WIDTHxHEIGHT in 'in' or 'cm', from 1in to 40in
  $ megavm plot close.csv --log z 2>&1 | head -n 1
  megavm plot: --log 'z': expected x, y, xy or none
  $ megavm plot close.csv --font Times,200 2>&1 | head -n 1
  megavm plot: --font: a size of '200' points: allowed are 4 to 72
  $ megavm plot close.csv --free-y --same-y 2>&1 | head -n 1
  megavm plot: --free-y and --same-y cannot be combined
  $ megavm plot close.csv --style poster 2>&1 | head -n 1
  megavm plot: --style 'poster': expected screen or paper
