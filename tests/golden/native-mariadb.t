A database server under the native engine: a join of two InnoDB tables of 20 000 rows gives the same at every share of local memory. The server has about ten threads,
and the kernel writes into its buffer pool by itself when it reads files.

  $ . "$ROOT/tests/native/ready.sh"
  $ cat > query.sql <<'SQL'
  > CREATE DATABASE test;
  > USE test;
  > CREATE TABLE a (id INT PRIMARY KEY, x INT, t CHAR(100)) ENGINE=InnoDB;
  > INSERT INTO a SELECT seq, seq * 7919 % 10007, REPEAT(CHAR(97 + seq % 26), 100) FROM seq_1_to_20000;
  > CREATE TABLE b (k INT, y INT, KEY (k)) ENGINE=InnoDB;
  > INSERT INTO b SELECT seq * 31 % 10007, seq FROM seq_1_to_20000;
  > SELECT COUNT(*), SUM(a.id), SUM(b.y), MD5(GROUP_CONCAT(a.t ORDER BY a.id, b.y)) FROM a JOIN b ON a.x = b.k INTO OUTFILE '../answer';
  > SQL
  $ PATH=$PATH:/usr/sbin
  $ query() {
  >     rm -rf data answer && mkdir data
  >     timeout -s KILL 300 "$@" mariadbd --no-defaults --bootstrap --user=root --datadir="$PWD/data" < query.sql > log 2>&1 || tail -n 3 log
  > }
  $ query env; cut -f 1-3 answer; mv answer right
  39973\t399736226\t399756598 (esc)
  $ for local in 64MiB 4MiB 2MiB; do
  >     query megavm emulate --native --local $local --json=$local.json --
  >     cmp answer right; jq -c '[.jobs[0].local_pages, .native.exit_status, .native.threads > 4]' $local.json
  > done
  [16384,0,true]
  [1024,0,true]
  [512,0,true]
  $ jq -s 'map(.jobs[0].faults.demand) | .[0] < .[1] and .[1] < .[2]' 64MiB.json 4MiB.json 2MiB.json
  true
