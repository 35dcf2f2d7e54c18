Two made-up experiments in the form that sweeps write:

  $ for name in first second; do
  >   mkdir -p $name/points
  >   { echo fabric.latency,job,workload,trace,policy,prefetch,local_ratio,base_s,time_s,slowdown,slowdown_ci95_model,faults_demand,point
  >     for latency in 10us 900ns 100us; do echo "$latency,\"<b>sort</b>\",sort,sort.mvt,lru,none,0.25,2,4,$(( ${#latency} )).5,0.25,7,p"; done; } > $name/results.csv
  > done
  $ cat > first/manifest.json << 'END'
  > {"version": "1.2", "comment": "One VM & two donors.\nQuestion: how much <later>?     megavm sweep first.yaml\n   megavm sweep first.yaml --jobs 2",
  >  "repeats": [1, 2], "machine": {"processor": "any", "cores": 2}, "traces": [{"path": "sort.mvt", "digest": "xxh3-128:0"}], "configuration": {"policy": "lru"}}
  > END
  $ megavm report first
  first/index.html
  $ grep -E '^<title>|<h2>' first/index.html
  <title>Mega-VM: How much &lt;later&gt;?</title>
  <h2>How much &lt;later&gt;?</h2>
  $ grep -c '<b>sort' first/index.html
  0
  [1]
  $ sed -n '/<h2>/,/<div/p' first/index.html
  <h2>How much &lt;later&gt;?</h2>
  <p>One VM &amp; two donors.
  
  </p>
  <p>3 lines of results. What varies: fabric.latency (900ns to 100us, 3 values).</p>
  <div class="figures">
  $ grep '<figcaption>' first/index.html
  <figcaption><b>first: Slowdown against interconnect latency.</b> Slowdown at 900ns: 5.5; at 100us: 5.5. The bars are 95 % confidence intervals of the mean over what the model draws at random.</figcaption></figure>
  $ sed -n '/made from/,/<.dl>/p' first/index.html | grep -v 'written by'
  <details><summary>What it was made from</summary>
  <pre>megavm sweep first.yaml
  megavm sweep first.yaml --jobs 2
  </pre>
  <dl>
  <dt>results</dt><dd>first/results.csv</dd>
  <dt>version</dt><dd>1.2</dd>
  <dt>repeats</dt><dd>1, 2</dd>
  <dt>machine</dt><dd>processor any, cores 2</dd>
  <dt>trace</dt><dd>sort.mvt, xxh3-128:0</dd>
  </dl></details>

The page requests nothing from other places (the names of XML namespaces are not requests):

  $ grep -oE '(src|href)=.[^#>]{1,40}|url\([^#].{0,20}|https?://[^" ]*' first/index.html | sort -u
  http://www.w3.org/1999/xlink
  http://www.w3.org/2000/svg

The same folder gives the same bytes; no other file is left in it:

  $ cp first/index.html before.html && megavm report first && cmp before.html first/index.html && ls -A first
  first/index.html
  index.html
  manifest.json
  points
  results.csv

Several folders are sections of one page; a folder without a manifest has its name as the heading:

  $ megavm report first second -o both/all.html && grep -E '<h1>|<h2>|<li>' both/all.html && ls -A both
  both/all.html
  <h1>Mega-VM: 2 experiments</h1>
  <li><a href="#e1">How much &lt;later&gt;?</a> Slowdown at 900ns: 5.5; at 100us: 5.5. The bars are 95 % confidence intervals of the mean over what the model draws at random.</li>
  <li><a href="#e2">second</a> Slowdown at 900ns: 5.5; at 100us: 5.5. The bars are 95 % confidence intervals of the mean over what the model draws at random.</li>
  <h2>How much &lt;later&gt;?</h2>
  <h2>second</h2>
  all.html

Mistakes:

  $ megavm report
  megavm report: no folder given
  Try `megavm report --help' or `megavm report --usage' for more information.
  [2]
  $ megavm report first second
  megavm report: several folders need -o FILE
  Try `megavm report --help' or `megavm report --usage' for more information.
  [2]
  $ echo '{"version": }' > second/manifest.json; rm first/index.html; megavm report first second -o all.html; ls all.html
  second/manifest.json:1: unexpected token near '}'
  ls: cannot access 'all.html': No such file or directory
  [2]
  $ megavm report first nowhere -o all.html
  nowhere: No such file or directory
  [1]
  $ megavm report first -o /proc/index.html
  /proc: No such file or directory
  [1]
  $ ls -A first
  manifest.json
  points
  results.csv
