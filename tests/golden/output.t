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
