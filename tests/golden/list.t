Every key on a line, with its type, default, range or words, and meaning:

  $ megavm list options | grep -E '^(seed|fault.exit|fabric.page|vms.trace|vms.local) ' | tr -s ' '
  seed count 1 seed of every random number
  fault.exit duration 0ns time to leave the guest for the hypervisor at a second-level fault [0ns to 1s]
  fabric.page size 4KiB bytes that one fetch transfers [4KiB, 64KiB, 2MiB]
  vms.trace string - the trace that it replays
  vms.local share 100% its local memory: a share of the footprint, or a size [0% to 100%]

The reference page equals the tables ('make docs' writes it):

  $ megavm list options --markdown | diff "$ROOT/docs/options.md" -

  $ megavm list options please
  megavm list options: unexpected argument 'please'
  Try `megavm list options --help' or `megavm list options --usage' for more
  information.
  [2]

Every list is a table in Markdown and in LaTeX, with as many cells in each row:

  $ for list in policies prefetchers engines fabrics faults workloads examples; do
  >   megavm list $list --markdown | grep . | awk -F '[|]' '{ print NF > "/dev/stderr" } NR == 2' 2> cells | tr -d ' :' | cut -c1-3; sort -u cells | wc -l
  >   megavm list $list --latex | grep -c -e '^.begin{tabular}{ll*}' -e '^.end{tabular}'
  > done | sort | uniq -c
  *7 1 (glob)
  *7 2 (glob)
  *7 |-- (glob)
  $ megavm list faults --markdown | grep ideal
  | ideal | 0ns | 0ns | 0ns | 0ns | 0ns | any | nothing costs anything |
  $ megavm list options --latex | grep '^fault.exit'
  fault.exit & duration & 0ns & 0ns to 1s & time to leave the guest for the hypervisor at a second-level fault \\

So is what 'trace info' says, and what 'emulate' and 'validate' print; what is no table is not asked for together with one:

  $ megavm trace info "$ROOT/workloads/traces/sort-user.mvt" --markdown | sed -n '1,3p; /^|  | /p'
  | property | value |
  | :--- | :--- |
  | workload | sort |
  $ megavm trace info "$ROOT/workloads/traces/sort-user.mvt" --latex | sed -n '1,5p'
  \begin{tabular}{ll}
  \toprule
  property & value \\
  \midrule
  workload & sort \\
  $ megavm validate --latex reads-infiniband | grep -v '^%' | sed -n '1,5p'
  \begin{tabular}{lrrrrr}
  \toprule
   & quantity & measured & predicted & error & bound \\
  \midrule
  ConnectX-3, 64 B & transfer & 1.76 us & 1.811 us & +2.9 \% & 5 \% \\
  $ for command in 'curve t.mvt --csv' 'curve t.mvt --json' 'run c.yaml --json' 'size t.mvt --csv' 'size t.mvt --json' 'diff a b --csv' 'trace info t.mvt --json' 'emulate c.yaml --json' 'pager c.yaml --json' 'validate --csv'; do
  >   megavm $command --latex 2>&1 | head -n 1
  > done
  megavm curve: --csv and --latex: one of them
  megavm curve: --json and --latex: one of them
  megavm run: --json and --latex: one of them
  megavm size: --csv and --latex: one of them
  megavm size: --json and --latex: one of them
  megavm diff: --csv and --latex: one of them
  megavm trace info: --json and --latex: one of them
  megavm emulate: --json and --latex: one of them
  megavm pager: --json and --latex: one of them
  megavm validate: --csv and --latex: one of them
