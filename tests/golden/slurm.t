A sweep as a Slurm job array, on a private Slurm installation:

  $ out=$PWD/out; cd "$ROOT"
  $ slurm=$(mktemp -d)
  $ reason=$(tests/slurm/start.sh $slurm) || { echo "slurm.t: $reason" >> "${SKIPPED:-/dev/null}"; exit 80; }
  $ export SLURM_CONF=$slurm/slurm.conf
  $ megavm sweep configs/sweep.yaml --launcher slurm --jobs 3 --out $out/slurm
  40 points: 0 there already, 40 done, 0 failed: */out/slurm/results.csv (glob)
  $ ls $out/slurm/slurm
  0.log
  1.log
  2.log
  sweep.yaml
  task.sh

The same files, the same results:

  $ megavm sweep configs/sweep.yaml --out $out/here > /dev/null
  $ cmp $out/slurm/results.csv $out/here/results.csv
  $ diff -r $out/slurm/points $out/here/points

A sweep started by either launcher can be continued by the other:

  $ rm $out/slurm/results.csv $(ls $out/slurm/points/* | head -n 25) $(ls $out/here/points/* | tail -n 25)
  $ megavm sweep configs/sweep.yaml --launcher slurm --jobs 2 --out $out/here
  40 points: 15 there already, 25 done, 0 failed: */out/here/results.csv (glob)
  $ megavm sweep configs/sweep.yaml --out $out/slurm
  40 points: 15 there already, 25 done, 0 failed: */out/slurm/results.csv (glob)
  $ cmp $out/slurm/results.csv $out/here/results.csv

A failure is reported from any task; --set and names with blanks and quotes reach the tasks:

  $ mkdir "$out/it's there" && cp configs/one-vm.yaml "$out/it's there/a b.yaml" && echo 'sweep: {vms.local: [1%, 25%]}' >> "$out/it's there/a b.yaml"
  $ megavm sweep "$out/it's there/a b.yaml" --set cpu.ips=1e9 --set "vms.name=it's" --launcher slurm --out "$out/it's there/out"
  vms.local=1%: vms.local of it's: 6 pages: allowed are 64 (K, to which the trace is filtered) to 565, the footprint of workloads/traces/sort-user.mvt
  2 points: 0 there already, 1 done, 1 failed: */out/it's there/out/results.csv (glob)
  1 of 2 points failed
  [1]
  $ cut -d, -f1,2,14 "$out/it's there/out/results.csv"; ls "$out/it's there/out/points" | wc -l
  vms.local,job,slowdown
  25%,it's,1.6786736647996519
  1
  $ SBATCH_PARTITION=nowhere megavm sweep configs/sweep.yaml --launcher slurm --out $out/refused
  sbatch: error: invalid partition specified: nowhere
  sbatch: error: Batch job submission failed: Invalid partition name specified
  --launcher slurm: sbatch ended with status 1 and submitted nothing
  [1]
  $ PATH=$(dirname "$(command -v megavm)") megavm sweep configs/sweep.yaml --launcher slurm --out $out/refused
  --launcher slurm: there is no sbatch here
  [1]
  $ tests/slurm/stop.sh $slurm
