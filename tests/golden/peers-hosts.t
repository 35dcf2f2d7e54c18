Three lenders on hosts of their own (network namespaces, each with a link to this one), with a key: sort, liblinear and a QEMU guest have 25 % of their memory here,
and print what they print by themselves. Plain processes take the hosts' place where namespaces cannot be made.

  $ . "$ROOT/tests/native/ready.sh"
  $ . "$ROOT/tests/native/lenders.sh"
  $ . "$ROOT/tests/native/link.sh"
  $ trap 'end_lenders; end_links' EXIT
  $ (umask 077; head -c 32 /dev/urandom > key)
  $ can_link || { lend_over_link() { lend "$@" --key key; }; make_link() { :; }; }
  $ for host in a b c; do make_link && lend_over_link $host --memory 128MiB; done
  $ peers=$a_address,$b_address,$c_address
  $ native() { timeout -s KILL 300 megavm emulate --native --peers "$peers" --key key --transport tcp --verify --json=result.json --set donors.detect=20s "$@"; }
  $ said() { jq -c '[(.native.peers | [.peer[].transport], .wrong, .lost, .fetched > 100, .sent > 100), .native.exit_status]' result.json; }

  $ seq 1 60000 | shuf --random-source="$ROOT/LICENSE" > numbers 2>/dev/null || seq 60000 -1 1 > numbers
  $ sort --parallel=1 -n numbers > right
  $ native --local 25% -- sort --parallel=1 -n numbers </dev/null 2>said >sorted; said
  [["tcp","tcp","tcp"],0,0,true,true,0]
  $ cmp sorted right

  $ awk 'BEGIN { s = 1; for (i = 0; i < 400; i++) { y = i % 3 ? -1 : 1; printf "%+d", y; for (j = 1; j <= 60; j++) { s = (s * 48271) % 2147483647;
  >   printf " %d:%.2f", j, s / 2147483647 - 0.5 + 0.02 * y * (j % 2) } print "" } }' > rows
  $ liblinear-train -q -s 0 rows right.model
  $ native --local 25% -- liblinear-train -q -s 0 rows peers.model </dev/null 2>said; said
  [["tcp","tcp","tcp"],0,0,true,true,0]
  $ cmp peers.model right.model

A QEMU guest boots and sorts, unless there is none here:

  $ guest=$("$ROOT/scripts/native-guest.sh" "$(dirname "$(command -v megavm)")/guest" 20000 2>log) || guest=
  $ qemu() {
  >   "$@" qemu-system-x86_64 -M pc -accel tcg -m 96M -nodefaults -no-user-config -display none -serial stdio -no-reboot -kernel "$guest/vmlinuz" \
  >     -initrd "$guest/initrd.img" -append 'console=ttyS0 quiet panic=-1 no_timer_check task=sort' < /dev/null 2>said | tr -d '\r' > console
  >   grep -o 'guest: sorted.*' console
  > }
  $ [ -z "$guest" ] || { qemu env > right; qemu native --local 25% -- > sorted; cmp sorted right; [ "$(said)" = '[["tcp","tcp","tcp"],0,0,true,true,0]' ] || { cat said; said; }; }

A database server of about ten threads joins two tables, with 2 MiB of its memory here, unless there is none here:

  $ PATH=$PATH:/usr/sbin
  $ cat > query.sql <<'SQL'
  > CREATE DATABASE test;
  > USE test;
  > CREATE TABLE a (id INT PRIMARY KEY, x INT, t CHAR(100)) ENGINE=InnoDB;
  > INSERT INTO a SELECT seq, seq * 7919 % 10007, REPEAT(CHAR(97 + seq % 26), 100) FROM seq_1_to_10000;
  > SELECT COUNT(*), SUM(id), MD5(GROUP_CONCAT(t ORDER BY x)) FROM a INTO OUTFILE '../answer';
  > SQL
  $ query() {
  >     rm -rf data answer && mkdir data
  >     "$@" mariadbd --no-defaults --bootstrap --user=root --datadir="$PWD/data" < query.sql > log 2>&1 || tail -n 3 log
  > }
  $ if type -P mariadbd > /dev/null; then
  >   query env; mv answer right
  >   query native --local 2MiB --
  >   cmp answer right; [ "$(said)" = '[["tcp","tcp","tcp"],0,0,true,true,0]' ] || said
  > fi
