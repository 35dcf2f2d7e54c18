Runs of a real kernel 6.1, and what the policies that model it say of them (docs/linux.md says where the runs are from, and why some are off):

  $ for measured in "$ROOT"/results/reference/kernel/measured-*.csv; do
  >   store=$(basename "$measured" .csv) store=${store#measured-}
  >   "$ROOT/tests/kernel/predict.sh" "$measured" > agreement.csv
  >   diff "$ROOT/results/reference/kernel/agreement-$store.csv" agreement.csv
  >   awk -F, -v store="$store" 'NR > 1 { key = store " " $1 " " $2; all[key]++; far[key] += $7 > 2 || $7 < -2; out[key] += $10 > 2 || $10 < -2 }
  >     END { for (key in all) print key ": of " all[key] " more than 2 % off in major faults " far[key] ", in pages swapped out " out[key] }' agreement.csv | sort
  > done
  null-blk linux linux-vma: of 25 more than 2 % off in major faults 7, in pages swapped out 6
  null-blk linux none: of 25 more than 2 % off in major faults 3, in pages swapped out 4
  null-blk mglru linux-vma: of 25 more than 2 % off in major faults 14, in pages swapped out 5
  null-blk mglru none: of 25 more than 2 % off in major faults 7, in pages swapped out 5
  virtio linux linux-slots: of 19 more than 2 % off in major faults 7, in pages swapped out 2
  virtio linux none: of 19 more than 2 % off in major faults 1, in pages swapped out 2
  virtio mglru linux-slots: of 19 more than 2 % off in major faults 9, in pages swapped out 1
  virtio mglru none: of 19 more than 2 % off in major faults 1, in pages swapped out 0

The published runs of STREAM over Linux 5.0 at full size (tests/kernel/stream.sh), within 0.1 %:

  $ awk -F, 'NR > 1 { n++; far += $8 > 0.1 || $8 < -0.1 } END { print n " runs, " far + 0 " further off" }' "$ROOT/results/reference/kernel/stream.csv"
  25 runs, 0 further off
