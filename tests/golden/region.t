A region needs the names of its markers:

  $ megavm trace filter whole.mvt --region ,roi-end -o region.mvt
  megavm trace filter: --region: a marker has no name: expected BEGIN or BEGIN,END
  Try `megavm trace filter --help' or `megavm trace filter --usage' for more
  information.
  [2]
  $ megavm trace filter whole.mvt --region roi-begin, -o region.mvt 2>&1 | head -n 1
  megavm trace filter: --region: a marker has no name: expected BEGIN or BEGIN,END

The joins' region is the queries: the server's pauses, which are at its start and its end, are outside.

  $ megavm trace info --json "$ROOT/workloads/traces/mysql-small.mvt" | jq -c '[.idle_ns, .idle_ns_outside > 1e8, .instructions > 2e8]'
  [0,true,true]
