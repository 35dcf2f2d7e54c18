Hand-written output of Valgrind's lackey: an access that straddles pages touches both, M is a write, messages are skipped.

  $ cat > run.lk <<'END'
  > ==7== Lackey, an example Valgrind tool
  > ==7== Command: sort in.txt
  > I  0401ab70,3
  >  S 1fff0005c8,8
  > I  0401afff,2
  >  L 1fff000ffc,8
  >  M 06001000,4
  > ==7== Exit code:       0
  > END
  $ megavm trace import --format lackey --k 0 run.lk -o run.mvt
  run.mvt: 7 records, 5 pages, 7 references read, reduction 1.0
  $ megavm trace export --format csv run.mvt -o -
  page,type,instructions,source,vcpu,idle_ns
  16410,I,1,fetch,0,0
  33550336,W,0,data,0,0
  16410,I,1,fetch,0,0
  16411,I,0,fetch,0,0
  33550336,R,0,data,0,0
  33550337,R,0,data,0,0
  24577,W,0,data,0,0
  $ ls
  run.lk
  run.mvt

Compressed input is recognised by its content, from a file or from standard input:

  $ gzip -k run.lk
  $ megavm trace import -f lackey --k 0 run.lk.gz -o again.mvt
  again.mvt: 7 records, 5 pages, 7 references read, reduction 1.0
  $ xz -c run.lk | megavm trace import -f lackey --k 0 - -o piped.mvt
  piped.mvt: 7 records, 5 pages, 7 references read, reduction 1.0
  $ head -c 100 run.lk.gz > cut.gz
  $ megavm trace import -f lackey cut.gz -o cut.mvt
  cut.gz: cannot unpack behind offset 0: truncated gzip input
  [1]

The filter leaves out references that cannot change an LRU memory of K pages or more:

  $ { echo page,type; for i in $(seq 100); do echo 1,R; echo 2,W; echo $((i + 2)),R; done; } > scan.csv
  $ megavm trace import -f csv scan.csv -o scan.mvt
  scan.mvt: 106 records, 102 pages, 300 references read, reduction 2.8

The error for a bad value names file, line, column, what was found and what is allowed; no output file is left:

  $ printf 'address,type\n0x1000,R\n4097,X\n' > bad.csv
  $ megavm trace import -f csv bad.csv -o bad.mvt
  bad.csv:3: type: 'X': allowed are R, W, I
  [1]
  $ printf 'adress\n' | megavm trace import -f csv - -o bad.mvt
  standard input:1: unknown column 'adress': allowed are address, page, type, instructions, source, vcpu, idle_ns
  [1]
  $ printf '0123456789abcdef0123456' > bad.og
  $ megavm trace import -f oracleGeneral bad.og -o bad.mvt
  bad.og: offset 0: the last record has 23 bytes of 24
  [1]
  $ ls bad.mvt*
  ls: cannot access 'bad.mvt*': No such file or directory
  [2]

Wrong command lines:

  $ megavm trace import -f lackey -o a.mvt
  megavm trace import: no input given
  Try `megavm trace import --help' or `megavm trace import --usage' for more
  information.
  [2]
  $ megavm trace import -f lackey run.lk 2>&1 | head -n 1
  megavm trace import: no output given (-o OUT)
  $ megavm trace import run.lk -o a.mvt 2>&1 | head -n 1
  megavm trace import: no format given (--format FORMAT)
  $ megavm trace import -f dinero run.lk -o a.mvt 2>&1 | head -n 1
  megavm trace import: unknown format 'dinero': allowed are lackey, oracleGeneral, csv
  $ megavm trace import -f lackey run.lk -o ./run.lk 2>&1 | head -n 1
  megavm trace import: 'run.lk' and './run.lk' are the same file
  $ megavm trace import -f lackey --k 2000000 run.lk -o a.mvt 2>&1 | head -n 1
  megavm trace import: --k '2000000': allowed are 0 to 1048576
  $ megavm trace import -f lackey absent.lk -o a.mvt
  absent.lk: No such file or directory
  [1]
