Recording a program at native speed: the last A pages run unrecorded, and every other touch is a record.

  $ . "$ROOT/tests/native/ready.sh" scan calls stress
  $ program=$(type -P megavm); megavm() { "$program" "$@" </dev/null; }
  $ record() { megavm record --native -o trace.mvt "$@" 2>log; }

A program that writes 250 pages in order four times makes a record of every touch as long as the active set is smaller. Its frames are the program's virtual
pages:

  $ record --active 400KiB --only-mappings 1000KiB -- ./scan cycle 250 4
  124500
  $ megavm trace info --json trace.mvt | jq -c '[.workload, .command, .active, .k, .records, .writes, .footprint_pages]'
  ["scan","./scan cycle 250 4",100,0,1000,1000,250]
  $ megavm trace check trace.mvt
  trace.mvt: whole: 1000 records, 1 block, \d+ bytes (re)
  $ megavm trace cat trace.mvt | awk '$1 != "#" { print }' | wc -l
  1000

With an active set that holds all pages there is a record for each page and no more:

  $ rm trace.mvt; record --active 2000KiB --only-mappings 1000KiB -- ./scan cycle 250 4
  124500
  $ megavm trace info --json trace.mvt | jq -c '[.active, .records, .footprint_pages]'
  [500,250,250]

A record says whether its page was written before it was unmapped again. Here each of 50 pages is written in the first round and read in the others:

  $ rm trace.mvt; record --active 40KiB --only-mappings 200KiB -- ./scan read 50 3
  3675
  $ megavm trace info --json trace.mvt | jq -c '[.records, .writes]'
  [150,50]

A page that comes in by a read and is written then makes one record, a write; also of those still mapped at the end, and of those that the program gives back:

  $ for how in "40KiB update" "400KiB update" "40KiB give" "400KiB give"; do
  >   rm trace.mvt; record --active ${how% *} --only-mappings 200KiB -- ./scan ${how#* } 50 3 > sum; cat sum
  >   megavm trace info --json trace.mvt | jq -c '[.records, .writes]'
  > done
  6125
  [150,150]
  6125
  [50,50]
  1225
  [150,150]
  1225
  [150,150]

What LRU does is known for these programs: with M of 250 pages it faults at each of the 750 touches of the later rounds, and it writes back all but the M that
are left. The band holds these numbers at every size from twice the active set on:

  $ rm trace.mvt; record --active 100KiB --only-mappings 1000KiB -- ./scan cycle 250 4
  124500
  $ megavm curve trace.mvt --csv > curve.csv 2>log
  $ python3 - <<'PY'
  > import csv
  > rows = [row for row in csv.DictReader(open("curve.csv"))]
  > for row in rows:
  >     pages = int(row["local_pages"])
  >     faults, writes = (750, 1000 - pages) if pages < 250 else (0, 0)
  >     assert int(row["faults_low"]) <= faults <= int(row["faults_high"]), row
  >     assert int(row["writebacks_low"]) <= writes <= int(row["writebacks_high"]), row
  > print(rows[0]["local_pages"], rows[-1]["local_pages"])
  > PY
  49 250
  $ megavm curve trace.mvt --frames 48
  trace.mvt: --frames 48, a local size of 48 pages: allowed are 49 (2 A - 1, where A is the active set with which it was recorded) to 250, the footprint
  [2]

The program runs as it would by itself, whatever it does, with one thread and with several:

  $ seq 60000 -1 1 > numbers; sort -n numbers > right
  $ rm trace.mvt; record --active 1MiB --program-output sorted -- sort --parallel=1 -n numbers; cmp sorted right; megavm trace check trace.mvt > /dev/null
  $ rm trace.mvt; record --active 200KiB -- ./calls; megavm trace check trace.mvt > /dev/null
  almost done
  $ rm trace.mvt; record --active 400KiB -- ./stress 4 300 2; megavm trace check trace.mvt > /dev/null; grep threads log
  600
  threads        up to 4, recorded as one virtual CPU in the order of their traps
  $ rm trace.mvt; record --active 1MiB -- sh -c 'exit 3'
  [3]

The options of a guest in Bochs are refused, and so is a command without a trace to write:

  $ megavm record --native -o trace.mvt --k 0 -- true 2>&1 | head -n 1
  megavm record: --size, --k, --region, --job, --guest-memory, --vcpus, --crosscheck, --console and --cache are for a guest in Bochs, not for --native
  $ megavm record --native -- true 2>&1 | head -n 1
  megavm record: no trace given (-o FILE)
  $ megavm record --native -o trace.mvt 2>&1 | head -n 1
  megavm record: no command given (-- COMMAND ARGS)
  $ megavm record sort --active 1MiB 2>&1 | head -n 1
  megavm record: --active, --only-mappings and --program-output need --native
