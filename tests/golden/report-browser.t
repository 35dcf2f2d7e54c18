A report in a real headless browser, on a wide screen and on one of 360 pixels: there are no errors and no requests to other places, the page is no wider than
the screen, every figure is drawn, and each column head sorts the table, by number where a column holds numbers.

  $ mkdir sweep && cp "$ROOT/tests/golden/report-browser.csv" sweep/results.csv && megavm report sweep
  sweep/index.html
  $ "$ROOT/tests/browser/open.sh" sweep/index.html 1280 > wide || { status=$?; echo "report-browser.t: $(cat wide)" >> "$SKIPPED"; exit $status; }
  $ cat wide
  width: 1280
  wider than the screen: false
  figures: 1, of no size 0
  ids twice: 0
  marks without a shape: 0 of many
  heads that a key reaches: 9 of 9
  by fabric.latency ascending: 900ns 10us 100us 2ms
  by fabric.latency descending: 2ms 100us 10us 900ns
  by slowdown ascending: 1.0100 2.5000 10.0000 stopped
  by job ascending: &lt;i&gt;c&lt;/i&gt; a-2 a-10 b
  heads with an order: 1
  wrong: nothing
  $ "$ROOT/tests/browser/open.sh" sweep/index.html 360 > narrow; head -n 1 narrow; tail -n +2 wide | diff - <(tail -n +2 narrow)
  width: 360

The check itself detects errors:

  $ sed 's|<h1>|<img src="https://example.invalid/x.png"><p style="width: 2000px" id="e1">|' sweep/index.html > wrong.html
  $ "$ROOT/tests/browser/open.sh" wrong.html 360 | grep -E 'wider|twice|wrong|CONSOLE' | sed 's/.*CONSOLE.*/the console/'
  wider than the screen: true
  ids twice: 1
  wrong: asked for https://example.invalid/x.png; a resource did not load
  the console

A chart is explored, its scale switched, the results filtered, and axe-core finds nothing serious, on a wide screen and on a phone's:

  $ axe=$(dirname "$(command -v megavm)")/vendor/axe.min.js
  $ [ -f "$axe" ] || { echo "report-browser.t: no axe-core (scripts/vendor.sh)" >> "$SKIPPED"; exit 80; }
  $ mkdir lines && { echo vms.local,policy,job,workload,local_ratio,slowdown; for p in lru opt; do for l in 25 50 75 100; do echo "$l%,$p,sort,sort,0.$l,$((200 - l))e-2"; done; done; } > lines/results.csv
  $ megavm report lines
  lines/index.html
  $ for width in 1300 420; do "$ROOT/tests/browser/open.sh" lines/index.html $width "$axe" "$ROOT/tests/browser/axe.js"; done
  width: 1300
  wider than the screen: false
  charts: 1, drawing hidden: true
  scale: Linear scale
  entries of the legend: 3
  filtered: 0 of 8 lines
  figures beyond the screen: 0
  serious findings: 0
  wrong: nothing
  width: 420
  wider than the screen: false
  charts: 1, drawing hidden: true
  scale: Linear scale
  entries of the legend: 3
  filtered: 0 of 8 lines
  figures beyond the screen: 0
  serious findings: 0
  wrong: nothing
