The simulator and the native engine have the same faults: a small quicksort, traced with Valgrind, FIFO at 75, 50 and 25 % local. Without restartable
sequences, in which the kernel writes into the program's memory and which Valgrind does not have, faults differ by 2 % at most and first touches by one page.
With them, the page that the kernel writes to is fetched again after each round of the queue: at most one fault more for each time that as many faults as there
are local pages have passed.

  $ . "$ROOT/tests/native/ready.sh"
  $ type -P valgrind > /dev/null || skip "no Valgrind"
  $ KEYS=30000 "$ROOT/scripts/native-agreement.sh" "$(dirname "$(type -P megavm)")" work quicksort > said 2>&1 || cat said
  $ awk -F, 'function near(a, b, most) { return a > 0 && (b - a) ^ 2 <= (most * a) ^ 2 }
  > NR > 1 { print $1, $2, $3, (($7 - $8) ^ 2 <= 1), near($9, $12, 0.02), ($10 >= $9 * 0.98 && $10 <= $9 * 1.02 + $10 / $4 + 1), near($17, $18, 0.1) }' work/native-agreement.csv
  quicksort process 75 1 1 1 1
  quicksort process 50 1 1 1 1
  quicksort process 25 1 1 1 1
