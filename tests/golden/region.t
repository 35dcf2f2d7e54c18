A region needs the names of its markers:

  $ megavm trace filter whole.mvt --region ,roi-end -o region.mvt
  megavm trace filter: --region: a marker has no name: expected BEGIN or BEGIN,END
  Try `megavm trace filter --help' or `megavm trace filter --usage' for more
  information.
  [2]
  $ megavm trace filter whole.mvt --region roi-begin, -o region.mvt 2>&1 | head -n 1
  megavm trace filter: --region: a marker has no name: expected BEGIN or BEGIN,END
