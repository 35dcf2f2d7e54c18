# SPDX-License-Identifier: MIT
# Sums up a sweep of configs/write-backs.yaml: by the share of the time that the transfers of write-backs take, how much of it was waiting for them.
#
#   awk -F, -f scripts/write-backs.awk results/write-backs/results.csv
NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
{ waited = $at["stall_queue_s"] + $at["stall_buffer_s"]; time = $at["time_s"] - waited
  share = $at["writebacks"] * 32768 / ($at["fabric.bandwidth"] * 1e9) / time
  for (limit = 1; limit <= 2; limit++) if (share < limit / 10) { n[limit]++; if (waited / time > most[limit]) most[limit] = waited / time } }
END { for (limit = 1; limit <= 2; limit++) printf "below %d %%: %d of %d runs, at most %.1f %%\n", 10 * limit, n[limit], NR - 1, 100 * most[limit] }
