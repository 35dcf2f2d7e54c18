What was published or measured is predicted within the bounds of the comparisons, and docs/validation.md has the tables that the program prints:

  $ awk '/^<!-- \/validate -->/ { on = 0 } on { print } /^<!-- validate -->/ { on = 1 }' "$ROOT/docs/validation.md" > page
  $ megavm validate --markdown > printed && diff page printed

Another folder of comparisons; an error beyond its bound is marked, and the command fails:

  $ mkdir own && cat > own/mine.yaml <<'END'
  > # Ten pages in a ring
  > # As counted by hand.
  > vms: [{trace: none.mvt}]
  > END
  $ cat > own/mine.csv <<'END'
  > row,quantity,measured,bound,vms.local,generate,scale,compute_s
  > "every page, every pass",faults,60,0.1%,40%,stream-sum --pages 10 --passes 6,1,
  > twice as many,faults,120,1%,40%,stream-sum --pages 10 --passes 6,2,
  > all local,faults,0,1%,100%,stream-sum --pages 10 --passes 6,1,
  > in a range,slowdown,2-20,5%,40%,stream-sum --pages 10 --passes 6,1,
  > wrong,faults,50,10%,40%,stream-sum --pages 10 --passes 6,1,
  > reported,faults,50,-,40%,stream-sum --pages 10 --passes 6,1,
  > added,time,1,1%,40%,stream-sum --pages 10 --passes 6,1000,1
  > END
  $ megavm validate --folder own
  2 of 6 errors beyond their bounds; the first: wrong: faults
  mine: Ten pages in a ring
                          quantity       measured    predicted     error   bound
  every page, every pass    faults             60           60  +0.000 %   0.1 %
  twice as many             faults            120          120  +0.000 %     1 %
  all local                 faults              0            0  +0.000 %     1 %
  in a range              slowdown  2 to 20 times  3.105 times    inside     5 %
  wrong                     faults             50           60   +20.0 %  10 % !
  reported                  faults             50           60   +20.0 %       -
  added                       time            1 s      1.074 s    +7.4 %   1 % !
  
  7 numbers predicted; 6 of them held to a bound, 2 beyond it
  [1]
  $ megavm validate --folder own --csv mine 2> /dev/null | cut -d, -f1-4,6-
  comparison,row,quantity,measured_low,predicted,error,bound
  mine,"every page, every pass",faults,60,60,0.000000,0.001
  mine,"twice as many",faults,120,120,0.000000,0.01
  mine,"all local",faults,0,0,0.000000,0.01
  mine,"in a range",slowdown,2,3.104594286,0.000000,0.05
  mine,"wrong",faults,50,60,0.200000,0.1
  mine,"reported",faults,50,60,0.200000,
  mine,"added",time,1,1.0736608,0.073661,0.01
  $ megavm validate --folder own --plot own.svg > /dev/null 2>&1; grep -c '</svg>' own.svg
  1

A fit of the costs of a page read and of a page written to times that these costs made:

  $ printf '# A fit\nvms: [{trace: none.mvt}]\n' > own/fitted.yaml
  $ { echo row,quantity,measured,bound,vms.local,generate,scale,compute_s
  >   for local in 20 40 60 80; do
  >     megavm trace generate random --writes 50% --pages 1000 --passes 3 -o random.mvt > /dev/null
  >     megavm curve random.mvt --ratios $local% --csv 2> /dev/null | tail -n 1 | awk -F, -v l=$local '{ printf "%s %%,fit,%.9f,0.01%%,%s%%,random --writes 50%% --pages 1000 --passes 3,1,2\n", l, 2 + 3e-6 * $6 + 7e-6 * $7, l }'
  >   done; } > own/fitted.csv
  $ megavm validate --folder own fitted | tail -n 3
  The fit: 3.00 us for a page read, 7.00 us for a page written.
  
  4 numbers predicted; 4 of them held to a bound, 0 beyond it

Errors name file, line and column:

  $ wrong() { printf '# x\nvms: [{trace: none.mvt}]\n' > own/w.yaml; printf "$1" > own/w.csv; megavm validate --folder own w; }
  $ wrong 'row,quantity,measured\na,faults,1\n'
  own/w.csv:1: no column 'bound'
  [2]
  $ wrong 'row,quantity,measured,bound\na,fault,1,1%%\n'
  own/w.csv:2:quantity: 'fault' is not one of faults, minor, read, written, slowdown, time, fit, fetch, transfer, loaded, saturated
  [2]
  $ wrong 'row,quantity,measured,bound\na,faults,one,1%%\n'
  own/w.csv:2:measured: 'one' is not a number
  [2]
  $ wrong 'row,quantity,measured,bound\na,faults,1,1\n'
  own/w.csv:2:bound: '1': allowed are per cents (5%), and - for none
  [2]
  $ wrong 'row,quantity,measured,bound\na,transfer,1,1%%\n'
  own/w.csv:2: a: own/w.csv:2:bytes: missing: the quantity transfer takes it
  [2]
  $ wrong 'row,quantity,measured,bound,fabric.latncy\na,fetch,1,1%%,1us\n'
  own/w.csv:2: a: --set fabric.latncy: unknown key 'fabric.latncy' (did you mean 'fabric.latency'?)
  [2]
  $ megavm validate --folder own nothing
  own/nothing.csv: No such file or directory
  [1]
  $ megavm validate --folder nowhere
  the folder of comparisons, nowhere: No such file or directory
  [1]
