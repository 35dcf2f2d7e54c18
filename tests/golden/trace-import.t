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

A file of several compressed parts is read to its end. A damaged second part, and bytes behind the last one, are errors, in every compression:

  $ yes "$(printf ' S 1000,4\n L 2000,4')" | head -n 1000 > part.lk
  $ for tool in gzip bzip2 xz zstd; do
  >   $tool -c part.lk > part; cat part part > two; { cat part; printf X; tail -c +2 part; } > damaged; { cat part; echo behind; } > behind
  >   megavm trace import -f lackey --k 0 two -o two.mvt
  >   for file in damaged behind; do megavm trace import -f lackey $file -o no.mvt 2> error && echo "$tool: $file was taken"; cut -d: -f1 error; done
  >   cat damaged | megavm trace import -f lackey - -o no.mvt 2> error && echo "$tool: a damaged pipe was taken"; cut -d: -f1 error
  > done
  two.mvt: 2000 records, 2 pages, 2000 references read, reduction 1.0
  damaged
  behind
  standard input
  two.mvt: 2000 records, 2 pages, 2000 references read, reduction 1.0
  damaged
  behind
  standard input
  two.mvt: 2000 records, 2 pages, 2000 references read, reduction 1.0
  damaged
  behind
  standard input
  two.mvt: 2000 records, 2 pages, 2000 references read, reduction 1.0
  damaged
  behind
  standard input
  $ ls no.mvt 2> /dev/null
  [2]

Every reference is kept unless --k is given. Then the filter leaves out those that cannot change an LRU memory of K pages or more:

  $ { echo page,type; for i in $(seq 100); do echo 1,R; echo 2,W; echo $((i + 2)),R; done; } > scan.csv
  $ megavm trace import -f csv scan.csv -o scan.mvt
  scan.mvt: 300 records, 102 pages, 300 references read, reduction 1.0
  $ megavm trace import -f csv --k 64 scan.csv -o scan64.mvt
  scan64.mvt: 106 records, 102 pages, 300 references read, reduction 2.8

Columns of other tools can be passed over; a number of instructions that would have no effect is an error:

  $ printf 'time,address,note\n0.1,4096,"a, b"\n' > other.csv
  $ megavm trace import -f csv other.csv -o other.mvt
  other.csv:1: unknown column 'time': allowed are address, page, type, instructions, source, vcpu, idle_ns, again; --ignore passes over others
  [1]
  $ megavm trace import -f csv --ignore Time,note other.csv -o other.mvt
  other.mvt: 1 records, 1 pages, 1 references read, reduction 1.0
  $ megavm trace import -f lackey --insn-per-ref 4 run.lk -o no.mvt
  run.lk:3: an instruction: this input counts instructions itself, so --insn-per-ref has no effect: leave it out
  [1]
  $ megavm trace import -f lackey --insn-per-ref 4 part.lk -o data.mvt && megavm trace info data.mvt | grep "^instructions"
  data.mvt: 1000 records, 2 pages, 1000 references read, reduction 1.0
  instructions   4000, and 0 ms idle
  $ megavm trace import -f lackey --id-unit 512 run.lk -o no.mvt 2>&1 | head -n 1
  megavm trace import: --id-unit: only oracleGeneral has ids

Requests of a block trace: ids are names, or addresses in units of bytes:

  $ { printf '\0\0\0\0\7\0\0\0\0\0\0\0\0\0\1\0'; printf '\377\377\377\377\377\377\377\377'; } > block.og
  $ megavm trace import -f oracleGeneral block.og -o block.mvt
  block.mvt: 1 records, 1 pages, 1 references read, reduction 1.0
  block.mvt: 1 requests are of more than 4096 bytes and count as one page each, because ids are names (--id-unit BYTES if they are addresses)
  $ megavm trace import -f oracleGeneral --id-unit 512 block.og -o block.mvt
  block.mvt: 17 records, 17 pages, 17 references read, reduction 1.0

The error for a bad value names file, line, column, what was found and what is allowed; no output file is left:

  $ printf 'address,type\n0x1000,R\n4097,X\n' > bad.csv
  $ megavm trace import -f csv bad.csv -o bad.mvt
  bad.csv:3: type: 'X': allowed are R, W, I
  [1]
  $ printf 'adress\n' | megavm trace import -f csv - -o bad.mvt
  standard input:1: unknown column 'adress': allowed are address, page, type, instructions, source, vcpu, idle_ns, again; --ignore passes over others
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
