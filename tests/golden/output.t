Every command that writes a file follows links and writes into devices and pipes. It never replaces them:

  $ seq 100 | sed 's/^/4096,/; s/$/,R/; 1s/^/address,n,type\n/' > a.csv
  $ megavm trace import -f csv --ignore n a.csv -o a.mvt > /dev/null
  $ megavm trace export -f csv a.mvt -o plain.csv
  $ mkdir there && ln -s there/real.csv link.csv && ln -s link.csv second.csv
  $ megavm trace export -f csv a.mvt -o second.csv && readlink link.csv second.csv
  there/real.csv
  link.csv
  $ cmp plain.csv there/real.csv && ls there
  real.csv
  $ mkfifo pipe && { cat pipe > piped.csv & } && megavm trace export -f csv a.mvt -o pipe && wait && cmp plain.csv piped.csv && test -p pipe
  $ ln -s pipe to-pipe && { cat pipe > piped.csv & } && megavm trace export -f csv a.mvt -o to-pipe && wait && cmp plain.csv piped.csv && test -p pipe
  $ megavm trace export -f oracleGeneral a.mvt -o pipe
  oracleGeneral goes back over what it wrote: it needs a file, not a device or a pipe
  [2]
  $ { cat pipe > piped.mvt & } && megavm trace import -f csv --ignore n a.csv -o pipe > /dev/null && wait && cmp a.mvt piped.mvt && test -p pipe
  $ ln -s there/figure.svg figure.svg && megavm curve a.mvt --plot figure.svg > /dev/null && test -L figure.svg && grep -c '<svg' there/figure.svg
  1
  $ mkfifo figure2.svg && { cat figure2.svg > piped.svg & } && megavm curve a.mvt --plot figure2.svg > /dev/null && wait && cmp piped.svg there/figure.svg && test -p figure2.svg

A device is written into. (Only the superuser can make one; elsewhere this part proves nothing.)

  $ mknod null c 1 3 2> /dev/null || ln -s /dev/null null
  $ megavm trace export -f csv a.mvt -o null && test -c null
  $ ls *.part there/*.part 2> /dev/null
  [2]

So do the files of a run. A run that fails leaves an earlier file as it was:

  $ cat > one.yaml <<EOF
  > vms: [{name: a, trace: $ROOT/workloads/traces/sort-user.mvt, local: 50%}]
  > EOF
  $ megavm run one.yaml --events faults.csv > /dev/null && wc -l < faults.csv
  611
  $ ln -s faults.csv to-faults.csv && megavm run one.yaml --events to-faults.csv > /dev/null && readlink to-faults.csv
  faults.csv
  $ { cat pipe > piped.csv & } && megavm run one.yaml --events pipe > /dev/null && wait && cmp faults.csv piped.csv && test -p pipe
  $ megavm run one.yaml --events faults.csv.zst > /dev/null && zstd -dc faults.csv.zst | cmp - faults.csv
  $ megavm trace export -f csv a.mvt -o plain.csv.zst && zstd -dc plain.csv.zst | cmp - plain.csv
  $ megavm trace export -f oracleGeneral a.mvt -o a.bin.zst
  oracleGeneral goes back over what it wrote: it needs a file, not a compressed file
  [2]
  $ cp faults.csv before.csv && megavm run one.yaml --set donors.backing=none --set cluster.hypervisors=1 --events faults.csv
  a: no donor has a free frame for its pages, and donors.backing is none: lend more (cluster.memory, cluster.hypervisors), keep more local, or give a backing store
  [1]
  $ cmp faults.csv before.csv
  $ megavm run one.yaml --out out > /dev/null && ls -A out && cp out/result.json before.json
  result.json
  result.txt
  $ ln -sf /dev/full out/result.txt && megavm run one.yaml --set vms.local=100% --out out > /dev/null
  /dev/full: No space left on device
  [1]
  $ test -L out/result.txt && test -c /dev/full && ls -A out
  result.json
  result.txt
  $ megavm run one.yaml --dump-platform plain.xml && ln -s plain.xml to-plain.xml && megavm run one.yaml --dump-platform to-plain.xml && test -L to-plain.xml
  $ { cat pipe > piped.xml & } && megavm run one.yaml --dump-platform pipe && wait && cmp plain.xml piped.xml && test -p pipe
  $ megavm run one.yaml --dump-platform - | cmp - plain.xml
  $ megavm run one.yaml --dump-platform /dev/full
  cannot write the platform: No space left on device
  [1]
  $ ls -A | grep '^[.]' | grep -v '^[.]$'
  [1]

What is wrong is told, and nothing is lost:

  $ megavm trace export -f csv a.mvt -o there
  there: a folder, not a file
  [1]
  $ ln -s round round && megavm trace export -f csv a.mvt -o round
  round: Too many levels of symbolic links
  [1]
  $ echo mine > plain.csv.part && megavm trace export -f csv a.mvt -o plain.csv
  plain.csv.part is in the way: a run that did not end has left it (a trace is read with --recover), or one is writing it now: remove it if none is
  [1]
