Two recordings of one workload are identical, byte for byte:

  $ . "$ROOT/tests/record/ready.sh" probe boot
  $ megavm record probe --size tiny -o two.mvt --console console > said-too & megavm record probe --size tiny -o one.mvt > said; wait $!
  $ cmp one.mvt two.mvt && cmp <(tail -n +3 said) <(tail -n +3 said-too)
  $ ls
  console
  one.mvt
  said
  said-too
  two.mvt
  $ megavm trace check one.mvt
  one.mvt: whole: * (glob)
  $ grep -c 'init: run.sh ended with status 0' console
  1

The guest's references are known by construction: `tiny` of workloads/probe/workload.yaml. The trace has all of them, with page, type and source, and no others:

  $ megavm trace info one.mvt > info && megavm trace cat --from-marker roi-begin one.mvt > cat
  $ awk -f "$ROOT/tests/record/pages.awk" -f "$ROOT/tests/record/touched.awk" info cat
  fresh 300 W data
  again 200 R data
  movsb 150 R data, 150 W data
  movsq 150 W data, 150 R data
  stosq 100 W data
  part 60 W data
  dma 128 W dma

The guest also knows which pages its region overwrites whole: those into which it copies, which it fills or into which the disk reads, and the new ones, which the
kernel clears. It has filled `part` but for a byte of each page, and read `source` first. The pages that it freed before all are among the new ones:

  $ megavm trace filter --region roi-begin,roi-end one.mvt -o region.mvt > kept && megavm trace check region.mvt
  region.mvt: whole: * (glob)
  $ awk -f "$ROOT/tests/record/pages.awk" -f "$ROOT/tests/record/overwritten.awk" info <(megavm trace cat --snapshot --count 0 region.mvt)
  freed 250, 0 of 0
  fresh 300, 300 of 300
  source 150, 0 of 150
  sink 150, 150 of 150
  filled 100, 100 of 100
  part 60, 0 of 60
  read 128, 128 of 128
  $ megavm trace info region.mvt | grep overwritten
  overwritten    679 pages whole by their first use

Hinted, these pages are first touches. At most so many fetches fewer remain, how many depends on the kernel:

  $ for pages in fetched hinted; do megavm curve region.mvt --ratios 100% --csv --set guest.free_pages=$pages 2> /dev/null | tail -n 1 | cut -d, -f5,6,10; done > faults
  $ cut -d, -f1 faults
  0
  679
  $ awk -F, 'NR == 1 { faults = $2; compulsory = $3 } END { print ($2 < faults && $2 >= faults - $1 && $3 < compulsory && $3 <= $2 ? "fewer" : "not fewer: " $0) }' faults
  fewer

Another region than the observed one says nothing of it:

  $ megavm trace filter --region roi-begin,fresh-end one.mvt -o fresh.mvt > kept && megavm curve fresh.mvt --set guest.free_pages=hinted
  fresh.mvt: guest.free_pages: hinted needs a trace that says which pages of its snapshot are overwritten whole; this one does not: 'megavm record --region' records it, since version 2 of the format
  [2]

  $ megavm trace info --json one.mvt | jq -c '[.workload, .size, .k, (.markers | length), (.records == ([.sources[]] | add)), (.sources | map_values(. > 100))]'
  ["probe","tiny",64,16,true,{"data":true,"fetch":true,"walk":true,"dma":true}]
  $ megavm trace info --json one.mvt | jq -r .command
  megavm record probe --size tiny --k 64

Every page is in the guest's memory, 512 MiB, and none is at an address of video memory or ROM:

  $ megavm trace cat one.mvt | awk '!/^#/ { frame[$7]++ } END { for (f in frame) print f }' > frames
  $ awk '{ n = 0; for (i = 3; i <= length($1); i++) n = n * 16 + index("0123456789abcdef", substr($1, i, 1)) - 1; if (n >= 131072 || (n >= 160 && n < 256)) print "not RAM:", $1 }' frames
  $ [ "$(wc -l < frames)" -eq "$(megavm trace info --json one.mvt | jq .footprint_pages)" ]

Recording the page of every single instruction gives the same clocks and pages, and the same LRU faults at every memory, except for the order within one
instruction (bochs-plugin/recorder.h), which shifts a page by at most the number of pages of one instruction:

  $ MEGAVM_PROGRESS=on script -qec "megavm record probe --size tiny --crosscheck -o every.mvt" /dev/null < /dev/null > shown & megavm record boot --size tiny --guest-memory 8GiB -o large.mvt > /dev/null; wait $!
  $ for trace in one every; do megavm trace info --json $trace.mvt | jq -c '[.instructions, .idle_ns, .footprint_pages]' > $trace.totals; done; cmp one.totals every.totals
  $ megavm trace cat every.mvt | awk '!/^#/ { frame[$7]++ } END { for (f in frame) print f }' | sort | cmp - <(sort frames)
  $ for trace in one every; do megavm curve $trace.mvt --csv | awk -F, 'NR > 1 { print $3, $6, $7 }' > $trace.faults; done
  fault costs: none (ideal)
  fault costs: none (ideal)
  $ awk -v open=16 'NR == FNR { faults[$1] = $2; next }
  >   ($1 - open in faults && $2 > faults[$1 - open]) || ($1 + open in faults && $2 < faults[$1 + open]) { print $1, "pages:", $2, "faults" }
  >   { n++ } END { print (n > 1000 ? "compared" : "too few sizes to compare: " n) }' every.faults one.faults
  compared

A terminal sees how far a recording is. How long it will take is known from the last one of the same guest:

  $ tr '\r' '\n' < shown | grep -oE 'probe: [a-z-]+: [0-9]+ %, [0-9.]+ [kMG] instructions/s, [0-9.]+ (s|min|h) left' | head -n 1 | sed 's/[0-9.][0-9.]*/N/g; s/N [kMG]/N M/; s/ min / s /; s/ h / s /'
  probe: starting: N %, N M instructions/s, N s left

A guest of 8 GiB: the memory map that the BIOS reports by INT 15h equals the one that the guest's kernel lists, and the memory that it can use:

  $ megavm trace info large.mvt | sed -n 's/^e820  *//p' | tr ',' '\n' | sed 's/^ *//' > ours
  $ megavm trace info large.mvt | sed -n 's/^e820\.[0-9]* *//p' | sed -E 's/0x0*([0-9a-f]+)-0x0*([0-9a-f]+) (.*)/\1 \2 \3/' | while read -r from to type; do
  >   printf '%#x-%#x %s\n' $((16#$from)) $((16#$to + 1)) "$type"; done > guests
  $ diff ours guests && [ $(wc -l < ours) -ge 6 ]
  $ usable=$(sed -n 's/^\(.*\)-\(.*\) usable$/(\2) - (\1)/p' ours | paste -sd+ | sed 's/0x//g; s/([0-9a-f]*)/16#&/g; s/16#(\([0-9a-f]*\))/16#\1/g')
  $ echo $(( (usable + (1 << 20)) >> 30 )) GiB
  8 GiB
  $ total=$(megavm trace info large.mvt | sed -n 's/^mem_total_kb *//p'); [ $((total * 1024)) -lt $((usable)) ] && [ $((total * 100 / (usable / 1024))) -ge 95 ] && echo as it should be
  as it should be
  $ megavm trace info --json large.mvt | jq .guest_bytes
  8589934592
