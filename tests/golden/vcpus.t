A trace of several virtual CPUs does not say which of them waits for which. The slowdown has two bounds: nobody waits for another one's fetch ("slowdown"),
or everybody waits for each ("at most").

Two virtual CPUs take turns, as at a lock: while one sweeps 1000 pages of its own, 200 instructions apart, the other is idle. After two sweeps every touch is
one of 20000 faults, which take 24.55 ms together, and nothing overlaps, so that the job takes 2.20 + 24.55 ms, 12.16 times as long. That is the upper bound:

  $ turns() { echo page,vcpu,instructions,idle_ns; awk 'BEGIN { for (turn = 0; turn < 22; turn++) for (page = 0; page < 1000; page++)
  >     print turn % 2 * 1000 + page "," turn % 2 ",200," (page == 0 && turn ? 100000 : 0) }'; }
  $ turns > turns.csv && megavm trace import --format csv --k 0 --vcpus 2 turns.csv -o turns.mvt
  turns.mvt: 22000 records, 2000 pages, 22000 references read, reduction 1.0
  $ megavm curve turns.mvt --ratios 50%,100%
  turns.mvt: lru, footprint 2000 pages, 2000 first touches, 47.7 % of the base idle
       pages   local         faults    write-backs   slowdown    at most
        1000   50.0%          20000              0     6.5804    12.1607
        2000  100.0%              0              0     1.0000     1.0000
  fault costs: none (ideal)
  $ megavm curve turns.mvt --ratios 50% --csv
  fault costs: none (ideal)
  trace,policy,local_pages,local_ratio,first_touches,faults,writebacks,slowdown,slowdown_max,base_idle_share
  turns.mvt,lru,1000,0.500000,2000,20000,0,6.58036364,12.1607273,0.477273
  $ megavm curve turns.mvt --ratios 50% --policy fifo --csv | tail -n 1
  fault costs: none (ideal)
  turns.mvt,fifo,1000,0.500000,2000,20000,0,6.58036364,12.1607273,0.477273

A simulated cluster says the same of it:

  $ printf 'cluster: {hypervisors: 2, memory: 64MiB}\nvms: [{name: turns, trace: turns.mvt, local: 50%%}]\n' > turns.yaml
  $ megavm run turns.yaml | sed '/^stalls/,$d'
  1 job on 2 hypervisors, over after 14.48ms; fault costs: none (ideal)
  
  job    local pages      faults     in write-   fetch   fetch    base     time slowdown slowdown
        of footprint    %        flight  backs    mean     p99         at least at least  at most
  turns    1000/2000 50.0  20000      0      0 1.228us 1.228us 2.200ms  14.48ms   6.5804  12.1607
  turns: 47.7 % of its base is idle
  
  $ megavm run turns.yaml --json | jq -c '.jobs[0] | [.base_s, .time_s, .slowdown, .time_max_s, .slowdown_max, (.stall_s | add) + .base_s - .time_max_s]'
  [0.0022,0.0144768,6.580363636363637,0.0267536,12.160727272727273,0]

A sweep carries both into its results, its figures and its report:

  $ (cat turns.yaml; echo 'sweep: {vms.local: [25%, 50%, 75%], fabric.latency: [1us, 10us]}') > grid.yaml
  $ megavm sweep grid.yaml --out grid
  6 points: 0 there already, 6 done, 0 failed: grid/results.csv
  $ jq -r '.jobs[0] | [.local_pages, .slowdown, .slowdown_max] | @csv' grid/points/*.json | sort -n
  500,47.944,94.888
  500,7.035029672727273,13.069938763636364
  1000,47.944,94.888
  1000,7.035029672727273,13.069938763636364
  1500,2.3401605818181817,2.385615127272727
  1500,6.526798254545454,6.5722528
  $ megavm plot grid --figure slowdown-local --format svg
  grid/figures/slowdown-local.svg
    Slowdown at 25% local: 7.04 (1us) to 94.9 (10us, at most); at 75% local: 2.34 (1us) to 6.57 (10us, at most). The base of turns is idle for 48 %. At most: if each fetch of a job with several virtual CPUs delays all of them.
  fault costs: none (ideal)
  $ megavm plot grid --figure heat --format svg
  grid/figures/heat.svg
    Slowdown is 2.34 at 75% and 1us and 47.9 at 25% and 10us; it is at most 1.1 in 0 of 6 cells. Lower bounds, of jobs with several virtual CPUs.
  fault costs: none (ideal)
  $ megavm report grid > /dev/null && grep -o 'Slowdown at [^<]*' grid/index.html | head -n 2; grep -oE '>(at most|idle of it \(s\))</button>' grid/index.html
  Slowdown at 25% local: 7.04 (1us) to 94.9 (10us, at most); at 75% local: 2.34 (1us) to 6.57 (10us, at most). The base of turns is idle for 48 %. At most: if each fetch of a job with several virtual CPUs delays all of them.
  Slowdown at 1us: 2.34 (75% local) to 13.1 (25% local, at most); at 10us: 6.53 (75% local) to 94.9 (25% local, at most). The base of turns is idle for 48 %. At most: if each fetch of a job with several virtual CPUs delays all of them. Each panel has a range of its own.
  >at most</button>
  >idle of it (s)</button>

Two virtual CPUs sweep the same 2000 pages, one 100 ns after the other, 1 us a page. Whoever comes second waits for the page that the first has requested, so
that each of 2000 faults delays both: 4 + 2.455 ms. The bounds are next to each other:

  $ { echo page,vcpu,instructions; awk 'BEGIN { for (sweep = 0; sweep < 2; sweep++) for (page = 0; page < 2000; page++) for (vcpu = 0; vcpu < 2; vcpu++)
  >     print page "," vcpu "," (vcpu && !page && !sweep ? 2200 : 2000) }'; } > same.csv
  $ megavm trace import --format csv --k 0 --vcpus 2 same.csv -o same.mvt
  same.mvt: 8000 records, 2000 pages, 8000 references read, reduction 1.0
  $ megavm curve same.mvt --ratios 50%
  same.mvt: lru, footprint 2000 pages, 2000 first touches
       pages   local         faults    write-backs   slowdown    at most
        1000   50.0%           2000              0     1.6138     1.6138
  fault costs: none (ideal)
  $ printf 'cluster: {hypervisors: 2, memory: 64MiB}\nvms: [{name: same, trace: same.mvt, local: 50%%}]\n' > same.yaml
  $ megavm run same.yaml | sed '/^stalls/,$d'
  1 job on 2 hypervisors, over after 6.455ms; fault costs: none (ideal)
  
  job   local pages      faults     in write-   fetch   fetch    base     time slowdown slowdown
       of footprint    %        flight  backs    mean     p99         at least at least  at most
  same    1000/2000 50.0   2000   2000      0 1.228us 1.228us 4.000ms  6.455ms   1.6138   1.6138
  
  $ megavm run same.yaml --json | jq -c '.jobs[0] | [.slowdown, .slowdown_max]'
  [1.6137996550086249,1.6138246543836403]
